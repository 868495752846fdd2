"""A native column chart for a Word document: DrawingML, drawn by Word itself from cached values.

Takes a `Chart`; gives the XML of its part and of the paragraph that shows it. A picture would need a
drawing library and could not be restyled by the office.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from xlfz.notices.layout import NAMESPACES, plain
from xlfz.text import shorten

if TYPE_CHECKING:
    from xlfz.notices.model import Chart

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_WIDE, _HIGH = 156 * 36000, 70 * 36000
"""156 × 70 mm."""
_LABEL = 10
"""So much of a category's name fits below its column."""
_COUNTABLE = 8
"""Up to so many units every whole number has its line."""
_AXES = (111111111, 222222222)


def part(chart: Chart) -> bytes:
    """word/charts/chartN.xml."""
    number = quoteattr(chart.number)
    labels = "".join(
        f'<c:pt idx="{n}"><c:v>{escape(shorten(plain(label), _LABEL))}</c:v></c:pt>'
        for n, label in enumerate(chart.labels)
    )
    values = "".join(f'<c:pt idx="{n}"><c:v>{value!r}</c:v></c:pt>' for n, value in enumerate(chart.values))
    percent = chart.number.endswith("%")
    # Rates end at 100%; a few units are not counted in halves.
    top = '<c:max val="1"/>' if percent else ""
    step = '<c:majorUnit val="1"/>' if not percent and max(chart.values, default=0) <= _COUNTABLE else ""
    axis = quoteattr("0%" if percent else chart.number)
    count = f'<c:ptCount val="{len(chart.labels)}"/>'
    category, value = _AXES
    rows = len(chart.labels) + 1
    series = (
        '<c:ser><c:idx val="0"/><c:order val="0"/><c:spPr><a:solidFill><a:srgbClr val="2F5597"/>'
        '</a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f'<c:dLbls><c:numFmt formatCode={number} sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
        '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat><c:strRef><c:f>数据!$A$2:$A${rows}</c:f><c:strCache>{count}{labels}</c:strCache>"
        f"</c:strRef></c:cat><c:val><c:numRef><c:f>数据!$B$2:$B${rows}</c:f><c:numCache>"
        f"<c:formatCode>General</c:formatCode>{count}{values}</c:numCache></c:numRef></c:val></c:ser>"
    )
    text = (
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}"><c:roundedCorners val="0"/><c:chart><c:title><c:tx>'
        '<c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1200" b="0"/></a:pPr>'
        f'<a:r><a:rPr lang="zh-CN" sz="1200" b="0"/><a:t>{escape(plain(chart.title))}</a:t></a:r></a:p>'
        '</c:rich></c:tx><c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="80"/><c:axId val="{category}"/><c:axId val="{value}"/></c:barChart>'
        f'<c:catAx><c:axId val="{category}"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
        '<c:delete val="0"/><c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:crossAx val="{value}"/></c:catAx><c:valAx><c:axId val="{value}"/><c:scaling>'
        '<c:orientation val="minMax"/>'
        f'{top}<c:min val="0"/></c:scaling><c:delete val="0"/><c:axPos val="l"/>'
        f'<c:numFmt formatCode={axis} sourceLinked="0"/><c:majorTickMark val="out"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="{category}"/>'
        f'<c:crosses val="autoZero"/><c:crossBetween val="between"/>{step}</c:valAx>'
        '</c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:txPr><a:bodyPr/>'
        '<a:p><a:pPr><a:defRPr sz="1000"><a:latin typeface="宋体"/><a:ea typeface="宋体"/></a:defRPr></a:pPr>'
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr></c:chartSpace>'
    )
    return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text).encode()


def paragraph(chart: Chart, relationship: str, number: int) -> str:
    """The paragraph that shows the chart of this relationship; `number` tells the charts apart."""
    return (
        f'<w:p {NAMESPACES}><w:pPr><w:pStyle w:val="GwFigure"/></w:pPr><w:r><w:drawing>'
        f'<wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{_WIDE}" cy="{_HIGH}"/>'
        f'<wp:docPr id="{number}" name="图 {number}" descr={quoteattr(plain(chart.title))}/>'
        f'<wp:cNvGraphicFramePr/><a:graphic xmlns:a="{_A}"><a:graphicData uri="{_C}">'
        f'<c:chart xmlns:c="{_C}" r:id="{relationship}"/></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )
