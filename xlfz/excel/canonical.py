"""Sheets and shared strings as programs write them, taken apart without an event for each cell.

Takes the bytes of a part. Gives the stretch that is nearly all of it (rows, or strings) as text in
pieces, and a stand: the part without that stretch, for expat to judge. Raises Unusual for
everything that is not beyond doubt: then the whole part is streamed instead. Forbids a reading of
its own: whatever is read here reads the same through expat, or is not read here.

Why nothing is missed. The stretch is split, never searched, so its pieces are all of it; each piece
must match its grammar from end to end, and the text in it goes through expat (`Texts`). The grammar
is well-formed XML without comments, CDATA, instructions, prefixes and foreign markup, so leaving it
out leaves a document that is well formed exactly when the part is. The tags of the rows stay in the
stand, one of each kind, and expat must meet them in their places.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from xlfz.excel.address import MAX_COLUMN
from xlfz.excel.package import guarded_parser

LARGEST = 4 << 20
"""Larger parts are streamed: here a part is held several times over."""


class Unusual(Exception):
    """Not of the plain form: says nothing about the part, only that it must be streamed."""


class Row(NamedTuple):
    """A row: its tag is `<row r="` + number + `"` + like + `>`, or like alone when number is empty."""

    place: int
    """Where in the stand its tag begins; less than 0 when only an earlier one like it stands there."""
    number: str
    like: str
    inside: str


class Parsed(NamedTuple):
    """A cell as written. `value` and `formula` are None where there is no such element."""

    kind: str
    style: str
    value: str | None
    formula: str | None


# UTF-8 said or silent; any other encoding might give the same bytes another meaning.
_DECLARATION = re.compile(
    rb"""(?:<\?xml version=["']1\.0["'](?: encoding=["'](?:UTF|utf)-8["'])?"""
    rb"""(?: standalone=["'](?:yes|no)["'])?[ \r\n]*\?>)?[ \r\n]*(?=<[A-Za-z])"""
)

_TEXT = r"([^<]*)"
_OPEN_TEXT = r'<t(?: xml:space="preserve")?>'
_CELL = re.compile(
    r'(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?'
    rf"(?:/>|>(?:<f(?: aca=\"false\")?>{_TEXT}</f>)?(?:<v>{_TEXT}</v>|(<v ?/>))?</c>"
    rf"|><is>{_OPEN_TEXT}{_TEXT}</t></is></c>)"
)
_ITEM_START = b"<si>"
_ITEM = re.compile(rf"{_OPEN_TEXT}{_TEXT}</t></si>")

_ROW, _NUMBER, _ROW_END, _CELL_START = "<row", ' r="', "</row>", '<c r="'


def cut_rows(part: bytes) -> tuple[bytes, list[Row]]:
    """The stand of a worksheet, and its rows. Raises Unusual."""
    head, body, tail = _cut(part, b"<sheetData>", b"</sheetData>")
    first, *texts = body.split(_ROW)
    if first:
        raise Unusual
    rows: list[Row] = []
    stand, seen, at = [head], set(), len(head)
    for text in texts:
        # A tag that does not end at its first ">" is broken in the stand too: its quote stays open.
        tag, _, inside = text.partition(">")
        if tag.endswith("/"):
            if inside:
                raise Unusual
        elif inside.endswith(_ROW_END):
            inside = inside[: -len(_ROW_END)]
        else:
            raise Unusual
        number, like = _number(tag)
        if number and like in seen:
            rows.append(Row(-1, number, like, inside))
            continue
        if number:
            # Behind another beginning the same words might say a thing twice.
            seen.add(like)
        rows.append(Row(at, number, like, inside))
        piece = (f"{_ROW}{tag}>" if tag.endswith("/") else f"{_ROW}{tag}>{_ROW_END}").encode()
        stand.append(piece)
        at += len(piece)
    stand.append(tail)
    return b"".join(stand), rows


def _number(tag: str) -> tuple[str, str]:
    """Split the inside of a row's tag into the row's number, if it comes first, and the rest."""
    number, quote, like = tag.removeprefix(_NUMBER).partition('"')
    plain = quote and tag.startswith(_NUMBER) and number.isascii() and number.isdigit()
    return (number, like) if plain else ("", tag)


def split_row(inside: str) -> list[str]:
    """The cells of a row, each without `<c r="`. Raises Unusual."""
    first, *cells = inside.split(_CELL_START)
    if first or len(cells) > MAX_COLUMN:
        raise Unusual
    return cells


def cut_strings(part: bytes) -> tuple[bytes, int, list[str]]:
    """A table of shared strings with one empty item for all, where that stands, the texts. Raises Unusual."""
    head, body, tail = _cut(part, _ITEM_START, b"</sst>")
    texts, text_of = [], Texts()
    for item in body.split(_ITEM_START.decode()):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise Unusual
        texts.append(text_of(match[1]))
    return head + b"</si>" + tail, len(head) - len(_ITEM_START), texts


def _cut(part: bytes, start: bytes, end: bytes) -> tuple[bytes, str, bytes]:
    """Up to the first `start`, the text after it, and from the last `end` on."""
    declaration = _DECLARATION.match(part)
    first = part.find(start) + len(start)
    last = part.rfind(end, first)
    if declaration is None or first < len(start) or last < 0:
        raise Unusual
    try:
        return part[:first], part[first:last].decode(), part[last:]
    except UnicodeDecodeError as problem:
        raise Unusual from problem


def parse_cell(rest: str) -> Parsed:
    """A cell from the quote that ends its address on, its texts as they stand. Raises Unusual."""
    match = _CELL.fullmatch(rest)
    if match is None:
        raise Unusual
    style, kind, formula, value, empty, inline = match.groups()
    if empty:
        value = ""
    elif value is None:
        value = inline
    return Parsed(kind or "n", style or "0", value, formula)


class Texts:
    """Expat, used for what stands between two tags: references, line ends, what no XML may hold."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._parser = guarded_parser()
        self._ends: list[str] = []
        self._parser.CharacterDataHandler = self._pieces.append
        self._parser.EndElementHandler = self._ends.append
        self._parser.Parse("<texts>", False)

    def __call__(self, raw: str) -> str:
        """The text that `raw`, which has no "<", stands for. Raises expat.ExpatError or IndexError."""
        self._parser.Parse(f"{raw}<end/>", False)
        # Expat may put off what it is given; what it has ended, it has read.
        self._ends.pop()
        text = "".join(self._pieces)
        self._pieces.clear()
        return text
