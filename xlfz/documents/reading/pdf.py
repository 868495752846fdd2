"""PDF documents with text: tables with ruled lines, and the flowing text around them.

Takes bytes; gives a `Source`. Lines are joined to paragraphs where they run to the margin; what
begins or ends most pages (page numbers, running heads) is left out. Forbids silence: a page without
text is named, so are pictures and characters without a meaning; a document without any text is
refused as scanned.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from xlfz.documents.model import Block, Paragraph, Place, Source, SourceCell, SourceTable
from xlfz.documents.reading.unruled import Grid, Strips, Words, grids, words_of
from xlfz.errors import refuse
from xlfz.findings import finding
from xlfz.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfz.findings import Finding

_GAP = 0.4
"""Gaps up to this part of the type's size are no spaces: programs set Chinese and figures a quarter apart."""
_UNMAPPED = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff]")
"""What stands for a character whose font does not say what it is."""
_PICTURE, _WHOLE = 0.1, 0.8
"""Parts of the page: a picture below the first is a seal or a mark, one above the second a scan."""
_RUNNING = 2
"""So many lines at the edge of a page may be a running head or foot."""
_PAGE_NUMBER = re.compile(r"[-—–·\s]*(第\s*)?\d{1,4}(\s*页)?(\s*[,，/共]\s*共?\s*\d{1,4}\s*页?)?[-—–·\s]*")
_OPENS = re.compile(
    r"\s*([一二三四五六七八九十百]+[、．.]|[（(][一二三四五六七八九十百\d]+[）)]|\d{1,3}[.．、]|[①-⑳⒈-⒛⑴-⒇★]"
    r"|第[一二三四五六七八九十百\d]+[条章节项]|[（(【]?(牵头|责任|配合|负责|完成))"
)
_LABEL = re.compile(
    r"\s*[（(【\[]?(牵头|责任|配合|负责|协办|主办|承办|参与|参加|完成|时限|时间|工作|适用)[^。；;:：]{0,8}[:：]"
)
_ENDS = re.compile(r"[。！？；：:;!?]$")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text between the margins; positions in points from the page's top left."""

    text: str
    page: int
    left: float
    right: float
    top: float
    size: float
    width: float
    """Of the page."""


def read_pdf(data: bytes, name: str) -> Source:
    """A PDF with text. Raises Refused: E_IMPORT_SCANNED, E_IMPORT_LOCKED, E_IMPORT_BROKEN."""
    notes = _Notes()
    logger = logging.getLogger("pdfminer")
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(notes)
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            carried: Strips | None = None
            pages = []
            for page in document.pages:
                things, carried = _looked_at(page, notes, carried)
                pages.append(things)
            title = visible(str((document.metadata or {}).get("Title") or ""))
    except Exception as problem:  # pdfminer trips over damage in more ways than can be listed
        raise refuse(finding("E_IMPORT_LOCKED" if _locked(problem) else "E_IMPORT_BROKEN")) from problem
    finally:
        logger.removeHandler(notes)
        logger.propagate = propagated
    pages = _without_running(pages)
    bare = [n for n, page in enumerate(pages, 1) if not page]
    if len(bare) == len(pages) or notes.unmapped * 2 > notes.characters:
        raise refuse(finding("E_IMPORT_BROKEN" if notes.damaged else "E_IMPORT_SCANNED"))
    blocks = tuple(_numbered(list(_joined(pages))))
    return Source(name, "pdf", blocks, tuple(notes.findings(bare, len(pages))), title)


def _locked(problem: BaseException) -> bool:
    """Whether a password is what is missing; pdfplumber wraps what pdfminer says."""
    inner = problem.args[0] if isinstance(problem, PdfminerException) and problem.args else problem
    return isinstance(inner, PDFPasswordIncorrect | PDFEncryptionError)


class _Notes(logging.Handler):
    """What a person should know of the pages; also hears what pdfminer would tell only a log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.pictures = self.characters = self.unmapped = 0
        self.scans: list[int] = []
        self.damaged = False

    def emit(self, record: logging.LogRecord) -> None:
        """Remember lost data; what else pdfminer warns of (widths, boxes of fonts) changes no text."""
        self.damaged |= "data-loss" in record.getMessage().lower()

    def look(self, page: Any, text: str) -> None:
        """Count pictures and characters of a page with the given text."""
        area = float(page.width * page.height) or 1.0
        parts = [(i["x1"] - i["x0"]) * (i["bottom"] - i["top"]) / area for i in page.images]
        if text and any(part >= _WHOLE for part in parts):
            self.scans.append(page.page_number)
        elif text:
            self.pictures += sum(part >= _PICTURE for part in parts)
        self.unmapped += len(_UNMAPPED.findall(text))
        self.characters += len("".join(_UNMAPPED.sub("?", text).split()))

    def findings(self, bare: list[int], total: int) -> Iterator[Finding]:
        """What was not read, or not for sure."""
        if bare:
            yield finding("W_IMPORT_PAGE_NO_TEXT", n=len(bare), 页=_listed(bare), 共=total)
        if scans := [n for n in self.scans if n not in bare]:
            yield finding("W_IMPORT_RECOGNISED", n=len(scans), 页=_listed(scans))
        if self.pictures:
            yield finding("W_IMPORT_PICTURES", n=self.pictures)
        if self.unmapped:
            yield finding("W_IMPORT_UNMAPPED", n=self.unmapped)
        if self.damaged:
            yield finding("W_IMPORT_DAMAGED")


def _listed(pages: list[int]) -> str:
    return "、".join(map(str, pages[:8])) + (" 等" if len(pages) > 8 else "")


def _looked_at(
    page: Any, notes: _Notes, carried: Strips | None
) -> tuple[list[_Line | SourceTable], Strips | None]:
    """The things on a page, and its memory given back: a plan may have hundreds of pages.

    `carried`: the columns of a table without rules that the page before ends in.
    """
    things, carried = _page(page, carried)
    texts = [
        t.text if isinstance(t, _Line) else "".join(c.text for row in t.rows for c in row) for t in things
    ]
    notes.look(page, "\n".join(texts))
    page.close()
    return things, carried


def _page(page: Any, carried: Strips | None) -> tuple[list[_Line | SourceTable], Strips | None]:
    """Lines and tables of one page from top to bottom."""
    tables = [t for t in page.find_tables() if len(t.rows) > 1 and any(len(r.cells) > 1 for r in t.rows)]
    boxes = [t.bbox for t in tables]

    def outside(thing: dict[str, Any]) -> bool:
        if thing.get("object_type") != "char":
            return True
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes)

    free = page.filter(outside) if boxes else page
    placed: list[tuple[float, _Line | SourceTable]] = []
    free_lines: list[_Line] = []
    words: list[tuple[Words, ...]] = []
    for line in free.extract_text_lines(return_chars=True, x_tolerance_ratio=_GAP):
        text = visible(line["text"])
        if text:
            size = max((c["size"] for c in line["chars"]), default=0.0)
            made = _Line(text, page.page_number, line["x0"], line["x1"], line["top"], size, float(page.width))
            free_lines.append(made)
            words.append(words_of(line, size or 1.0))
    if free_lines and _PAGE_NUMBER.fullmatch(free_lines[-1].text):
        words.pop()  # else it would be the last cell of a table that goes on overleaf
    found = grids(words, [line.top for line in free_lines], carried)
    inside = {n for grid in found for n in range(grid.first, grid.last + 1)}
    placed += [(line.top, line) for n, line in enumerate(free_lines) if n not in inside]
    placed += [(free_lines[grid.first].top, _unruled(page, grid)) for grid in found]
    for table in tables:
        placed.append((table.bbox[1], _table(page, table)))
    placed.sort(key=lambda pair: pair[0])
    ends = found[-1] if found and found[-1].last == len(words) - 1 else None
    return [thing for _, thing in placed], ends.strips if ends else None


def _unruled(page: Any, grid: Grid) -> SourceTable:
    """A table without rules; a heading across it fills its row."""
    width = max(map(len, grid.rows))
    rows = []
    for r, row in enumerate(grid.rows, 1):
        across = len(row) == 1
        rows.append(
            tuple(
                SourceCell(
                    row[0] if across else row[c],
                    Place(page=page.page_number, table=1, row=r, column=1 if across else c + 1),
                    not across or c == 0,
                )
                for c in range(width)
            )
        )
    return SourceTable(tuple(rows), Place(page=page.page_number, table=1, row=1), unruled=True)


def _table(page: Any, table: Any) -> SourceTable:
    """A ruled table; an area that spans several cells repeats its text."""
    texts = table.extract(x_tolerance_ratio=_GAP)
    rows: list[list[SourceCell]] = []
    spans: list[tuple[Any, SourceCell]] = []
    centres = _centres(table)
    for r, (row, words) in enumerate(zip(table.rows, texts, strict=True), 1):
        made: list[SourceCell] = []
        middle = (row.bbox[1] + row.bbox[3]) / 2
        for c, (box, text) in enumerate(zip(row.cells, words, strict=True), 1):
            place = Place(page=page.page_number, table=1, row=r, column=c)
            if box is not None:
                cell = SourceCell(visible(text or ""), place)
                spans.append((box, cell))
                made.append(cell)
                continue
            x = centres.get(c, 0.0)
            y = min(middle, row.bbox[1] + 3)
            over = next((s for b, s in spans if b[0] <= x <= b[2] and b[1] <= y <= b[3]), None)
            made.append(SourceCell(over.text, over.place, origin=False) if over else SourceCell("", place))
        rows.append(made)
    return SourceTable(tuple(map(tuple, rows)), Place(page=page.page_number, table=1, row=1))


def _centres(table: Any) -> dict[int, float]:
    """The middle of each column, by its narrowest cell."""
    narrowest: dict[int, tuple[float, float]] = {}
    for row in table.rows:
        for c, box in enumerate(row.cells, 1):
            if box is not None:
                width = box[2] - box[0]
                if c not in narrowest or width < narrowest[c][0]:
                    narrowest[c] = (width, (box[0] + box[2]) / 2)
    return {c: middle for c, (_, middle) in narrowest.items()}


def _without_running(pages: list[list[_Line | SourceTable]]) -> list[list[_Line | SourceTable]]:
    """The pages without page numbers and without what heads or foots most of them."""
    for _ in range(_RUNNING):
        heads: dict[str, list[_Line]] = {}
        for page in pages:
            for words, line in {_bare_words(line.text): line for line in _outer(page)}.items():
                heads.setdefault(words, []).append(line)
        # Left and right pages may have heads of their own.
        often = {
            words
            for words, lines in heads.items()
            if len(lines) > 2 and len(lines) * 5 >= len(pages) * 2 and _counts_pages(lines)
        }
        pages = [_without(page, often) for page in pages]
    return pages


def _counts_pages(lines: list[_Line]) -> bool:
    """Whether each number in lines of the same words is the page's or never changes: else it is text."""
    figures = [[int(n) for n in re.findall(r"\d+", line.text)] for line in lines]
    return all(
        len(set(column)) == 1 or len({n - line.page for n, line in zip(column, lines, strict=True)}) == 1
        for column in zip(*figures, strict=True)
    )


def _without(page: list[_Line | SourceTable], often: set[str]) -> list[_Line | SourceTable]:
    running = {
        id(line)
        for line in _outer(page)
        if _PAGE_NUMBER.fullmatch(line.text) or _bare_words(line.text) in often
    }
    return [thing for thing in page if id(thing) not in running]


def _outer(page: list[_Line | SourceTable]) -> list[_Line]:
    """The first and the last line of a page: heads, feet and page numbers are among them."""
    lines = [thing for thing in page if isinstance(thing, _Line)]
    return lines[:1] + lines[-1:] if len(lines) > 1 else lines


def _bare_words(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _joined(pages: list[list[_Line | SourceTable]]) -> Iterator[Block]:
    """Paragraphs and tables; a line that runs to the right margin goes on in the next one."""
    margins = _margins(pages)
    open_line: _Line | None = None
    text = ""
    first: _Line | None = None
    for page in pages:
        for thing in page:
            if not isinstance(thing, _Line):
                if first is not None:
                    yield _paragraph(text, first)
                first, text, open_line = None, "", None
                yield thing
                continue
            if open_line is not None and first is not None and _goes_on(open_line, thing, margins, text):
                text += ("" if _wide(text[-1:]) or _wide(thing.text[:1]) else " ") + thing.text
            else:
                if first is not None:
                    yield _paragraph(text, first)
                first, text = thing, thing.text
            open_line = thing
    if first is not None:
        yield _paragraph(text, first)


def _margins(pages: list[list[_Line | SourceTable]]) -> tuple[float, float]:
    """Left and right edge of the text block, as most full lines have them."""
    lines = [thing for page in pages for thing in page if isinstance(thing, _Line)]
    rights = sorted(line.right for line in lines)
    lefts = sorted(line.left for line in lines)
    if not lines:
        return 0.0, 0.0
    left, right = lefts[len(lefts) // 10], rights[max(0, len(rights) * 9 // 10 - 1)]
    # Where most lines are short, the edge is where a long one ends, not farther out than on the left.
    width = Counter(line.width for line in lines).most_common(1)[0][0]
    return left, max(right, min(rights[-1], width - left))


def _goes_on(before: _Line, line: _Line, margins: tuple[float, float], text: str) -> bool:
    """Whether a line belongs to the paragraph whose last line and whole text are given."""
    left, right = margins
    size = max(before.size, 1.0)
    full = before.right >= right - 1.8 * size
    indented = line.left > left + 1.2 * size
    same = abs(before.size - line.size) < 0.6
    if not (full and same) or indented:
        return False
    # In a bracket that is open, a label at the edge is the other half of a torn one.
    inside = sum(map(text.count, "（(【[")) > sum(map(text.count, "）)】]"))
    if not inside and _LABEL.match(line.text):
        return False
    # A heading that happens to be full ends without a stop too: a new number opens a new paragraph.
    return not (_OPENS.match(line.text) and _ENDS.search(before.text))


def _wide(character: str) -> bool:
    return character > "\u2e7f"


def _paragraph(text: str, first: _Line) -> Paragraph:
    return Paragraph(text, Place(page=first.page, paragraph=1))


def _numbered(blocks: list[Block]) -> Iterator[Block]:
    """Paragraphs and tables counted on their page, so that a place can be looked up."""
    counts: Counter[tuple[int, str]] = Counter()
    for block in blocks:
        page = block.place.page
        if isinstance(block, Paragraph):
            counts[page, "p"] += 1
            yield Paragraph(
                block.text, Place(page=page, paragraph=counts[page, "p"]), block.bold, block.level
            )
        else:
            counts[page, "t"] += 1
            number = counts[page, "t"]
            rows = tuple(
                tuple(
                    SourceCell(
                        c.text,
                        Place(page=page, table=number, row=c.place.row, column=c.place.column),
                        c.origin,
                    )
                    for c in row
                )
                for row in block.rows
            )
            yield SourceTable(rows, Place(page=page, table=number, row=1), block.title, block.unruled)
