"""Compound files of [MS-CFB], version 3: storages and streams in sectors of 512 bytes.

Takes a tree of names (a dict is a storage, bytes are a stream), gives the file. Deterministic: no
times, no ids. Streams below 4096 bytes lie in the mini stream, as the format demands. Raises
ValueError for what version 3 has no room for, or does not name.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECTOR = 512
MINI_SECTOR = 64
CUTOFF = 4096
"""Streams of this size and more have sectors of their own."""
_NAME_LIMIT = 31
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT, _UNUSED = 1, 2, 5, 0
_RED, _BLACK = 0, 1
_PER_SECTOR = SECTOR // 4
_IN_HEADER = 109
"""Sectors of the allocation table that the header lists: seven megabytes, enough for any macro."""
_ENTRY = struct.Struct("<64sHBBIII16sI8s8sIQ")
_HEADER = struct.Struct("<8s16sHHHHH6s9I109I")

Tree = dict[str, "bytes | Tree"]


@dataclass(slots=True)
class _Entry:
    """One entry of the directory; its links are numbers of other entries."""

    name: str
    kind: int
    data: bytes = b""
    colour: int = _BLACK
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        name = f"{self.name}\0".encode("utf-16-le") if self.name else b""
        links = (self.left, self.right, self.child)
        none = bytes(8)
        return _ENTRY.pack(
            name, len(name), self.kind, self.colour, *links, bytes(16), 0, none, none, self.start, self.size
        )


def compound(tree: Tree) -> bytes:
    """The file that holds this tree."""
    entries = [_Entry("Root Entry", _ROOT)]
    entries[0].child = _add(tree, entries)
    sectors = _Sectors()
    mini = _Mini()
    for entry in entries:
        if entry.kind != _STREAM:
            continue
        entry.size = len(entry.data)
        entry.start = sectors.put(entry.data) if entry.size >= CUTOFF else mini.put(entry.data)
    stream = bytes(mini.stream)
    entries[0].start, entries[0].size = sectors.put(stream), len(stream)
    table = _table(mini.chain)
    mini_start = sectors.put(table)
    unused = _Entry("", _UNUSED).packed()
    directory = b"".join(entry.packed() for entry in entries)
    directory_start = sectors.put(directory + unused * (-len(entries) % (SECTOR // _ENTRY.size)))
    places = sectors.close()
    header = _HEADER.pack(
        bytes.fromhex("d0cf11e0a1b11ae1"), bytes(16),
        *(0x3E, 3, 0xFFFE, SECTOR.bit_length() - 1, MINI_SECTOR.bit_length() - 1), bytes(6),
        *(0, len(places), directory_start, 0, CUTOFF, mini_start, len(table) // SECTOR, _END, 0),
        *places, *[_FREE] * (_IN_HEADER - len(places)),
    )  # fmt: skip
    return b"".join((header, *sectors.content))


@dataclass(slots=True)
class _Sectors:
    """The sectors behind the header, and the chain that each belongs to."""

    content: list[bytes] = field(default_factory=list)
    chain: list[int] = field(default_factory=list)

    def put(self, data: bytes) -> int:
        """Number of the first sector of `data`, which gets a chain of its own; none for no data."""
        if not data:
            return _END
        start = len(self.chain)
        count = -(-len(data) // SECTOR)
        padded = data.ljust(count * SECTOR, b"\0")
        self.content += (padded[n * SECTOR : (n + 1) * SECTOR] for n in range(count))
        self.chain += [*range(start + 1, start + count), _END]
        return start

    def close(self) -> list[int]:
        """Append the allocation table, which also counts itself, and give its sectors' numbers."""
        used = len(self.chain)
        count = 1
        while used + count > count * _PER_SECTOR:
            count += 1
        if count > _IN_HEADER:
            raise ValueError(f"{used * SECTOR} bytes are more than the header's table can reach")
        table = _table([*self.chain, *[_FAT] * count])
        self.content += (table[n * SECTOR : (n + 1) * SECTOR] for n in range(count))
        return list(range(used, used + count))


@dataclass(slots=True)
class _Mini:
    """The mini stream: small streams in pieces of 64 bytes."""

    stream: bytearray = field(default_factory=bytearray)
    chain: list[int] = field(default_factory=list)

    def put(self, data: bytes) -> int:
        if not data:
            return _END
        start = len(self.chain)
        count = -(-len(data) // MINI_SECTOR)
        self.stream += data.ljust(count * MINI_SECTOR, b"\0")
        self.chain += [*range(start + 1, start + count), _END]
        return start


def _table(chain: Sequence[int]) -> bytes:
    """A table of sector numbers, filled up to whole sectors."""
    full = [*chain, *[_FREE] * (-len(chain) % _PER_SECTOR)]
    return struct.pack(f"<{len(full)}I", *full)


def _add(tree: Mapping[str, bytes | Tree], entries: list[_Entry]) -> int:
    """Add what a storage holds; gives the entry that is on top of its tree of siblings."""
    added = []
    for name in sorted(tree, key=_order):
        _verify_name(name)
        content = tree[name]
        if isinstance(content, dict):
            entry = _Entry(name, _STORAGE)
        else:
            entry = _Entry(name, _STREAM, content)
        entries.append(entry)
        added.append(len(entries) - 1)
    for number in added:
        content = tree[entries[number].name]
        if isinstance(content, dict):
            entries[number].child = _add(content, entries)
    # With the lowest row red when it is not full, every path down has as many black entries.
    full_rows = (len(added) + 1).bit_length() - 1
    return _balanced(entries, added, full_rows)


def _balanced(entries: list[_Entry], numbers: Sequence[int], black_rows: int) -> int:
    """Link sorted siblings into a red-black tree; gives the number on top."""
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    top = entries[numbers[middle]]
    top.colour = _BLACK if black_rows > 0 else _RED
    top.left = _balanced(entries, numbers[:middle], black_rows - 1)
    top.right = _balanced(entries, numbers[middle + 1 :], black_rows - 1)
    return numbers[middle]


def _order(name: str) -> tuple[int, str]:
    """Names are ordered by length first, then by capitals: a reader searches by this order."""
    return len(name.encode("utf-16-le")), name.upper()


def _verify_name(name: str) -> None:
    if not name or len(name.encode("utf-16-le")) // 2 > _NAME_LIMIT or any(c in name for c in "/\\:!"):
        raise ValueError(f"{name!r} cannot name a storage or stream")
