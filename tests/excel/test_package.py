"""The container: kinds of bytes, and packages that lie."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib

import pytest

from tests.excel import build
from xlfz.errors import Refused
from xlfz.excel.package import LIMITS, Limits, Package, sniff
from xlfz.excel.reader import read_workbook


def code_of(data: bytes, **options: object) -> str:
    """The code with which the reader refuses these bytes."""
    with pytest.raises(Refused) as caught:
        read_workbook(data, **options)
    (finding,) = caught.value.findings
    assert finding.message
    assert finding.remedy
    return finding.code


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "zip"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "ole"),
        (b"\x09\x08\x08\x00\x00\x05\x05\x00", "biff"),
        (b"%PDF-1.7", "pdf"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"Rar!\x1a\x07", "archive"),
        (b"7z\xbc\xaf\x27\x1c", "archive"),
        (b"{\\rtf1", "rtf"),
        (b"\xef\xbb\xbf <HTML><body>", "html"),
        (b"<div><table><tr>", "html"),
        ("\ufeff<html>".encode("utf-16-le"), "html"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "xml2003"),
        ("单位,得分\n甲,9".encode("gb18030"), "text"),
        ("\ufeff单位\t得分".encode("utf-16-le"), "text"),
        (b"\x01\x02\x03\x00", "junk"),
    ],
)
def test_bytes_tell_what_a_file_is(head: bytes, kind: str) -> None:
    """The kind comes from the first bytes."""
    assert sniff(head) == kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E_EMPTY_FILE"),
        (b"\x09\x08\x08\x00\x00\x05\x05\x00", "E_LEGACY_BROKEN"),
        (b"%PDF-1.7", "E_NOT_SPREADSHEET_PDF"),
        (b"\x89PNG\r\n", "E_NOT_SPREADSHEET_PDF"),
        (b"Rar!\x1a\x07", "E_NOT_SPREADSHEET_ARCHIVE"),
        (b"{\\rtf1}", "E_NOT_SPREADSHEET_WORD"),
        (b"<html></html>", "E_NOT_SPREADSHEET_HTML"),
        (b"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "E_NOT_SPREADSHEET_XML"),
        (b"a,b\n1,2", "E_NOT_SPREADSHEET_TEXT"),
        (b"\x00\x01\x02", "E_ZIP_BROKEN"),
    ],
)
def test_what_is_no_workbook_is_refused_by_its_kind(data: bytes, code: str) -> None:
    """Each kind has its own code, whatever the name says."""
    assert code_of(data, name="表.xlsx") == code


def test_the_limits_are_the_published_ones() -> None:
    """A change of a limit is a decision."""
    sizes = (LIMITS.file, LIMITS.entries, LIMITS.entry, LIMITS.total, LIMITS.ratio, LIMITS.ratio_from)
    assert sizes == (20 << 20, 1_000, 128 << 20, 256 << 20, 100, 10 << 20)
    assert (LIMITS.depth, LIMITS.cells, LIMITS.rows, LIMITS.columns) == (64, 2_000_000, 20_000, 512)


def test_a_file_over_the_limit_is_not_opened() -> None:
    """E_FILE_SIZE comes before anything is read."""
    assert code_of(b"%PDF" + bytes(100), limits=Limits(file=50)) == "E_FILE_SIZE"


def test_a_truncated_file_is_broken() -> None:
    """Half a download."""
    assert code_of(build.book()[:-200]) == "E_ZIP_BROKEN"


def test_a_damaged_check_sum_is_broken() -> None:
    """One flipped byte in a stored part."""
    data = build.pack(build.book_parts(), method=zipfile.ZIP_STORED)
    at = data.index(b"<sheetData>")
    assert code_of(build.patch(data, at + 1, b"S")) == "E_ZIP_BROKEN"


def test_damage_in_a_part_that_nobody_needs_is_seen() -> None:
    """Every part is verified, not only those that are read."""
    parts = build.book_parts() | {"xl/media/image1.png": b"picture" * 9}
    data = build.pack(parts, method=zipfile.ZIP_STORED)
    assert code_of(build.patch(data, data.index(b"picture"), b"P")) == "E_ZIP_BROKEN"


@pytest.mark.parametrize("difference", [-5, 5])
def test_a_false_size_is_a_lie(difference: int) -> None:
    """The directory says less, or more, than the part holds."""
    data = build.book()
    at = build.central(data, build.SHEET) + 24
    (size,) = struct.unpack_from("<I", data, at)
    assert code_of(build.patch(data, at, struct.pack("<I", size + difference))) == "E_ZIP_SIZE_LIE"


def test_a_lie_is_seen_before_it_is_unpacked() -> None:
    """A bomb that claims ten bytes is stopped at its first chunk."""
    data = build.book(parts={"xl/media/a.bin": bytes(3 << 20)})
    data = build.patch(data, build.central(data, "xl/media/a.bin") + 24, struct.pack("<I", 10))
    with pytest.raises(Refused):
        next(Package(data)._inflate("xl/media/a.bin"))


def test_bytes_after_a_packed_part_are_a_lie() -> None:
    """Room for something that no reader shows."""
    content = b"abc" * 50
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(content) + packer.flush() + b"hidden"
    data = build.pack(build.book_parts() | {"xl/a.bin": packed}, method=zipfile.ZIP_STORED)
    at = build.central(data, "xl/a.bin")
    data = build.patch(data, at + 10, struct.pack("<H", 8))
    data = build.patch(data, at + 16, struct.pack("<I", zlib.crc32(content)))
    assert code_of(build.patch(data, at + 24, struct.pack("<I", len(content)))) == "E_ZIP_SIZE_LIE"


def test_a_part_with_two_names_is_broken() -> None:
    """The directory and the part itself must agree on the name."""
    data = build.book(parts={"xl/a.bin": b"x"})
    assert code_of(build.patch(data, data.index(b"xl/a.bin"), b"xl/b.bin")) == "E_ZIP_BROKEN"


def test_an_entry_that_inflates_too_far_is_a_bomb() -> None:
    """A ratio above the limit, in a part above the size from which it counts."""
    assert code_of(build.book(parts={"xl/media/a.bin": bytes(11 << 20)})) == "E_ZIP_RATIO"


def test_many_small_bombs_are_a_bomb() -> None:
    """The ratio is judged over all parts together, too."""
    parts: build.Parts = {f"xl/media/{n}.bin": bytes(2 << 20) for n in range(6)}
    assert code_of(build.book(parts=parts)) == "E_ZIP_RATIO"


def test_a_small_part_of_zeros_is_no_bomb() -> None:
    """The ratio does not count below 10 MiB."""
    assert read_workbook(build.book(parts={"xl/media/a.bin": bytes(1 << 20)})).sheets


@pytest.mark.parametrize("limits", [Limits(entry=1_000), Limits(total=2_000)])
def test_a_package_that_unpacks_too_large_is_refused(limits: Limits) -> None:
    """One part, and all of them together."""
    assert code_of(build.book(parts={"xl/media/a.bin": bytes(1_500)}), limits=limits) == "E_ZIP_SIZE"


def test_too_many_entries_are_refused() -> None:
    """1,001 parts are no form."""
    assert code_of(build.book(parts={f"x/{n}": b"" for n in range(1_000)})) == "E_ZIP_ENTRIES"


def test_a_part_that_reaches_into_the_next_is_refused() -> None:
    """The packed size of one part covers the header of the next."""
    parts = {"xl/a.bin": b"first"} | build.book_parts()
    data = build.pack(parts, method=zipfile.ZIP_STORED)
    at = build.central(data, "xl/a.bin") + 20
    assert code_of(build.patch(data, at, struct.pack("<II", 50, 50))) == "E_ZIP_OVERLAP"


@pytest.mark.parametrize("second", [build.SHEET, build.SHEET.upper()])
def test_a_second_part_of_the_same_name_is_refused(second: str) -> None:
    """In the same case or another: which one counts cannot be known."""
    target = io.BytesIO(build.book())
    with zipfile.ZipFile(target, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(second, build.sheet_xml())
    assert code_of(target.getvalue()) == "E_ZIP_DUPNAME"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "xl/../../x", "C:/x", "..\\x"])
def test_a_path_that_leaves_the_package_is_refused(name: str) -> None:
    """Nothing is ever written, but such a file is no accident."""
    assert code_of(build.book(parts={name: b"x"})) == "E_ZIP_PATH"


def test_an_encrypted_entry_is_refused() -> None:
    """A zip with a password."""
    data = build.book()
    assert code_of(build.patch(data, build.central(data, build.SHEET) + 8, b"\x01\x00")) == "E_ENCRYPTED"


def test_a_rare_compression_is_refused() -> None:
    """Only stored and deflated parts are part of the format."""
    assert code_of(build.pack(build.book_parts(), method=zipfile.ZIP_BZIP2)) == "E_ZIP_METHOD"


DTD = '<!DOCTYPE x [<!ENTITY e "boom">]>'


@pytest.mark.parametrize("dtd", [DTD, "<!DOCTYPE x>", '<!DOCTYPE x SYSTEM "file:///etc/passwd">'])
def test_a_dtd_is_refused_before_it_is_expanded(dtd: str) -> None:
    """In a part that is read; with entities or without."""
    assert code_of(build.book(parts={build.SHEET: dtd + build.sheet_xml()})) == "E_XML_DTD"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_dtd_is_refused_in_a_part_that_nobody_reads(encoding: str) -> None:
    """Whoever opens the file next would read it."""
    part = (" <!-- " + "x" * 3_000 + " -->" + DTD + "<x/>").strip().encode(encoding)
    assert code_of(build.book(parts={"docProps/app.xml": part})) == "E_XML_DTD"


def test_a_drawing_that_is_not_well_formed_does_no_harm() -> None:
    """Excel's own old drawings leave <br> open; nobody reads them."""
    assert read_workbook(build.book(parts={"xl/drawings/v.vml": "<xml><br></xml>"})).sheets


@pytest.mark.parametrize("part", [build.SHEET, "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_deep_nesting_is_refused(part: str) -> None:
    """In every part that is interpreted."""
    roots = {build.SHEET: "worksheet", "xl/styles.xml": "styleSheet", "xl/workbook.xml": "workbook"}
    root = roots.get(part, "sst")
    deep = f'<{root} xmlns="{build.MAIN}">' + "<a>" * 80 + "</a>" * 80 + f"</{root}>"
    assert code_of(build.book(parts={part: deep})) == "E_XML_DEPTH"


@pytest.mark.parametrize(
    "broken",
    ["<worksheet", "", f'<worksheet xmlns="{build.MAIN}"></b>', '<?xml version="1.0" encoding="x"?><a/>'],
)
def test_broken_xml_is_refused(broken: str) -> None:
    """Half a part is never half read."""
    assert code_of(build.book(parts={build.SHEET: broken})) == "E_XML_BROKEN"


def test_parts_are_found_in_any_case_and_that_is_said() -> None:
    """W_PKG_CASE: an honest but careless tool."""
    parts = build.book_parts()
    parts["XL/Styles.xml"] = parts.pop("xl/styles.xml")
    assert [f.code for f in read_workbook(build.pack(parts)).findings] == ["W_PKG_CASE"]


def test_backslashes_in_part_names_are_read_and_said() -> None:
    """W_ZIP_BACKSLASH: old .NET tools."""
    parts = {name.replace("/", "\\"): content for name, content in build.book_parts().items()}
    book = read_workbook(build.pack(parts))
    assert [f.code for f in book.findings] == ["W_ZIP_BACKSLASH"]
    assert book.sheets[0].rows


def test_a_part_can_be_read_whole() -> None:
    """`read` gives the verified bytes."""
    package = Package(build.book(parts={"xl/media/a.bin": b"abc"}))
    assert package.read("xl/media/a.bin") == b"abc"
