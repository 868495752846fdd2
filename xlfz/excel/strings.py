"""Texts of a workbook: the table of shared strings, and Excel's escapes.

Takes the part, gives the texts by their index. Forbids guessing: rich text is joined, phonetic
runs (拼音) are left out, every other character stays as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from xlfz.errors import Refused, refuse
from xlfz.excel.canonical import LARGEST, Unusual, cut_strings
from xlfz.excel.package import guarded_parser
from xlfz.findings import finding

if TYPE_CHECKING:
    from xlfz.excel.package import Package

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces of a workbook's parts: transitional, and strict Open XML."""

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Text with `_x000D_` and its like turned into characters.

    Two escapes may make one character beyond U+FFFF; half of a pair becomes U+FFFD, because no
    file can be written with it.
    """
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def shared_strings(package: Package, key: str | None) -> dict[str, str]:
    """Index as cells write it ("0", "1", ...) -> text. A missing part is an empty table."""
    if key is None:
        return {}
    table = read_quickly(package, key)
    return read_streamed(package, key) if table is None else table


def read_quickly(package: Package, key: str) -> dict[str, str] | None:
    """The texts of a table of the plain form, else None. Raises Refused for a damaged part."""
    if package.size(key) > LARGEST:
        return None
    part = package.read(key)
    met: list[int] = []
    depth = 0

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal depth
        if tag in _ITEMS:
            met.append(parser.CurrentByteIndex)
            return
        depth += 1
        # A text, or what makes none, outside of the items that were cut out.
        if tag in _TEXTS or tag in _PHONETICS or depth > package.limits.depth:
            raise Unusual

    def end(tag: str) -> None:
        nonlocal depth
        depth -= tag not in _ITEMS

    try:
        stand, place, texts = cut_strings(part)
        parser = guarded_parser()
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.Parse(stand, True)
    except (Unusual, Refused, expat.ExpatError, ValueError, LookupError):
        return None
    if met != [place]:
        return None
    return {str(index): unescape(text) for index, text in enumerate(texts)}


_TEXTS, _ITEMS, _PHONETICS = (frozenset(f"{ns}}}{name}" for ns in MAIN) for name in ("t", "si", "rPh"))


def read_streamed(package: Package, key: str) -> dict[str, str]:
    """The texts of any table. Raises Refused."""
    table: dict[str, str] = {}
    pieces: list[str] = []
    parts: list[str] = []
    depth = phonetic = 0

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal depth, phonetic
        if tag in _TEXTS:
            pieces.clear()
        elif tag in _ITEMS:
            parts.clear()
        else:
            # Only what is not a text or an item can nest.
            depth += 1
            if depth > package.limits.depth:
                raise refuse(finding("E_XML_DEPTH"))
            phonetic += tag in _PHONETICS

    def end(tag: str) -> None:
        nonlocal depth, phonetic
        if tag in _TEXTS:
            if not phonetic:
                parts.extend(pieces)
        elif tag in _ITEMS:
            text = "".join(parts)
            table[str(len(table))] = unescape(text) if "_x" in text else text
        else:
            depth -= 1
            phonetic -= tag in _PHONETICS

    package.parse(key, start, end, pieces.append, counts_depth=True)
    return table
