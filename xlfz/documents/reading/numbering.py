"""Automatic numbers of Word paragraphs, written out as Word shows them.

Takes the numbering part and paragraphs in order; gives the text that Word puts before each. Forbids
inventing: a bullet, or a format that is not known, gives nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
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


class Numbering:
    """The lists of one document, counting as paragraphs go by."""

    def __init__(self, root: Any | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        for node in root.iter(f"{W}abstractNum"):
            abstract[node.get(f"{W}abstractNumId")] = {
                int(level.get(f"{W}ilvl")): _level(level) for level in node.iter(f"{W}lvl")
            }
        for node in root.iter(f"{W}num"):
            number = node.get(f"{W}numId")
            base = node.find(f"{W}abstractNumId")
            if base is None:
                continue
            self._abstract[number] = base.get(f"{W}val")
            levels = dict(abstract.get(base.get(f"{W}val"), {}))
            for override in node.iter(f"{W}lvlOverride"):
                at = int(override.get(f"{W}ilvl"))
                own, start = override.find(f"{W}lvl"), override.find(f"{W}startOverride")
                if own is not None:
                    levels[at] = _level(own)
                if start is not None and at in levels:
                    old = levels[at]
                    levels[at] = _Level(old.format, old.text, int(start.get(f"{W}val")), old.spaced)
                    self._abstract[number] = f"own {number}"  # it counts for itself from here
            self._levels[number] = levels

    def next(self, number: str, level: int) -> str:
        """The number in front of the next paragraph of this list, with its space; empty for a bullet."""
        levels = self._levels.get(number, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(self._abstract.get(number, number), [])
        while len(counts) <= level:
            at = levels.get(len(counts))
            counts.append((at.start if at else 1) - 1)
        counts[level] += 1
        del counts[level + 1 :]
        chosen = levels[level]
        if chosen.format in ("bullet", "none"):
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            form = levels[at].format if at in levels else "decimal"
            return written(max(counts[at], 1), form) if at < len(counts) else ""

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
    )


def written(n: int, form: str) -> str:
    """A number in one of Word's formats, as far as Chinese documents use them."""
    if form in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
                "taiwaneseCountingThousand", "ideographDigital"):  # fmt: skip
        return chinese(n)
    if form == "chineseLegalSimplified":
        return chinese(n, _LEGAL, "拾佰仟")
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
