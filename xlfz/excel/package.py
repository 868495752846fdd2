"""The container of a workbook: what the bytes are, and whether they may be trusted to unpack.

Takes bytes, gives parts (`Package.parse`, `Package.read`) that were inflated under `Limits` with
their true size and check sum verified. Forbids everything else: the extension is never looked at,
nothing is written to disk, no size that the file declares is believed, no DTD or entity is read.
Knows nothing of sheets.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal
from xml.parsers import expat

from xlfz.errors import Refused, refuse
from xlfz.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlfz.findings import Finding

    StartHandler = Callable[[str, dict[str, str]], object]
    EndHandler = Callable[[str], object]
    TextHandler = Callable[[str], object]

Kind = Literal[
    "empty", "zip", "ole", "biff", "pdf", "image", "archive", "rtf", "html", "xml2003", "text", "junk"
]

HEAD = 4096
"""How many bytes `sniff` wants to see."""

REFUSALS: dict[Kind, str] = {
    "empty": "E_EMPTY_FILE",
    "biff": "E_LEGACY_BROKEN",
    "pdf": "E_NOT_SPREADSHEET_PDF",
    "image": "E_NOT_SPREADSHEET_PDF",
    "archive": "E_NOT_SPREADSHEET_ARCHIVE",
    "rtf": "E_NOT_SPREADSHEET_WORD",
    "html": "E_NOT_SPREADSHEET_HTML",
    "xml2003": "E_NOT_SPREADSHEET_XML",
    "text": "E_NOT_SPREADSHEET_TEXT",
    "junk": "E_ZIP_BROKEN",
}
"""Kinds that hold no readable workbook -> the code that says so."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may ask of us. Sizes in bytes, counts in pieces.

    Honest files with ghost rows inflate 11 to 16 times, bombs 344 times and more.
    """

    file: int = 20 << 20
    entries: int = 1_000
    entry: int = 128 << 20
    total: int = 256 << 20
    ratio: int = 100
    ratio_from: int = 10 << 20
    """The ratio is judged only above this size: a small part of zeros is no danger."""
    depth: int = 64
    cells: int = 2_000_000
    rows: int = 20_000
    """Cells below this row are reported, not kept. A reader of summaries passes a larger number."""
    columns: int = 512
    """Cells right of this column are reported, not kept."""
    merge: int = 1_000_000
    """Merged areas of more cells than this are reported, not kept."""


LIMITS = Limits()
"""The limits in force unless a caller gives others."""


_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "pdf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"{\\rtf", "rtf"),
    (b"\x09\x00\x04\x00", "biff"),
    (b"\x09\x02\x06\x00", "biff"),
    (b"\x09\x04\x06\x00", "biff"),
    (b"\x09\x08\x08\x00\x00\x05", "biff"),
)
_XML_2003 = re.compile(rb"urn:schemas-microsoft-com:office:spreadsheet|progid=.excel\.sheet")
_HTML = re.compile(rb"<html|<!doctype html|<table|<head|<meta|^mime-version:")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(head: bytes) -> Kind:
    """What a file is, from its first `HEAD` bytes."""
    if not head:
        return "empty"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = head[2:].replace(b"\x00", b"") if wide else head.removeprefix(b"\xef\xbb\xbf")
    text = text.lstrip().lower()
    if _XML_2003.search(text):
        return "xml2003"
    if _HTML.search(text):
        return "html"
    # UTF-16 text may hold any byte; other text holds no control characters.
    return "junk" if not wide and _CONTROL.search(text) else "text"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One part: where its packed bytes are and what they must become."""

    name: str
    start: int
    packed: int
    size: int
    crc: int
    method: int


class Package:
    """A zip package held in memory, its directory checked.

    Raises Refused on opening when the directory lies or asks for too much; parts are verified as
    they are read. `findings` collects what is odd but harmless.
    """

    def __init__(self, data: bytes, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self.findings: list[Finding] = []
        self._data = memoryview(data)
        self._entries = self._directory(data)
        self._unread = dict.fromkeys(self._entries)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts, lower case, with `/`."""
        return tuple(self._entries)

    def find(self, name: str) -> str | None:
        """The key of the part called `name` in any case, or None. Another case is reported once."""
        entry = self._entries.get(name.lower())
        if entry is None:
            return None
        if entry.name != name:
            self._report("W_PKG_CASE")
        return name.lower()

    def size(self, key: str) -> int:
        """How many bytes a part says it has: whoever reads it to its end knows that it does."""
        return self._entries[key].size

    def read(self, key: str) -> bytes:
        """The bytes of a part. Raises Refused when they are not what the directory says."""
        return b"".join(self._inflate(key))

    def parse(
        self,
        key: str,
        start: StartHandler,
        end: EndHandler | None = None,
        text: TextHandler | None = None,
        *,
        counts_depth: bool = False,
    ) -> None:
        """Stream a part through expat. Tags are `namespace}name`; text may come in pieces.

        Raises Refused for a DTD, for nesting beyond the limit (unless the handlers count it, for
        speed) and for XML that is broken. A handler that meets a value which cannot be raises
        ValueError or KeyError, and the part counts as broken.
        """
        parser = guarded_parser()
        if counts_depth:
            parser.StartElementHandler, parser.EndElementHandler = start, end
        else:
            self._count_depth(parser, start, end)
        parser.CharacterDataHandler = text
        try:
            for chunk in self._inflate(key):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except Refused:
            # What looks wrong may be damage of the way: then that is what is said.
            self.read(key)
            raise
        except (expat.ExpatError, ValueError, LookupError) as problem:
            self.read(key)
            raise refuse(finding("E_XML_BROKEN")) from problem

    def verify_rest(self) -> None:
        """Inflate and check every part not read so far; refuse a DTD in any XML part.

        Their XML need not be well formed: Excel's own old drawings are not, and nobody reads them.
        """
        for key in tuple(self._unread):
            chunks = self._inflate(key)
            if key.endswith((".xml", ".rels", ".vml")):
                _refuse_dtd(chunks)
            for _ in chunks:
                continue

    def _report(self, code: str) -> None:
        if all(f.code != code for f in self.findings):
            self.findings.append(finding(code))

    def _count_depth(self, parser: expat.XMLParserType, start: StartHandler, end: EndHandler | None) -> None:
        depth = 0
        deepest = self.limits.depth

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > deepest:
                raise refuse(finding("E_XML_DEPTH"))
            start(tag, attributes)

        def on_end(tag: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(tag)

        parser.StartElementHandler, parser.EndElementHandler = on_start, on_end

    def _directory(self, data: bytes) -> dict[str, _Entry]:
        """Check the whole directory before a single byte is inflated."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                infos = archive.infolist()
                end_of_parts = archive.start_dir
        except (zipfile.BadZipFile, struct.error, OSError, ValueError, NotImplementedError) as problem:
            raise refuse(finding("E_ZIP_BROKEN")) from problem
        if len(infos) > self.limits.entries:
            raise refuse(finding("E_ZIP_ENTRIES", n=len(infos)))
        self._check_sizes(infos)
        entries: dict[str, _Entry] = {}
        spans: list[tuple[int, int]] = []
        for info in infos:
            name = self._safe_name(info)
            if info.flag_bits & 0x1:
                raise refuse(finding("E_ENCRYPTED"))
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise refuse(finding("E_ZIP_METHOD"))
            start = _data_start(self._data, info)
            spans.append((info.header_offset, start + info.compress_size))
            if name.endswith("/"):
                continue
            if name.lower() in entries:
                raise refuse(finding("E_ZIP_DUPNAME"))
            entries[name.lower()] = _Entry(
                name, start, info.compress_size, info.file_size, info.CRC, info.compress_type
            )
        spans.sort()
        spans.append((end_of_parts, end_of_parts))
        if any(end > following for (_, end), (following, _) in pairwise(spans)):
            raise refuse(finding("E_ZIP_OVERLAP"))
        return entries

    def _check_sizes(self, infos: list[zipfile.ZipInfo]) -> None:
        limits = self.limits
        sizes = [(info.file_size, info.compress_size) for info in infos]
        sizes.append((sum(size for size, _ in sizes), sum(packed for _, packed in sizes)))
        for size, packed in sizes:
            ratio = size // max(1, packed)
            if size > limits.ratio_from and ratio >= limits.ratio:
                raise refuse(finding("E_ZIP_RATIO", 倍数=ratio))
        total = sizes.pop()[0]
        for size, most in (*((size, limits.entry) for size, _ in sizes), (total, limits.total)):
            if size > most:
                raise refuse(finding("E_ZIP_SIZE", MB=most >> 20))

    def _safe_name(self, info: zipfile.ZipInfo) -> str:
        name = info.orig_filename
        if "\\" in name:
            self._report("W_ZIP_BACKSLASH")
            name = name.replace("\\", "/")
        if name.startswith("/") or "\0" in name or ":" in name.partition("/")[0] or ".." in name.split("/"):
            raise refuse(finding("E_ZIP_PATH"))
        return name

    def _inflate(self, key: str) -> Iterator[bytes]:
        """The part in chunks. Whoever takes the last chunk knows that size and check sum are true."""
        entry = self._entries[key]
        packed = self._data[entry.start : entry.start + entry.packed]
        size = crc = 0
        for chunk in _chunks(packed, entry.method):
            size += len(chunk)
            if size > entry.size:
                raise refuse(finding("E_ZIP_SIZE_LIE"))
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if size != entry.size:
            raise refuse(finding("E_ZIP_SIZE_LIE"))
        if crc != entry.crc:
            raise refuse(finding("E_ZIP_BROKEN"))
        self._unread.pop(key, None)


_CHUNK = 1 << 18
_LOCAL_HEADER = struct.Struct("<4s22xHH")


def _data_start(data: memoryview, info: zipfile.ZipInfo) -> int:
    """Where the packed bytes begin; the local header must agree with the directory on the name."""
    try:
        signature, name_size, extra_size = _LOCAL_HEADER.unpack_from(data, info.header_offset)
    except struct.error as problem:
        raise refuse(finding("E_ZIP_BROKEN")) from problem
    name_start = info.header_offset + _LOCAL_HEADER.size
    local_name = bytes(data[name_start : name_start + name_size])
    encoding = "utf-8" if info.flag_bits & 0x800 else "cp437"
    if signature != b"PK\x03\x04" or local_name != info.orig_filename.encode(encoding, "replace"):
        raise refuse(finding("E_ZIP_BROKEN"))
    return int(name_start + name_size + extra_size)


def _chunks(packed: memoryview, method: int) -> Iterator[bytes]:
    """Unpacked chunks of bounded size, so that a lie is seen before it fills the memory."""
    if method == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _CHUNK):
            yield bytes(packed[at : at + _CHUNK])
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = packed
    try:
        while True:
            chunk = inflater.decompress(rest, _CHUNK)
            rest = inflater.unconsumed_tail
            if chunk:
                yield chunk
            if inflater.eof:
                break
            if not chunk and not rest:
                raise refuse(finding("E_ZIP_BROKEN"))
    except zlib.error as problem:
        raise refuse(finding("E_ZIP_BROKEN")) from problem
    if inflater.unused_data:
        raise refuse(finding("E_ZIP_SIZE_LIE"))


def guarded_parser() -> expat.XMLParserType:
    """An expat parser that refuses a DTD, which is the only way to declare an entity."""

    def refuse_dtd(*_: object) -> None:
        raise refuse(finding("E_XML_DTD"))

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = refuse_dtd
    parser.EntityDeclHandler = refuse_dtd
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    return parser


def _refuse_dtd(chunks: Iterator[bytes]) -> None:
    """Look at a part up to its first element: a DTD can only stand before it."""
    parser = guarded_parser()
    elements: list[str] = []
    parser.StartElementHandler = lambda tag, _: elements.append(tag)
    for chunk in chunks:
        for at in range(0, len(chunk), 1024):
            try:
                parser.Parse(chunk[at : at + 1024], False)
            except (expat.ExpatError, ValueError, LookupError):
                # Broken before a DTD was seen: no reader gets further than this one did.
                return
            if elements:
                return
