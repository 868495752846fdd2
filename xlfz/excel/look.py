"""The one look of xlfz's workbooks: colours, named styles, and row heights that cut no text.

Takes nothing but texts and widths, gives styles and numbers. Forbids looks of its own elsewhere:
a sheet takes a style from here and changes it with `but`.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from xlfz.excel.plan import Columns, Page, Style
from xlfz.text import lines_needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ACCENT = "1F4E79"
TINT = "DCE6F1"
GRID = "BFBFBF"
GREY = "7F7F7F"
CREAM = "FFFBEB"
"""Fill of cells to be filled in."""
RED, RED_TINT = "9C0006", "FFC7CE"
AMBER, AMBER_TINT = "7F6000", "FFEB9C"
GREEN, GREEN_TINT = "375623", "E2EFDA"

FANGSONG = "仿宋"
HEITI = "黑体"
SONGTI = "宋体"
XIAOBIAOSONG = "方正小标宋简体"
"""Office and WPS put 宋体 in its place where it is not installed."""

TITLE = Style(font=XIAOBIAOSONG, size=20, align="center", wrap=True)
SUBTITLE = Style(font=FANGSONG, size=12, align="center", colour="404040", wrap=True)
SECTION = Style(font=HEITI, size=12, colour=ACCENT)
HEADER = Style(font=HEITI, size=11, fill=TINT, border=GRID, align="center", wrap=True)

BODY = Style(font=SONGTI, size=10.5, border=GRID, wrap=True)
BODY_LEFT = BODY.but(align="left")
BODY_CENTER = BODY.but(align="center")
NUMBER = BODY.but(align="right", wrap=False, number="0.00")
SCORE = NUMBER.but(number="0.##")
"""Points as they were given: 9.5, but Excel leaves the dot of a whole number (9.)."""
COUNT = NUMBER.but(number="0")
PERCENT = NUMBER.but(number="0.0%")
DATE = BODY_CENTER.but(wrap=False, number="yyyy-mm-dd")
KEY = BODY_CENTER.but(wrap=False, number="@")
"""Codes and numbers that stay text: 1.10 is not 1.1."""
TOTAL = NUMBER.but(font=HEITI, fill=TINT)

INPUT = BODY_LEFT.but(fill=CREAM, locked=False)
INPUT_NUMBER = NUMBER.but(fill=CREAM, locked=False, number="General")
INPUT_DATE = DATE.but(fill=CREAM, locked=False)
INPUT_CHOICE = BODY_CENTER.but(fill=CREAM, locked=False)

PLAIN = Style(font=SONGTI, size=10.5, align="left", wrap=True)
"""Running text outside tables."""
NOTE = Style(font=SONGTI, size=9, colour=GREY, align="left", wrap=True)
LABEL = Style(font=HEITI, size=10.5, align="right")
FIGURE = Style(font=HEITI, size=18, colour=ACCENT, align="center")
"""The big numbers of an overview."""

OK = BODY_CENTER.but(colour=GREEN, fill=GREEN_TINT)
WARN = BODY_CENTER.but(colour=AMBER, fill=AMBER_TINT)
ERROR = BODY_CENTER.but(colour=RED, fill=RED_TINT)
LINK = BODY_LEFT.but(colour="0563C1", underline=True)

MARK_OK = Style(colour=GREEN, fill=GREEN_TINT)
MARK_WARN = Style(colour=AMBER, fill=AMBER_TINT)
MARK_ERROR = Style(colour=RED, fill=RED_TINT)
MARK_MISSING = Style(fill="FFF2CC")
"""Styles of conditional formats: they say colour and fill only."""

FORM_PAGE = Page()
"""A4 landscape, one page wide, 第 x 页 共 y 页."""

LINE = 1.45
"""Height of a line by the size of its letters: 宋体 needs 1.3, Noto, its stand-in on Linux, 1.45."""
MAX_HEIGHT = 408.75
_PIXEL = 0.75
"""Excel sets rows in whole pixels; a height between two would be rounded down."""
_PADDING = 3.0
_BASE_SIZE = 10.5
"""Excel counts widths in digits of the workbook's own font, as wide as half a character of this size."""


def fit_height(
    texts_and_widths: Iterable[tuple[str, float]], size: float = 10.5, minimum: float = 20.0
) -> float:
    """The height in points of a row in which every wrapped text shows whole.

    `texts_and_widths` are (text, column width in Excel's characters), for a merged area its
    `merged_width`. At most 408.75 (Excel's limit is 409): what is longer has to be split over rows.
    """
    return min(MAX_HEIGHT, full_height(texts_and_widths, size, minimum))


def full_height(
    texts_and_widths: Iterable[tuple[str, float]], size: float = 10.5, minimum: float = 20.0
) -> float:
    """`fit_height` without Excel's limit: what texts need that may be merged over several rows."""
    return _height(
        max((_lines(text, width, size) for text, width in texts_and_widths), default=1), size, minimum
    )


def heights(texts: Iterable[str], width: float, minimum: float, size: float = 10.5) -> dict[str, float]:
    """The `fit_height` of each text alone in a column of this width; many texts need as many lines."""
    needed = {text: _lines(text, width, size) for text in texts}
    tall = {count: min(MAX_HEIGHT, _height(count, size, minimum)) for count in set(needed.values())}
    return {text: tall[count] for text, count in needed.items()}


def _height(count: int, size: float, minimum: float) -> float:
    return ceil(max(minimum, count * size * LINE + _PADDING) / _PIXEL) * _PIXEL


def merged_width(widths: Sequence[float]) -> float:
    """Width of columns merged into one: each column adds the padding that it no longer needs."""
    return sum(widths) + 0.7 * (len(widths) - 1)


def columns(widths: Sequence[float], first: int = 1) -> tuple[Columns, ...]:
    """The columns of a sheet from their widths, from column `first` on."""
    return tuple(Columns(i, i, width) for i, width in enumerate(widths, first))


def _lines(text: str, width: float, size: float) -> int:
    """Lines of wrapped text, on the safe side: no line is filled to its very edge."""
    room = max(2, int(width * _BASE_SIZE / size - 0.5))
    # A full-width character does not fit into the odd half column at the end of a line.
    even = room - room % 2
    if "\n" not in text:
        return lines_needed(text, room if text.isascii() else even)
    return sum(lines_needed(line, room if line.isascii() else even) for line in text.split("\n"))
