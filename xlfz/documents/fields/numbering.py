"""Numbers in front of items: 一、 （一） 1. ⒈ (1) ① 第三条 ★1 一是, and their nesting.

Takes a line of text; gives the `Number` at its start, or the numbers inside it that continue a
sequence. Forbids fixed levels: which style stands above which, each document decides by its order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CN = "[〇零一二三四五六七八九十百]{1,5}"
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
_FULL = str.maketrans("０１２３４５６７８９", "0123456789")
_CIRCLED = (
    {chr(0x2460 + n): n + 1 for n in range(20)}
    | {chr(0x3251 + n): n + 21 for n in range(15)}
    | {chr(0x32B1 + n): n + 36 for n in range(15)}
    | {chr(0x2776 + n): n + 1 for n in range(10)}
)
_DOTTED = {chr(0x2488 + n): n + 1 for n in range(20)}
_BRACKETED = {chr(0x2474 + n): n + 1 for n in range(20)}
_CN_BRACKETED = {chr(0x3220 + n): n + 1 for n in range(10)}

_NUMBER = re.compile(
    rf"第\s*(?P<part>{_CN}|\d{{1,3}})\s*(?P<kind>部分|章|节|条|款|项)[\s、:：.．]*"
    rf"|(?<![一-鿿])(?P<word>任务|措施|专项|行动|工程|清单|附件|目标|要点)(?P<wordno>{_CN}|\d{{1,2}})\s*[:：、.．\s]\s*"
    rf"|[(（﹙]\s*(?P<cnb>{_CN})\s*[)）﹚]\s*[、.．]?\s*"
    rf"|(?P<cn>{_CN})\s*[、.．]\s*"
    rf"|(?P<is>{_CN})(?=是(?!否|不是))是\s*"
    r"|(?P<star>[★☆*※◆▲])\s*(?P<starno>\d{1,3})\s*[、.．]?\s*"
    r"|[(（﹙]\s*(?P<nb>\d{1,3})\s*[)）﹚]\s*[、.．]?\s*"
    r"|(?P<half>\d{1,3})\s*[)）]\s*"
    r"|(?P<multi>\d{1,2}(?:[.．]\d{1,2}){1,3})[.．、]?(?=\s*[^\d\s.．%％万亿元件个项次倍级、,，)）-])\s*"
    r"|(?P<n>\d{1,3})\s*(?P<mark>[、.．]|\s(?=[一-鿿“《])(?!\s*[月日年季个次期项名人家万亿元天点分件条款章节页处周小岁户所座倍米亩公里吨台部套]))\s*(?!\d{1,2}[^\d])(?!\d{1,2}$)"
    rf"|(?P<circled>[{''.join(_CIRCLED)}])\s*[、.．]?\s*"
    rf"|(?P<dotted>[{''.join(_DOTTED)}])\s*[.．、]?\s*"
    rf"|(?P<brk>[{''.join(_BRACKETED)}])\s*"
    rf"|(?P<cnbrk>[{''.join(_CN_BRACKETED)}])\s*"
)
_INLINE_BEFORE = re.compile(r"[。；;！？!?：:）)】\]〕”》\s]$|^$")
_BAD_BEFORE = re.compile(r"[第统同唯专其之于的约近达共和与及至到、,，\d.．A-Za-z(（《〔“—-]$")
_BAD_AFTER = re.compile(r"\s*(?:[)）]|[，。；])")
_REFERENCE = re.compile(r"\s*[项款条类种](?![一-鿿]{2})")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as printed. `style` says what kind of sequence it belongs to, `end` where the text goes on."""

    printed: str
    style: str
    ordinal: int
    start: int
    end: int

    @property
    def label(self) -> str:
        """The number without the punctuation behind it: `1.` -> `1`, `（一）` stays."""
        text = self.printed.strip().translate(_FULL)
        if text in _DOTTED:
            return str(_DOTTED[text])
        if self.style == "一是":
            return str(self.ordinal)
        if self.style in ("章", "节", "条", "款", "部分", "项"):
            return re.sub(r"[\s、:：.．]+$", "", text)
        return text.rstrip("、.．:： )）") if text[:1] not in "(（﹙" else text.rstrip("、.． ")


def chinese_number(text: str) -> int | None:
    """`十二` -> 12, `二十` -> 20, `一百零三` -> 103, `15` -> 15; None for anything else."""
    plain = text.translate(_FULL).strip()
    if plain.isdecimal():
        return int(plain)
    total = digit = 0
    seen = False
    for char in plain:
        if char in _DIGITS:
            digit, seen = _DIGITS[char], True
        elif char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit, seen = 0, True
        else:
            return None
    if len(plain) > 1 and not re.search("[十百]", plain):
        return int("".join(str(_DIGITS[c]) for c in plain)) if all(c in _DIGITS for c in plain) else None
    return total + digit if seen else None


def number_at(text: str, position: int = 0) -> Number | None:
    """The number that stands at `position` (outer space skipped), None when there is none."""
    start = position
    while start < len(text) and text[start].isspace():
        start += 1
    match = _NUMBER.match(text.translate(_FULL), start)
    if match is None or match.end() == start:
        return None
    read = _style(match)
    if read is None:
        return None
    style, ordinal = read
    return Number(text[start : match.end()].strip(), style, ordinal, start, match.end())


def _style(match: re.Match[str]) -> tuple[str, int] | None:
    groups = match.groupdict()
    table: Sequence[tuple[str, str, dict[str, int]]] = (
        ("circled", "①", _CIRCLED),
        ("dotted", "1.", _DOTTED),
        ("brk", "(1)", _BRACKETED),
        ("cnbrk", "(一)", _CN_BRACKETED),
    )
    for name, style, values in table:
        if groups[name]:
            return style, values[groups[name]]
    if groups["multi"]:
        parts = re.split(r"[.．]", groups["multi"])
        return ("1" + ".1" * (len(parts) - 1), int(parts[-1])) if int(parts[-1]) else None
    for name, style in (
        ("cnb", "(一)"), ("cn", "一、"), ("is", "一是"), ("nb", "(1)"), ("half", "1)"), ("n", "1."),
    ):  # fmt: skip
        if groups[name]:
            value = chinese_number(groups[name])
            return (style, value) if value else None
    if groups["star"]:
        return groups["star"], int(groups["starno"])
    value = chinese_number(groups["part"] or groups["wordno"])
    return (groups["kind"] or groups["word"], value) if value else None


def numbers_inside(text: str, after: int = 0) -> Iterator[Number]:
    """Candidates for numbers inside a line: not part of a word, a figure or a reference (第（一）项).

    Whether they number anything is for the caller to see from the sequence. `strong` ones, behind a
    sentence's end, come as well as those behind any other character.
    """
    plain = text.translate(_FULL)
    for match in _NUMBER.finditer(plain, after):
        before = plain[max(0, match.start() - 2) : match.start()]
        # 统一、 第（一） 和1. are words or references; 是一、 after nothing is not seen here.
        if before and _BAD_BEFORE.search(before):
            continue
        if _BAD_AFTER.match(plain, match.end()):
            continue
        # 上述（一）项 refers; （一）项目建设 numbers.
        if match[0][0] in "(（" and _REFERENCE.match(plain, match.end()):
            continue
        # 每年 1 月: a gap behind a figure makes a number only where a line or a sentence begins.
        if (
            match["n"]
            and match["mark"].isspace()
            and plain[: match.start()].strip()[-1:] not in ("", *"。；;！")
        ):
            continue
        read = _style(match)
        if read is None:
            continue
        yield Number(text[match.start() : match.end()].strip(), *read, match.start(), match.end())


def after_a_sentence(text: str, start: int) -> bool:
    """True when what stands at `start` begins a sentence or follows a gap."""
    return bool(_INLINE_BEFORE.search(text[max(0, start - 1) : start]))
