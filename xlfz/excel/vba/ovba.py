"""The encodings of [MS-OVBA]: compressed containers, obscured values, records of the dir stream.

Takes and gives bytes. Knows no modules. Everything is deterministic: the seeds, which Excel draws,
are given by the caller.
"""

from __future__ import annotations

import struct

CHUNK = 4096
"""Bytes of source in one compressed chunk."""
_SIGNATURE = b"\x01"
_COMPRESSED, _RAW = 0xB000, 0x3000
_SHORTEST = 3
"""Bytes below which a reference into what went before would not pay."""
_TRIES = 48
"""Earlier places that are tried for each reference; more hardly makes it smaller."""


def compress(data: bytes) -> bytes:
    """A compressed container (2.4.1.3.6).

    A chunk that would grow is stored raw, and a raw chunk has 4096 bytes: such a last chunk comes
    back with zeros at its end, as the specification has it. Text never gets there.
    """
    container = [_SIGNATURE]
    for start in range(0, len(data), CHUNK):
        chunk = data[start : start + CHUNK]
        packed = _packed(chunk)
        kind = _COMPRESSED
        if len(packed) > CHUNK:
            packed, kind = chunk.ljust(CHUNK, b"\0"), _RAW
        container += (struct.pack("<H", kind | (len(packed) + 2 - 3)), packed)
    return b"".join(container)


def _packed(chunk: bytes) -> bytes:
    """The tokens of one chunk: groups of eight, each behind a byte that says which are references."""
    out = bytearray()
    places: dict[bytes, list[int]] = {}
    position = 0
    while position < len(chunk):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if position >= len(chunk):
                break
            offset, length = _longest(chunk, position, places)
            if length:
                flags |= 1 << bit
                shift = 16 - _offset_bits(position)
                tokens += struct.pack("<H", (offset - 1) << shift | (length - _SHORTEST))
            else:
                length = 1
                tokens.append(chunk[position])
            for place in range(position, position + length):
                places.setdefault(chunk[place : place + _SHORTEST], []).append(place)
            position += length
        out.append(flags)
        out += tokens
    return bytes(out)


def _longest(chunk: bytes, position: int, places: dict[bytes, list[int]]) -> tuple[int, int]:
    """Distance and length of the longest earlier text that goes on here; (0, 0) when none pays."""
    best = (0, 0)
    longest = min((0xFFFF >> _offset_bits(position)) + _SHORTEST, len(chunk) - position)
    if longest < _SHORTEST:
        return best
    for place in places.get(chunk[position : position + _SHORTEST], ())[: -_TRIES - 1 : -1]:
        length = _SHORTEST
        while length < longest and chunk[place + length] == chunk[position + length]:
            length += 1
        if length > best[1]:
            best = (position - place, length)
    return best


def _offset_bits(position: int) -> int:
    """Bits of a reference that hold its distance, which grow with what there is to refer to."""
    return max((position - 1).bit_length(), 4)


def obscure(payload: bytes, project_id: str, seed: int) -> str:
    """A value of the PROJECT stream (CMG, DPB, GC) as [MS-OVBA] 2.4.3 wants it, in hexadecimal."""
    version = 2
    key = sum(project_id.encode("ascii")) & 0xFF
    out = [seed, seed ^ version, seed ^ key]
    plain, before, before_that = key, out[2], out[1]
    ignored = bytes([7] * ((seed & 6) // 2))
    for byte in ignored + struct.pack("<I", len(payload)) + payload:
        coded = byte ^ ((before_that + plain) & 0xFF)
        out.append(coded)
        before_that, before, plain = before, coded, byte
    return bytes(out).hex().upper()


def record(kind: int, content: bytes = b"") -> bytes:
    """One record of the dir stream: its number, its length, its content."""
    return struct.pack("<HI", kind, len(content)) + content


def number(kind: int, value: int) -> bytes:
    """A record that holds a long."""
    return record(kind, struct.pack("<I", value))


def short(kind: int, value: int) -> bytes:
    """A record that holds a short."""
    return record(kind, struct.pack("<H", value))


def both(kind: int, unicode_kind: int, text: str) -> bytes:
    """ASCII text in the code page, and once more in UTF-16."""
    return record(kind, text.encode("ascii")) + record(unicode_kind, text.encode("utf-16-le"))
