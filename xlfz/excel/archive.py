"""The package: zip members as they lie in the file, and what our own parts need beyond XlsxWriter.

Takes a whole zip as bytes and gives its members still deflated, so that what did not change is
never deflated again; assembles members into a zip with a fixed date, so that equal members give
equal bytes. The functions at the end each finish one part that XlsxWriter has written. Forbids
everything a workbook written by us does not have: other methods than stored and deflated,
encryption, zip64, non-ASCII names. Packages that came from outside go through `package`.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from xlfz.excel import look

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from concurrent.futures import Future

_STORED, _DEFLATED = 0, 8
_DATE = 0x0021
"""1 January 1980, the first date a zip can hold and the one that Excel writes."""
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_LIMIT = 0xFFFFFFFF

_FAST = 1
_SMALL = 6
_BIG = 512 * 1024
"""Parts larger than this are deflated at level 1: a fifth of the time for a tenth more bytes."""

_PIECE = 2 << 20
"""Bytes deflated at a time: some 15 milliseconds."""
_AHEAD = 4
"""Pieces that may wait for their turn."""

_EMPTY_RESULT = re.compile(r'<c r="([A-Z]+\d+)"((?: s="\d+")?)><f>([^<]*)</f><v></v></c>')
_EXTERNAL = re.compile(r'Target="(?!https?:)[^"]*" TargetMode="External"')
_LATIN = re.compile(r'<a:latin typeface="([^"]*)"[^>]*/>')

_BUTTON_FONT = re.compile(r'<font face="Calibri" size="220" color="#000000">([^<]*)</font>')

_OFFICE = "http://schemas.microsoft.com/office"
_UI_2009 = f"{_OFFICE}/2009/07/customui"
_UI_2006 = f"{_OFFICE}/2006/01/customui"
_UI_RELATIONS = (
    ("customUI/customUI14.xml", _UI_2009, f"{_OFFICE}/2007/relationships/ui/extensibility"),
    ("customUI/customUI.xml", _UI_2006, f"{_OFFICE}/2006/relationships/ui/extensibility"),
)
_MACRO_BOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ADDIN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a zip: `data` as stored in the archive, `crc` and `size` of the content."""

    name: str
    data: bytes
    crc: int
    size: int
    method: int

    def content(self) -> bytes:
        """The content, inflated."""
        return zlib.decompress(self.data, -zlib.MAX_WBITS) if self.method == _DEFLATED else self.data

    def text(self) -> str:
        """The content as UTF-8 text."""
        return self.content().decode("utf-8")


def pack(name: str, content: bytes, level: int | None = None) -> Member:
    """A member holding `content`; without `level`, big parts are deflated fast and small ones well."""
    if level is None:
        level = _FAST if len(content) > _BIG else _SMALL
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = deflate.compress(content) + deflate.flush()
    return Member(name, data, zlib.crc32(content), len(content), _DEFLATED)


class Head(NamedTuple):
    """The beginning of a member, deflated so that the rest can follow; `crc` and `size` of its content."""

    data: bytes
    crc: int
    size: int


def pack_head(chunks: Iterable[bytes]) -> Head:
    """The beginning of a member."""
    return Head(*_deflated(chunks, zlib.Z_FULL_FLUSH))


def pack_rest(name: str, chunks: Iterable[bytes], head: Callable[[], Head]) -> Member:
    """The member that begins with what `head` gives, which is asked for when the rest is deflated."""
    kept: list[bytes] = []

    def keeping() -> Iterator[bytes]:
        for chunk in _gathered(chunks):
            kept.append(chunk)
            yield chunk

    rest, _, size = _deflated(keeping(), zlib.Z_FINISH)
    begun = head()
    crc = begun.crc
    for chunk in kept:
        crc = zlib.crc32(chunk, crc)
    return Member(name, begun.data + rest, crc, begun.size + size, _DEFLATED)


def pack_stream(name: str, chunks: Iterable[bytes]) -> Member:
    """A member holding all chunks, deflated as they come: the whole content is never in memory."""
    return Member(name, *_deflated(chunks, zlib.Z_FINISH), _DEFLATED)


def _deflated(chunks: Iterable[bytes], end: int) -> tuple[bytes, int, int]:
    """The chunks deflated, their crc and their size.

    A thread deflates them, for which zlib leaves the interpreter to whoever makes the next chunks.
    """
    deflate = zlib.compressobj(_FAST, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed, crc, size = [], 0, 0

    def add(chunk: bytes) -> None:
        nonlocal crc, size
        packed.append(deflate.compress(chunk))
        crc = zlib.crc32(chunk, crc)
        size += len(chunk)

    with ThreadPoolExecutor(1) as thread:
        waiting: deque[Future[None]] = deque()
        for chunk in _gathered(chunks):
            if len(waiting) == _AHEAD:
                waiting.popleft().result()
            waiting.append(thread.submit(add, chunk))
        for future in waiting:
            future.result()
    packed.append(deflate.flush(end))
    return b"".join(packed), crc, size


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in large pieces: a thread that is back from zlib waits for its turn every time."""
    pending, size = [], 0
    for chunk in chunks:
        pending.append(chunk)
        size += len(chunk)
        if size >= _PIECE:
            yield b"".join(pending)
            pending, size = [], 0
    yield b"".join(pending)


def members(data: bytes) -> list[Member]:
    """The members of a zip in the order of its directory, not inflated."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.compress_type not in (_STORED, _DEFLATED) or info.flag_bits & 1:
                raise ValueError(f"{info.filename}: only stored and deflated members are copied")
            # The local header may carry other extra fields than the directory does.
            name_length, extra_length = struct.unpack_from("<2H", data, info.header_offset + 26)
            start = info.header_offset + _LOCAL.size + name_length + extra_length
            stored = data[start : start + info.compress_size]
            found.append(Member(info.filename, stored, info.CRC, info.file_size, info.compress_type))
    return found


def assemble(parts: Sequence[Member]) -> bytes:
    """A zip of these members in this order."""
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for part in parts:
        name = part.name.encode("ascii")
        packed = len(part.data)
        if max(packed, part.size, offset) > _LIMIT:
            raise ValueError(f"{part.name}: larger than a zip without zip64 can hold")
        local = _LOCAL.pack(
            b"PK\x03\x04", 20, 0, part.method, 0, _DATE, part.crc, packed, part.size, len(name), 0
        )
        directory.append(
            _CENTRAL.pack(
                *(b"PK\x01\x02", 20, 20, 0, part.method, 0, _DATE, part.crc, packed, part.size),
                *(len(name), 0, 0, 0, 0, 0, offset),
            )
            + name
        )
        body += (local, name, part.data)
        offset += len(local) + len(name) + packed
    index = b"".join(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), len(index), offset, 0)
    return b"".join((*body, index, end))


def empty_results(xml: str) -> str:
    """Formulas whose result is empty text say so: XlsxWriter leaves an empty number."""
    return _EMPTY_RESULT.sub(r'<c r="\1"\2 t="str"><f>\3</f><v></v></c>', xml)


def table_area(area: str) -> Callable[[str], str]:
    """The part of a table, over this area."""
    return lambda xml: re.sub(r' ref="[^"]*"', f' ref="{area}"', xml)


def locked_structure(xml: str) -> str:
    """The workbook part, with its sheets not to be added, removed, renamed or moved."""
    return xml.replace("<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>', 1)


def as_addin(xml: str) -> str:
    """The content types of an add-in: Excel refuses an .xlam that says it is a workbook."""
    return xml.replace(_MACRO_BOOK, _ADDIN).replace(_BOOK, _ADDIN)


def with_ribbon(xml: str) -> str:
    """The package's relations, with both ribbon parts."""
    relations = "".join(
        f'<Relationship Id="rIdRibbon{i}" Type="{kind}" Target="{name}"/>'
        for i, (name, _, kind) in enumerate(_UI_RELATIONS, 1)
    )
    return xml.replace("</Relationships>", f"{relations}</Relationships>")


def ribbon_parts(ribbon: str) -> Iterator[Member]:
    """The ribbon for Excel 2010 and later, and for 2007. Raises ValueError for another namespace."""
    if _UI_2009 not in ribbon:
        raise ValueError("the ribbon must be in the namespace of 2009/07")
    for name, namespace, _ in _UI_RELATIONS:
        yield pack(name, ribbon.replace(_UI_2009, namespace).encode())


def chart_fonts(xml: str) -> str:
    """Chinese text takes its font from `ea`, which XlsxWriter does not write."""
    return _LATIN.sub(r'<a:latin typeface="\1"/><a:ea typeface="\1"/>', xml)


def button_fonts(xml: str, *, emphasised: Collection[str]) -> str:
    """The captions of buttons in a Chinese font, those that are emphasised larger and in colour."""

    def font(match: re.Match[str]) -> str:
        large = unescape(match[1]) in emphasised
        size, colour = (280, look.ACCENT) if large else (220, "000000")
        return f'<font face="{look.HEITI}" size="{size}" color="#{colour}">{match[1]}</font>'

    return _BUTTON_FONT.sub(font, xml)


def forward_slashes(xml: str) -> str:
    """A sheet's relations with paths as every office reads them: backslashes work on Windows only."""
    return _EXTERNAL.sub(lambda match: match[0].replace("\\", "/"), xml)
