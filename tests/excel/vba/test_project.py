"""VBA projects, read back by olevba and olefile, and everything for which Excel would refuse one."""

from __future__ import annotations

import io
import re
import struct
import zipfile

import olefile
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from oletools.olevba import VBA_Parser, decompress_stream

from xlfz.excel.plan import Sheet, Workbook
from xlfz.excel.vba import Module, build, with_project
from xlfz.excel.writer import write

BOOK = Module("ThisWorkbook", "document", base="workbook")
CODE = "Option Explicit\nPublic Sub X()\nEnd Sub\n"


def listing(data: bytes) -> dict[str, str]:
    """Module name -> text, as olevba sees them."""
    found = VBA_Parser("vbaProject.bin", data=data)
    try:
        return {name.rpartition(".")[0]: text for _, _, name, text in found.extract_macros()}
    finally:
        found.close()


def streams(data: bytes) -> dict[str, bytes]:
    """Stream name -> content."""
    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE) as file:
        return {"/".join(path): file.openstream(path).read() for path in file.listdir()}


def records(data: bytes) -> list[tuple[int, bytes]]:
    """The records of a dir stream; fails unless they end exactly where the stream does."""
    found = []
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("<HI", data, at)
        size = 6 if kind == 0x09 else size  # PROJECTVERSION says 4 and has 6
        content = data[at + 6 : at + 6 + size]
        assert len(content) == size
        found.append((kind, content))
        at += 6 + size
    return found


def sheets(count: int) -> Workbook:
    """A plan with so many sheets."""
    return Workbook(tuple(Sheet(f"表{n}") for n in range(1, count + 1)))


@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(1, 300))
def test_any_number_of_sheets(count: int) -> None:
    """Every module is in the dir stream, in PROJECT, in PROJECTwm and in a stream of its own, in order."""
    plan = with_project(sheets(count), [Module("Run", code=CODE)])
    names = ["ThisWorkbook", *(f"Sheet{n}" for n in range(1, count + 1)), "Run"]
    found = streams(plan.vba)
    assert set(found) == {"PROJECT", "PROJECTwm", "VBA/dir", "VBA/_VBA_PROJECT", *(f"VBA/{n}" for n in names)}
    directory = records(bytes(decompress_stream(bytearray(found["VBA/dir"]))))
    assert [content.decode() for kind, content in directory if kind == 0x19] == names
    assert [content.decode("utf-16-le") for kind, content in directory if kind == 0x47] == names
    assert [content.decode() for kind, content in directory if kind == 0x1A] == names
    assert [struct.unpack("<H", c)[0] for kind, c in directory if kind == 0x0F] == [len(names)]
    assert directory[-1] == (0x10, b"")
    project = found["PROJECT"].decode()
    assert re.findall(r"^(?:Document|Module)=(\w+)", project, re.M) == names
    assert re.findall(r"^(\w+)=0, 0, 0, 0, C", project, re.M) == names
    pairs = b"".join(n.encode() + b"\0" + n.encode("utf-16-le") + b"\0\0" for n in names)
    assert found["PROJECTwm"] == pairs + b"\0\0"


@pytest.mark.parametrize("count", [1, 300])
def test_code_names_are_equal_on_both_sides(count: int) -> None:
    """The names in workbook and sheets are those of the document modules: else Excel drops the project."""
    plan = with_project(sheets(count), [])
    with zipfile.ZipFile(io.BytesIO(write(plan))) as package:
        book = package.read("xl/workbook.xml").decode()
        parts = [package.read(f"xl/worksheets/sheet{n}.xml").decode() for n in range(1, count + 1)]
        data = package.read("xl/vbaProject.bin")
    inside = re.findall(r'<workbookPr codeName="([^"]*)"', book)
    inside += [name for part in parts for name in re.findall(r'<sheetPr codeName="([^"]*)"', part)]
    assert inside == list(listing(data))
    assert len(inside) == count + 1


def test_document_modules_say_what_they_belong_to() -> None:
    """VB_Base is the workbook's for the workbook and the sheet's for sheets; predeclared, exposed."""
    found = listing(with_project(sheets(1), []).vba)
    assert 'VB_Base = "0{00020819-' in found["ThisWorkbook"]
    assert 'VB_Base = "0{00020820-' in found["Sheet1"]
    assert all("VB_PredeclaredId = True\r\n" in text for text in found.values())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_become_crlf(end: str) -> None:
    """Excel does not compile a module whose lines end in LF only."""
    text = listing(build([BOOK, Module("Run", code=CODE.replace("\n", end))]))["Run"]
    assert text == 'Attribute VB_Name = "Run"\r\n' + CODE.replace("\n", "\r\n")


def test_the_header_of_an_exported_module_is_made_anew() -> None:
    """What the editor writes above the code when it exports is not code; attributes below stay."""
    exported = (
        'VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1\nEND\nAttribute VB_Name = "Old"\n'
        'Option Explicit\nPublic Sub X()\nAttribute X.VB_Description = "x"\nEnd Sub\n'
    )
    text = listing(build([BOOK, Module("Fresh", "class", exported)]))["Fresh"]
    assert "VERSION" not in text
    assert "Old" not in text
    assert text.startswith('Attribute VB_Name = "Fresh"\r\nAttribute VB_Base = "0{FCFB3D2A-')
    assert 'Attribute X.VB_Description = "x"\r\n' in text


def test_the_project_is_open_and_visible() -> None:
    """Not protected, no password, shown: the three obscured values say so to oletools' reader too."""
    project = streams(build([BOOK]))["PROJECT"].decode()
    values = dict(re.findall(r'^(ID|CMG|DPB|GC)="([^"]*)"', project, re.M))
    assert re.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", values["ID"])
    assert set(values) == {"ID", "CMG", "DPB", "GC"}
    assert all(line.endswith("\r") for line in project.split("\n")[:-1])


def test_the_same_modules_give_the_same_bytes() -> None:
    """No clock and no chance."""
    assert build([BOOK, Module("Run", code=CODE)]) == build([BOOK, Module("Run", code=CODE)])


def test_the_longest_source_that_is_allowed() -> None:
    """31 characters of name, 1023 of line, 24 continuations."""
    lines = ["x = 1 + _"] + ["  1 + _"] * 23 + ["  1", "' " + "x" * 1021]
    module = Module("A" * 31, code="\r\n".join(lines))
    assert listing(build([BOOK, module]))["A" * 31].endswith("x\r\n")


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        ([Module("A" * 32)], "more than 31"),
        ([Module("1st")], "identifier"),
        ([Module("a-b")], "identifier"),
        ([Module("汇总")], "identifier"),
        ([Module("")], "identifier"),
        ([Module("Next")], "word of the language"),
        ([Module("Run"), Module("RUN")], "two modules"),
        ([Module("thisworkbook")], "two modules"),
        ([Module("A", code="' 汇总")], "A, line 1: only ASCII"),
        ([Module("A", code="x\n' \x07")], "A, line 2: a control"),
        ([Module("A", code="x" * 1024)], "longer than 1023"),
        ([Module("A", code="x = _\n" * 25 + "1")], "more than 24 continuations"),
        ([Module("A", "document")], "belong to"),
        ([Module("A", base="sheet")], "belong to"),
        ([Module("B", "document", base="workbook")], "one workbook"),
    ],
)
def test_what_excel_would_refuse_is_refused(modules: list[Module], words: str) -> None:
    """ValueError names the module, and the line where there is one."""
    with pytest.raises(ValueError, match=words):
        build([BOOK, *modules])


def test_a_project_without_a_workbook_is_refused() -> None:
    """Only modules of sheets."""
    with pytest.raises(ValueError, match="one workbook"):
        build([Module("Sheet1", "document", base="sheet")])
