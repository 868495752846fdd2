"""One workbook rendered once, and stamped for every unit.

Takes a finished workbook in which slots (unique texts such as ⟦unit⟧) stand where units differ;
gives the workbook with other texts in their place. A slot may stand in the text of cells, in the
cached text of formulas and in the document's title, and nowhere else: in a formula or a footer a
value would need another escape, so there it raises ValueError.

Why it is fast: deflate is a row of independent blocks. What stands between the slots is deflated
once; a stamp puts the values between as stored blocks and adds up the checksum. Parts without a
slot are copied as they are.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfz.excel.archive import Member, assemble, members
from xlfz.excel.blocks import MAX_TEXT, escape, escape_markup, fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CORE = "docProps/core.xml"
_STRINGS = "xl/sharedStrings.xml"
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_CELL_TEXT = re.compile(r"(<(t|v)(?: [^>]*)?>)([^<]*)</\2>")
_CORE_TEXT = re.compile(r"(<([a-z]+:[A-Za-z]+)(?: [^>]*)?>)([^<]*)</\2>")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_STORED_LIMIT = 65_535
_LAST_BLOCK = b"\x03\x00"
"""An empty last block of deflate."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two slots: plain for the checksum, deflated for the file."""

    plain: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class _Part:
    """A part with slots: fixed pieces and, between them, names of slots."""

    name: str
    pieces: tuple[_Piece | str, ...]

    def stamped(self, values: Mapping[str, bytes]) -> Member:
        packed: list[bytes] = []
        crc = size = 0
        for piece in self.pieces:
            if isinstance(piece, str):
                plain = values[piece]
                packed.append(_stored(plain))
            else:
                plain = piece.plain
                packed.append(piece.packed)
            crc = zlib.crc32(plain, crc)
            size += len(plain)
        packed.append(_LAST_BLOCK)
        return Member(self.name, b"".join(packed), crc, size, 8)


class Template:
    """A workbook with slots. Read-only once made: it may be stamped from several threads."""

    def __init__(self, data: bytes, slots: Sequence[str]) -> None:
        """Raises ValueError for a slot that is nowhere, or where it cannot be replaced."""
        if not slots or len(set(slots)) != len(slots) or not all(slots):
            raise ValueError("a template needs slots, each with a text of its own")
        self.slots = tuple(slots)
        # Longest first: a slot whose text begins another one must not win over it.
        named = {escape(slot): slot for slot in sorted(slots, key=len, reverse=True)}
        pattern = re.compile("|".join(map(re.escape, named)))
        self._parts: list[Member | _Part] = []
        self._lengths: list[tuple[int, tuple[str, ...]]] = []
        """For each text with slots: characters without them, and the slots in it."""
        seen: set[str] = set()
        for member in members(data):
            text = member.content().decode("utf-8", "replace")
            found = [named[hit] for hit in pattern.findall(text)]
            if not found:
                self._parts.append(member)
                continue
            seen.update(found)
            self._parts.append(self._part(member.name, text, pattern, named))
        missing = [slot for slot in slots if slot not in seen]
        if missing:
            raise ValueError(f"the workbook holds no {'、'.join(missing)}")

    def _part(self, name: str, text: str, pattern: re.Pattern[str], named: Mapping[str, str]) -> _Part:
        kind = _CORE_TEXT if name == _CORE else _CELL_TEXT
        if name not in (_CORE, _STRINGS) and not _SHEET.fullmatch(name):
            raise ValueError(f"{name} holds {pattern.findall(text)[0]}, which is replaced in cells only")
        held = 0

        def opened(match: re.Match[str]) -> str:
            nonlocal held
            start, tag, content = match.groups()
            hits = pattern.findall(content)
            if not hits:
                return match[0]
            held += len(hits)
            self._lengths.append((len(pattern.sub("", content)), tuple(named[hit] for hit in hits)))
            if start == "<t>":
                # A value may begin or end with a space, which the slot did not.
                start = '<t xml:space="preserve">'
            return f"{start}{content}</{tag}>"

        text = kind.sub(opened, text)
        if held != len(pattern.findall(text)):
            raise ValueError(f"{name} holds a slot outside the text of cells, in a formula or a footer")
        pieces: list[_Piece | str] = []
        position = 0
        for hit in pattern.finditer(text):
            pieces += (_piece(text[position : hit.start()]), named[hit[0]])
            position = hit.end()
        pieces.append(_piece(text[position:]))
        return _Part(name, tuple(pieces))

    def stamp(self, values: Mapping[str, str]) -> bytes:
        """The workbook with a value in the place of every slot.

        Raises ValueError when the values are not exactly those of the slots, when one holds control
        characters, or when a cell's text would become longer than Excel takes.
        """
        if values.keys() != set(self.slots):
            raise ValueError(f"values for {sorted(values)}, slots are {sorted(self.slots)}")
        for slot, value in values.items():
            wrong = fault(value) or ("a control character" if _CONTROL.search(value) else "")
            if wrong:
                raise ValueError(f"{slot}: {wrong}")
        for length, slots in self._lengths:
            if length + sum(len(values[slot]) for slot in slots) > MAX_TEXT:
                raise ValueError(f"{slots[0]}: the cell's text would exceed {MAX_TEXT} characters")
        cells = {slot: escape(value).encode() for slot, value in values.items()}
        # The document's title knows no _xHHHH_.
        core = {slot: escape_markup(value).encode() for slot, value in values.items()}
        return assemble(
            [
                part.stamped(core if part.name == _CORE else cells) if isinstance(part, _Part) else part
                for part in self._parts
            ]
        )


def _piece(text: str) -> _Piece:
    plain = text.encode()
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    # A full flush ends on a whole byte and refers to nothing outside the piece.
    return _Piece(plain, deflate.compress(plain) + deflate.flush(zlib.Z_FULL_FLUSH))


def _stored(plain: bytes) -> bytes:
    """The bytes as stored blocks of deflate, none of them the last."""
    blocks = []
    for start in range(0, len(plain), _STORED_LIMIT):
        block = plain[start : start + _STORED_LIMIT]
        length = len(block)
        blocks.append(
            b"\x00" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little") + block
        )
    return b"".join(blocks)
