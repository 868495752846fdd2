"""The smallest theme that the Open XML rules take: every document must have one, ours uses none of it."""

from __future__ import annotations

_COLOURS = {
    "dk1": "000000",
    "lt1": "FFFFFF",
    "dk2": "44546A",
    "lt2": "E7E6E6",
    "accent1": "2F5597",
    "accent2": "C55A11",
    "accent3": "7F7F7F",
    "accent4": "BF9000",
    "accent5": "5B9BD5",
    "accent6": "548235",
    "hlink": "0563C1",
    "folHlink": "954F72",
}


def theme() -> str:
    """word/theme/theme1.xml without its declaration."""
    colours = "".join(f'<a:{n}><a:srgbClr val="{value}"/></a:{n}>' for n, value in _COLOURS.items())
    fonts = '<a:latin typeface="Times New Roman"/><a:ea typeface="宋体"/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="xlfz">'
        f'<a:themeElements><a:clrScheme name="xlfz">{colours}</a:clrScheme>'
        f'<a:fontScheme name="xlfz"><a:majorFont>{fonts}</a:majorFont><a:minorFont>{fonts}</a:minorFont>'
        f'</a:fontScheme><a:fmtScheme name="xlfz"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )
