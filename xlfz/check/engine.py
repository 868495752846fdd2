"""Checking one returned file: bytes in, `Checked` out.

Takes the bytes, the file's name and a `Context` built once a run; gives validated values and
findings that name sheet, cell, unit and indicator. Raises nothing on purpose: what is refused is
`rejected` with its findings. What is truly unexpected goes out, for the worker pool to catch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from xlfz import kinds
from xlfz.check.model import Checked, CheckedRow
from xlfz.check.rules import RULES, RowState, demanding, pattern
from xlfz.check.spellings import read_number
from xlfz.check.values import About, Value, formula_fault, range_text
from xlfz.check.verdicts import judge_of
from xlfz.errors import Refused
from xlfz.excel.address import column_name
from xlfz.excel.content import Cell
from xlfz.excel.reader import read_workbook
from xlfz.findings import finding
from xlfz.form import manifest
from xlfz.form.conditions import general
from xlfz.form.spec import POINTS
from xlfz.form.tables import locked
from xlfz.kinds import NOTHING_GIVEN, Given
from xlfz.returns.align import align, likeness, wanted
from xlfz.returns.cells import filled
from xlfz.returns.expected import Forms
from xlfz.roster import reporting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from xlfz.check.rules import Fault
    from xlfz.excel.content import BookContent
    from xlfz.findings import Finding
    from xlfz.form.spec import Column, FormRow, TableId
    from xlfz.returns.model import Return, ReturnRow, ReturnTable
    from xlfz.workbench.model import Workbench

_ALWAYS_ERRORS = frozenset(("E_FORMULA_DANGEROUS",))
"""Codes that stay errors in a column that only reminds (提醒)."""
_SOURCES = ("text.py", "findings.csv", "excel", "form", "kinds", "returns", "check")
"""What decides the outcome of a check besides the workbench, below the package."""

Judge = Callable[[Cell], Value]
"""A column's cell -> its value."""


class Known(NamedTuple):
    """What a process knows of a round: its forms as they were worked out, judges that remember."""

    forms: Forms
    judges: dict[tuple[TableId, str, About], Judge]
    """By table, column and bounds."""
    further: dict[tuple[str, str], Context | None]
    """(period, kind) -> the context of a further collection; None where there is no such one."""


_KNOWN: dict[str, Known] = {}
"""By fingerprint, so that a context that arrives with every task is worked out once a process."""


@dataclass(frozen=True)
class Context:
    """Everything that checking needs besides the file. Frozen and picklable; build it with `of`."""

    workbench: Workbench
    key: bytes
    today: date
    fingerprint: str
    """Changes whenever the same bytes could be checked with another outcome: the cache's key."""
    given: Given = NOTHING_GIVEN
    """What the forms of further collections stand on besides the workbench."""
    collection: str = ""
    """The further collection that this is the context of; empty for the round's own forms."""

    @classmethod
    def of(cls, workbench: Workbench, key: bytes, today: date, given: Given = NOTHING_GIVEN) -> Context:
        """The context of one run. `key` signs the manifests, `today` bounds the days of completion."""
        parts = (workbench, given, hashlib.sha256(key).hexdigest(), today.isoformat(), _sources())
        digest = hashlib.sha256("\n".join(map(repr, parts)).encode("utf-8", "surrogatepass"))
        return cls(workbench, key, today, digest.hexdigest(), given)

    @cached_property
    def known(self) -> Known:
        """What this process knows of the round: more with every file, and never another outcome."""
        if self.collection:
            return Known(Forms(self.workbench, self.key), {}, {})  # kept by the round's own
        if self.fingerprint not in _KNOWN:
            _KNOWN.clear()
            _KNOWN[self.fingerprint] = Known(Forms(self.workbench, self.key), {}, {})
        return _KNOWN[self.fingerprint]

    def further(self, period: str, kind: str) -> Context | None:
        """The context of a further collection of this round; None when there is no such one."""
        further = self.known.further
        if (period, kind) not in further:
            made = kinds.project(self.workbench, self.given, period, kind)
            name = kinds.collection(period, kind)
            further[period, kind] = replace(self, workbench=made, collection=name) if made else None
        return further[period, kind]

    def for_book(self, book: BookContent) -> Context:
        """The context by which a workbook is to be checked: as its manifest says, else as it looks."""
        sheet = book.sheet(manifest.SHEET)
        said = manifest.said(sheet) if sheet is not None else ("", "")
        if said == (self.forms.period, self.forms.spec.kind):
            return self
        if all(said):
            return self.further(*said) or self
        others = [self.further(period, kind) for period, kind in kinds.current(self.workbench)]
        return max([self, *filter(None, others)], key=lambda c: likeness(book, c.forms))

    @property
    def forms(self) -> Forms:
        """The forms of the round, worked out as files need them."""
        return self.known.forms

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "known"}


@cache
def _sources() -> str:
    """Digest of the code that checks: after an update nothing cached is believed."""
    digest = hashlib.sha256()
    package = resources.files("xlfz")
    for name in _SOURCES:
        part = package / name
        files = sorted(part.iterdir(), key=lambda f: f.name) if part.is_dir() else [part]
        for file in files:
            if file.name.endswith((".py", ".csv")):
                digest.update(file.read_bytes())
    return digest.hexdigest()


def check(data: bytes, name: str, context: Context) -> Checked:
    """Read, align and check one file. `name` serves to warn about a wrong extension."""
    seen: tuple[Finding, ...] = ()
    try:
        book = read_workbook(data, name=name, only=wanted)
        seen = book.findings
        return check_book(book, context.for_book(book))
    except Refused as problem:
        return Checked("rejected", findings=(*seen, *problem.findings))


def read_return(data: bytes, name: str, context: Context) -> Return:
    """One file realigned but not judged: its raw cells, for the marked copy. Raises Refused."""
    book = read_workbook(data, name=name, only=wanted)
    return align(book, context.for_book(book).forms)


def check_book(book: BookContent, context: Context) -> Checked:
    """Align and check a workbook that was read already. Raises Refused."""
    aligned = align(book, context.forms)
    findings = [*book.findings, *aligned.findings]
    rows: dict[str, tuple[CheckedRow, ...]] = {"items": (), "materials": ()}
    if any(t.rows for t in aligned.tables) and not _any_filled(aligned.tables):
        findings.append(finding("E_NOT_FILLED"))
    else:
        states = _validated(aligned, book, context, findings)
        for table, found in states.items():
            rows[table] = found
    unit = context.forms.roster.by_code.get(aligned.unit)
    located = tuple(f.at(unit=unit.name if unit else "") for f in findings)
    return Checked(
        "held" if any(f.severity == "error" for f in located) else "accepted",
        reporting(context.collection, aligned.unit) if context.collection and aligned.unit else aligned.unit,
        aligned.version,
        rows["items"],
        rows["materials"],
        {t.id: {id_: column_name(c) for id_, c in t.columns.items()} for t in aligned.tables},
        located,
    )


def _any_filled(tables: Iterable[ReturnTable]) -> bool:
    return any(r.doubtful or any(map(filled, r.cells.values())) for t in tables for r in t.rows)


def _validated(
    aligned: Return, book: BookContent, context: Context, findings: list[Finding]
) -> dict[str, tuple[CheckedRow, ...]]:
    """The rows of each table with their valid values; what is wrong goes to `findings`, row by row."""
    settled: dict[str, tuple[CheckedRow, ...]] = {}
    items: dict[str, RowState] = {}
    for table in aligned.tables:
        spec = context.forms.spec.table(table.id)
        judge = _Judge(table, spec.columns, context, book.date1904)
        rules = tuple(RULES[table.id].values())
        demands = bool(demanding(spec))
        rows: list[CheckedRow] = []
        faultless: set[tuple[object, ...]] = set()
        for row in table.rows:
            state = RowState(row.row, spec, row.cells, judge.present)
            judge.cells(row, state, findings)
            if table.id == "items":
                items[row.row.id] = state
            else:
                state.item = items.get(row.row.indicator.number)
            alike = None if demands else pattern(state)
            if alike is None or alike not in faultless:
                faults = [fault for rule in rules for fault in rule(state)]
                findings += (judge.fault(row, fault) for fault in faults)
                if alike is not None and not faults:
                    faultless.add(alike)
            rows.append(CheckedRow(row.row.id, table.sheet, row.number, state.values))
        if judge.full_kept:
            findings.append(finding("W_FULL_KEPT", sheet=table.sheet, 表=table.sheet, n=judge.full_kept))
        settled[table.id] = tuple(rows)
    return settled


class _Judge:
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
