"""Texts, lists of fields and web pages, whatever their encoding and however they were saved."""

from __future__ import annotations

import email.mime.multipart
import email.mime.text

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.documents.plans import writers
from tests.documents.plans.shapes import Style
from tests.documents.plans.shelf import PROSE
from tests.oracle import libreoffice
from xlfz.documents.model import Paragraph, Place, Source, SourceTable
from xlfz.documents.reading import convert, read_document, web
from xlfz.errors import Refused

LINES = ["一、优化服务", "1.推行“一网通办”，年底前覆盖100%", "责任单位：市局（牵头）；各区"]
COMMON = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=6, max_size=60)


def texts(source: Source) -> list[str]:
    """The paragraphs."""
    return [b.text for b in source.blocks if isinstance(b, Paragraph)]


def grids(source: Source) -> list[list[list[str]]]:
    """The tables' cells."""
    return [[[c.text for c in row] for row in b.rows] for b in source.blocks if isinstance(b, SourceTable)]


def refused(data: bytes) -> list[str]:
    """Why a file was not read."""
    with pytest.raises(Refused) as caught:
        read_document(data, "x")
    return [f.code for f in caught.value.findings]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_is_the_same_in_every_encoding(encoding: str, end: str) -> None:
    """With a mark at its beginning or without, with the line ends of any system."""
    source = read_document(end.join(LINES).encode(encoding), "x")

    assert texts(source) == LINES
    assert [b.place for b in source.blocks] == [Place(paragraph=n) for n in (1, 2, 3)]
    assert source.findings == ()


@settings(max_examples=40, deadline=None)
@given(lines=st.lists(COMMON, min_size=3, max_size=8), encoding=st.sampled_from(["utf-8", "gb18030"]))
def test_any_chinese_text_is_told_apart(lines: list[str], encoding: str) -> None:
    """UTF-8 and GB18030 are not taken for each other."""
    assert texts(read_document("\n".join(lines).encode(encoding), "x")) == lines


@settings(max_examples=40, deadline=None)
@given(
    lines=st.lists(COMMON, min_size=2, max_size=8),
    declared=st.sampled_from(["", "gb2312", "utf-8", "GBK", "hex", "unknown-8"]),
)
def test_a_page_is_read_by_its_bytes_where_its_declaration_is_wrong(lines: list[str], declared: str) -> None:
    """Pages that say gb2312 and are UTF-8, and the other way round, and nonsense."""
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = f'<html><head><meta charset="{declared}"></head><body>{body}</body></html>'
    # Bytes that are good UTF-8 by chance, in a page that says it is UTF-8, are UTF-8.
    assume(declared != "utf-8" or "\ufffd" in page.encode("gb18030").decode("utf-8", "replace"))
    for encoding in ("utf-8", "gb18030"):
        assert texts(read_document(page.encode(encoding), "x")) == lines


def test_a_damaged_character_is_marked_and_its_line_named() -> None:
    """One bad byte and one control character: the rest is UTF-8 as before."""
    data = "\n".join(LINES * 3).encode()
    at = data.index("网".encode())
    source = read_document(
        data[:at] + b"\xff" + data[at:].replace("各区".encode(), "各\x01区".encode(), 1), "x"
    )

    assert texts(source)[4:] == [*LINES * 3][4:]
    (found,) = source.findings
    assert found.code == "W_IMPORT_BYTES"
    assert "2、3" in found.message


def test_fields_with_line_ends_and_separators_in_quotes_stay_one_cell() -> None:
    """As Excel writes a .csv; running text with commas and quotation marks is no table."""
    data = '序号,任务,单位\r\n1,"做好甲\r\n做好乙","甲局,乙局"\r\n2,做好丙,"丙""局"""\r\n'
    source = read_document(data.encode("gb18030"), "x")
    prose = '"yes, he said\nand, no\nor, "what'

    assert source.format == "csv"
    assert grids(source) == [
        [["序号", "任务", "单位"], ["1", "做好甲\n做好乙", "甲局,乙局"], ["2", "做好丙", '丙"局"']]
    ]
    assert texts(read_document(prose.encode(), "x")) == prose.splitlines()


def test_a_web_archive_is_read_like_its_page() -> None:
    """.mht, as Word and browsers save a page in one file: quoted-printable or base64 inside."""
    for charset in ("utf-8", "gb2312"):
        archive = email.mime.multipart.MIMEMultipart("related")
        page = "<html><body><p>甲局牵头</p><table><tr><td>序号</td><td>任务</td></tr></table></body></html>"
        archive.attach(email.mime.text.MIMEText(page, "html", charset))
        source = read_document(
            b"MIME-Version: 1.0\n" + archive.as_bytes().replace(b"MIME-Version: 1.0\n", b"", 1), "x"
        )

        assert texts(source) == ["甲局牵头"]
        assert grids(source) == [[["序号", "任务"]]]


def test_markup_without_a_head_is_a_page_and_other_xml_is_refused() -> None:
    """A piece of a page that somebody copied; data of other programs is not text."""
    assert texts(read_document("<div><p>甲</p><p>乙</p></div>".encode(), "x")) == ["甲", "乙"]
    assert refused(b'<?xml version="1.0"?><rss><item>1. x</item></rss>') == ["E_IMPORT_FORMAT"]
    assert texts(read_document("<甲局>牵头".encode(), "x")) == ["<甲局>牵头"]


def test_spans_of_a_page_are_resolved_and_layout_gives_way() -> None:
    """rowspan and colspan repeat; a table around everything is no data; one in a cell stays in it."""
    small = "<table><tr><td>子一</td><td>子二</td></tr></table>"
    data = (
        "<html><table><tr><td>菜单</td><td><p>引言</p><table>"
        "<tr><td rowspan=2>甲</td><td colspan=2>乙</td></tr><tr><td>丙</td><td>丁<br>戊</td></tr>"
        f"<tr><td>任务说明很长的一段文字</td><td>{small}</td><td>己</td></tr>"
        "</table></td></tr></table></html>"
    )
    source = read_document(data.encode(), "x")

    assert texts(source) == ["菜单", "引言"]
    assert grids(source) == [
        [["甲", "乙", "乙"], ["甲", "丙", "丁\n戊"], ["任务说明很长的一段文字", "子一 子二", "己"]]
    ]
    (only,) = [b for b in source.blocks if isinstance(b, SourceTable)]
    assert only.rows[1][0].place == only.rows[0][0].place
    assert [c.origin for c in only.rows[0]] == [True, True, False]


def test_spans_that_would_fill_the_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bytes that ask for billions of cells."""
    monkeypatch.setattr(web, "_MAX_CELLS", 20_000)
    cells = "<td colspan=1000 rowspan=1000>x</td>" * 60
    assert refused(f"<html><table>{f'<tr>{cells}</tr>' * 20}</table></html>".encode()) == ["E_TOO_MANY_CELLS"]


def test_without_libreoffice_an_old_document_is_refused_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rich text and Word 2003 XML need a converter; what to do without one is said."""
    monkeypatch.setattr(convert, "program", lambda: None)

    assert refused(rb"{\rtf1 x}") == ["E_IMPORT_NO_OFFICE"]
    assert refused(b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>') == [
        "E_IMPORT_NO_OFFICE"
    ]


@libreoffice
def test_old_word_documents_are_converted_and_locked_ones_are_said_to_be() -> None:
    """A .doc gives the paragraphs of its .docx; the bit that says “password” is believed."""
    whole = writers.word(PROSE["labels"](Style()))
    old = writers.converted({"plan.docx": whole}, "doc")["plan"]
    source = read_document(old, "x")
    head = next(at for at in range(512, len(old), 512) if old[at : at + 2] == b"\xec\xa5")
    locked = bytearray(old)
    locked[head + 11] |= 1

    assert (source.format, texts(source)) == ("doc", texts(read_document(whole, "x")))
    assert refused(bytes(locked)) == ["E_IMPORT_LOCKED"]
