"""Compound files, judged by olefile with every defect an error, and by the rules that it does not check."""

from __future__ import annotations

import io
import struct

import olefile
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xlfz.excel.vba.compound import Tree, compound

NONE, FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
EDGES = (0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 8191, 8192, 65024, 65536)

names = st.text(st.sampled_from("abcXYZ_019"), min_size=1, max_size=31)
contents = st.sampled_from(EDGES).map(lambda n: bytes(i * 7 & 0xFF for i in range(n)))
storages = st.dictionaries(names, contents, max_size=30)


def distinct(tree: dict[str, bytes]) -> dict[str, bytes]:
    """Without names that differ in case only."""
    return {name.upper(): content for name, content in tree.items()}


def opened(data: bytes) -> olefile.OleFileIO:
    """olefile, which here forgives nothing."""
    return olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE)


def streams(data: bytes) -> dict[tuple[str, ...], bytes]:
    """Path -> content of every stream."""
    with opened(data) as file:
        return {tuple(path): file.openstream(path).read() for path in file.listdir(streams=True)}


def entries(data: bytes) -> list[tuple[str, int, int, int, int, int]]:
    """(name, kind, colour, left, right, child) of every directory entry, from the bytes alone."""
    header = struct.unpack_from("<9I", data, 44 - 4 + 0)
    start = header[2]
    table = list(struct.unpack_from("<109I", data, 76))
    fat: list[int] = []
    for sector in table:
        if sector != FREE:
            fat += struct.unpack_from("<128I", data, 512 + sector * 512)
    found = []
    while start != END:
        for slot in range(4):
            raw = data[512 + start * 512 + slot * 128 :][:128]
            length, kind, colour, left, right, child = struct.unpack_from("<HBBIII", raw, 64)
            name = raw[: max(0, length - 2)].decode("utf-16-le")
            found.append((name, kind, colour, left, right, child))
        start = fat[start]
    return found


@settings(max_examples=40, deadline=None)
@given(storages.map(distinct), storages.map(distinct))
@example({}, {})
@example({"A": b""}, {"B": b"x" * 4096})
def test_every_stream_comes_back(top: dict[str, bytes], inner: dict[str, bytes]) -> None:
    """olefile lists exactly these streams with exactly these bytes, and finds no defect."""
    tree: Tree = {name: content for name, content in top.items() if name != "VBA"}
    expected = {(name,): content for name, content in tree.items()}
    tree["VBA"] = dict(inner)
    expected |= {("VBA", name): content for name, content in inner.items()}
    data = compound(tree)
    assert streams(data) == expected
    assert compound(tree) == data


@pytest.mark.parametrize("sectors", [1, *range(116, 122), *range(243, 249)])
def test_the_allocation_table_counts_itself(sectors: int) -> None:
    """Around every size at which the table needs one more sector."""
    data = compound({"A": b"\1" * (sectors * 512), "B": b"\2" * 4096})
    assert streams(data) == {("A",): b"\1" * (sectors * 512), ("B",): b"\2" * 4096}
    used = (len(data) - 512) // 512
    fat = struct.unpack_from("<I", data, 44)[0]
    assert (fat - 1) * 128 < used <= fat * 128


@settings(max_examples=40, deadline=None)
@given(st.lists(names, unique_by=str.upper, max_size=130))
@example([f"Sheet{n}" for n in range(1, 301)])
def test_siblings_are_a_red_black_tree_in_order(found: list[str]) -> None:
    """Length first, then capitals; no red entry below a red one; as many black ones on every way down."""
    listed = entries(compound(dict.fromkeys(found, b"x")))

    def walk(number: int, parent_red: bool) -> tuple[list[str], int]:
        if number == NONE:
            return [], 1
        name, kind, colour, left, right, _ = listed[number]
        assert kind == 2
        assert not (parent_red and colour == 0)
        before, black_left = walk(left, colour == 0)
        after, black_right = walk(right, colour == 0)
        assert black_left == black_right
        return [*before, name, *after], black_left + colour

    top = listed[0][5]
    assert top == NONE or listed[top][2] == 1
    assert walk(top, False)[0] == sorted(found, key=lambda n: (len(n), n.upper()))


@pytest.mark.parametrize("name", ["", "x" * 32, "a/b", "a\\b", "a:b", "a!b"])
def test_names_the_format_cannot_hold_are_refused(name: str) -> None:
    """ValueError, not a file that nobody opens."""
    with pytest.raises(ValueError, match="cannot name"):
        compound({name: b""})


def test_what_is_too_large_is_refused() -> None:
    """Seven megabytes and more would need another kind of table."""
    assert streams(compound({"A": b"x" * (6 << 20)}))
    with pytest.raises(ValueError, match="more than the header"):
        compound({"A": b"x" * (8 << 20)})
