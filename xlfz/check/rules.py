"""Rules that look at more than one cell: small generators in one registry.

Takes a `RowState`, the validated values of one row and what is known around it; yields `Fault`s:
what is wrong, at which column, with which facts. The engine adds where. Forbids a second finding for
one fault: a rule that needs a value which is blank or invalid for another reason stays silent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from xlfz.form.conditions import Values, general
from xlfz.form.spec import DONE, GIVEN, NOT_APPLICABLE, NOT_GIVEN, PARTLY, UNDONE
from xlfz.form.tables import fixed_values, locked, scalar
from xlfz.returns.cells import filled, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from xlfz.check.model import Answer
    from xlfz.excel.content import Cell
    from xlfz.form.spec import Column, FormRow, TableId, TableSpec

STATE: Mapping[TableId, str] = {"items": "status", "materials": "provided"}
"""The column of each table that says how things stand."""


class Fault(NamedTuple):
    """What is wrong, and the column whose cell has to be put right."""

    code: str
    column: str
    facts: Mapping[str, Any]


def _fault(code: str, column: str, /, **facts: object) -> Fault:
    return Fault(code, column, facts)


@dataclass(slots=True)
class RowState:
    """One row after its cells were validated.

    `present` are the columns to fill in that the file has; `unsure` those whose cell holds something
    that is no valid answer, or cannot be seen. A present column that is neither in `values` nor
    `unsure` is blank.
    """

    row: FormRow
    table: TableSpec
    cells: Mapping[str, Cell]
    present: Collection[str]
    values: dict[str, Answer] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    item: RowState | None = None
    """For a material, the row of its indicator in the same form; None when it is not there."""

    def blank(self, column: str) -> bool:
        """Whether the column is there and its cell holds nothing."""
        return column in self.present and column not in self.values and column not in self.unsure

    @property
    def state(self) -> Answer | None:
        """The validated 完成情况 or 提供情况."""
        return self.values.get(STATE[self.table.id])

    def required(self, column: str) -> bool:
        """Whether the column is required whatever the rest of the row says."""
        declared = self.table.column(column)
        return declared is not None and declared.required


def required(row: RowState) -> Iterator[Fault]:
    """必填 columns, except in a row that is 不适用 and a score where no points are set."""
    state = STATE[row.table.id]
    for column in row.table.columns:
        if not column.required or not row.blank(column.id) or locked(row.row, column):
            continue
        if column.id != state and (row.state == NOT_APPLICABLE or state in row.unsure):
            continue
        yield _fault("E_REQUIRED", column.id, 列=column.title)


def score_unset(row: RowState) -> Iterator[Fault]:
    """A score where no points are set."""
    if row.row.indicator.points is not None:
        return
    for column in row.table.columns:
        if locked(row.row, column) and column.id not in row.unsure and filled(row.cells.get(column.id)):
            yield _fault("E_SCORE_UNSET", column.id, 值=quote(row.cells[column.id]))


def done_dated(row: RowState) -> Iterator[Fault]:
    """已完成 needs its day."""
    if row.state == DONE and row.blank("done_on") and not row.required("done_on"):
        yield _fault("E_DONE_NO_DATE", "done_on", 状态=DONE)


def undone_explained(row: RowState) -> Iterator[Fault]:
    """部分完成 and 未完成 need a reason."""
    if row.state in (PARTLY, UNDONE) and row.blank("reason") and not row.required("reason"):
        yield _fault("E_UNDONE_NO_REASON", "reason", 状态=row.state)


def not_applicable_unscored(row: RowState) -> Iterator[Fault]:
    """不适用 has no score."""
    if row.state == NOT_APPLICABLE and "score" in row.values:
        yield _fault("E_NA_SCORED", "score", 值=_said(row.values["score"]))


def undone_full(row: RowState) -> Iterator[Fault]:
    """Full marks for what is not done deserve a second look."""
    points = row.row.indicator.points
    if row.state in (PARTLY, UNDONE) and points is not None and row.values.get("score") == points:
        yield _fault("W_UNDONE_FULL", "score", 状态=row.state, 值=_said(points))


def done_has_materials(row: RowState) -> Iterator[Fault]:
    """已完成 needs its materials: 未提供 contradicts it, and so does a blank where 提供情况 is optional."""
    missing = row.state == NOT_GIVEN or (row.blank("provided") and not row.required("provided"))
    if row.item is not None and row.item.state == DONE and missing:
        yield _fault("E_DONE_NO_MATERIAL", "provided", 状态=DONE, 名=_material(row))


def given_named(row: RowState) -> Iterator[Fault]:
    """已提供 needs the file's name or document number."""
    if row.state == GIVEN and row.blank("file_name") and not row.required("file_name"):
        yield _fault("E_MATERIAL_UNNAMED", "file_name", 状态=GIVEN, 名=_material(row))


def demanding(table: TableSpec) -> list[Column]:
    """The columns that demand something of the rest of their row."""
    return [c for c in table.columns if c.asked is not None or c.clash is not None]


def declared(row: RowState) -> Iterator[Fault]:
    """What columns demand of the rest of their row; that needs all of its cells to be sure."""
    columns = demanding(row.table)
    if not columns or row.unsure:
        return
    seen = Values(fixed_values(row.row, row.table) | {k: scalar(v) for k, v in row.values.items()})
    for column in columns:
        if column.asked is not None and row.blank(column.id) and column.asked.when.holds(seen):
            yield _fault(column.asked.code, column.id, 列=column.title)
        if column.clash is not None and column.id in row.values and column.clash.when.holds(seen):
            yield _fault(column.clash.code, column.id, 列=column.title, 值=_said(row.values[column.id]))


def pattern(row: RowState) -> tuple[object, ...] | None:
    """All that decides whether a rule finds a fault in a row, among rows of one table of one file.

    Rows of one pattern are all without fault, or none of them is: the engine asks the rules about one.
    Not so in a table whose columns have demands of their own (`demanding`).
    A rule that looks at more has to be told of here. None: the row is like no other.
    """
    points = row.row.indicator.points
    if row.unsure or points is None:
        return None
    item = row.item.state if row.item is not None else None
    return (*row.values, row.state, row.values.get("score") == points, item)


def _said(value: Any) -> str:
    return general(value)


def _material(row: RowState) -> str:
    return row.row.material.name if row.row.material is not None else row.row.name


RULES: dict[str, dict[str, Callable[[RowState], Iterator[Fault]]]] = {
    "items": {
        "required": required,
        "score_unset": score_unset,
        "done_dated": done_dated,
        "undone_explained": undone_explained,
        "not_applicable_unscored": not_applicable_unscored,
        "undone_full": undone_full,
        "declared": declared,
    },
    "materials": {
        "required": required,
        "score_unset": score_unset,
        "done_has_materials": done_has_materials,
        "given_named": given_named,
        "declared": declared,
    },
}
"""Table -> name -> rule, in the order in which they are tried."""
