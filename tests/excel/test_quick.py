"""The quick way gives what the streamed way gives, or leaves the part to it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.excel import build
from xlfz.errors import Refused
from xlfz.excel import reader, sheet, strings
from xlfz.excel.package import LIMITS, Limits, Package
from xlfz.excel.sheets import Tables

if TYPE_CHECKING:
    from collections.abc import Callable

STRINGS = "xl/sharedStrings.xml"


def outcome(read: Callable[[], object]) -> object:
    """What a reading gives: its result, or the codes and places of its refusal."""
    try:
        return read()
    except Refused as refusal:
        return [(f.code, f.sheet, f.cell, f.facts) for f in refusal.findings]


def both(data: bytes, limits: Limits = LIMITS) -> tuple[bool, bool]:
    """Compare the two ways on every part of a workbook; whether the quick one took sheet and strings."""
    whole = outcome(lambda: reader.read_workbook(data, limits=limits))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheet, "read_quickly", lambda *_: None)
        patch.setattr(strings, "read_quickly", lambda *_: None)
        assert whole == outcome(lambda: reader.read_workbook(data, limits=limits))
        if isinstance(whole, reader.BookContent):
            # Dictionaries compare without their order, which is promised.
            again = reader.read_workbook(data, limits=limits)
            assert repr(whole) == repr(again)
    return taken(data, limits)


def taken(data: bytes, limits: Limits = LIMITS) -> tuple[bool, bool]:
    """Whether the quick way takes the first sheet and the strings."""
    try:
        package = Package(data, limits)
        table = strings.read_quickly(package, key) if (key := package.find(STRINGS)) else None
        texts = table or {str(n): f"文{n}" for n in range(2_000)}
        tables = Tables(texts, {str(n): "general" for n in range(200)}, True, False, limits.cells)
        content = sheet.read_quickly(package, build.SHEET, "填报", "visible", tables)
    except Refused:
        return False, False
    return content is not None, table is not None


def part(xml: str | bytes, *, strings_xml: str | bytes = "") -> bytes:
    """A workbook with this worksheet, given whole, and this table of strings."""
    parts: build.Parts = {build.SHEET: xml}
    if strings_xml:
        parts[STRINGS] = strings_xml
    return build.book(parts=parts)


VALUES: tuple[object, ...] = (
    9.5,
    -3,
    True,
    "甲",
    " 甲\n乙\t ",
    "a&b<c>\"d'",
    "]]>",
    "_x000D_",
    "x\r\ny",
    "\u2028😀\u3000",
    "",
    "'=1",
    "é" * 400,
)


def filled(writer: str) -> bytes:
    """A workbook with two sheets of values, formulas, hidden rows and merges, as a program saves it."""
    target = io.BytesIO()
    if writer == "openpyxl":
        book = openpyxl.Workbook()
        for page in (book.active, book.create_sheet("资料")):
            for row in range(1, 9):
                for column, value in enumerate(VALUES, 2):
                    if not isinstance(value, str) or "\r" not in value:
                        page.cell(row, column, value)
            page["B12"] = '=IF(1<2,"是&否","")'
            page.row_dimensions[3].hidden = True
            page.merge_cells("A14:C14")
        book.save(target)
        return target.getvalue()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as made:
        style = made.add_format({"num_format": "0.00%"})
        for name in ("填报", "资料"):
            page = made.add_worksheet(name)
            for row in range(8):
                page.write_row(row, 1, VALUES, style if row % 2 else None)
            page.write_blank(8, 1, None, style)
            page.write_formula("B12", '=IF(1<2,"是&否","")', style, "是&否")
            page.set_row(2, 30, None, {"hidden": True})
            page.merge_range("A14:C14", "题")
    return target.getvalue()


@pytest.mark.parametrize("writer", ["openpyxl", "xlsxwriter"])
def test_what_programs_save_is_read_the_quick_way(writer: str) -> None:
    """Both write every sheet in the plain form; XlsxWriter its strings too, where none is rich."""
    assert both(filled(writer)) == (True, writer == "xlsxwriter")


def test_what_excel_adds_to_rows_is_read_the_quick_way() -> None:
    """Attributes of rows go through expat, whatever they are; so do prefixes declared at the root."""
    xml = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<worksheet xmlns="{build.MAIN}" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">'
        '<dimension ref="A1:C3"/><cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
        '<row r="1" spans="1:3" x14ac:dyDescent="0.25"><c r="A1" s="1"/><c r="B1" t="s"><v>0</v></c></row>'
        '<row r="2" spans="1:3" x14ac:dyDescent="0.25"><c r="A2" s="1"><v>46093</v></c></row>'
        '<row r="3" spans="1:3" hidden="1" x14ac:dyDescent="0.25"/>'
        '<row r="4" spans="1:3" hidden="1" x14ac:dyDescent="0.25"/></sheetData>'
        '<mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>'
    )
    table = f'<sst xmlns="{build.MAIN}"><si><t>甲</t></si><si><t xml:space="preserve"> 乙 </t></si></sst>'
    assert both(part(xml, strings_xml=table)) == (True, True)
    found = reader.read_workbook(part(xml, strings_xml=table)).sheets[0]
    assert (found.hidden_rows, found.hidden_columns) == ({3, 4}, {2})
    assert found.merges == ((1, 1, 1, 2),)


C = '<c r="A1"><v>1</v></c>'
R = f'<row r="1">{C}</row>'
W = f'<worksheet xmlns="{build.MAIN}">'


def cell(value: str) -> str:
    """A worksheet with one text cell, given as XML."""
    return build.sheet_xml(f'<row r="1"><c r="A1" t="str"><v>{value}</v></c></row>')


PLAIN = {
    "numbers": cell("&#65;&#x4e59;&#10;&#13;&#x10FFFF;&#0000065;&#xA;"),
    "names": cell("&amp;#65; &lt;&gt;&quot;&apos;&amp;amp;"),
    "greater than in text": cell("a>b"),
    "brackets": cell("]]&gt;"),
    "line ends": cell("a\r\nb\rc&#13;\nd"),
    "escapes": cell("_x000D__xD83D_"),
    "controls that may be": cell("a\tb\x7f\x85\u2028"),
    "no row": build.sheet_xml(""),
    "no cell": build.sheet_xml('<row r="1"></row><row r="2"/>'),
    "first row says no number": build.sheet_xml('<row><c r="A1"><v>1</v></c></row><row><c r="A2"/></row>'),
    "rows out of order": build.sheet_xml(f'<row r="2"><c r="A2"><v>1</v></c></row>{R}'),
    "quotes in a row": build.sheet_xml(f"<row r='1' ht='0'>{C}</row>"),
    "false dimension": build.sheet_xml(before='<dimension ref="C3:D4"/>'),
    "formula": build.sheet_xml('<row r="1"><c r="A1" t="str"><f>A2&amp;"&lt;"</f><v></v></c></row>'),
    "formula without value": build.sheet_xml(
        '<row r="1"><c r="A1"><f>A2</f></c><c r="B1"><f>1</f><v/></c></row>'
    ),
    "not a number": build.sheet_xml('<row r="1"><c r="A1"><v>NaN</v></c></row>'),
    "unused style": build.sheet_xml('<row r="1"><c r="A1" s="99"/></row>'),
    "huge merge": build.sheet_xml(after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    "comment in the head": build.sheet_xml(before="<!-- 甲 -->"),
    "comment after": build.sheet_xml(after=f"<!-- <sheetData>{R} -->"),
    "far but empty": build.sheet_xml('<row r="30000" s="1"><c r="A30000" s="1"/></row>'),
    "strict": build.sheet_xml(namespace=build.STRICT),
    "apostrophes in the declaration": "<?xml version='1.0' encoding='utf-8'?>\n" + build.sheet_xml(),
}
"""Worksheets that the quick way must take."""

SPLIT = '<row r="1"><c r="A1" t="str"><v>--></v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'

ODD: dict[str, str | bytes] = {
    "comment in a text": cell("a<!-- b -->c"),
    "CDATA": cell("a<![CDATA[<v>]]>c"),
    "instruction": cell("a<?b c?>d"),
    "end of CDATA": cell("a]]>b"),
    "no such reference": cell("&nbsp;"),
    "no semicolon": cell("&#65"),
    "sign in a number": cell("&#+65;"),
    "space in a number": cell("&# 65;"),
    "underscore in a number": cell("&#6_5;"),
    "wide digits": cell("&#６５;"),
    "upper case x": cell("&#X41;"),
    "no digits": cell("&#;"),
    "null": cell("&#0;"),
    "control by number": cell("&#1;"),
    "half of a pair": cell("&#xD83D;"),
    "no character": cell("&#xFFFE;"),
    "beyond Unicode": cell("&#1114112;"),
    "reference to part of a reference": cell("&#38"),
    "null as it is": cell("a\0b"),
    "control": cell("a\x0bb"),
    "no character as it is": cell("a\uffffb"),
    "surrogate": cell("aXb").encode().replace(b"X", b"\xed\xa0\x80"),
    "broken UTF-8": cell("aXb").encode().replace(b"X", b"\xff"),
    "overlong UTF-8": cell("aXb").encode().replace(b"X", b"\xc0\xbc"),
    "UTF-16": ('<?xml version="1.0" encoding="UTF-16"?>' + build.sheet_xml()).encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + build.sheet_xml().encode(),
    "Latin-1": '<?xml version="1.0" encoding="ISO-8859-1"?>' + cell("é"),
    "unknown encoding": '<?xml version="1.0" encoding="GB18030"?>' + cell("甲"),
    "XML 1.1": '<?xml version="1.1"?>' + cell("甲"),
    "DTD": "<!DOCTYPE worksheet>" + build.sheet_xml(),
    "same cell twice": build.sheet_xml(f'<row r="1">{C}{C}</row>'),
    "cells out of order": build.sheet_xml('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
    "same row twice": build.sheet_xml(R + R),
    "same row in parts": build.sheet_xml(f'{R}<row r="1"><c r="B1"><v>2</v></c></row>'),
    "cell of another row": build.sheet_xml('<row r="1"><c r="A2"><v>1</v></c></row>'),
    "cell of a longer row": build.sheet_xml('<row r="1"><c r="A11"><v>1</v></c></row>'),
    "lower case": build.sheet_xml('<row r="1"><c r="a1"><v>1</v></c></row>'),
    "no column": build.sheet_xml('<row r="1"><c r="1"><v>1</v></c></row>'),
    "column beyond": build.sheet_xml('<row r="1"><c r="XFE1"><v>1</v></c></row>'),
    "row beyond": build.sheet_xml('<row r="1048577"><c r="A1048577"><v>1</v></c></row>'),
    "row zero": build.sheet_xml('<row r="0"><c r="A0"><v>1</v></c></row>'),
    "long number of a row": build.sheet_xml(f'{R}<row r="000000002"><c r="A2"><v>1</v></c></row>'),
    "wide number of a row": build.sheet_xml('<row r="1"/><row r="２"/>'),
    "dollar": build.sheet_xml('<row r="1"><c r="$A1"><v>1</v></c></row>'),
    "no address": build.sheet_xml('<row r="1"><c><v>1</v></c></row>'),
    "far cell": build.sheet_xml('<row r="30000"><c r="A30000"><v>1</v></c></row>'),
    "far column": build.sheet_xml('<row r="1"><c r="XFD1"><v>1</v></c></row>'),
    "two values": build.sheet_xml('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>'),
    "value after its cell": build.sheet_xml('<row r="1"><c r="A1"/><v>2</v></row>'),
    "value before the rows": build.sheet_xml('<row r="1"><c r="A1"/></row>', before="<v>2</v>"),
    "cell in a cell": build.sheet_xml(f'<row r="1"><c r="B1">{C}</c></row>'),
    "cell before the rows": build.sheet_xml(before=C),
    "cell after the rows": build.sheet_xml(after='<c r="B1"><v>2</v></c>'),
    "row before the rows": build.sheet_xml('<row r="2"><c r="A2"><v>1</v></c></row>', before=R),
    "row after the rows": build.sheet_xml(after='<row r="2"><c r="A2"><v>1</v></c></row>'),
    "text before the rows": build.sheet_xml(before="<rPh/>"),
    "row of another namespace": build.sheet_xml(f'<row xmlns="urn:x" r="1">{C}</row>'),
    "another row in its stead": build.sheet_xml(
        f'<row xmlns="urn:x" r="1">{C}</row>', after='<row r="1"></row>'
    ),
    "another row before in its stead": build.sheet_xml(
        f'<row xmlns="urn:x" r="1">{C}</row>', before='<row r="1"></row>'
    ),
    "a like row of another namespace": build.sheet_xml(
        f'<row r="1" xmlns="urn:x">{C}</row><row r="2" xmlns="urn:x"><c r="A2"><v>1</v></c></row>'
    ),
    "cell of another namespace": build.sheet_xml('<row r="1"><c xmlns="urn:x" r="A1"><v>1</v></c></row>'),
    "prefix": f'<x:worksheet xmlns:x="{build.MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c>'
    "</x:row></x:sheetData></x:worksheet>",
    "rows without the prefix": f'<x:worksheet xmlns:x="{build.MAIN}"><sheetData>{R}</sheetData>'
    "</x:worksheet>",
    "undeclared prefix": build.sheet_xml(f'<row r="1" x:y="1">{C}</row>'),
    "undeclared prefix in a cell": build.sheet_xml('<row r="1"><c r="A1" x:y="1"><v>1</v></c></row>'),
    "attribute twice": build.sheet_xml('<row r="1"><c r="A1" s="1" s="1"><v>1</v></c></row>'),
    "attribute of a row twice": build.sheet_xml(f'<row r="1" r="1">{C}</row>'),
    "attribute without a space": build.sheet_xml('<row r="1"><c r="A1"s="1"><v>1</v></c></row>'),
    "attribute of a row without a space": build.sheet_xml(f'<row r="1"ht="1">{C}</row>'),
    "attribute of a row twice, seen once before": build.sheet_xml(
        '<row ht="1" r="1"></row><row r="2" ht="1" r="1"><c r="A2"><v>1</v></c></row>'
    ),
    "open quote": build.sheet_xml(f'<row r="1" ht="1>{C}</row><row r="2" ht=""/>'),
    "greater than in an attribute": build.sheet_xml(f'<row r="1" a=">">{C}</row>'),
    "less than in an attribute": build.sheet_xml(f'<row r="1" a="<">{C}</row>'),
    "apostrophes in a cell": build.sheet_xml("<row r='1'><c r='A1'><v>1</v></c></row>"),
    "reference in an address": build.sheet_xml('<row r="1"><c r="&#65;1"><v>1</v></c></row>'),
    "white space between": build.sheet_xml(f'\n <row r="1">\n {C}\n </row>\n'),
    "white space in a tag": build.sheet_xml('<row r="1"><c r="A1" ><v>1</v ></c></row >'),
    "row that never ends": build.sheet_xml('<row r="1"><row r="2"></row>'),
    "row with a cell that never ends": build.sheet_xml(f'<row r="1">{C}<row r="2"></row>'),
    "row that ends twice": build.sheet_xml('<row r="1"/></row>'),
    "row that ends before its cells": build.sheet_xml(f'<row r="1"/>{C}</row>'),
    "row that ends before a cell": build.sheet_xml(f'<row r="1"/>{C}<row r="2"></row>'),
    "like row that ends twice": build.sheet_xml('<row r="1"/><row r="2"/></row>'),
    "row in a row": build.sheet_xml('<row r="1"><row r="2"></row></row>'),
    "text before the first row": build.sheet_xml(f"甲{R}"),
    "white space before the first row": build.sheet_xml(f"\n{R}"),
    "another end after a good one": build.sheet_xml(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></x></row>'
    ),
    "text between": build.sheet_xml(f'<row r="1">甲{C}</row>'),
    "xml:space": build.sheet_xml('<row r="1"><c r="A1" t="str"><v xml:space="preserve"> a </v></c></row>'),
    "unknown attribute": build.sheet_xml('<row r="1"><c r="A1" cm="1"><v>1</v></c></row>'),
    "unknown type": build.sheet_xml('<row r="1"><c r="A1" t="x"><v>1</v></c></row>'),
    "unknown style": build.sheet_xml('<row r="1"><c r="A1" s="999"><v>1</v></c></row>' + R.replace("1", "2")),
    "unknown string": build.sheet_xml('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
    "shared formula": build.sheet_xml(
        '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1">1</f><v>1</v></c></row>'
    ),
    "array": build.sheet_xml('<row r="1"><c r="A1"><f t="array" ref="A1:B1">1</f><v>1</v></c></row>'),
    "rich text": build.sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r></is></c></row>'),
    "comment before": build.sheet_xml(before=f"<!-- <sheetData>{R}</sheetData> -->"),
    "comment around the rows": f"{W}<!-- <sheetData>{R}</sheetData> --></worksheet>",
    "CDATA around the rows": f"{W}<![CDATA[<sheetData>{R}</sheetData>]]></worksheet>",
    "comment from text to text": build.sheet_xml(
        '<row r="1"><c r="A1" t="str"><v>a<!--</v></c></row><row r="2"><c r="A2" t="str"><v>--></v></c></row>'
    ),
    "comment without rows": f"{W}<!-- <sheetData></sheetData> --><sheetData>{R}</sheetData></worksheet>",
    "comment that ends in a text": f"{W}<!-- <sheetData>" + SPLIT + "</sheetData></worksheet>",
    "comment that ends in a text and after": f"{W}<!-- <sheetData>" + SPLIT + "</sheetData> --></worksheet>",
    "two tables": f"{W}<sheetData>{R}</sheetData><sheetData><row r='2'/></sheetData></worksheet>",
    "rows that never end": f"{W}<sheetData>{R}</worksheet>",
    "cut off": build.sheet_xml()[:-20],
    "something after": build.sheet_xml() + "<x/>",
    "nothing": "",
    "another root": build.sheet_xml().replace("worksheet", "macrosheet"),
    "backwards": "</sheetData><sheetData>",
}
"""Worksheets that the quick way must leave alone, or that are broken."""


@pytest.mark.parametrize("name", PLAIN)
def test_the_plain_form_reads_the_same(name: str) -> None:
    """Taken, and with the same result."""
    assert both(part(PLAIN[name])) == (True, False)


@pytest.mark.parametrize("name", ODD)
def test_whatever_is_odd_is_streamed(name: str) -> None:
    """Not taken: so the result, or the refusal, is the streamed one."""
    assert both(part(ODD[name])) == (False, False)


SST = f'<sst xmlns="{build.MAIN}">'
ODD_STRINGS: dict[str, str | bytes] = {
    "rich": f"{SST}<si><r><t>甲</t></r></si></sst>",
    "phonetic": f'{SST}<si><t>甲</t><rPh sb="0" eb="1"><t>jia</t></rPh></si></sst>',
    "empty item": f"{SST}<si/><si><t>甲</t></si></sst>",
    "item before": f"{SST}<si ><t>乙</t></si><si><t>甲</t></si></sst>",
    "item after": f"{SST}<si><t>甲</t></si><si ><t>乙</t></si></sst>",
    "text before": f"{SST}<t>乙</t><si><t>甲</t></si></sst>",
    "item in an item": f"{SST}<si><si><t>甲</t></si></si></sst>",
    "two texts": f"{SST}<si><t>甲</t><t>乙</t></si></sst>",
    "comment": f"{SST}<si><t>甲<!-- x --></t></si></sst>",
    "comment around": f"{SST}<!-- <si><t>甲</t></si></sst> --></sst>",
    "CDATA": f"{SST}<si><t><![CDATA[<]]></t></si></sst>",
    "end of CDATA": f"{SST}<si><t>]]></t></si></sst>",
    "control": f"{SST}<si><t>\x01</t></si></sst>",
    "bad reference": f"{SST}<si><t>&x;</t></si></sst>",
    "broken UTF-8": f"{SST}<si><t>X</t></si></sst>".encode().replace(b"X", b"\xff"),
    "white space": f"{SST}\n<si>\n<t>甲</t></si></sst>",
    "another namespace": '<sst xmlns="urn:x"><si><t>甲</t></si></sst>',
    "cut off": f"{SST}<si><t>甲</t></si>",
    "DTD": f"<!DOCTYPE sst>{SST}<si><t>甲</t></si></sst>",
}


@pytest.mark.parametrize("name", ODD_STRINGS)
def test_odd_tables_of_strings_are_streamed(name: str) -> None:
    """Not taken: a shifted index would be another cell's text."""
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    assert both(part(build.sheet_xml(row), strings_xml=ODD_STRINGS[name]))[1] is False


@pytest.mark.parametrize("depth", range(3, 9))
def test_the_limit_of_depth_counts_what_was_cut_out(depth: int) -> None:
    """The cells' own levels are in no document that expat sees."""
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    both(build.book(row, strings="<si><t>a</t></si>"), Limits(depth=depth))


@pytest.mark.parametrize("cells", range(1, 6))
def test_the_limit_of_cells_counts_the_quick_ones(cells: int) -> None:
    """Over all rows, blank cells too."""
    rows = '<row r="1"><c r="A1"/><c r="B1"><v>1</v></c></row><row r="2"><c r="A2"/><c r="B2"/></row>'
    both(build.book(rows), Limits(cells=cells))


def test_large_parts_are_streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick way holds a part in memory several times over."""
    data = build.book(strings="<si><t>a</t></si>")
    assert both(data) == (True, True)
    monkeypatch.setattr(sheet, "LARGEST", 10)
    monkeypatch.setattr(strings, "LARGEST", 10)
    assert both(data) == (False, False)


def test_what_is_remembered_depends_on_the_styles_and_the_strings() -> None:
    """The same cell in two workbooks means two things; neither learns from the other."""
    cells = '<c r="A1" s="1"><v>5</v></c><c r="B1" t="s"><v>0</v></c><c r="C1" s="7"><v>1</v></c>'
    row = f'<row r="1">{cells}</row>'
    other = build.STYLES.replace("yyyy-mm-dd", "0.0%")
    for _ in range(2):
        for styles, text in ((build.STYLES, "甲"), (other, "乙")):
            both(build.book(row, strings=f"<si><t>{text}</t></si>", parts={"xl/styles.xml": styles}))


# fmt: off
MARKUP = [
    "<!--", "-->", "<![CDATA[", "]]>", "<?x?>", "<!DOCTYPE a>", "<v>", "</v>", "<c>", "</c>", '<c r="A1">',
    '<c r="B2"/>', "<row>", "</row>", "<row/>", '<row r="2">', "<f>", "</f>", "<is>", "<t>", "</t>", "</is>",
    "<si>", "</si>", "<rPh>", "<x:v>", "<sheetData>", "</sheetData>", ' xmlns="urn:x"', " xml:space=",
]
TEXTS = [
    "&#65;", "&#x4E59;", "&lt;", "&amp;", "&nbsp;", "&#0;", "&#xD800;", "&", ";", "<", ">", "'", '"', "/",
    "=", "甲", "_x000D_", "9", "A", " ", "\n", "\r", "\0", "\ufffe",
]
# fmt: on
ATTRIBUTES = [f' {name}="{value}"' for name in ("r", "s", "ht", "hidden") for value in "12"]
TYPES = [f' t="{kind}"' for kind in ("s", "n", "b", "e", "d", "str", "inlineStr")]
BITS = st.sampled_from([*MARKUP, *TEXTS, *ATTRIBUTES, *TYPES]).map(str.encode)
BITS |= st.binary(min_size=1, max_size=2)


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[float, int, bytes]]:
    """A few changes of bytes: where (as a share), how many go, what comes."""
    place = st.floats(0, 1, exclude_max=True)
    few = st.tuples(place, st.integers(0, 6), BITS | st.just(b""))
    return draw(st.lists(few, min_size=1, max_size=3))


def changed(data: bytes, where: list[tuple[float, int, bytes]], *, onto_tags: bool) -> bytes:
    """The bytes changed; on request only where a tag begins or ends, where it matters most."""
    for share, gone, come in where:
        marks = [n for n, byte in enumerate(data) if byte in b'<>"'] if onto_tags else range(len(data))
        at = marks[int(share * len(marks))] if marks else 0
        data = data[:at] + come + data[at + gone :]
    return data


SMALL = build.sheet_xml(
    '<row r="1" ht="20"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1"><v>9.50</v></c></row>'
    '<row r="2" ht="20"><c r="A2" t="inlineStr"><is><t>&#30002;</t></is></c><c r="B2" s="2"/></row>'
    '<row r="3" ht="20" hidden="1"><c r="A3" t="str"><f>A1&amp;""</f><v>a&lt;b</v></c></row>',
    before='<dimension ref="A1:B3"/>',
    after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>',
).encode()
SMALL_STRINGS = f'{SST}<si><t>甲</t></si><si><t xml:space="preserve"> &#20057;</t></si></sst>'.encode()


@settings(max_examples=600, deadline=None)
@given(changes(), st.booleans(), st.booleans())
@example([(0.0, 0, b"")], False, False)
def test_changed_bytes_read_the_same(
    where: list[tuple[float, int, bytes]], onto_tags: bool, in_strings: bool
) -> None:
    """Whatever happens to the bytes of a sheet or of the strings, both ways give the same."""
    xml, table = SMALL, SMALL_STRINGS
    if in_strings:
        table = changed(table, where, onto_tags=onto_tags)
    else:
        xml = changed(xml, where, onto_tags=onto_tags)
    both(part(xml, strings_xml=table))


TOKEN = re.compile(rb"<[^>]*>|[^<]+")


@settings(max_examples=600, deadline=None)
@given(st.data(), st.booleans())
def test_changed_tags_read_the_same(data: st.DataObject, in_strings: bool) -> None:
    """Whole tags and texts that are lost, doubled, moved, or opened and closed by another one."""
    tokens = TOKEN.findall(SMALL_STRINGS if in_strings else SMALL)
    place = st.integers(0, len(tokens) - 1)
    for _ in range(data.draw(st.integers(1, 3))):
        at, other = data.draw(place), data.draw(place)
        token = tokens[other % len(tokens)]
        at %= len(tokens)
        match data.draw(st.sampled_from(["lose", "double", "replace", "swap", "close", "open"])):
            case "lose":
                del tokens[at]
            case "double":
                tokens.insert(at, token)
            case "replace":
                tokens[at] = token
            case "swap":
                tokens[at], tokens[other % len(tokens)] = token, tokens[at]
            case "close":
                tokens[at] = tokens[at].replace(b">", b"/>")
            case "open":
                tokens[at] = tokens[at].replace(b"/>", b">")
    xml = b"".join(tokens)
    both(part(SMALL, strings_xml=xml) if in_strings else part(xml, strings_xml=SMALL_STRINGS))


def _sheet_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(build.SHEET)


SAVED = {writer: _sheet_of(filled(writer)) for writer in ("openpyxl", "xlsxwriter")}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SAVED)), changes(), st.booleans())
def test_changed_sheets_of_programs_read_the_same(
    writer: str, where: list[tuple[float, int, bytes]], onto_tags: bool
) -> None:
    """The same with what openpyxl and XlsxWriter save."""
    both(part(changed(SAVED[writer], where, onto_tags=onto_tags)))


TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("\r\n\t <>&'\"]\u3000\0"), max_size=12)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(TEXT | st.lists(BITS, max_size=4).map(lambda bits: b"".join(bits).decode("latin-1")), max_size=6)
)
def test_any_raw_text_reads_the_same(texts: list[str]) -> None:
    """Put into a cell as it is: valid or not, expat's word is the one that counts."""
    cells = "".join(
        f'<c r="{c}1" t="str"><v>{text}</v></c>' for c, text in zip("ABCDEF", texts, strict=False)
    )
    table = SST + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"
    xml = build.sheet_xml(f'<row r="1">{cells}</row>').encode("utf-8", "surrogatepass")
    both(part(xml, strings_xml=table.encode("utf-8", "surrogatepass")))
    both(part(xml))
