"""An invented plan as a file: Word, web page, text, workbook, PDF.

Each writer takes a `Document` and gives bytes. Forbids xlfz: the files are made with other libraries, as
an office's own would be. Old formats come from LibreOffice (`converted`).
"""

from __future__ import annotations

import html
import io
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl.styles import Alignment, Border, Font, Side
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from tests.documents.plans.model import Grid, Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.documents.plans.model import Cell, Document

_CHINESE = "chineseCountingThousand"
_COUNTABLE = set("0123456789一二三四五六七八九十")
"""Digits that Word's own numbers print; an office types the others (⒈, ①)."""


def text(document: Document, encoding: str = "utf-8") -> bytes:
    """A text file: a paragraph on each line, a table torn into a cell on each line."""
    return "\n".join(_lines(document)).encode(encoding)


def page(document: Document) -> bytes:
    """A web page with the clutter around it, merged cells as rowspan and colspan."""
    parts = []
    for block in document.blocks:
        if isinstance(block, Line):
            tag = {0: "p", 1: "h1", 2: "h3"}[block.heading]
            parts.append(f"<{tag}>{html.escape(block.printed)}</{tag}>")
            continue
        rows = "".join("<tr>" + "".join(_td(cell) for cell in row) + "</tr>\n" for row in block.rows)
        parts.append(f'<table border="1" width="100%"><tbody>{rows}</tbody></table>')
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{document.title}</title>'
        "<style>p{text-indent:2em}</style><script>var 任务 = 1;</script></head><body>"
        '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/gk">信息公开</a></li></ul></div>'
        f'<div class="content">{body}</div><div class="foot">版权所有 建议使用新版浏览器</div></body></html>'
    ).encode()


def page_of_breaks(document: Document) -> bytes:
    """A web page whose paragraphs are parted by <br> alone, in GB18030 as its meta says."""
    lines = "<br/>\n&nbsp;&nbsp;".join(html.escape(line) for line in _lines(document))
    meta = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    return f"<html><head>{meta}</head><body><div>{lines}</div></body></html>".encode("gb18030")


def workbook(document: Document) -> bytes:
    """A workbook: a table keeps its merged cells, paragraphs stand in column A."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "分工表"
    thin = Side(style="thin")
    width = max((block.width for block in document.blocks if isinstance(block, Grid)), default=1)
    top = 1
    for block in document.blocks:
        if isinstance(block, Line):
            sheet.cell(top, 1, block.printed or None)
            if block.heading:
                sheet.cell(top, 1).font = Font(bold=True)
            if block.heading == 1 and width > 1:
                sheet.merge_cells(start_row=top, start_column=1, end_row=top, end_column=width)
            top += 1
            continue
        for row, column, cell in _placed(block):
            spot = sheet.cell(top + row, 1 + column)
            spot.value = int(cell.text) if cell.text.isdigit() else cell.text or None
            spot.alignment = Alignment(wrap_text=True, vertical="center")
            spot.border = Border(thin, thin, thin, thin)
            if cell.rows > 1 or cell.columns > 1:
                sheet.merge_cells(
                    start_row=top + row, start_column=1 + column,
                    end_row=top + row + cell.rows - 1, end_column=column + cell.columns,
                )  # fmt: skip
        top += len(block.rows)
    return _saved(book)


def word(document: Document, *, automatic: bool = False) -> bytes:
    """A Word file. `automatic`: the paragraphs' numbers are Word's own and in no run of text."""
    made = docx.Document()
    numbering = _Numbering(made) if automatic else None
    for block in document.blocks:
        if isinstance(block, Line):
            paragraph = made.add_paragraph()
            if numbering and set(block.label) & _COUNTABLE:
                numbering.number(paragraph, block.label)
                paragraph.add_run(block.text)
            else:
                paragraph.add_run(block.printed)
            if block.heading:
                paragraph.runs[0].bold = True
            continue
        table = made.add_table(len(block.rows), block.width)
        table.style = "Table Grid"
        for row, column, cell in _placed(block):
            spot = table.cell(row, column)
            if cell.rows > 1 or cell.columns > 1:
                spot = spot.merge(table.cell(row + cell.rows - 1, column + cell.columns - 1))
            spot.text = cell.text
    made.add_paragraph()  # as Word does behind a table: LibreOffice loses one that ends a .doc
    return _saved(made)


def pdf(document: Document) -> bytes:
    """A PDF with text: paragraphs that break over lines, tables with rules, a number on each page."""
    font = _font()
    body = ParagraphStyle("body", fontName=font, fontSize=11, leading=18, wordWrap="CJK", firstLineIndent=22)
    title = ParagraphStyle("title", parent=body, fontSize=18, leading=28, alignment=1, firstLineIndent=0)
    small = ParagraphStyle("small", parent=body, fontSize=8, leading=11, firstLineIndent=0)
    wide = any(isinstance(block, Grid) for block in document.blocks)
    size = landscape(A4) if wide else A4
    flow: list[Any] = []
    for block in document.blocks:
        if isinstance(block, Line):
            flow.append(Paragraph(html.escape(block.printed), title if block.heading == 1 else body))
            continue
        cells: list[list[Any]] = [[""] * block.width for _ in block.rows]
        rules: list[tuple[Any, ...]] = [
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ]
        for row, column, cell in _placed(block):
            cells[row][column] = Paragraph(_broken(cell.text), small)
            if cell.rows > 1 or cell.columns > 1:
                rules.append(("SPAN", (column, row), (column + cell.columns - 1, row + cell.rows - 1)))
        flow.append(Table(cells, colWidths=_widths(block, size[0] - 100), style=rules))
    out = io.BytesIO()
    template = SimpleDocTemplate(out, pagesize=size, leftMargin=50, rightMargin=50, invariant=1)
    template.build(flow, onFirstPage=_page_number, onLaterPages=_page_number)
    return out.getvalue()


def converted(files: Mapping[str, bytes], target: str) -> dict[str, bytes]:
    """Files (`labels.docx`) in another format by one start of LibreOffice, by their stems (`labels`)."""
    soffice = shutil.which("soffice")
    assert soffice
    with tempfile.TemporaryDirectory(prefix="xlfz-plans-") as folder:
        paths = [Path(folder) / name for name in files]
        for path in paths:
            path.write_bytes(files[path.name])
        out = Path(folder) / "out"
        command = [
            soffice, "--headless", "--norestore", f"-env:UserInstallation={_profile().as_uri()}",
            "--convert-to", target, "--outdir", str(out), *map(str, paths),
        ]  # fmt: skip
        for _ in range(2):
            done = subprocess.run(command, capture_output=True, timeout=240, check=False)
            if done.returncode != 81:  # a new profile: start again
                break
        made = {path.stem: path.read_bytes() for path in out.glob("*")}
        assert len(made) == len(files), done.stderr.decode(errors="replace")
        return made


@cache
def _profile() -> Path:
    return Path(tempfile.mkdtemp(prefix="xlfz-plans-profile-"))


@cache
def _font() -> str:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"


def _page_number(canvas: Any, template: Any) -> None:
    canvas.setFont(_font(), 9)
    canvas.drawCentredString(template.pagesize[0] / 2, 30, f"— {canvas.getPageNumber()} —")


def _widths(grid: Grid, room: float) -> list[float]:
    """Columns in the ratio of their longest text, so that Chinese breaks as in a real table."""
    longest = [4] * grid.width
    for _, column, cell in _placed(grid):
        if cell.columns == 1:
            longest[column] = max(longest[column], min(len(cell.text), 30))
    return [room * n / sum(longest) for n in longest]


def _lines(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Line):
            yield block.printed
        else:
            for row in block.rows:
                for cell in row:
                    yield cell.text


def _placed(grid: Grid) -> Iterator[tuple[int, int, Cell]]:
    """Each cell with its row and column from 0."""
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(grid.rows):
        c = 0
        for cell in row:
            while (r, c) in taken:
                c += 1
            taken |= {(r + i, c + j) for i in range(cell.rows) for j in range(cell.columns)}
            yield r, c, cell


def _td(cell: Cell) -> str:
    spans = (f' rowspan="{cell.rows}"' if cell.rows > 1 else "") + (
        f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    )
    return f"<td{spans}><p>{_broken(cell.text)}</p></td>"


def _broken(text: str) -> str:
    """Text for a page, its lines parted."""
    return html.escape(text).replace("\n", "<br/>")


def _saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


class _Numbering:
    """Word's automatic numbers: one list for each kind of label, begun anew where the label does."""

    def __init__(self, document: Any) -> None:
        self._root = document.part.numbering_part.element
        self._next = 900
        self._current: dict[tuple[str, str, str], int] = {}

    def number(self, paragraph: Any, label: str) -> None:
        """Gives the paragraph the number that prints `label`."""
        before, count, after = _parted(label)
        format_ = "decimal" if count.isdigit() else _CHINESE
        key = (before, format_, after)
        if count in ("1", "一") or key not in self._current:
            self._current[key] = self._list(before, format_, after)
        number = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        number.get_or_add_ilvl().val = 0
        number.get_or_add_numId().val = self._current[key]

    def _list(self, before: str, format_: str, after: str) -> int:
        self._next += 1
        abstract = OxmlElement("w:abstractNum")
        abstract.set(qn("w:abstractNumId"), str(self._next))
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), "0")
        for tag, value in (
            ("w:start", "1"),
            ("w:numFmt", format_),
            ("w:suff", "nothing"),
            ("w:lvlText", f"{before}%1{after}"),
        ):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
        first = self._root.find(qn("w:num"))
        if first is None:
            self._root.append(abstract)
        else:
            first.addprevious(abstract)
        number = OxmlElement("w:num")
        number.set(qn("w:numId"), str(self._next))
        link = OxmlElement("w:abstractNumId")
        link.set(qn("w:val"), str(self._next))
        number.append(link)
        self._root.append(number)
        return self._next


def _parted(label: str) -> tuple[str, str, str]:
    """`（十二）` -> `（`, `十二`, `）`."""
    core = [i for i, c in enumerate(label) if c in _COUNTABLE]
    return label[: core[0]], label[core[0] : core[-1] + 1], label[core[-1] + 1 :]
