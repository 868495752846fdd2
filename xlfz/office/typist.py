"""A typist for simulated returns: types values into the cells of an issued form.

Takes the bytes of a workbook that xlfz wrote; gives the bytes with the named cells changed in the
sheets' XML, everything else as it was. That is what a person with Excel leaves behind, without
Excel. Used by the demo and the tests only.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

_CELL = re.compile(r'<c r="([A-Z]+\d+)"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)', re.S)
_SHEET = re.compile(r'<sheet name="([^"]*)" sheetId="\d+"[^>]*r:id="([^"]+)"')
_RELATION = re.compile(r'<Relationship Id="([^"]+)"[^>]*Target="([^"]+)"')
_STAMP = (1980, 1, 1, 0, 0, 0)
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Raw:
    """A cell's content given as XML, for what nobody types on purpose: `<f>1/0</f>`, `t="e"`."""

    inner: str
    type: str = ""


Typed = str | int | float | date | Raw


@dataclass
class Package:
    """The parts of a workbook, by name, open for damage."""

    parts: dict[str, bytes]
    sheets: dict[str, str] = field(default_factory=dict)
    """Sheet name -> part name."""

    @classmethod
    def open(cls, data: bytes) -> Package:
        """The parts of a workbook that xlfz wrote."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {i.filename: archive.read(i) for i in archive.infolist()}
        targets = dict(_RELATION.findall(parts["xl/_rels/workbook.xml.rels"].decode()))
        sheets = {
            unescape(name): f"xl/{targets[relation].removeprefix('/xl/')}"
            for name, relation in _SHEET.findall(parts["xl/workbook.xml"].decode())
        }
        return cls(parts, sheets)

    def type(self, sheet: str, values: Mapping[str, Typed]) -> None:
        """Type values into cells by address. Raises KeyError for a cell that the sheet has not got."""
        part = self.sheets[sheet]
        left = dict(values)

        def typed(match: re.Match[str]) -> str:
            value = left.pop(match[1], None)
            return match[0] if value is None else _cell(match[1], match[2], value)

        self.parts[part] = _CELL.sub(typed, self.parts[part].decode()).encode()
        if left:
            raise KeyError(f"{sheet}: no such cells: {', '.join(left)}")

    def rename(self, sheet: str, name: str) -> None:
        """Rename a sheet, in its tab and in every formula."""
        old, new = (escape(n.replace("'", "''")) for n in (sheet, name))
        for part in [p for p in self.parts if p.endswith(".xml")]:
            text = self.parts[part].decode()
            for quote in ("'", "&apos;"):
                text = text.replace(f"{quote}{old}{quote}!", f"{quote}{new}{quote}!")
            if part == "xl/workbook.xml":
                text = text.replace(f"<sheet name={_attribute(sheet)}", f"<sheet name={_attribute(name)}")
            self.parts[part] = text.encode()
        self.sheets[name] = self.sheets.pop(sheet)

    def change(self, part: str, old: str, new: str) -> None:
        """Replace text in a part. Raises KeyError when it is not there: a damage must damage."""
        text = self.parts[part].decode()
        if old not in text:
            raise KeyError(f"{part}: {old}")
        self.parts[part] = text.replace(old, new, 1).encode()

    def close(self) -> bytes:
        """The workbook's bytes; the same parts give the same bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()


def _attribute(text: str) -> str:
    return '"' + escape(text, {'"': "&quot;"}) + '"'


def _cell(address: str, style: str, value: Typed) -> str:
    if isinstance(value, Raw):
        kind = f' t="{value.type}"' if value.type else ""
        return f'<c r="{address}"{style}{kind}>{value.inner}</c>'
    if isinstance(value, date):
        return f'<c r="{address}"{style}><v>{(value - _EPOCH).days}</v></c>'
    if isinstance(value, str):
        text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
        return f'<c r="{address}"{style} t="inlineStr">{text}</c>'
    return f'<c r="{address}"{style}><v>{value:.15g}</v></c>'
