"""What a return is compared with: the forms that the workbench would send out today.

Takes a `Workbench` and its key; gives `Forms`, and for each unit the rows and columns that its form
has, with lookup tables by id, by title and by content. Built once, shared by thousands of files.
Forbids reading anything from a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from xlfz.form.conditions import general
from xlfz.form.heading import period
from xlfz.form.spec import form_rows
from xlfz.form.tables import fixed_values
from xlfz.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.assignment import Duty
    from xlfz.excel.content import Cell
    from xlfz.form.spec import FormRow, FormSpec, TableId, TableSpec
    from xlfz.roster import Roster, Unit
    from xlfz.workbench.model import Workbench

Key = tuple[str, str]
"""(number, text): what a person recognises a row by."""

_VARIANTS = 4
"""In so many ways the programs in use write the same row; who needs more only takes the long way."""

STRICT_FIXED = frozenset(("number", "points", "limit"))
"""Fixed columns in which any change is tampering; the others only describe."""


class ExpectedRow(NamedTuple):
    """One row of a form and what stands in its fixed columns, as text to compare with."""

    row: FormRow
    fixed: tuple[tuple[str, str], ...]
    """(column id, text) of each fixed column, empty text for an empty cell."""
    says: Key
    """Number and text as written."""
    key: Key
    """The same, folded."""
    seen: list[tuple[Cell | None, ...]]
    """Fixed cells, in the form's order, that were compared with `fixed` and say the same: a memory
    that every file of a process adds to. It holds what was judged, and judges nothing itself."""

    def remember(self, cells: tuple[Cell | None, ...]) -> None:
        """Keep fixed cells that were found to say what they should."""
        # 0.0 equals -0.0, which reads otherwise: only the text of a number tells them apart.
        if all(cell is None or cell.kind != "number" or cell.raw for cell in cells):
            del self.seen[: 1 - _VARIANTS]
            self.seen.append(cells)


@dataclass(frozen=True)
class ExpectedTable:
    """One table of one unit's form."""

    spec: TableSpec
    rows: tuple[ExpectedRow, ...]

    @cached_property
    def by_id(self) -> Mapping[str, ExpectedRow]:
        """Row by its hidden id."""
        return {r.row.id: r for r in self.rows}

    @cached_property
    def by_key(self) -> Mapping[Key, ExpectedRow]:
        """Row by what a person sees, only where that is unique."""
        found: dict[Key, ExpectedRow | None] = {}
        for row in self.rows:
            found[row.key] = None if row.key in found else row
        return {key: row for key, row in found.items() if row is not None}

    @cached_property
    def order(self) -> Mapping[str, int]:
        """Row id -> position."""
        return {r.row.id: position for position, r in enumerate(self.rows)}


@dataclass(frozen=True)
class TableShape:
    """The columns of one table, the same for every unit."""

    spec: TableSpec

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Column id -> title, in the form's order, fixed ones first."""
        fixed = {f.id: f.title for f in self.spec.fixed}
        return fixed | {c.id: c.title for c in self.spec.columns}

    @cached_property
    def by_title(self) -> Mapping[str, str]:
        """Folded title -> column id."""
        found: dict[str, str] = {}
        for id_, title in self.titles.items():
            found.setdefault(heading_words(title), id_)
        return found

    @cached_property
    def inputs(self) -> frozenset[str]:
        """Ids of the columns to fill in."""
        return frozenset(c.id for c in self.spec.columns)


@lru_cache(1000)  # the same dozens of headers in every file
def heading_words(text: str) -> str:
    """A column's header as compared: folded, without the mark of required columns."""
    return fold(text).strip("*")


@dataclass(frozen=True)
class UnitForm:
    """The form of one unit."""

    unit: Unit
    tables: tuple[ExpectedTable, ...]


@dataclass(frozen=True)
class Forms:
    """All forms of one round. `key` signs the manifests."""

    workbench: Workbench
    key: bytes = field(repr=False)
    _units: dict[str, UnitForm | None] = field(default_factory=dict, repr=False, compare=False)
    _rows: dict[tuple[object, ...], ExpectedRow] = field(default_factory=dict, repr=False, compare=False)
    _tables: dict[tuple[object, ...], tuple[ExpectedTable, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def spec(self) -> FormSpec:
        """What the forms ask."""
        return self.workbench.form

    @property
    def roster(self) -> Roster:
        """Who reports."""
        return self.workbench.roster

    @cached_property
    def period(self) -> str:
        """The round as forms and manifests write it."""
        return period(self.workbench.settings.year, self.workbench.settings.round)

    @cached_property
    def shapes(self) -> Mapping[TableId, TableShape]:
        """The columns of each table."""
        return {t.id: TableShape(t) for t in self.spec.tables}

    @cached_property
    def _duties(self) -> Mapping[str, Duty]:
        return {d.unit.code: d for d in self.workbench.assignment.duties}

    def of(self, code: str) -> UnitForm | None:
        """The form of a unit, None when it has nothing to report."""
        if code not in self._units:
            duty = self._duties.get(code)
            self._units[code] = self._form(duty) if duty and duty.items else None
        return self._units[code]

    def _form(self, duty: Duty) -> UnitForm:
        """Units with the same rows share tables and their lookup tables."""
        key = tuple(
            (i.indicator.number, i.role, i.facts, *[m.index for m in i.materials]) for i in duty.items
        )
        if key not in self._tables:
            rows = form_rows(duty)
            self._tables[key] = tuple(
                ExpectedTable(t, tuple(self._row(r, t) for r in rows if r.table == t.id))
                for t in self.spec.tables
            )
        return UnitForm(duty.unit, self._tables[key])

    def _row(self, row: FormRow, table: TableSpec) -> ExpectedRow:
        """Units share most rows: each is worked out once."""
        known = self._rows.get((row.table, row.id, row.role, row.facts))
        if known is None:
            values = fixed_values(row, table)
            fixed = tuple((f.id, general(values[f.id])) for f in table.fixed if f.compared)
            says = (general(values["number"]), general(values[table.says]))
            known = ExpectedRow(row, fixed, says, (fold(says[0]), fold(says[1])), [])
            self._rows[row.table, row.id, row.role, row.facts] = known
        return known
