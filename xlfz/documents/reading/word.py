"""Word documents: paragraphs and tables in the order of the page, automatic numbers written out.

Takes the bytes of a .docx whose package was guarded before; gives a `Source`. Reads what the page
shows: insertions yes, deletions no, text boxes behind the paragraph that holds them, pictures not
at all (said where a paragraph holds nothing else).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import docx

from xlfz.documents.model import Block, Paragraph, Place, Source, SourceCell, SourceTable
from xlfz.documents.reading.numbering import Numbering, W
from xlfz.errors import refuse
from xlfz.findings import finding
from xlfz.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = frozenset(
    (f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{_MC}Fallback", f"{W}rPr", f"{W}pPr")
)
_TEXTS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_BOX = f"{W}txbxContent"
_PICTURES = frozenset(f"{{{ns}}}{name}" for ns, name in (
    ("http://schemas.openxmlformats.org/drawingml/2006/picture", "pic"),
    ("urn:schemas-microsoft-com:vml", "imagedata"),
))  # fmt: skip


def read_docx(data: bytes, name: str) -> Source:
    """A Word document. Raises Refused for what python-docx cannot open."""
    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        reader = _Body(document)
        reader.walk(body)
    except (KeyError, ValueError, AttributeError, TypeError, IndexError) as problem:
        # What python-docx and a crooked numbering part trip over.
        raise refuse(finding("E_IMPORT_BROKEN")) from problem
    if not reader.blocks:
        raise refuse(finding("E_IMPORT_SCANNED" if reader.pictures else "E_IMPORT_EMPTY"))
    found = (finding("W_IMPORT_PICTURES", n=reader.pictures),) if reader.pictures else ()
    return Source(
        name, "docx", tuple(reader.blocks), found, title=visible(document.core_properties.title or "")
    )


class _Body:
    """A walk over the body; paragraphs and tables are counted as they come."""

    def __init__(self, document: Any) -> None:
        self.blocks: list[Block] = []
        self.pictures = 0
        self._paragraphs = self._tables = 0
        part = next(
            (r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None
        )
        self._numbering = Numbering(part.element if part is not None else None)
        self._styles = {s.style_id: s for s in document.styles}

    def walk(self, container: Any) -> None:
        """The blocks directly inside a body, a content control or a text box."""
        for child in container:
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
                self.walk(child)

    def _paragraph(self, node: Any) -> None:
        text, boxes = self._line(node)
        self._paragraphs += 1
        if text:
            place = Place(paragraph=self._paragraphs)
            self.blocks.append(Paragraph(text, place, self._bold(node), self._level(node)))
        elif any(child.tag in _PICTURES for child in node.iter()):
            self.pictures += 1
        for box in boxes:
            self.walk(box)

    def _line(self, node: Any) -> tuple[str, list[Any]]:
        """A paragraph's text with its number, and the text boxes anchored in it."""
        boxes: list[Any] = []
        text = visible("".join(_pieces(node, boxes)))
        number = self._number(node) if text else ""
        return number + text, boxes

    def _number(self, node: Any) -> str:
        """The automatic number: by the paragraph's own property, else by its style."""
        properties = node.find(f"{W}pPr/{W}numPr")
        style = self._style(node)
        while properties is None and style is not None:
            properties = style.element.find(f"{W}pPr/{W}numPr")
            style = style.base_style
        if properties is None:
            return ""
        number, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
        if number is None:
            return ""
        return self._numbering.next(
            number.get(f"{W}val"), int(level.get(f"{W}val")) if level is not None else 0
        )

    def _style(self, node: Any) -> Any | None:
        named = node.find(f"{W}pPr/{W}pStyle")
        return self._styles.get(named.get(f"{W}val")) if named is not None else None

    def _level(self, node: Any) -> int:
        """Outline level: 1 for a heading of the first level, 0 for body text."""
        own = node.find(f"{W}pPr/{W}outlineLvl")
        style = self._style(node)
        while own is None and style is not None:
            own = style.element.find(f"{W}pPr/{W}outlineLvl")
            style = style.base_style
        level = int(own.get(f"{W}val")) + 1 if own is not None else 0
        return level if level <= 9 else 0

    def _bold(self, node: Any) -> bool:
        runs = [r for r in node.iter(f"{W}r") if any(t.text for t in r.iter(f"{W}t"))]
        return bool(runs) and all(_is_bold(run) for run in runs)

    def _table(self, node: Any) -> None:
        self._tables += 1
        number = self._tables
        placed: dict[tuple[int, int], SourceCell] = {}
        rows = [r for r in _inside(node) if r.tag == f"{W}tr"]
        for r, row in enumerate(rows, 1):
            column = 1 + _number_of(row, "gridBefore", 0)
            for cell in (c for c in _inside(row) if c.tag == f"{W}tc"):
                span = max(1, _number_of(cell, "gridSpan", 1))
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                above = placed.get((r - 1, column))
                if merge is not None and merge.get(f"{W}val", "continue") != "restart" and above is not None:
                    for c in range(column, column + span):
                        up = placed.get((r - 1, c), above)
                        placed[r, c] = SourceCell(up.text, up.place, origin=False)
                else:
                    place = Place(table=number, row=r, column=column)
                    text = self._cell(cell)
                    for c in range(column, column + span):
                        placed[r, c] = SourceCell(text, place, origin=c == column)
                column += span
        width = max((c for _, c in placed), default=0)
        grid = [
            tuple(
                placed.get((r, c), SourceCell("", Place(table=number, row=r, column=c)))
                for c in range(1, width + 1)
            )
            for r in range(1, len(rows) + 1)
        ]
        grid = [row for row in grid if any(cell.text for cell in row)]
        if grid:
            self.blocks.append(SourceTable(tuple(grid), Place(table=number, row=1)))

    def _cell(self, cell: Any) -> str:
        """A cell's paragraphs as lines; a table inside it line by line too."""
        lines = []
        for paragraph in cell.iter(f"{W}p"):
            text, _ = self._line(paragraph)
            if text:
                lines.append(text)
        return "\n".join(lines)


def _inside(node: Any) -> Iterator[Any]:
    """The children of a table or row, those in content controls too."""
    for child in node:
        if child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _inside(child)
        elif not _deleted(child):
            yield child


def _deleted(node: Any) -> bool:
    """A row that was deleted with changes tracked."""
    return node.find(f"{W}trPr/{W}del") is not None


def _pieces(node: Any, boxes: list[Any]) -> Iterator[str]:
    for child in node:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _TEXTS:
            yield _TEXTS[child.tag]
        elif child.tag == f"{W}sym":
            yield _symbol(child)
        elif child.tag == _BOX:
            boxes.append(child)
        elif child.tag not in _SKIPPED and isinstance(child.tag, str):
            yield from _pieces(child, boxes)


def _symbol(node: Any) -> str:
    """A character of a symbol font; those in the private area have no text of their own."""
    code = int(node.get(f"{W}char", "0"), 16)
    return "" if 0xE000 <= code <= 0xF8FF else chr(code)


def _number_of(node: Any, name: str, default: int) -> int:
    found = node.find(f"{node.tag}Pr/{W}{name}")
    value = found.get(f"{W}val", "") if found is not None else ""
    return int(value) if value.isdigit() else default


def _is_bold(run: Any) -> bool:
    bold = run.find(f"{W}rPr/{W}b")
    return bold is not None and bold.get(f"{W}val", "1") not in ("0", "false", "off")
