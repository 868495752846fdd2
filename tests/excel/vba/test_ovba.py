"""Compressed containers and obscured values, read back by an independent reader and by oletools."""

from __future__ import annotations

import random
import struct

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oletools.olevba import decompress_stream

from xlfz.excel.vba import ovba

text = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=6000).map(str.encode)
repeated = st.tuples(st.binary(min_size=1, max_size=40), st.integers(1, 400)).map(
    lambda pair: pair[0] * pair[1]
)
sources = st.one_of(text, repeated, st.binary(max_size=3000))
NOISE = random.Random(1).randbytes(8000)
PROJECT = "{00000000-1111-2222-3333-444444444444}"


def decompressed(container: bytes) -> bytes:
    """[MS-OVBA] 2.4.1.3.1, from the specification alone; anything it forbids fails."""
    assert container[0] == 1
    out = bytearray()
    at = 1
    while at < len(container):
        (header,) = struct.unpack_from("<H", container, at)
        size = (header & 0x0FFF) + 3
        assert header >> 12 & 7 == 3
        end, at = at + size, at + 2
        assert end <= len(container)
        start = len(out)
        if not header & 0x8000:
            assert size == 4098
            out += container[at:end]
            at = end
        while at < end:
            flags = container[at]
            at += 1
            for bit in range(8):
                if at >= end:
                    break
                if not flags >> bit & 1:
                    out.append(container[at])
                    at += 1
                    continue
                (token,) = struct.unpack_from("<H", container, at)
                at += 2
                done = len(out) - start
                bits = max(4, (done - 1).bit_length())
                length = (token & 0xFFFF >> bits) + 3
                offset = (token >> 16 - bits) + 1
                assert offset <= done
                for _ in range(length):
                    out.append(out[-offset])
        assert len(out) - start <= 4096
    return bytes(out)


def revealed(value: str, project: str) -> bytes:
    """[MS-OVBA] 2.4.3.3: the payload of an obscured value."""
    data = bytes.fromhex(value)
    seed, version, key = data[0], data[0] ^ data[1], data[0] ^ data[2]
    assert version == 2
    assert key == sum(project.encode()) & 0xFF
    plain = []
    before, before_that, last = data[2], data[1], key
    for byte in data[3:]:
        last = byte ^ (before_that + last & 0xFF)
        before_that, before = before, byte
        plain.append(last)
    ignored = (seed & 6) // 2
    (length,) = struct.unpack("<I", bytes(plain[ignored : ignored + 4]))
    payload = bytes(plain[ignored + 4 :])
    assert len(payload) == length
    return payload


@settings(max_examples=60, deadline=None)
@given(sources)
@example(b"")
@example(b"a" * 4095)
@example(b"a" * 4096)
@example(b"a" * 4097)
@example(b"Attribute VB_Name = " * 700)
def test_what_is_compressed_comes_back(data: bytes) -> None:
    """The same bytes for our reader of the specification and for oletools."""
    container = ovba.compress(data)
    assert decompressed(container) == data
    assert bytes(decompress_stream(bytearray(container))) == data


@pytest.mark.parametrize("power", range(4, 12))
@pytest.mark.parametrize("beside", [-1, 0, 1])
def test_a_reference_right_where_its_width_changes(power: int, beside: int) -> None:
    """A reference just before, at and after every power of two is read with as many bits as written."""
    data = NOISE[: 2**power + beside] + NOISE[:12]
    assert decompressed(ovba.compress(data)) == data


def test_what_cannot_be_compressed_is_stored_whole() -> None:
    """A raw chunk has 4096 bytes: a last one that is shorter comes back with zeros, as specified."""
    for size in (4096, 4095, 8000):
        plain = decompressed(ovba.compress(NOISE[:size]))
        assert plain.rstrip(b"\0") == NOISE[:size].rstrip(b"\0")
        assert len(plain) % 4096 == 0
    assert len(ovba.compress(NOISE[:4096])) == 1 + 2 + 4096


def test_source_text_becomes_much_smaller() -> None:
    """Ordinary VBA shrinks at least by half: references are used, not only literals."""
    source = b"".join(b"Public Sub Button%d()\r\n    Run %d\r\nEnd Sub\r\n" % (n, n) for n in range(200))
    assert len(ovba.compress(source)) < len(source) / 2


@given(st.binary(max_size=40), st.integers(0, 255))
def test_obscured_values_are_revealed(payload: bytes, seed: int) -> None:
    """Whatever the seed, the payload comes back."""
    assert revealed(ovba.obscure(payload, PROJECT, seed), PROJECT) == payload


@pytest.mark.parametrize("content", [b"", b"abc"])
def test_records_say_their_length(content: bytes) -> None:
    """Number, length, content."""
    assert ovba.record(0x19, content) == b"\x19\0" + struct.pack("<I", len(content)) + content
