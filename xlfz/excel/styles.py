"""Number formats: which numbers are dates, times, percentages or text.

Takes the styles part, gives one `Format` for each cell style. Knows nothing of fonts and colours.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from xlfz.excel.strings import MAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.excel.content import Format
    from xlfz.excel.package import Package


def _built_in() -> dict[int, Format]:
    """Formats that a file names by number only; 27-36 and 50-58 as Chinese Excel means them."""
    ids: dict[Format, tuple[int, ...]] = {
        "percent": (9, 10),
        "date": (14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58),
        "time": (18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56),
        "text": (49,),
    }
    return {number: kind for kind, numbers in ids.items() for number in numbers}


_BUILT_IN = _built_in()
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
# What a format shows as it stands: quoted text, escaped and padding characters, colours, locales
# and conditions, the names of the general format.
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]|general|g/通用格式', re.IGNORECASE)
_CLOCK = re.compile(r"am/pm|a/p|上午/下午", re.IGNORECASE)
_EXPONENT = re.compile(r"e[+-]", re.IGNORECASE)


@lru_cache(maxsize=1024)
def classify(code: str) -> Format:
    """The format that a format code stands for: `yyyy"年"m"月"` -> date."""
    if code.strip() == "@":
        return "text"
    shown = _LITERAL.sub("", _ELAPSED.sub(r"\1", code)).partition(";")[0]
    clock = _CLOCK.search(shown) or _ELAPSED.search(code)
    letters = set(_EXPONENT.sub("", _CLOCK.sub("", shown)).lower())
    if letters & set("ydegab"):
        return "date"
    if clock or letters & set("hs"):
        return "time"
    if "m" in letters:
        return "date"
    return "percent" if "%" in letters else "general"


def cell_formats(package: Package, key: str | None) -> Mapping[str, Format]:
    """Style index as cells write it ("0", "1", ...) -> format. A missing part is an empty table."""
    if key is None:
        return {}
    # Returns of one form bring the same part again and again. What was refused is not remembered.
    known = (package.read(key), package.limits.depth)
    formats = _KNOWN.get(known)
    if formats is None:
        formats = _parse(package, key)
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        if len(known[0]) <= _LONG:
            _KNOWN[known] = formats
    return formats


_KNOWN: dict[tuple[bytes, int], Mapping[str, Format]] = {}
"""Bytes of a part, and the depth it was allowed -> what it says."""
_LONG, _MOST = 1 << 18, 16


def _parse(package: Package, key: str) -> dict[str, Format]:
    codes: dict[str, str] = {}
    numbers: list[str] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        namespace, _, name = tag.rpartition("}")
        if namespace not in MAIN:
            return
        if name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            numbers.append(attributes.get("numFmtId", "0"))
        elif name == "numFmt":
            # setdefault: the first is the cell format; a differential format may reuse its number.
            codes.setdefault(attributes["numFmtId"], attributes["formatCode"])

    def end(tag: str) -> None:
        nonlocal inside
        if tag.endswith("}cellXfs"):
            inside = False

    package.parse(key, start, end)
    return {str(index): _format(number, codes) for index, number in enumerate(numbers)}


def _format(number: str, codes: dict[str, str]) -> Format:
    if number in codes:
        return classify(codes[number])
    return _BUILT_IN.get(int(number), "general")
