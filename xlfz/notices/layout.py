"""The look of an official document (GB/T 9704) as the text of its package parts.

Takes the paragraphs of a template; gives the bytes of a .docx: A4 with margins of 37, 35, 28 and
26 mm, 22 lines of 28 characters, page numbers at the outer edge. Knows no notice.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from xlfz.notices.theme import theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfz.notices.model import Grid, Para

WIDTH = 8844
"""Of the text, in twentieths of a point: 210 - 28 - 26 = 156 mm."""
_LINE = 579
"""28.95 pt: 22 lines on 225 mm."""
_STAMP = (2000, 1, 1, 0, 0, 0)
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NAMESPACES = f'xmlns:w="{_W}" xmlns:r="{_R}"'

_XIAOBIAOSONG, _FANGSONG, _HEITI, _KAITI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
_FALLBACKS = {_XIAOBIAOSONG: "宋体", _FANGSONG: "仿宋", _KAITI: "楷体", _HEITI: "SimHei"}
"""Font -> what to take where it is not installed."""

# id: (name, font, size in half points, paragraph properties in the order the schema wants)
_EXACT = f'<w:spacing w:line="{_LINE}" w:lineRule="exact"/>'
_STYLES: dict[str, tuple[str, str, int, str]] = {
    "GwTitle": (
        "公文标题",
        _XIAOBIAOSONG,
        44,
        (
            '<w:spacing w:after="579" w:line="660" w:lineRule="exact"/>'
            '<w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/>'
        ),
    ),
    "GwTo": ("公文主送", _FANGSONG, 32, f'{_EXACT}<w:ind w:firstLineChars="0" w:firstLine="0"/>'),
    "GwBody": ("公文正文", _FANGSONG, 32, _EXACT + '<w:ind w:firstLineChars="200" w:firstLine="640"/>'),
    "GwFirst": (
        "公文一级标题",
        _HEITI,
        32,
        f'<w:keepNext/>{_EXACT}<w:ind w:firstLineChars="200" w:firstLine="640"/><w:outlineLvl w:val="0"/>',
    ),
    "GwSecond": (
        "公文二级标题",
        _KAITI,
        32,
        f'<w:keepNext/>{_EXACT}<w:ind w:firstLineChars="200" w:firstLine="640"/><w:outlineLvl w:val="1"/>',
    ),
    "GwSign": (
        "公文署名",
        _FANGSONG,
        32,
        (
            f'<w:keepNext/><w:spacing w:before="579" w:line="{_LINE}" w:lineRule="exact"/>'
            '<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>'
        ),
    ),
    "GwDate": (
        "公文成文日期",
        _FANGSONG,
        32,
        f'{_EXACT}<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>',
    ),
    "GwFigure": (
        "公文图",
        _FANGSONG,
        24,
        '<w:spacing w:before="120" w:after="120" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>',
    ),
    "GwTable": (
        "公文表格文字",
        _FANGSONG,
        24,
        '<w:snapToGrid w:val="0"/><w:spacing w:line="360" w:lineRule="exact"/>',
    ),
}


def package(paragraphs: Iterable[Para]) -> bytes:
    """A document of these paragraphs, byte for byte the same whenever it is made."""
    body = "".join(paragraph(p) for p in paragraphs)
    section = (
        '<w:sectPr><w:footerReference w:type="even" r:id="rId4"/>'
        '<w:footerReference w:type="default" r:id="rId3"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588"'
        ' w:header="851" w:footer="1304" w:gutter="0"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{_LINE}"/></w:sectPr>'
    )
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            ("officeDocument", "word/document.xml"),
            ("metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _core(),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}{section}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relationships(
            ("styles", "styles.xml"),
            ("settings", "settings.xml"),
            ("footer", "footer1.xml"),
            ("footer", "footer2.xml"),
            ("fontTable", "fontTable.xml"),
            ("theme", "theme/theme1.xml"),
        ),
        "word/styles.xml": _styles(),
        "word/settings.xml": f"<w:settings {NAMESPACES}><w:evenAndOddHeaders/></w:settings>",
        "word/footer1.xml": _footer("right"),
        "word/footer2.xml": _footer("left"),
        "word/fontTable.xml": _fonts(),
        "word/theme/theme1.xml": theme(),
    }
    return packed({name: (_HEAD + text).encode() for name, text in parts.items()})


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A zip of these parts in this order, with fixed stamps."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, _STAMP)
            info.create_system = 0
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def plain(text: str) -> str:
    """Text that XML can hold: what a returned file smuggled in is left out."""
    return _ILLEGAL.sub("", text)


def paragraph(para: Para) -> str:
    """One paragraph as XML; a line feed in the text is a line break."""
    return _paragraph(para.text, para.style)


def table(grid: Grid) -> str:
    """A table as XML; its header row is repeated on every page, and no row is torn apart."""
    whole = sum(grid.widths)
    widths = [WIDTH * w // whole for w in grid.widths]
    rows = []
    if grid.headers:
        cells = (_cell(h, w, centred=True, bold=True) for h, w in zip(grid.headers, widths, strict=True))
        rows.append(f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>")
    for n, row in enumerate(grid.rows):
        cells = (
            _cell(
                text,
                width,
                centred=column in grid.centred,
                bold=not grid.headers and column == 0,
                fill=grid.fill[2] if grid.fill and grid.fill[:2] == (n, column) else "",
            )
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{sides}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="85" w:type="dxa"/>'
        '<w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _cell(text: str, width: int, *, centred: bool = False, bold: bool = False, fill: str = "") -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(text, 'GwTable', centred=centred, bold=bold)}</w:tc>"
    )


def _paragraph(text: str, style: str, *, centred: bool = False, bold: bool = False) -> str:
    aligned = '<w:jc w:val="center"/>' if centred else ""
    heavy = "<w:rPr><w:b/></w:rPr>" if bold else ""
    lines = plain(text).replace("\r", "").split("\n")
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{aligned}</w:pPr><w:r>{heavy}{inner}</w:r></w:p>'


def _styles() -> str:
    found = [
        (
            f"<w:docDefaults><w:rPrDefault><w:rPr>{_font(_FANGSONG)}"
            '<w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/>'
            '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
            "<w:pPrDefault/></w:docDefaults>"
        ),
        (
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
            '<w:qFormat/><w:pPr><w:jc w:val="both"/></w:pPr></w:style>'
        ),
    ]
    for style, (name, font, size, layout) in _STYLES.items():
        found.append(
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{layout}</w:pPr>'
            f'<w:rPr>{_font(font)}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
        )
    return f"<w:styles {NAMESPACES}>{''.join(found)}</w:styles>"


def _font(name: str) -> str:
    """Digits and letters too: an official document has one face in a line."""
    value = quoteattr(name)
    return f"<w:rFonts w:ascii={value} w:eastAsia={value} w:hAnsi={value} w:cs={value}/>"


def _fonts() -> str:
    fonts = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(other)}/>"
        '<w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in _FALLBACKS.items()
    )
    return f"<w:fonts {NAMESPACES}>{fonts}</w:fonts>"


def _footer(side: str) -> str:
    """—1— in 四号 宋体, one character in from the outer edge."""
    look = f'<w:rPr>{_font("宋体")}<w:sz w:val="28"/></w:rPr>'
    pieces = (
        "<w:t>—</w:t>",
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
        "<w:t>—</w:t>",
    )
    runs = "".join(f"<w:r>{look}{piece}</w:r>" for piece in pieces)
    return (
        f'<w:ftr {NAMESPACES}><w:p><w:pPr><w:ind w:{side}="280"/><w:jc w:val="{side}"/></w:pPr>'
        f"{runs}</w:p></w:ftr>"
    )


def _core() -> str:
    """Without a day: a template is the same whenever it is written."""
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        "<dc:creator>xlfz</dc:creator></cp:coreProperties>"
    )


def _content_types() -> str:
    kinds = {
        "document": f"{_TYPES}.document.main+xml",
        "styles": f"{_TYPES}.styles+xml",
        "settings": f"{_TYPES}.settings+xml",
        "footer1": f"{_TYPES}.footer+xml",
        "footer2": f"{_TYPES}.footer+xml",
        "fontTable": f"{_TYPES}.fontTable+xml",
        "theme/theme1": "application/vnd.openxmlformats-officedocument.theme+xml",
    }
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{kind}"/>' for part, kind in kinds.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{overrides}</Types>"
    )


def _relationships(*targets: tuple[str, str]) -> str:
    package_kind = "http://schemas.openxmlformats.org/package/2006/relationships"
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{package_kind if kind.startswith("metadata") else _R}/{kind}" '
        f'Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{package_kind}">{rows}</Relationships>'
