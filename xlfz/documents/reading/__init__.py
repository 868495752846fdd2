"""A document of any format -> its paragraphs and tables, with places.

`read_document` takes bytes and looks at nothing but bytes to tell what they are; the name serves
for the result and for messages. Gives a `Source`. Raises Refused and nothing else: what cannot be
read is refused with its reason, what could be read only in part is listed in `findings`. Reads
foreign formats with libraries that may hang: call it in a worker that may be killed.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import olefile

from xlfz.documents.reading.plain import mostly_text, wide_without_mark
from xlfz.errors import Refused, refuse
from xlfz.excel.package import HEAD, Package, sniff
from xlfz.findings import finding

if TYPE_CHECKING:
    from xlfz.documents.model import Source

MAX_BYTES = 64 << 20
"""A plan with its pictures; nobody issues a larger one."""
_REFUSED = {
    "empty": "E_EMPTY_FILE",
    "image": "E_IMPORT_SCANNED",
    "archive": "E_IMPORT_ARCHIVE",
    "biff": "E_IMPORT_FORMAT",
    "xml2003": "E_IMPORT_FORMAT",
    "junk": "E_IMPORT_FORMAT",
}
_SAID_FOR_PLANS = {
    "E_ENCRYPTED": "E_IMPORT_LOCKED",
    "E_LEGACY_BROKEN": "E_IMPORT_BROKEN",
    "E_PKG_BROKEN": "E_IMPORT_BROKEN",
    "E_XML_BROKEN": "E_IMPORT_BROKEN",
    "E_ZIP_BROKEN": "E_IMPORT_BROKEN",
    "E_ZIP_SIZE_LIE": "E_IMPORT_BROKEN",
}
"""What the guards say of a returned form -> the same of a plan, which no reporting unit can send again."""
_MARKUP = re.compile(
    rb"\s*<(!--|!\[|/?(p|div|span|body|br|h[1-6]|ul|ol|li|font|center|section|article|tr)\b)", re.I
)
_WORD_2003 = re.compile(rb"schemas\.microsoft\.com/office/word/2003|progid=.word\.document|xmlPackage", re.I)


def read_document(data: bytes, name: str) -> Source:
    """Read one document: docx, doc, rtf, odt, html, mht, pdf, txt, csv, xlsx, xls, ods, et.

    Raises Refused.
    """
    if len(data) > MAX_BYTES:
        raise refuse(finding("E_FILE_SIZE", file=name, MB=len(data) >> 20, 上限=MAX_BYTES >> 20))
    try:
        return _read(data, name)
    except Refused as refused:
        said = (
            finding(_SAID_FOR_PLANS[f.code]) if f.code in _SAID_FOR_PLANS else f for f in refused.findings
        )
        raise Refused(f.at(file=name) for f in said) from refused


def _read(data: bytes, name: str) -> Source:
    kind = sniff(data[:HEAD])
    if kind == "junk" and (wide_without_mark(data) or mostly_text(data[:HEAD])):
        kind = "text"
    if kind in _REFUSED:
        raise refuse(finding(_REFUSED[kind]))
    # Each library is loaded where it is needed: most imports need one of them.
    if kind == "text" and (head := data[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()).startswith(b"<"):
        if _WORD_2003.search(head):
            return _converted(data, name, "xml")
        if head.startswith(b"<?xml"):
            raise refuse(finding("E_IMPORT_FORMAT"))
        if _MARKUP.match(head):
            kind = "html"
    if kind == "text":
        from xlfz.documents.reading.plain import read_text

        return read_text(data, name)
    if kind == "html":
        from xlfz.documents.reading.web import read_html

        return read_html(data, name)
    if kind == "pdf":
        from xlfz.documents.reading.pdf import read_pdf

        return read_pdf(data, name)
    if kind == "rtf":
        return _converted(data, name, "rtf")
    if kind == "ole":
        return _ole(data, name)
    return _zip(data, name)


def _zip(data: bytes, name: str) -> Source:
    package = Package(data)
    names = package.names
    if any(n.startswith("word/") for n in names):
        from xlfz.documents.reading.word import read_docx

        package.verify_rest()
        return read_docx(data, name)
    if package.find("mimetype") and b"opendocument.text" in package.read("mimetype"):
        return _converted(data, name, "odt")
    if not package.find("mimetype") and not any(n.startswith("xl/") for n in names):
        raise refuse(finding("E_IMPORT_ARCHIVE"))
    return _workbook(data, name)


def _ole(data: bytes, name: str) -> Source:
    from xlfz.excel.legacy import check_ole

    try:
        check_ole(data)
    except Refused as refused:
        codes = {f.code for f in refused.findings}
        if "E_NOT_SPREADSHEET_WORD" in codes:
            if _word_has_password(data):
                raise refuse(finding("E_IMPORT_LOCKED")) from refused
            return _converted(data, name, "doc")
        if "E_NOT_SPREADSHEET_OLE" in codes:
            raise refuse(finding("E_IMPORT_FORMAT")) from refused
        raise
    return _workbook(data, name)


def _word_has_password(data: bytes) -> bool:
    """Whether an old Word document is encrypted: a bit at the head of its main stream says so."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            path = next(p for p in compound.listdir() if p[0].lower() == "worddocument")
            head = compound.openstream(path).read(12)
    except Exception as problem:  # olefile raises whatever a damaged structure makes it trip over
        raise refuse(finding("E_IMPORT_BROKEN")) from problem
    return len(head) == 12 and bool(head[11] & 1)


def _workbook(data: bytes, name: str) -> Source:
    from xlfz.documents.reading.sheets import read_sheets

    return read_sheets(data, name)


def _converted(data: bytes, name: str, kind: str) -> Source:
    """Old and foreign word processors' files, through LibreOffice where there is one."""
    from dataclasses import replace

    from xlfz.documents.reading.convert import as_docx
    from xlfz.documents.reading.word import read_docx

    return replace(read_docx(as_docx(data, kind), name), format=kind)
