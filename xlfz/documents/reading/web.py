"""Web pages: paragraphs and tables in reading order.

Takes the bytes of an HTML page; gives a `Source` with rowspan and colspan resolved. Leaves out what
is not text of the document: scripts, menus, forms, what is hidden. Tables that only lay out the page
are walked through, not taken for data.
"""

from __future__ import annotations

import email
import re
from typing import TYPE_CHECKING, Any

import lxml.html
from lxml import etree

from xlfz.documents.model import Block, Paragraph, Place, Source, SourceCell, SourceTable
from xlfz.documents.reading.plain import decode
from xlfz.errors import refuse
from xlfz.findings import finding
from xlfz.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_DROPPED = frozenset(
    ("script", "style", "noscript", "nav", "form", "select", "button", "iframe", "svg", "template", "head")
)
_INLINE = frozenset(
    ("a", "abbr", "b", "big", "code", "del", "em", "font", "i", "ins", "label", "mark", "q", "s", "small",
     "span", "strike", "strong", "sub", "sup", "tt", "u", "o:p")
)  # fmt: skip
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MAX_SPAN = 1000
"""A span beyond this is a slip of the page's author, or an attack."""
_MAX_CELLS = 400_000


def read_html(data: bytes, name: str) -> Source:
    """A saved web page, or a table that a program saved as HTML."""
    data, declared = _page_of_mime(data)
    head = _CHARSET.search(data[:4096])
    text, findings = decode(data, head[1].decode("ascii") if head else declared)
    try:
        root = lxml.html.document_fromstring(
            _XML_HEAD.sub("", text), parser=lxml.html.HTMLParser(recover=True, no_network=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise refuse(finding("E_IMPORT_EMPTY")) from error
    page = _Page()
    body = root.find("body")
    page.walk(body if body is not None else root)
    page.close()
    if not page.blocks:
        raise refuse(finding("E_IMPORT_EMPTY"))
    heading = root.findtext(".//title") or ""
    return Source(name, "html", tuple(page.blocks), findings, title=visible(heading))


def _page_of_mime(data: bytes) -> tuple[bytes, str]:
    """The page inside a web archive (.mht), with its declared charset; other bytes as they are."""
    if not data[:200].lstrip().lower().startswith(b"mime-version:"):
        return data, ""
    for part in email.message_from_bytes(data.lstrip()).walk():
        if part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            return (body if isinstance(body, bytes) else b""), str(part.get_content_charset() or "")
    raise refuse(finding("E_IMPORT_EMPTY"))


class _Page:
    """A walk over the page that gathers text into paragraphs and tables into grids."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._bold = 0
        self._shown_bold = False
        self._paragraphs = 0
        self._tables = 0

    def walk(self, element: Any) -> None:
        """The text and children of an element, then its tail is the caller's."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _DROPPED or _hidden(element):
            return
        if tag == "br":
            self.close()
        elif tag == "table" and not _lays_out(element):
            self.close()
            self._table(element)
        elif tag in _INLINE:
            self._bold += tag in ("b", "strong")
            self._inside(element)
            self._bold -= tag in ("b", "strong")
        else:
            self.close()
            self._inside(element)
            level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else 0
            self.close(level)

    def _inside(self, element: Any) -> None:
        self._text(element.text)
        for child in element:
            self.walk(child)
            self._text(child.tail)

    def _text(self, text: str | None) -> None:
        if text and (self._pieces or text.strip()):
            self._pieces.append(text)
            self._shown_bold |= bool(self._bold and text.strip())

    def close(self, level: int = 0) -> None:
        """End the paragraph that is open, if it says anything."""
        text = visible(_SPACE.sub(" ", "".join(self._pieces)))
        if text:
            self._paragraphs += 1
            place = Place(paragraph=self._paragraphs)
            self.blocks.append(Paragraph(text, place, self._shown_bold, level))
        self._pieces.clear()
        self._shown_bold = False

    def _table(self, table: Any) -> None:
        self._tables += 1
        grid = list(_grid(table, self._tables))
        if grid:
            caption = table.find("caption")
            title = visible(caption.text_content()) if caption is not None else ""
            self.blocks.append(SourceTable(tuple(grid), Place(table=self._tables, row=1), title))


def _hidden(element: Any) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


def _rows(table: Any) -> list[Any]:
    """The rows of this table, not of tables inside it."""
    return [
        row
        for row in table.iter("tr")
        if next(a for a in row.iterancestors("table")) is table and not _hidden(row)
    ]


def _lays_out(table: Any) -> bool:
    """Whether a table only places things on the page: most of it in tables inside, or never two
    cells side by side."""
    inner = [t for t in table.iter("table") if next(t.iterancestors("table"), None) is table]
    if inner and sum(map(_weight, inner)) * 2 >= _weight(table):
        return True
    return all(len([c for c in row if c.tag in ("td", "th")]) < 2 for row in _rows(table))


def _weight(element: Any) -> int:
    """How many characters stand in an element."""
    return len("".join(element.text_content().split()))


def _grid(table: Any, number: int) -> Iterator[tuple[SourceCell, ...]]:
    """The rows of a table as a rectangle; a merged area repeats its first cell."""
    placed: dict[tuple[int, int], SourceCell] = {}
    rows = _rows(table)
    for r, row in enumerate(rows, 1):
        column = 1
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while (r, column) in placed:
                column += 1
            text = _cell_text(cell)
            place = Place(table=number, row=r, column=column)
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            down = len(rows) - r + 1 if down == 0 else min(down, len(rows) - r + 1)
            for dr in range(down):
                for dc in range(max(across, 1)):
                    placed.setdefault((r + dr, column + dc), SourceCell(text, place, not dr and not dc))
            column += max(across, 1)
            if column * len(rows) > _MAX_CELLS:
                raise refuse(finding("E_TOO_MANY_CELLS", n=_MAX_CELLS))
    width = max((c for _, c in placed), default=0)
    for r in range(1, len(rows) + 1):
        here = [
            placed.get((r, c), SourceCell("", Place(table=number, row=r, column=c)))
            for c in range(1, width + 1)
        ]
        if any(cell.text for cell in here):
            yield tuple(here)


def _span(cell: Any, name: str) -> int:
    text = cell.get(name, "1").strip()
    return min(int(text), _MAX_SPAN) if text.isascii() and text.isdigit() else 1


def _cell_text(cell: Any) -> str:
    """A cell's text, its paragraphs and breaks as lines; a table inside it row by row."""
    inner = _Page()
    inner._inside(cell)
    inner.close()
    lines = []
    for block in inner.blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines += [" ".join(c.text for c in row if c.text and c.origin) for row in block.rows]
    return "\n".join(filter(None, lines))
