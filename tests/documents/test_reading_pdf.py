"""PDF documents: paragraphs and tables in reading order, and a word on all that is not text."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest
from reportlab import rl_config
from reportlab.lib import pdfencrypt
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from xlfz.documents import propose
from xlfz.documents.model import Paragraph, Place, Source, SourceTable
from xlfz.documents.reading import read_document
from xlfz.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FONT = "STSong-Light"
WIDTH, HEIGHT = 595, 842
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


def pdf(*pages: Callable[[canvas.Canvas], None], locked: bool = False) -> bytes:
    """A PDF whose pages are drawn by the given functions."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    lock = pdfencrypt.StandardEncryption("secret", canPrint=0) if locked else None
    made = canvas.Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1, encrypt=lock)
    for draw in pages:
        made.setFont(FONT, 12)
        draw(made)
        made.showPage()
    made.save()
    return out.getvalue()


def lines(*texts: str, top: float = 760, left: float = 80) -> Callable[[canvas.Canvas], None]:
    """Lines below each other; one that begins with a blank is indented."""

    def draw(page: canvas.Canvas) -> None:
        for n, text in enumerate(texts):
            page.drawString(left + 24 * text.startswith(" "), top - 20 * n, text.strip())

    return draw


def both(*parts: Callable[[canvas.Canvas], None]) -> Callable[[canvas.Canvas], None]:
    """Several things on one page."""

    def draw(page: canvas.Canvas) -> None:
        for part in parts:
            part(page)

    return draw


def picture(part: float) -> Callable[[canvas.Canvas], None]:
    """A picture over a part of the page's height, as wide as the page."""
    return lambda page: page.drawImage(ImageReader(io.BytesIO(PIXEL)), 0, 0, WIDTH, HEIGHT * part)


def texts(source: Source) -> list[str]:
    """The paragraphs."""
    return [b.text for b in source.blocks if isinstance(b, Paragraph)]


def said(source: Source) -> list[str]:
    """The codes of what a person should know."""
    return [f.code for f in source.findings]


def refused(data: bytes) -> list[str]:
    """Why a file was not read."""
    with pytest.raises(Refused) as caught:
        read_document(data, "x")
    return [f.code for f in caught.value.findings]


FULL = "推行一网通办改革任务落地见效并建立长效机制的工作安排要求各单位"  # 31 characters: to the margin


def test_a_paragraph_is_joined_over_lines_and_pages() -> None:
    """A line that runs to the margin goes on, on the next page too; a short one ends the paragraph."""
    source = read_document(
        pdf(
            lines("关于印发任务分工的通知", f" {FULL[2:]}", FULL, "短。", f" {FULL[2:]}", "— 1 —"),
            lines("第二页接着写。", f" {FULL[2:]}", "完。", "— 2 —"),
        ),
        "x",
    )

    assert texts(source) == [
        "关于印发任务分工的通知",
        f"{FULL[2:]}{FULL}短。",
        f"{FULL[2:]}第二页接着写。",
        f"{FULL[2:]}完。",
    ]
    assert [b.place for b in source.blocks][2:] == [Place(page=1, paragraph=3), Place(page=2, paragraph=1)]


def test_heads_and_feet_are_left_out_and_other_first_lines_are_not() -> None:
    """Left and right pages with different heads, two lines of foot, numbers of any style."""
    tasks = [f"{name}局报送{n * n}份材料。" for n, name in enumerate("甲乙丙丁戊己", 1)]
    same = [f"第{n}批材料由甲局报送。" for n in (3, 5, 9, 20, 31, 40)]
    pages = [
        lines(("甲市文件", "方案")[n % 2], task, again, "甲市办公室印发", f"第 {n} 页 共 7 页")
        for n, (task, again) in enumerate(zip(tasks, same, strict=True), 1)
    ]
    both_lines = [line for pair in zip(tasks, same, strict=True) for line in pair]

    assert texts(read_document(pdf(*pages, lines(FULL)), "x")) == [*both_lines, FULL]
    assert texts(read_document(pdf(*map(lines, same), lines(FULL)), "x")) == [*same, FULL]


def test_a_ruled_table_is_a_grid_between_its_paragraphs() -> None:
    """Text above and below keeps its order; an area over two rows repeats, and says where it begins."""

    def table(page: canvas.Canvas) -> None:
        for y in (700, 670, 640):
            page.line(80 if y != 670 else 140, y, 400, y)
        for x in (80, 140, 400):
            page.line(x, 700, x, 640)
        page.drawString(90, 665, "甲类")
        page.drawString(150, 680, "任务一")
        page.drawString(150, 650, "任务二")

    source = read_document(pdf(both(lines("附件"), table, lines("注：无。", top=600))), "x")

    assert [type(b) for b in source.blocks] == [Paragraph, SourceTable, Paragraph]
    grid = source.blocks[1]
    assert isinstance(grid, SourceTable)
    assert [[c.text for c in row] for row in grid.rows] == [["甲类", "任务一"], ["甲类", "任务二"]]
    assert (grid.rows[1][0].origin, grid.rows[1][0].place) == (False, Place(page=1, table=1, row=1, column=1))


def test_a_page_that_is_turned_is_read_like_any_other() -> None:
    """Landscape pages are often portrait ones with a turn."""

    def sideways(page: canvas.Canvas) -> None:
        page.setPageRotation(90)
        page.rotate(90)
        page.translate(0, -WIDTH)
        page.setFont(FONT, 12)
        page.drawString(80, 500, "乙局配合。")

    assert texts(read_document(pdf(sideways), "x")) == ["乙局配合。"]


def test_scanned_pages_are_named_and_a_scan_is_refused() -> None:
    """A page number or a running head does not make a picture a text."""
    some = read_document(pdf(lines("甲局牵头。"), both(picture(0.9), lines("— 2 —")), picture(1)), "x")

    assert said(some) == ["W_IMPORT_PAGE_NO_TEXT"]
    assert "2、3" in some.findings[0].message
    assert refused(pdf(picture(1), both(picture(1), lines("— 2 —")))) == ["E_IMPORT_SCANNED"]


@pytest.mark.parametrize(
    ("part", "codes"),
    [(0.05, []), (0.4, ["W_IMPORT_PICTURES"]), (1.0, ["W_IMPORT_RECOGNISED"])],
)
def test_pictures_beside_text_are_said(part: float, codes: list[str]) -> None:
    """A seal is nothing; a table pasted as a picture is; text over a whole picture was recognised."""
    assert said(read_document(pdf(both(picture(part), lines("甲局牵头。"))), "x")) == codes


def test_characters_without_a_meaning_are_counted_and_a_text_of_them_is_refused() -> None:
    """A font that does not say what its characters are gives (cid:12), which is no task."""
    some = read_document(pdf(lines("甲局牵头推进工作。", "(cid:12)(cid:7)局")), "x")

    assert said(some) == ["W_IMPORT_UNMAPPED"]
    assert "2 个字" in some.findings[0].message
    assert refused(pdf(lines("(cid:12)(cid:7)(cid:9)", "局"))) == ["E_IMPORT_SCANNED"]


def test_lost_data_is_told_to_the_person_and_not_to_the_log(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """pdfminer goes on over damaged streams and tells only a log; its loggers are as before."""
    monkeypatch.setattr(rl_config, "useA85", 0)
    whole = bytearray(pdf(lines(*(f"{n * n}.第{n}项由甲局办理。" for n in range(30)))))
    end = whole.index(b"endstream") - 3
    assert said(read_document(bytes(whole), "x")) == []
    whole[end] ^= 255  # the check sum: what was inflated may be something else
    spoilt = read_document(bytes(whole), "x")

    assert len(texts(spoilt)) == 30
    assert said(spoilt) == ["W_IMPORT_DAMAGED"]
    assert capfd.readouterr().err == ""
    assert logging.getLogger("pdfminer").handlers == []
    assert logging.getLogger("pdfminer").propagate


def test_a_password_and_a_broken_file_are_told_apart() -> None:
    """What the clerk must do differs."""
    whole = pdf(lines("甲"))
    assert refused(pdf(lines("甲"), locked=True)) == ["E_IMPORT_LOCKED"]
    assert refused(whole[: len(whole) // 2]) == ["E_IMPORT_BROKEN"]


PLAIN_TABLE = (
    ("序号", "工作任务", "牵头单位", "完成时限"),
    ("1", "修订应急预案，", "市应急局", "2026年6月底前"),
    ("", "每季度检查一次。", "市公安局", ""),
    ("2", "整治消防隐患。", "市住建局", "2026年9月底前"),
    ("3", "开展安全培训，", "市教育局", "长期坚持"),
    ("", "覆盖重点企业。", "", ""),
)
COLUMNS = (60, 100, 320, 440)


def plain_table(
    rows: Sequence[Sequence[str]], top: float = 740, gaps: Sequence[float] = ()
) -> Callable[[canvas.Canvas], None]:
    """A table of which no line is drawn; `gaps` are the distances above its rows."""

    def draw(page: canvas.Canvas) -> None:
        y = top
        for n, row in enumerate(rows):
            y -= gaps[n] if gaps else 20
            for x, text in zip(COLUMNS, row, strict=True):
                page.drawString(x, y, text)

    return draw


def test_a_table_without_rules_is_read_by_where_its_words_stand() -> None:
    """Columns and rows are right, and every field that a person must look at says so."""
    source = read_document(pdf(plain_table(PLAIN_TABLE)), "方案.pdf")
    proposed = propose(source)
    fields = [row.fields for row in proposed.rows]
    assert [f["number"].value for f in fields] == ["1", "2", "3"]
    assert [f["lead"].value for f in fields] == ["市应急局、市公安局", "市住建局", "市教育局"]
    assert fields[0]["text"].value == "修订应急预案，每季度检查一次。"
    assert [f["deadline"].value for f in fields] == ["2026年6月底前", "2026年9月底前", "长期坚持"]
    assert {f[key].sure for f in fields for key in ("number", "text", "lead", "deadline")} == {"存疑"}


def test_a_table_without_rules_goes_on_overleaf_and_ends_where_text_crosses_it() -> None:
    """The next page has no header; the sentence below the table is a paragraph of its own."""
    more = (
        ("4", "排查燃气管线。", "市城管局", "2026年10月底前"),
        ("5", "公布举报电话。", "市应急局", "每年"),
    )
    closing = lines("各单位每月5日前把上月进展情况报送市安全生产委员会办公室汇总。", top=640, left=60)
    source = read_document(
        pdf(
            both(plain_table(PLAIN_TABLE, top=220), lines("- 1 -", top=40, left=290)),
            both(plain_table(more), closing),
        ),
        "方案.pdf",
    )
    assert [r.fields["number"].value for r in propose(source).rows] == ["1", "2", "3", "4", "5"]
    assert [b.text[:6] for b in source.blocks if isinstance(b, Paragraph)] == ["各单位每月5"]


def test_numbers_in_the_middle_of_their_rows_keep_the_lines_above_them() -> None:
    """Rows that stand apart are told by the gap, wherever the number is printed."""
    rows = (
        PLAIN_TABLE[0],
        ("", "修订应急预案，", "", ""),
        ("1", "每季度检查一次，", "市应急局", "每季度"),
        ("", "结果报市政府。", "", ""),
        ("2", "整治消防隐患。", "市住建局", "长期坚持"),
    )
    source = read_document(pdf(plain_table(rows, gaps=(20, 30, 16, 16, 30))), "方案.pdf")
    texts = [r.fields["text"].value for r in propose(source).rows]
    assert texts == ["修订应急预案，每季度检查一次，结果报市政府。", "整治消防隐患。"]


def test_lines_of_words_far_apart_are_no_table() -> None:
    """A signature and two dates side by side are text."""
    source = read_document(
        pdf(plain_table((("甲", "乙", "丙", "丁"), ("2026年", "", "2027年", "")))), "a.pdf"
    )
    assert all(isinstance(block, Paragraph) for block in source.blocks)
