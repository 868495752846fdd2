"""Proposals as the lines of 导入核对: values, what is doubtful, and what a person is asked.

Takes what was understood of each document, and the roster where there is one; gives `Line`s. A value
that the workbench would refuse is doubtful here already: what is prefilled as 已核对 can be taken.
Forbids repairing: numbers that stand twice are kept and asked about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xlfz.documents.confirm.specs import INDICATOR_ROWS, MARK, MATERIAL_ROWS, NAME_ROWS
from xlfz.documents.model import Found, Place
from xlfz.excel.content import Cell
from xlfz.findings import Finding
from xlfz.text import fold, shorten, visible
from xlfz.workbench.sheets import written
from xlfz.workbench.tables import NAMES
from xlfz.workbench.values import convert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlfz.documents.model import Proposal
    from xlfz.excel.plan import Value
    from xlfz.workbench.draft import Raw
    from xlfz.workbench.tables import Field, SheetSpec

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CELL = 32000
"""Characters that a cell holds, less a margin."""
_SOURCE = 1000
"""Characters of source text beside a row: a row is at most 409 points high."""
_PLACES = 6
"""Places that are told of one row."""
_HEADINGS = ("chapter", "section")
_LABEL = 3
"""Characters of a printed number, which says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file of an import: what was understood of it (None: it could not be read), and every finding."""

    name: str
    proposal: Proposal | None
    findings: tuple[Finding, ...] = ()

    @property
    def rows(self) -> int:
        """How many indicators were found in it."""
        return len(self.proposal.rows) if self.proposal else 0


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it will be written. `doubts`: field id -> what a person should look at there."""

    values: Mapping[str, Value]
    doubts: Mapping[str, Found] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    """What else is to be decided about the row."""
    place: str = ""
    source: str = ""

    def ask(self, spec: SheetSpec) -> str:
        """What a person should decide, a sentence for each doubtful field."""
        parts = [f"{spec.field(i).title}：{found.why or _why(found)}" for i, found in self.doubts.items()]
        return "\n".join(dict.fromkeys((*parts, *self.told)))

    @property
    def sure(self) -> bool:
        """Whether nothing is left to decide: then it is prefilled as 已核对."""
        return not self.doubts and not self.told


def cleaned(value: Raw) -> Raw:
    """A text without what a workbook cannot hold."""
    return _ILLEGAL.sub("", value)[:_CELL] if isinstance(value, str) else value


def indicator_lines(documents: Sequence[Document]) -> tuple[list[Line], list[Line]]:
    """The lines of 导入核对 and of 资料核对, tied by their marks (R1, R2 …)."""
    several = sum(1 for d in documents if d.rows) > 1
    rows: list[Line] = []
    materials: list[Line] = []
    seen: dict[str, int] = {}
    for document in documents:
        for row in document.proposal.rows if document.proposal else ():
            mark = f"R{len(rows) + 1}"
            named = document.name if several else ""
            told = tuple(f.text for f in row.findings)
            line = made(INDICATOR_ROWS, row.fields, mark=mark, document=named, told=told)
            rows.append(_numbered(line, seen, len(rows)))
            owner = shorten(str(line.values.get("text", "")), 40)
            for material in row.materials:
                given = made(MATERIAL_ROWS, material, mark=mark, document=named)
                number = line.values.get("number", "")
                values = {**given.values, "indicator": number, "owner": owner}
                materials.append(replace(given, values=values))
    return rows, materials


def made(
    spec: SheetSpec,
    given: Mapping[str, Found],
    *,
    mark: str = "",
    document: str = "",
    told: tuple[str, ...] = (),
) -> Line:
    """One line of the given fields; ids that the sheet has not got are left out."""
    values: dict[str, Value] = {}
    doubts: dict[str, Found] = {}
    for item in spec.read:
        found = given.get(item.id)
        if found is None:
            continue
        value = written(item, cleaned(found.value))
        if isinstance(value, str):
            value = visible(value)
        if value not in ("", None):
            values[item.id] = value
        judged = _judged(item, found, value)
        if judged.sure != "确定":
            # What the workbench calls 单位对照 is 单位核对 here.
            doubts[item.id] = replace(judged, why=judged.why.replace(NAMES.title, NAME_ROWS.title))
    for item in spec.read:
        if item.id not in values and item.id not in doubts and _needed(item, values, spec):
            doubts[item.id] = Found("", sure="缺失")
    if mark:
        values[MARK.id] = mark
    place, source = _where(spec, given)
    return Line(values, doubts, told, "，".join(part for part in (document, place) if part), source)


def _judged(item: Field, found: Found, value: Value) -> Found:
    """The field, doubtful where the workbench would refuse its value."""
    if found.sure != "确定" or not isinstance(value, str | int | float):
        return found
    cell = Cell("text", value) if isinstance(value, str) else Cell("number", float(value), f"{value:g}")
    fault = convert(cell, item)
    if not isinstance(fault, Finding):
        return found
    return replace(found, sure="存疑", why=fault.at(cell="读出的值").text)


def _needed(item: Field, values: Mapping[str, Value], spec: SheetSpec) -> bool:
    if item.required_when is None:
        return item.required
    other, wanted = item.required_when
    return values.get(other, spec.field(other).default) == wanted


def _numbered(line: Line, seen: dict[str, int], index: int) -> Line:
    """A number that stood before is asked about."""
    number = line.values.get("number")
    if not number:
        return line
    first = seen.setdefault(fold(str(number)), index)
    if first == index or "number" in line.doubts:
        return line
    why = f"“{number}”前面第 {first + 1} 项已用过，请改成不重复的编号。"
    return replace(line, doubts={**line.doubts, "number": Found(str(number), sure="存疑", why=why)})


def _why(found: Found) -> str:
    return "没有读出，请填写。" if found.sure == "缺失" else "请对照原文核对。"


def _where(spec: SheetSpec, given: Mapping[str, Found]) -> tuple[str, str]:
    """Where the fields stand, and the source text of all of them, in the order of the document."""
    order = ["text", "name", *(f.id for f in spec.read)]
    found = [(i, given[i]) for i in dict.fromkeys(order) if i in given and (given[i].text or given[i].value)]
    places: dict[str, list[str]] = {}
    for item_id, item in found:
        if str(item.place):
            places.setdefault(str(item.place), []).append(spec.field(item_id).title)
    parts = [
        place if not n else f"{'、'.join(titles)} {place}" for n, (place, titles) in enumerate(places.items())
    ]
    if len(parts) > _PLACES:
        parts = [*parts[:_PLACES], "等"]
    # Headings stand in every row of theirs: their place says enough, unless they are doubtful.
    own = (item for i, item in found if i not in _HEADINGS or item.sure != "确定")
    return "\n".join(parts), _texts(sorted(own, key=lambda item: _reading(item.place)))


def _texts(found: Iterable[Found]) -> str:
    """The distinct texts; one that stands within another is not said twice."""
    # A cell of a torn table has an end of line wherever the paper's column was full.
    texts = list(dict.fromkeys("".join(str(cleaned(f.text)).splitlines()).strip() for f in found))
    whole = [t for t in texts if len(t) > _LABEL and not any(t != other and t in other for other in texts)]
    joined = "\n".join(whole)
    return joined if len(joined) <= _SOURCE else f"{joined[:_SOURCE]}……（全文见原文件）"


def _reading(place: Place) -> tuple[int, ...]:
    return place.page, place.table, place.row, place.paragraph, place.column
