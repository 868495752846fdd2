"""A Word document is read as the page shows it: numbers, merges, boxes, changes, and what is left out."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from xlfz.documents.model import Paragraph, SourceTable
from xlfz.documents.reading import read_document
from xlfz.documents.reading.numbering import chinese, written
from xlfz.errors import Refused

if TYPE_CHECKING:
    from xlfz.documents.model import Source

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)


def word(body: str, *, numbering: str = "", styles: str = "") -> bytes:
    """A document with the given body; `numbering` and `styles` are put into their parts."""
    made = docx.Document()
    into = made.element.body
    for child in list(into)[:-1]:
        into.remove(child)
    for at, node in enumerate(parse_xml(f"<w:body {NS}>{body}</w:body>")):
        into.insert(at, node)
    if numbering:
        root = made.part.numbering_part.element
        for child in list(root):
            root.remove(child)
        for node in parse_xml(f"<w:numbering {NS}>{numbering}</w:numbering>"):
            root.append(node)
    for node in parse_xml(f"<w:styles {NS}>{styles}</w:styles>"):
        made.styles.element.append(node)
    return saved(made)


def saved(made: Any) -> bytes:
    """The bytes of a python-docx document."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def repacked(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The package with something else in one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(old, new) if name == part else content)
    return out.getvalue()


def p(text: str, properties: str = "") -> str:
    """A paragraph."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def listed(text: str, number: int, level: int = 0) -> str:
    """A paragraph of an automatic list."""
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def lvl(at: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def table(*rows: tuple[str, ...]) -> str:
    """A table of cells whose content is given."""
    lines = "".join(f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in row)}</w:tr>" for row in rows)
    return f"<w:tbl>{lines}</w:tbl>"


def texts(source: Source) -> list[str]:
    """The paragraphs."""
    return [b.text for b in source.blocks if isinstance(b, Paragraph)]


def grid(source: Source) -> list[list[str]]:
    """The cells of the only table."""
    (only,) = [b for b in source.blocks if isinstance(b, SourceTable)]
    return [[cell.text for cell in row] for row in only.rows]


def said(source: Source) -> list[str]:
    """The codes of what was not read."""
    return [f.code for f in source.findings]


def outcome(data: bytes) -> list[str]:
    """The codes of a refusal, or that something was read."""
    try:
        return ["read"] if read_document(data, "x").blocks else []
    except Refused as refused:
        return [f.code for f in refused.findings]


OUTLINE = (
    '<w:abstractNum w:abstractNumId="1">'
    + lvl(0, "chineseCountingThousand", "%1、")
    + lvl(1, "chineseCounting", "（%2）")
    + lvl(2, "decimal", "%3.")
    + "</w:abstractNum>"
)


def test_the_numbers_of_an_outline_are_written_out_and_begin_anew_under_each_heading() -> None:
    """一、 （一） 1. as Word shows them; a deeper level starts again behind a higher one."""
    body = "".join(
        listed(text, 7, level)
        for text, level in (("甲", 0), ("乙", 1), ("丙", 2), ("丁", 2), ("戊", 0), ("己", 1), ("庚", 2))
    )
    source = read_document(
        word(body, numbering=OUTLINE + '<w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>'), "x"
    )

    assert texts(source) == ["一、甲", "（一）乙", "1.丙", "2.丁", "二、戊", "（一）己", "1.庚"]


def test_lists_of_one_kind_count_on_and_one_that_says_so_begins_anew() -> None:
    """Two lists of one abstract list go on together; startOverride counts once, then goes on."""
    numbering = OUTLINE + (
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="1"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = "".join(listed("项", number) for number in (1, 2, 2, 3, 3, 1))

    assert texts(read_document(word(body, numbering=numbering), "x")) == [
        f"{n}、项" for n in ("一", "二", "三", "一", "二", "三")
    ]


def test_a_style_brings_its_number_and_its_level_and_numid_0_takes_it_away() -> None:
    """The level of a style is bound by the list; numId 0 at the paragraph means no number."""
    numbering = (
        '<w:abstractNum w:abstractNumId="1">'
        + lvl(0, "decimal", "%1", '<w:pStyle w:val="S1"/>')
        + lvl(1, "decimal", "%1.%2", '<w:pStyle w:val="S2"/>')
        + '</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num>'
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{own}"><w:name w:val="{own}"/>{based}'
        f"<w:pPr>{numbered}</w:pPr></w:style>"
        for own, based, numbered in (
            ("S1", "", '<w:numPr><w:numId w:val="5"/></w:numPr>'),
            ("S2", "", '<w:numPr><w:numId w:val="5"/></w:numPr>'),
            ("S3", '<w:basedOn w:val="S2"/>', ""),
        )
    )
    body = (
        p("甲", '<w:pStyle w:val="S1"/>')
        + p("乙", '<w:pStyle w:val="S2"/>')
        + p("丙", '<w:pStyle w:val="S3"/>')
        + p("丁", '<w:pStyle w:val="S2"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )

    assert texts(read_document(word(body, numbering=numbering, styles=styles), "x")) == [
        "1 甲", "1.1 乙", "1.2 丙", "丁",
    ]  # fmt: skip


def test_styles_based_on_each_other_in_a_ring_do_not_hang() -> None:
    """A damaged style sheet costs nothing but what it says."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:name w:val="{a}"/><w:basedOn w:val="{b}"/></w:style>'
        for a, b in (("R1", "R2"), ("R2", "R1"))
    )
    assert texts(read_document(word(p("甲", '<w:pStyle w:val="R1"/>'), styles=styles), "x")) == ["甲"]


def test_a_column_of_automatic_numbers_is_read_although_its_cells_are_empty() -> None:
    """The 序号 column of many plans holds nothing but numbered empty paragraphs."""
    empty = '<w:p><w:pPr><w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
    body = table((p("序号"), p("任务")), (empty, p("甲")), (empty, p("乙")))
    source = read_document(
        word(body, numbering=OUTLINE + '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'), "x"
    )

    assert grid(source) == [["序号", "任务"], ["1.", "甲"], ["2.", "乙"]]


@given(n=st.integers(1, 9999))
def test_chinese_numbers_are_distinct_and_hold_no_arabic_figure(n: int) -> None:
    """Every number has a Chinese form of its own, of Chinese figures."""
    assert set(chinese(n)) <= set("〇零一二三四五六七八九十百千")
    assert chinese(n) != chinese(n + 1)


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("chineseCounting", "十二"), ("ideographDigital", "一二"), ("chineseLegalSimplified", "壹拾贰"),
        ("decimalEnclosedCircle", "⑫"), ("decimalEnclosedFullstop", "⒓"), ("decimalEnclosedParen", "⑿"),
        ("ideographTraditional", "乙"), ("ideographZodiac", "亥"), ("upperRoman", "XII"),
        ("lowerLetter", "l"),
        ("decimalZero", "12"), ("somethingNew", "12"),
    ],
)  # fmt: skip
def test_number_formats(form: str, shown: str) -> None:
    """The formats that Chinese Word and WPS offer."""
    assert written(12, form) == shown


def test_merged_cells_repeat_their_text_and_name_their_first_cell() -> None:
    """Down (vMerge), across (gridSpan and the old hMerge): every cell of the area says where it begins."""

    def merged(kind: str, content: str, value: str = "") -> str:
        return f"<w:tcPr><w:{kind}{value and f' w:val={chr(34)}{value}{chr(34)}'}/></w:tcPr>{content}"

    body = table(
        (merged("vMerge", p("甲"), "restart"), merged("gridSpan", p("宽"), "2")),
        (merged("vMerge", "<w:p/>"), p("乙"), p("丙")),
        (p("丁"), merged("hMerge", p("戊"), "restart"), merged("hMerge", "<w:p/>", "continue")),
    )
    source = read_document(word(body), "x")

    assert grid(source) == [["甲", "宽", "宽"], ["甲", "乙", "丙"], ["丁", "戊", "戊"]]
    (only,) = source.blocks
    assert isinstance(only, SourceTable)
    assert (only.rows[1][0].place.row, only.rows[1][0].origin) == (1, False)
    assert (only.rows[2][2].place.column, only.rows[2][2].origin) == (2, False)


def test_changes_are_read_as_accepted() -> None:
    """Inserted text is there, deleted and moved-away text and deleted rows are not."""
    body = (
        "<w:p><w:r><w:t>由</w:t></w:r><w:del><w:r><w:delText>甲局</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>乙局</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t>新</w:t></w:r></w:moveTo></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>一</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>"
        "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>二</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>"
        "</w:tbl>"
    )
    source = read_document(word(body), "x")

    assert texts(source) == ["由乙局新"]
    assert grid(source) == [["一", ""]]


def test_a_text_box_is_read_once_in_the_text_and_in_a_cell() -> None:
    """Word writes a box twice, for old and new programs."""
    box = (
        "<w:p><w:r><mc:AlternateContent>"
        "<mc:Choice Requires='wps'><w:txbxContent>{0}</w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    body = box.format(p("框一")) + table((p("甲"), box.format(p("框二"))), (p("乙"), p("丙")))
    source = read_document(word(body), "x")

    assert texts(source) == ["框一"]
    assert grid(source) == [["甲", "框二"], ["乙", "丙"]]


def test_a_table_in_a_cell_becomes_lines_and_a_frame_is_no_table() -> None:
    """What stands in a cell stays in it; a table that only draws a frame gives way to what it holds."""
    inner = table((p("子一"), p("子二")), (p("子三"), p("子四"))) + "<w:p/>"
    nested = read_document(word(table((p("甲"), inner), (p("乙"), p("丙")))), "x")
    framed = read_document(word(table((p("题目") + inner,))), "x")

    assert grid(nested) == [["甲", "子一 子二\n子三 子四"], ["乙", "丙"]]
    assert texts(framed) == ["题目"]
    assert grid(framed) == [["子一", "子二"], ["子三", "子四"]]


def test_content_controls_are_read_and_their_prompts_are_not() -> None:
    """What somebody filled in is text; “click here to enter text” and hidden text are not."""
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{p('填了')}</w:sdtContent></w:sdt>"
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('单击此处')}</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>看得见</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r></w:p>"
    )
    assert texts(read_document(word(body), "x")) == ["填了", "看得见"]


def test_notes_and_embedded_files_that_are_not_read_are_said() -> None:
    """A footnote or an embedded workbook may hold a task: the clerk is told to look."""
    body = (
        '<w:p><w:r><w:t>甲</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
        '<w:p><w:r><w:object><o:OLEObject Type="Embed"/></w:object></w:r></w:p>'
    )
    source = read_document(word(body), "x")

    assert said(source).count("W_IMPORT_LEFT_OUT") == 2
    assert read_document(word(p("甲")), "x").findings == ()


@pytest.mark.parametrize(
    "kind", ["ms-word.document.macroEnabled", "openxmlformats-officedocument.wordprocessingml.template"]
)
def test_documents_with_macros_and_templates_are_read(kind: str) -> None:
    """The same inside under another type; the macros are of no concern."""
    data = repacked(
        word(p("甲")), "[Content_Types].xml",
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        f"vnd.{kind}.main+xml".encode(),
    )  # fmt: skip
    assert texts(read_document(data, "x")) == ["甲"]


@settings(max_examples=30, deadline=None)
@given(
    value=st.sampled_from(["", "x", "-1", "1.5", "99999999999", "9" * 40]),
    at=st.sampled_from(["gridSpan", "gridBefore", "outlineLvl", "numId", "ilvl"]),
)
def test_impossible_values_cost_neither_time_nor_a_crash(value: str, at: str) -> None:
    """A span of billions of columns, a level of -1: read or refused at once."""
    cell = p("甲", f'<w:outlineLvl w:val="{value if at == "outlineLvl" else 1}"/>')
    body = listed("乙", 1) + (
        f'<w:tbl><w:tr><w:trPr><w:gridBefore w:val="{value if at == "gridBefore" else 1}"/></w:trPr>'
        f'<w:tc><w:tcPr><w:gridSpan w:val="{value if at == "gridSpan" else 1}"/></w:tcPr>{cell}</w:tc>'
        f"<w:tc>{cell}</w:tc></w:tr></w:tbl>"
    )
    if at in ("numId", "ilvl"):
        body = body.replace(f'<w:{at} w:val="', f'<w:{at} w:val="{value}" w:x="')
    assert outcome(word(body)) in (["read"], ["E_IMPORT_BROKEN"])
