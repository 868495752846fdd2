"""Judging the cells of one table of one file: each value by its column, each finding in its place.

Takes an aligned table, its columns and the context; fills `RowState`s with validated values and adds
what is wrong to a list. Knows neither other tables nor other files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xlfz.check.spellings import read_number
from xlfz.check.values import About, Value, formula_fault, range_text
from xlfz.check.verdicts import judge_of
from xlfz.excel.address import column_name
from xlfz.excel.content import Cell
from xlfz.findings import finding
from xlfz.form.conditions import general
from xlfz.form.spec import POINTS
from xlfz.form.tables import locked

if TYPE_CHECKING:
    from xlfz.check.engine import Context
    from xlfz.check.rules import Fault, RowState
    from xlfz.findings import Finding
    from xlfz.form.spec import Column, FormRow
    from xlfz.returns.model import ReturnRow, ReturnTable

_ALWAYS_ERRORS = frozenset(("E_FORMULA_DANGEROUS",))
"""Codes that stay errors in a column that only reminds (提醒)."""

Judge = Callable[[Cell], Value]
"""A column's cell -> its value."""


class TableJudge:
    """Validates the rows of one table of one file, and puts findings in their place."""

    def __init__(
        self, table: ReturnTable, columns: tuple[Column, ...], context: Context, date1904: bool
    ) -> None:
        self._table = table
        self.full_kept = 0
        """Full scores whose 分值 the office lowered after sending."""
        self._columns = {c.id: c for c in columns}
        self.present = {id_: n for id_, n in table.columns.items() if id_ in self._columns}
        done = {"today": context.today, "start": context.workbench.settings.start}
        self._about = {
            c.id: About(
                c.minimum,
                None if isinstance(c.maximum, str) else c.maximum,
                c.limit,
                c.usual,
                date1904=date1904,
                **(done if c.id == "done_on" else {}),
            )
            for c in columns
        }
        self._judges = context.known.judges
        self._of_column = {
            c.id: self._known(c, self._about[c.id])
            for c in columns
            if c.maximum != POINTS and c.id != "words"
        }
        self._of_row: dict[tuple[str, float | None], Judge] = {}
        self._scores = frozenset(c.id for c in columns if c.maximum == POINTS)

    def cells(self, row: ReturnRow, state: RowState, findings: list[Finding]) -> None:
        """Validate the cells of a row into its state."""
        state.unsure |= row.doubtful
        for id_, cell in row.cells.items():
            if id_ in row.doubtful:
                continue
            judge = self._of_column.get(id_)
            if judge is None:
                column = self._columns[id_]
                if locked(row.row, column):
                    # The rule about scores without points says so; a formula says more than that.
                    if cell.formula is not None:
                        findings.append(self._placed(row, column, formula_fault(cell)))
                        state.unsure.add(id_)
                    continue
                judge = self._bounded(row.row, column)
            value = judge(cell)
            if id_ in self._scores and isinstance(value.answer, float):
                value = self._score(row.row, value, value.answer)
            answer, blank, found = value
            if answer is not None:
                state.values[id_] = answer
            elif not blank:
                state.unsure.add(id_)
            for one in found:
                findings.append(self._placed(row, self._columns[id_], one))

    def fault(self, row: ReturnRow, fault: Fault) -> Finding:
        """A rule's fault as a finding in its place."""
        return self._placed(row, self._columns[fault.column], finding(fault.code, **fault.facts))

    def _known(self, column: Column, about: About) -> Judge:
        """The judge of a column, with what it remembers of the files before."""
        key = (self._table.id, column.id, about)
        if key not in self._judges:
            self._judges[key] = judge_of(column, about)
        return self._judges[key]

    def _bounded(self, row: FormRow, column: Column) -> Judge:
        """The judge of a column whose bounds differ from row to row."""
        own: float | None
        scored = column.maximum == POINTS
        if scored:
            full = self._sent_full(row)
            own = row.indicator.points if full is None else full
        else:
            own = row.material.word_limit if row.material else None
        known = self._of_row.get((column.id, own))
        if known is None:
            about = self._about[column.id]
            if scored:
                about = about._replace(maximum=own)
            # A limit of its own that is the common one is not told apart from it, on the form either.
            elif row.material and row.material.word_limit not in (None, about.limit):
                about = about._replace(limit=row.material.word_limit, usual=None)
            known = self._of_row[column.id, own] = self._known(column, about)
        return known

    def _sent_full(self, row: FormRow) -> float | None:
        """The row's points as its form was sent, when the office lowered them since."""
        sent, points = self._table.sent.get(row.id), row.indicator.points
        full = read_number(sent, "", points=False) if sent else None
        return full if full is not None and points is not None and full > points else None

    def _score(self, row: FormRow, value: Value, score: float) -> Value:
        """A score against the points as they are now.

        Full marks of the form as sent are full marks still. What lies between is worth nobody knows
        what: it is held.
        """
        points = row.indicator.points
        if points is None or score <= points:
            return value
        if score != self._sent_full(row):
            span = range_text(0.0, points)
            over = finding("E_SCORE_LOWERED", 值=general(score), 下发=self._table.sent[row.id], 范围=span)
            return Value(findings=(over,))
        self.full_kept += 1
        return value._replace(answer=points)

    def _placed(self, row: ReturnRow, column: Column, found: Finding) -> Finding:
        number = self.present[column.id]
        warns = column.strictness == "提醒" and found.severity == "error"
        return found.at(
            sheet=self._table.sheet,
            cell=f"{column_name(number)}{row.number}",
            indicator=row.row.label,
            severity="warn" if warns and found.code not in _ALWAYS_ERRORS else None,
        )
