"""Automatic numbers of Word paragraphs, written out as Word shows them.

Takes the numbering part and paragraphs in order; gives the text that Word puts before each. Forbids
inventing: a bullet, or a format that is not known, gives nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_MOST = 10_000
_ROMANS = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int
    spaced: bool
    """Whether Word puts a tab or a space behind the number."""
    style: str = ""
    """The paragraph style that is bound to this level."""
    legal: bool = False
    """Whether the numbers of the levels above are shown as 1, 2, 3 whatever they are."""
    restarts: bool = True


class Numbering:
    """The lists of one document, counting as paragraphs go by."""

    def __init__(self, root: Any | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._starts: dict[tuple[str, int], int] = {}
        """(list, level) -> the number that its first paragraph gets, once."""
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        linked: dict[str, str] = {}
        links: dict[str, str] = {}
        for node in root.iter(f"{W}abstractNum"):
            own = node.get(f"{W}abstractNumId")
            abstract[own] = {int(level.get(f"{W}ilvl")): _level(level) for level in node.iter(f"{W}lvl")}
            for tag, names in (("styleLink", linked), ("numStyleLink", links)):
                named = node.find(f"{W}{tag}")
                if named is not None:
                    key, value = (
                        (named.get(f"{W}val"), own) if tag == "styleLink" else (own, named.get(f"{W}val"))
                    )
                    names[key] = value
        for node in root.iter(f"{W}num"):
            number = node.get(f"{W}numId")
            base = node.find(f"{W}abstractNumId")
            if base is None:
                continue
            at = base.get(f"{W}val")
            at = linked.get(links.get(at, ""), at)
            self._abstract[number] = at
            levels = dict(abstract.get(at, {}))
            for override in node.iter(f"{W}lvlOverride"):
                deep = int(override.get(f"{W}ilvl"))
                own, start = override.find(f"{W}lvl"), override.find(f"{W}startOverride")
                if own is not None:
                    levels[deep] = _level(own)
                if start is not None and deep in levels:
                    first = int(start.get(f"{W}val"))
                    levels[deep] = replace(levels[deep], start=first)
                    self._starts[number, deep] = first
            self._levels[number] = levels

    def level_of(self, number: str, style: str) -> str | None:
        """The level that a list binds to a paragraph style."""
        levels = self._levels.get(number, {})
        return next((str(at) for at, level in levels.items() if level.style == style), None)

    def next(self, number: str, level: int) -> str:
        """The number in front of the next paragraph of this list, with its space; empty for a bullet."""
        levels = self._levels.get(number, {})
        if level not in levels:
            return ""
        # Lists of one abstract list count on together; one that says where it starts begins anew, once.
        counts = self._counts.setdefault(self._abstract.get(number, number), {})
        start = self._starts.pop((number, level), None)
        chosen = levels[level]
        counts[level] = start if start is not None else counts.get(level, chosen.start - 1) + 1
        for deeper in [d for d in counts if d > level and d in levels and levels[d].restarts]:
            del counts[deeper]
        if chosen.format in ("bullet", "none"):
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            if at > level or at not in levels:
                return ""
            form = "decimal" if chosen.legal else levels[at].format
            return written(counts.get(at, levels[at].start), form)

        text = _PLACE.sub(shown, chosen.text)
        # Behind 一、 nobody types a space; behind a bare digit the two would run together.
        return f"{text} " if chosen.spaced and text[-1:].isalnum() else text


def _level(node: Any) -> _Level:
    def value(name: str, default: str) -> str:
        found = node.find(f"{W}{name}")
        return str(found.get(f"{W}val", default)) if found is not None else default

    start = value("start", "1")
    return _Level(
        value("numFmt", "decimal"),
        value("lvlText", ""),
        int(start) if start.lstrip("-").isdigit() else 1,
        value("suff", "tab") != "nothing",
        value("pStyle", ""),
        value("isLgl", "0") not in ("0", "false", "off") or _bare(node, "isLgl"),
        value("lvlRestart", "") != "0",
    )


def _bare(node: Any, name: str) -> bool:
    """Whether a switch is there without a value, which means on."""
    found = node.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val") is None


def written(n: int, form: str) -> str:
    """A number in one of Word's formats, as far as Chinese documents use them."""
    if not 0 < n < _MOST:
        return str(n)  # a list that starts at 0; beyond, somebody's slip
    if form in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
                "taiwaneseCountingThousand"):  # fmt: skip
        return chinese(n)
    if form == "chineseLegalSimplified":
        return chinese(n, _LEGAL, "拾佰仟")
    if form == "ideographDigital":
        return "".join(_DIGITS[int(d)] for d in str(n))
    if form == "ideographZodiac":
        return _BRANCHES[(n - 1) % len(_BRANCHES)]
    if form == "ideographTraditional":
        return _STEMS[(n - 1) % len(_STEMS)]
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"):
        return chr(0x245F + n) if n <= 20 else str(n)
    if form == "decimalEnclosedFullstop":
        return chr(0x2487 + n) if n <= 20 else f"{n}."
    if form == "decimalEnclosedParen":
        return chr(0x2473 + n) if n <= 20 else f"({n})"
    if form == "ideographEnclosedCircle":
        return chr(0x321F + n) if n <= 10 else f"（{chinese(n)}）"
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        return _roman(n) if form == "upperRoman" else _roman(n).lower()
    if form == "decimalZero":
        return f"{n:02d}"
    return str(n)


def chinese(n: int, digits: str = _DIGITS, tens: str = "十百千") -> str:
    """A number up to 9,999 in Chinese: 10 十, 15 十五, 21 二十一, 105 一百零五."""
    if not 0 < n < 10_000:
        return str(n)
    text, gap = "", False
    for power in range(3, -1, -1):
        digit = n // 10**power % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + (tens[power - 1] if power else "")
        gap = not digit
    return text[1:] if digits == _DIGITS and text.startswith("一十") else text


def _roman(n: int) -> str:
    text = ""
    for value, letters in _ROMANS:
        text += letters * (n // value)
        n %= value
    return text
