"""Hand-made workbooks for the readers' tests: the smallest package that opens, one part changed.

Gives bytes. A test shows the rows it is about as XML (`rows`), or replaces whole parts (`parts`).
"""

from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"

SHEET = "xl/worksheets/sheet1.xml"
ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="yyyy-mm-dd"/></numFmts>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="9"/></cellXfs></styleSheet>'
)

Parts = dict[str, str | bytes]


def relations(*rows: tuple[str, str, str], office: str = OFFICE, extra: str = "") -> str:
    """A relationships part: (id, kind, target) each; `extra` adds attributes to all of them."""
    body = "".join(
        f'<Relationship Id="{identity}" Type="{office}/{kind}" Target="{target}" {extra}/>'
        for identity, kind, target in rows
    )
    return f'<Relationships xmlns="{RELS}">{body}</Relationships>'


def sheet_xml(rows: str = ROW, *, before: str = "", after: str = "", namespace: str = MAIN) -> str:
    """A worksheet part around the rows."""
    return f'<worksheet xmlns="{namespace}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def workbook_xml(
    sheets: str = '<sheet name="填报" sheetId="1" r:id="rId1"/>', *, before: str = "", strict: bool = False
) -> str:
    """The workbook part around its list of sheets."""
    main, office = (STRICT, STRICT_OFFICE) if strict else (MAIN, OFFICE)
    return f'<workbook xmlns="{main}" xmlns:r="{office}">{before}<sheets>{sheets}</sheets></workbook>'


def book_parts(rows: str = ROW, *, before: str = "", after: str = "", strings: str = "") -> Parts:
    """The parts of a one-sheet workbook; `strings` is the inside of the shared strings."""
    parts: Parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook_xml(),
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "styles", "styles.xml")
        ),
        "xl/styles.xml": STYLES,
        SHEET: sheet_xml(rows, before=before, after=after),
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    return parts


def pack(parts: Parts, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return target.getvalue()


def book(rows: str = ROW, *, parts: Parts | None = None, drop: str = "", **inside: str) -> bytes:
    """A one-sheet workbook; `parts` replaces or adds parts, `drop` leaves one out."""
    whole = book_parts(rows, **inside) | (parts or {})
    whole.pop(drop, None)
    return pack(whole)


def patch(data: bytes, at: int, new: bytes) -> bytes:
    """The bytes with some of them replaced."""
    return data[:at] + new + data[at + len(new) :]


def central(data: bytes, name: str) -> int:
    """Where the directory's record of a part begins."""
    at = data.rfind(name.encode())
    return data.rfind(b"PK\x01\x02", 0, at)


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams at its root, each padded to 4,096 bytes or more."""
    sector, free, end, fat_mark = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    padded = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    padded = {name: content + b"\0" * (-len(content) % sector) for name, content in padded.items()}
    starts: dict[str, int] = {}
    # Sector 0 is the allocation table, sector 1 the directory (up to three streams).
    table, at = [fat_mark, end], 2
    for name, content in padded.items():
        count = len(content) // sector
        starts[name] = at
        table += [*range(at + 1, at + count), end]
        at += count
    table += [free] * (128 - len(table))

    def entry(name: str, kind: int, *, right: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0" if name else b""
        return (
            raw.ljust(64, b"\0")
            + len(raw).to_bytes(2, "little")
            + bytes((kind, 1))
            + b"".join(number.to_bytes(4, "little") for number in (free, right, child))
            + bytes(36)
            + start.to_bytes(4, "little")
            + size.to_bytes(8, "little")
        )

    names = list(padded)
    directory = entry("Root Entry", 5, right=free, child=1, start=end, size=0)
    for number, name in enumerate(names, 1):
        following = number + 1 if number < len(names) else free
        directory += entry(name, 2, right=following, child=free, start=starts[name], size=len(padded[name]))
    directory += entry("", 0, right=free, child=free, start=0, size=0) * (3 - len(names))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + bytes.fromhex("3e000300feff09000600") + bytes(6)
    numbers = (0, 1, 1, 0, 4096, end, 0, end, 0, 0, *[free] * 108)
    header += b"".join(number.to_bytes(4, "little") for number in numbers)
    fat = b"".join(number.to_bytes(4, "little") for number in table)
    return header + fat + directory + b"".join(padded.values())


def biff(*records: tuple[int, bytes]) -> bytes:
    """BIFF records with their headers."""
    return b"".join(
        number.to_bytes(2, "little") + len(body).to_bytes(2, "little") + body for number, body in records
    )
