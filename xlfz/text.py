"""Chinese office text: widths, normal forms, lists of names.

Takes and gives strings; knows nothing of workbooks or indicators. Forbids guessing: `fold` makes
two spellings of the same words equal, it never makes different words equal.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_SPACE = re.compile(r"\s+")
_BRACKETS = str.maketrans({"﹙": "(", "﹚": ")", "〔": "[", "〕": "]", "【": "[", "】": "]"})
_HALF_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: 0x20, 0x2212: 0x2D}
"""Full-width ASCII and the minus sign only: NFKC would also read 9² as 92 and ① as 1."""
_SEPARATORS = re.compile(r"[、，,；;\n\r]+")


def visible(text: str) -> str:
    """The text without invisible and direction characters, NBSP as a space, ends trimmed."""
    return _INVISIBLE.sub("", text).replace("\u00a0", " ").replace("\u3000", " ").strip()


def half_width(text: str) -> str:
    """The text with full-width ASCII made half-width, invisible characters and outer space removed."""
    return visible(text).translate(_HALF_WIDTH).strip()


def fold(text: str) -> str:
    """The form in which two labels are compared: half-width, no white space, lower case.

    `fold("项  目（一）") == fold("项目(一)")`.
    """
    if text.isascii() and " " not in text and text.isprintable():
        return text.lower()
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_BRACKETS)
    return _SPACE.sub("", plain).lower()


def names(text: str) -> tuple[str, ...]:
    """A list of names as staff type it, split and trimmed: `甲、乙, 丙` -> 甲, 乙, 丙.

    A semicolon anywhere makes it the only separator, so that names which contain 、 stay whole:
    `各区、县级市；市直单位` -> 各区、县级市 and 市直单位.
    """
    pattern = r"[;；\n\r]+" if re.search("[;；]", text) else _SEPARATORS
    return tuple(part for part in map(visible, re.split(pattern, text)) if part)


def cells_wide(text: str) -> int:
    """Width of the longest line in half-width columns: a Chinese character counts two."""
    return max((line_width(line) for line in text.splitlines()), default=0)


def line_width(line: str) -> int:
    """Width of one line in half-width columns."""
    if line.isascii():
        return len(line)
    return sum(map(_WIDTHS.__getitem__, line))


class _Widths(dict[str, int]):
    """The width of each character met so far: at most as many as there are characters."""

    def __missing__(self, character: str) -> int:
        width = self[character] = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        return width


_WIDTHS = _Widths()


def lines_needed(text: str, width: float) -> int:
    """How many lines `text` takes when wrapped in a column `width` half-width characters wide."""
    room = max(2, int(width))
    lines = text.splitlines()
    if len(lines) == 1:
        return max(1, -(-line_width(lines[0]) // room))
    return sum(max(1, -(-line_width(line) // room)) for line in lines or [""])


def characters(text: str) -> int:
    """Length as an office counts 字数: white space is not counted."""
    return len(_SPACE.sub("", text))


def shorten(text: str, limit: int = 30) -> str:
    """The text on one line, cut with … when longer than `limit` characters."""
    line = _SPACE.sub(" ", text).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"
