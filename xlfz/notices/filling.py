"""Fill a notice into a template that staff may have edited in Word or WPS.

Takes the bytes of a .docx and a `Notice`; gives the bytes of the document, dated by the day. A
placeholder is a name in 〔〕; 〔2026〕, as document numbers have it, is none. `faults` says which
placeholders nobody knows. Forbids leaving one in a document that goes out.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from xlfz.errors import refuse
from xlfz.findings import Finding, finding
from xlfz.notices import chart, layout
from xlfz.notices.model import Chart, Grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from xlfz.notices.model import Block, Notice

_PLACEHOLDER = re.compile(r"〔\s*([^〔〕\s\d][^〔〕]{0,30}?)\s*〕")


def faults(template: bytes, notice: Notice) -> Iterator[Finding]:
    """What is wrong with a template. Raises Refused when it is no Word document at all."""
    for paragraph in _paragraphs(_opened(template)):
        text = _text(paragraph)
        for match in _PLACEHOLDER.finditer(text):
            name = match[1]
            if name in notice.blocks:
                if text.strip() != match[0]:
                    yield finding("E_NOTICE_BLOCK", 名=name)
            elif name not in notice.texts:
                known = "、".join(f"〔{known}〕" for known in (*notice.texts, *notice.blocks))
                yield finding("E_NOTICE_PLACEHOLDER", 名=name, 列表=known)


def fill(template: bytes, notice: Notice, created: datetime) -> bytes:
    """The document: the same template, notice and day give the same bytes."""
    document = _opened(template)
    for paragraph in list(_paragraphs(document)):
        match = _PLACEHOLDER.fullmatch(_text(paragraph).strip())
        if match and match[1] in notice.blocks:
            _replace_paragraph(document, paragraph, notice.blocks[match[1]])
        else:
            _replace_texts(paragraph, notice.texts)
    core = document.core_properties
    core.title = layout.plain(notice.texts.get("标题", ""))[:255] or notice.kind
    core.created = core.modified = created
    core.revision = 1
    saved = io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as archive:
        return layout.packed({name: archive.read(name) for name in archive.namelist()})


def _opened(template: bytes) -> Any:
    try:
        return Document(io.BytesIO(template))
    except (zipfile.BadZipFile, PackageNotFoundError, XMLSyntaxError, KeyError, ValueError) as error:
        raise refuse(finding("E_NOTICE_TEMPLATE", 原因="不是完好的 Word 文档（.docx）")) from error


def _paragraphs(document: Any) -> Iterator[Any]:
    """Every w:p of the body, its tables, headers and footers."""
    yield from document.element.body.iter(qn("w:p"))
    for relationship in document.part.rels.values():
        if relationship.reltype.endswith(("/header", "/footer")):
            yield from relationship.target_part.element.iter(qn("w:p"))


def _runs(paragraph: Any) -> list[Any]:
    return list(paragraph.iter(qn("w:t")))


def _text(paragraph: Any) -> str:
    return "".join(t.text or "" for t in _runs(paragraph))


def _replace_texts(paragraph: Any, texts: Mapping[str, str]) -> None:
    """Word tears a placeholder into runs as it likes: its text goes where the 〔 stands."""
    pieces = _runs(paragraph)
    whole = "".join(t.text or "" for t in pieces)
    for match in reversed(list(_PLACEHOLDER.finditer(whole))):
        if match[1] not in texts:
            continue
        start, first = 0, True
        for piece in pieces:
            text = piece.text or ""
            end = start + len(text)
            left, right = max(match.start(), start) - start, min(match.end(), end) - start
            start = end
            if left >= right:
                continue
            piece.text = text[:left] + (layout.plain(texts[match[1]]) if first else "") + text[right:]
            piece.set(qn("xml:space"), "preserve")
            # From here on, what was before this piece is as long as it was: matches go backwards.
            first = False


def _replace_paragraph(document: Any, paragraph: Any, blocks: tuple[Block, ...]) -> None:
    """The blocks in its place; a cell must not end with a table, nor a table touch the next."""
    section = paragraph.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
    for block in blocks:
        paragraph.addprevious(_element(document, block))
    if section is not None:
        for child in list(paragraph):
            if child.tag != qn("w:pPr"):
                paragraph.remove(child)
    else:
        parent = paragraph.getparent()
        follows = paragraph.getnext()
        ends_in_table = bool(blocks) and isinstance(blocks[-1], Grid)
        if (ends_in_table and (follows is None or follows.tag == qn("w:tbl"))) or (
            not blocks and parent.tag == qn("w:tc") and len(parent.findall(qn("w:p"))) == 1
        ):
            for child in list(paragraph):
                if child.tag != qn("w:pPr"):
                    paragraph.remove(child)
        else:
            parent.remove(paragraph)


def _element(document: Any, block: Block) -> Any:
    if isinstance(block, Chart):
        name = document.part.package.next_partname("/word/charts/chart%d.xml")
        part = Part(name, chart.CONTENT_TYPE, chart.part(block), document.part.package)
        relationship = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
        return parse_xml(chart.paragraph(block, relationship, _next_picture(document)))
    text = layout.table(block) if isinstance(block, Grid) else layout.paragraph(block)
    return parse_xml(text.replace(">", f" {layout.NAMESPACES}>", 1))


def _next_picture(document: Any) -> int:
    """A number that no picture of the document has yet; staff may have put their own in."""
    taken = (p.get("id", "0") for p in document.element.body.iter(qn("wp:docPr")))
    return 1 + max((int(number) for number in taken if number.isdecimal()), default=0)
