"""Word documents: paragraphs and tables in the order of the page, automatic numbers written out.

Takes the bytes of a .docx whose package was guarded before; gives a `Source`. Reads what the page
shows: insertions yes, deletions and hidden text no, text boxes behind the paragraph that holds them.
Forbids silence on what it leaves out: pictures in place of text, notes, embedded files.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from docx.opc.part import PartFactory
from docx.package import Package
from docx.parts.document import DocumentPart

from xlfz.documents.model import Block, Paragraph, Place, Source, SourceCell, SourceTable
from xlfz.documents.reading.numbering import Numbering, W
from xlfz.errors import refuse
from xlfz.findings import finding
from xlfz.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfz.findings import Finding

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = frozenset(
    (f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{_MC}Fallback", f"{W}rPr", f"{W}pPr",
     f"{W}rt")
)  # fmt: skip
_TEXTS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_WRAPPERS = frozenset(
    (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{_MC}AlternateContent",
     f"{_MC}Choice")
)  # fmt: skip
_NOTES = frozenset((f"{W}footnoteReference", f"{W}endnoteReference"))
_FILES = frozenset((f"{W}altChunk", f"{W}subDoc", "{urn:schemas-microsoft-com:office:office}OLEObject"))
_OFF = ("0", "false", "off")
_MAX_SPAN = 64
"""Word's tables have at most 63 columns."""
for _type in (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
):
    # The same inside as a .docx: python-docx reads them once it is told so.
    PartFactory.part_type_for[_type] = DocumentPart
_BOX = f"{W}txbxContent"
_PICTURES = frozenset(f"{{{ns}}}{name}" for ns, name in (
    ("http://schemas.openxmlformats.org/drawingml/2006/picture", "pic"),
    ("urn:schemas-microsoft-com:vml", "imagedata"),
))  # fmt: skip


def read_docx(data: bytes, name: str) -> Source:
    """A Word document. Raises Refused for what python-docx cannot open."""
    try:
        part = Package.open(io.BytesIO(data)).main_document_part
        reader = _Body(part)
        reader.walk(part.element.body)
        title = _title(part)
    except Exception as problem:  # python-docx and lxml trip over damage in more ways than can be listed
        raise refuse(finding("E_IMPORT_BROKEN")) from problem
    if not reader.blocks:
        raise refuse(finding("E_IMPORT_SCANNED" if reader.pictures else "E_IMPORT_EMPTY"))
    return Source(name, "docx", tuple(reader.blocks), tuple(_left_out(reader, part.element.body)), title)


def _title(part: Any) -> str:
    """The title among the properties; python-docx would make one up where there are none."""
    if not any(r.reltype.endswith("/core-properties") for r in part.package.rels.values()):
        return ""
    return visible(part.core_properties.title or "")


def _left_out(reader: _Body, body: Any) -> Iterator[Finding]:
    if reader.pictures:
        yield finding("W_IMPORT_PICTURES", n=reader.pictures)
    for what, tags in (("脚注或尾注", _NOTES), ("嵌入的文件", _FILES)):
        if count := sum(1 for node in body.iter() if node.tag in tags):
            yield finding("W_IMPORT_LEFT_OUT", n=count, 什么=what)


class _Body:
    """A walk over the body; paragraphs and tables are counted as they come."""

    def __init__(self, part: Any) -> None:
        self.blocks: list[Block] = []
        self.pictures = 0
        self._paragraphs = self._tables = 0
        numbering = next(
            (r.target_part for r in part.rels.values() if r.reltype.endswith("/numbering")), None
        )
        self._numbering = Numbering(numbering.element if numbering is not None else None)
        self._styles = {s.style_id: s for s in part.styles}

    def walk(self, container: Any) -> None:
        """The blocks directly inside a body, a content control, a text box or a cell."""
        for child in _inside(container):
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)

    def _paragraph(self, node: Any) -> None:
        text, number, boxes = self._line(node)
        self._paragraphs += 1
        if text:
            place = Place(paragraph=self._paragraphs)
            self.blocks.append(Paragraph(number + text, place, self._bold(node), self._level(node)))
        for box in boxes:
            self.walk(box)

    def _line(self, node: Any) -> tuple[str, str, list[Any]]:
        """A paragraph's text, its automatic number, and the text boxes anchored in it."""
        boxes: list[Any] = []
        text = visible("".join(_pieces(node, boxes)))
        if not text and node.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            return "", "", boxes
        if not text and not boxes and any(child.tag in _PICTURES for child in node.iter()):
            self.pictures += 1
        # An empty paragraph of a list counts too: a column of numbers is made of such.
        return text, self._number(node), boxes

    def _number(self, node: Any) -> str:
        """The automatic number: by the paragraph's own properties, else by its style."""
        number = level = None
        own = node.find(f"{W}pPr/{W}numPr")
        if own is not None:
            number, level = _value(own, "numId"), _value(own, "ilvl")
        for style in self._style_chain(node):
            if number is not None:
                break
            styled = style.element.find(f"{W}pPr/{W}numPr")
            if styled is not None and (number := _value(styled, "numId")) is not None and level is None:
                # A style is bound to its level by the list, where it does not say it itself.
                level = _value(styled, "ilvl") or self._numbering.level_of(number, style.style_id)
        if number is None:
            return ""
        return self._numbering.next(number, int(level) if level is not None else 0)

    def _style_chain(self, node: Any) -> Iterator[Any]:
        """The paragraph's style and those that it is based on, each once."""
        named = node.find(f"{W}pPr/{W}pStyle")
        style = self._styles.get(named.get(f"{W}val")) if named is not None else None
        seen: set[str] = set()
        while style is not None and style.style_id not in seen:
            seen.add(style.style_id)
            yield style
            style = style.base_style

    def _level(self, node: Any) -> int:
        """Outline level: 1 for a heading of the first level, 0 for body text."""
        own = node.find(f"{W}pPr/{W}outlineLvl")
        for style in self._style_chain(node):
            if own is not None:
                break
            own = style.element.find(f"{W}pPr/{W}outlineLvl")
        level = int(own.get(f"{W}val")) + 1 if own is not None else 0
        return level if 1 <= level <= 9 else 0

    def _bold(self, node: Any) -> bool:
        runs = [r for r in node.iter(f"{W}r") if any(t.text for t in r.iter(f"{W}t"))]
        return bool(runs) and all(_is_bold(run) for run in runs)

    def _table(self, node: Any) -> None:
        rows = [r for r in _inside(node) if r.tag == f"{W}tr"]
        if all(sum(c.tag == f"{W}tc" for c in _inside(row)) < 2 for row in rows):
            # A frame around text, not a table: nothing in it stands side by side.
            for row in rows:
                for cell in _inside(row):
                    self.walk(cell)
            return
        self._tables += 1
        number = self._tables
        placed: dict[tuple[int, int], SourceCell] = {}
        for r, row in enumerate(rows, 1):
            column = 1 + _number_of(row, "gridBefore", 0)
            for cell in (c for c in _inside(row) if c.tag == f"{W}tc"):
                span = max(1, _number_of(cell, "gridSpan", 1))
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                above = placed.get((r - 1, column))
                beside = placed.get((r, column - 1))
                if beside is not None and _value(cell, "tcPr", "hMerge", missing="restart") != "restart":
                    for c in range(column, column + span):
                        placed[r, c] = SourceCell(beside.text, beside.place, origin=False)
                    column += span
                    continue
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
        """A cell's paragraphs as lines; a table inside it row by row."""
        return "\n".join(self._lines(cell))

    def _lines(self, container: Any) -> Iterator[str]:
        for child in _inside(container):
            if child.tag == f"{W}p":
                text, number, boxes = self._line(child)
                if visible(number + text):
                    yield visible(number + text)
                for box in boxes:
                    yield from self._lines(box)
            elif child.tag == f"{W}tbl":
                for row in _inside(child):
                    texts = [self._cell(c) for c in _inside(row) if c.tag == f"{W}tc"]
                    if any(texts):
                        yield " ".join(filter(None, texts))


def _inside(node: Any) -> Iterator[Any]:
    """The children of a body, table, row or cell, those in content controls too."""
    for child in node:
        if child.tag in _WRAPPERS:
            if child.find(f"{W}sdtPr/{W}showingPlcHdr") is None:
                yield from _inside(child)
        elif not _deleted(child):
            yield child


def _deleted(node: Any) -> bool:
    """A row or cell that was deleted with changes tracked."""
    return node.find(f"{W}trPr/{W}del") is not None or node.find(f"{W}tcPr/{W}cellDel") is not None


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
        elif child.tag not in _SKIPPED and isinstance(child.tag, str) and not _unseen(child):
            yield from _pieces(child, boxes)


def _unseen(node: Any) -> bool:
    """Hidden text, or what a form shows until something is filled in."""
    hidden = node.find(f"{W}rPr/{W}vanish")
    return (hidden is not None and hidden.get(f"{W}val", "1") not in _OFF) or (
        node.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
    )


def _symbol(node: Any) -> str:
    """A character of a symbol font; those in the private area have no text of their own."""
    code = int(node.get(f"{W}char", "0"), 16)
    return "" if 0xE000 <= code <= 0xF8FF else chr(code)


def _number_of(node: Any, name: str, default: int) -> int:
    found = node.find(f"{node.tag}Pr/{W}{name}")
    value = found.get(f"{W}val", "") if found is not None else ""
    return min(int(value), _MAX_SPAN) if value.isdigit() else default


def _value(node: Any, *names: str, missing: str | None = None) -> str | None:
    """The value of a property below the node; `missing` where there is no such property."""
    found = node.find("/".join(W + name for name in names))
    return str(found.get(f"{W}val", "")) if found is not None else missing


def _is_bold(run: Any) -> bool:
    bold = run.find(f"{W}rPr/{W}b")
    return bold is not None and bold.get(f"{W}val", "1") not in _OFF
