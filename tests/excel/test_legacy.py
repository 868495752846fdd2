"""Old and foreign workbooks: what their containers betray, and what can be read of them."""

from __future__ import annotations

import datetime

import pytest

from tests.excel import build
from xlfz.errors import Refused
from xlfz.excel import legacy
from xlfz.excel.content import Cell
from xlfz.excel.package import Limits
from xlfz.excel.reader import read_workbook

BOF, EOF, FILEPASS, BOUNDSHEET = 0x809, 0x0A, 0x2F, 0x85
GLOBALS = bytes.fromhex("00060500") + bytes(12)
PAGE = bytes.fromhex("00061000") + bytes(12)
OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"


def xls(*, sheet_kind: int = 0, value: bytes = b"", protected: bool = False, **streams: bytes) -> bytes:
    """A BIFF8 workbook of one sheet 甲; `value` is the inside of a NUMBER record."""
    name = "甲".encode("utf-16-le")
    sheet = build.biff((BOF, PAGE), *([(0x203, value)] if value else []), (EOF, b""))
    head = [(BOF, GLOBALS), *([(FILEPASS, bytes(6))] if protected else [])]

    def whole(at: int) -> bytes:
        place = at.to_bytes(4, "little") + bytes((0, sheet_kind, 1, 1)) + name
        return build.biff(*head, (BOUNDSHEET, place), (EOF, b""))

    return build.ole({"Workbook": whole(len(whole(0))) + sheet} | streams)


def ods(content: str, *, manifest: str = "", kind: str = OPEN_DOCUMENT) -> bytes:
    """An OpenDocument workbook of one sheet 甲 with these rows."""
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    manifest_xml = f'<m:manifest xmlns:m="{office}manifest:1.0">{manifest}</m:manifest>'
    return build.pack(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": manifest_xml,
            "content.xml": f'<office:document-content xmlns:office="{office}office:1.0"'
            f' xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="甲">{content}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


def xlsb(parts: build.Parts | None = None) -> bytes:
    """A binary workbook whose main part makes no sense."""
    rels = build.relations(("rId1", "officeDocument", "xl/workbook.bin"))
    whole = build.book_parts() | {"_rels/.rels": rels, "xl/workbook.bin": b"x"}
    del whole["xl/workbook.xml"]
    return build.pack(whole | (parts or {}))


def code_of(data: bytes, **options: object) -> str:
    """The code with which the reader refuses these bytes."""
    with pytest.raises(Refused) as caught:
        read_workbook(data, **options)
    (finding,) = caught.value.findings
    return finding.code


NUMBER = (2).to_bytes(2, "little") + (1).to_bytes(2, "little") + bytes(2) + bytes.fromhex("0000000000002340")


def test_an_xls_reads_its_values_and_says_that_it_is_old() -> None:
    """W_LEGACY_VALUES, not faithful, addresses from 1."""
    book = read_workbook(xls(value=NUMBER), name="表.et")
    assert (book.format, book.faithful) == ("xls", False)
    assert [f.code for f in book.findings] == ["W_LEGACY_VALUES"]
    (sheet,) = book.sheets
    assert (sheet.name, sheet.state) == ("甲", "visible")
    assert sheet.rows == {3: {2: Cell("number", 9.5, "9.5")}}


def test_an_xls_named_xlsx_is_read_and_said() -> None:
    """W_EXT_MISMATCH."""
    found = [f.code for f in read_workbook(xls(value=NUMBER), name="表.xlsx").findings]
    assert found == ["W_LEGACY_VALUES", "W_EXT_MISMATCH"]


def test_macros_in_an_xls_are_said() -> None:
    """W_MACRO, from the storage of the VBA project."""
    found = [f.code for f in read_workbook(xls(value=NUMBER, _VBA_PROJECT_CUR=b"vba")).findings]
    assert found == ["W_LEGACY_VALUES", "W_MACRO"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (build.ole({"EncryptedPackage": b"x"}), "E_ENCRYPTED"),
        (xls(protected=True), "E_ENCRYPTED"),
        (xls(sheet_kind=1), "E_XLM_MACRO"),
        (build.ole({"WordDocument": b"x"}), "E_NOT_SPREADSHEET_WORD"),
        (build.ole({"PowerPoint Document": b"x"}), "E_NOT_SPREADSHEET_OLE"),
        (build.ole({"Workbook": b"\xff" * 5_000}), "E_LEGACY_BROKEN"),
        (build.ole({"Workbook": build.biff((BOF, GLOBALS), (EOF, b""))})[:700], "E_LEGACY_BROKEN"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"rest", "E_LEGACY_BROKEN"),
    ],
)
def test_a_compound_file_that_cannot_be_read_says_why(data: bytes, code: str) -> None:
    """Passwords, macro sheets, other documents, damage."""
    assert code_of(data) == code


CELLS = (
    '<table:table-row><table:table-cell office:value-type="string"><text:p>甲乙</text:p></table:table-cell>'
    '<table:table-cell office:value-type="float" office:value="7"/>'
    '<table:table-cell office:value-type="date" office:date-value="2026-03-12"/>'
    '<table:table-cell office:value-type="boolean" office:boolean-value="true"/></table:table-row>'
)


def test_an_ods_reads_its_values() -> None:
    """Integers become floats, dates become numbers."""
    book = read_workbook(ods(CELLS), name="表.ods")
    assert (book.format, book.faithful) == ("ods", False)
    assert book.sheets[0].rows == {
        1: {
            1: Cell("text", "甲乙"),
            2: Cell("number", 7.0, "7"),
            3: Cell("number", 46093.0, "46093", None, "date"),
            4: Cell("bool", True),
        }
    }


def test_sheets_can_be_chosen() -> None:
    """The same predicate as for .xlsx."""
    assert read_workbook(ods(CELLS), only=lambda name, _: name != "甲").sheets == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ods(CELLS, manifest="<m:encryption-data/>"), "E_ENCRYPTED"),
        (ods(CELLS, kind="application/vnd.oasis.opendocument.text"), "E_NOT_SPREADSHEET_WORD"),
        (ods(CELLS, kind="application/vnd.oasis.opendocument.graphics"), "E_NOT_SPREADSHEET_OTHER"),
        (ods("<broken"), "E_XML_BROKEN"),
        (build.pack({"mimetype": OPEN_DOCUMENT, "content.xml": "<x/>"}), "E_LEGACY_BROKEN"),
        (build.pack({"mimetype": OPEN_DOCUMENT}), "E_LEGACY_BROKEN"),
        (xlsb(), "E_LEGACY_BROKEN"),
        (xlsb({"xl/macrosheets/a.bin": b"x"}), "E_XLM_MACRO"),
        (xlsb({"xl/workbook.xml": build.workbook_xml()}), "E_PKG_BROKEN"),
    ],
)
def test_a_foreign_package_that_cannot_be_read_says_why(data: bytes, code: str) -> None:
    """Passwords, other documents, damage."""
    assert code_of(data) == code


def test_too_many_cells_are_refused() -> None:
    """The area between the first and the last cell counts."""
    assert code_of(ods(CELLS), limits=Limits(cells=3)) == "E_TOO_MANY_CELLS"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("", None),
        (None, None),
        (True, Cell("bool", True)),
        (3, Cell("number", 3.0, "3")),
        (datetime.datetime(2026, 3, 12, 12), Cell("number", 46093.5, "46093.5", None, "date")),
        (datetime.date(2026, 3, 12), Cell("number", 46093.0, "46093", None, "date")),
        (datetime.date(1800, 1, 1), Cell("text", "1800-01-01")),
        (datetime.time(6), Cell("number", 0.25, "0.25", None, "time")),
        (datetime.timedelta(hours=36), Cell("number", 1.5, "1.5", None, "time")),
    ],
)
def test_what_calamine_gives_becomes_a_cell(value: object, cell: Cell | None) -> None:
    """Every type that it can give."""
    assert legacy._cell(value) == cell


class Panic(BaseException):
    """Stands in for calamine's own."""


@pytest.mark.parametrize(("raised", "seen"), [("PanicException", Refused), ("KeyboardInterrupt", Panic)])
def test_a_panic_refuses_the_file_and_an_interrupt_goes_on(
    raised: str, seen: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """calamine's panics are no Exceptions; neither is the user's Ctrl-C."""

    class Broken:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise type(raised, (Panic,), {})

    monkeypatch.setattr(legacy, "CalamineWorkbook", Broken)
    with pytest.raises(seen):
        read_workbook(ods(CELLS))
