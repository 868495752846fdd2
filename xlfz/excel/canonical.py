"""Sheets and shared strings as programs write them, taken apart without an event for each cell.

Takes the bytes of a part. Gives the stretch that is nearly all of it (rows, or strings) as text in
pieces, and a `Stand`: the part without that stretch, for expat to judge. Raises Unusual for
everything that is not beyond doubt: then the whole part is streamed instead. Forbids a reading of
its own: whatever is read here reads the same through expat, or is not read here.

Why nothing is missed. The stretch is split, never searched, so its pieces are all of it; each piece
must match its grammar from end to end. The grammar is well-formed XML without comments, CDATA,
instructions, prefixes and nested markup, so leaving it out leaves a document that is well formed
exactly when the part is. Each row's own tag stays in the stand, and expat must meet it in its place.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

LARGEST = 16 << 20
"""Larger parts are streamed: here a part is held several times over."""


class Unusual(Exception):
    """Not of the plain form: says nothing about the part, only that it must be streamed."""


class Stand(NamedTuple):
    """What is left of a part for expat, and where in it the elements begin that were cut short."""

    xml: bytes
    places: list[int]
    texts: list[str]
    """What stood inside each of them, in order."""


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
# No XML may hold these, save the carriage return, which expat turns into a line feed.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n")
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())

_TEXT = r"([^<]*)"
_OPEN_TEXT = r'<t(?: xml:space="preserve")?>'
_CELL = re.compile(
    r'(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?'
    rf"(?:/>|>(?:<f(?: aca=\"false\")?>{_TEXT}</f>)?(?:<v>{_TEXT}</v>|(<v ?/>))?</c>"
    rf"|><is>{_OPEN_TEXT}{_TEXT}</t></is></c>)"
)
_ITEM = re.compile(rf"{_OPEN_TEXT}{_TEXT}</t></si>")

_ROW, _ROW_END, _CELL_START = "<row", "</row>", '<c r="'


def cut_rows(part: bytes) -> Stand:
    """A worksheet without the cells of its rows; what stood in each row. Raises Unusual."""
    head, body, tail = _cut(part, b"<sheetData>", b"</sheetData>")
    first, *rows = body.split(_ROW)
    if first:
        raise Unusual
    pieces, places, texts = [head], [], []
    at = len(head)
    for row in rows:
        # A tag that does not end at its first ">" is broken in the stand too: its quote stays open.
        tag, _, inside = row.partition(">")
        if inside.endswith(_ROW_END):
            piece = f"{_ROW}{tag}>{_ROW_END}".encode()
            texts.append(inside[: -len(_ROW_END)])
        elif tag.endswith("/") and not inside:
            piece = f"{_ROW}{tag}>".encode()
            texts.append("")
        else:
            raise Unusual
        pieces.append(piece)
        places.append(at)
        at += len(piece)
    pieces.append(tail)
    return Stand(b"".join(pieces), places, texts)


def split_row(inside: str) -> list[str]:
    """The cells of a row, each without `<c r="`. Raises Unusual."""
    first, *cells = inside.split(_CELL_START)
    if first:
        raise Unusual
    return cells


def cut_strings(part: bytes) -> Stand:
    """A table of shared strings with one empty item for all of them; their texts. Raises Unusual."""
    head, body, tail = _cut(part, b"<si>", b"</sst>")
    texts = []
    for item in body.split("<si>"):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise Unusual
        texts.append(resolve(match[1]))
    at = len(head) - len(b"<si>")
    return Stand(head + b"</si>" + tail, [at], texts)


def _cut(part: bytes, start: bytes, end: bytes) -> tuple[bytes, str, bytes]:
    """Up to the first `start`, the text after it, and from the next `end` on."""
    declaration = _DECLARATION.match(part)
    first = part.find(start) + len(start)
    last = part.find(end, first)
    if declaration is None or first < len(start) or last < 0:
        raise Unusual
    # Without these, a "<" of the head begins a tag, or the head is broken.
    if b"<!" in part[:first] or b"<?" in part[declaration.end() : first]:
        raise Unusual
    body = part[first:last]
    if len(body.translate(None, _CONTROLS)) < len(body) or b"]]>" in body:
        raise Unusual
    if any(code in body for code in _NO_CHARACTERS):
        raise Unusual
    try:
        return part[:first], body.decode(), part[last:]
    except UnicodeDecodeError as problem:
        raise Unusual from problem


def parse_cell(rest: str) -> Parsed:
    """A cell from the quote that ends its address on. Raises Unusual."""
    # The fixed texts of a form come back in every return; long ones are not worth their memory.
    return _remembered(rest) if len(rest) <= 1_000 else _parse(rest)


def _parse(rest: str) -> Parsed:
    match = _CELL.fullmatch(rest)
    if match is None:
        raise Unusual
    style, kind, formula, value, empty, inline = match.groups()
    if empty:
        value = ""
    elif value is None:
        value = inline
    return Parsed(
        kind or "n",
        style or "0",
        None if value is None else resolve(value),
        None if formula is None else resolve(formula),
    )


_remembered = lru_cache(maxsize=8_192)(_parse)


def resolve(text: str) -> str:
    """Text with its references turned into characters, each as expat does it. Raises Unusual."""
    if "&" not in text:
        return text
    first, *rest = text.split("&")
    return first + "".join([_REFERENCES[piece] for piece in rest])


class _References(dict[str, str]):
    """What follows a "&" up to the next one -> what both stand for. Learns the ones that end there."""

    def __missing__(self, piece: str) -> str:
        name, found, after = piece.partition(";")
        if not found:
            raise Unusual
        if after:
            return self[f"{name};"] + after
        text = _NAMED.get(name) or _numbered(name)
        # A number may have zeros in front, without end: those are not learnt.
        if len(piece) <= 8:
            self[piece] = text
        return text


_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NUMBER = re.compile(r"#(?:([0-9]{1,7})|x([0-9A-Fa-f]{1,6}))")
_REFERENCES = _References()


def _numbered(name: str) -> str:
    match = _NUMBER.fullmatch(name)
    if match is None:
        raise Unusual
    code = int(match[1]) if match[1] else int(match[2], 16)
    if not (
        code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0xFFFF < code < 0x110000
    ):
        raise Unusual
    return chr(code)
