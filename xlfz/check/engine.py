"""Checking one returned file: bytes in, `Checked` out.

Takes the bytes, the file's name and a `Context` built once a run; gives validated values and
findings that name sheet, cell, unit and indicator. Raises nothing on purpose: what is refused is
`rejected` with its findings. What is truly unexpected goes out, for the worker pool to catch.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from xlfz import kinds
from xlfz.check.judging import TableJudge
from xlfz.check.model import Checked, CheckedRow
from xlfz.check.rules import RULES, RowState, demanding, pattern
from xlfz.errors import Refused
from xlfz.excel.address import column_name
from xlfz.excel.reader import read_workbook
from xlfz.findings import finding
from xlfz.form import manifest
from xlfz.kinds import NOTHING_GIVEN, Given
from xlfz.returns.align import align, likeness, wanted
from xlfz.returns.cells import filled
from xlfz.returns.expected import Forms
from xlfz.roster import reporting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from xlfz.check.judging import Judge
    from xlfz.check.rules import Fault
    from xlfz.check.values import About
    from xlfz.excel.content import BookContent
    from xlfz.findings import Finding
    from xlfz.form.spec import TableId
    from xlfz.returns.model import Return, ReturnTable
    from xlfz.workbench.model import Workbench

_SOURCES = ("text.py", "findings.csv", "excel", "form", "kinds", "returns", "check")
"""What decides the outcome of a check besides the workbench, below the package."""


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
    blank: dict[str, bool] = {}
    if any(t.rows for t in aligned.tables) and not _any_filled(aligned.tables):
        findings.append(finding("E_NOT_FILLED"))
    else:
        states = _validated(aligned, book, context, findings, blank)
        for table, found in states.items():
            rows[table] = found
        blank |= {id_: True for _, id_ in absent(aligned, context)}
    return settled(aligned, context, rows, findings, blank)


def settled(
    aligned: Return,
    context: Context,
    rows: Mapping[str, tuple[CheckedRow, ...]],
    findings: Iterable[Finding],
    blank: Mapping[str, bool],
) -> Checked:
    """The outcome of a file: its rows, its findings, and the verdict that follows from them.

    `blank`: ids of rows in which nothing is filled in -> whether something must be.
    """
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
        tuple(blank),
        sum(blank.values()),
        aligned.corrects,
    )


def absent(aligned: Return, context: Context) -> list[tuple[TableId, str]]:
    """(table, row id) of the rows that the unit's form has and the file has not."""
    form = context.forms.of(aligned.unit) if aligned.unit else None
    if form is None:
        return []
    there = {row.row.id for table in aligned.tables for row in table.rows}
    return [(t.spec.id, r.row.id) for t in form.tables for r in t.rows if r.row.id not in there]


def untouched(state: RowState) -> bool:
    """Whether nothing at all is filled in in a row."""
    return not state.values and not state.unsure and not any(map(filled, state.cells.values()))


def _any_filled(tables: Iterable[ReturnTable]) -> bool:
    return any(r.doubtful or any(map(filled, r.cells.values())) for t in tables for r in t.rows)


def _validated(
    aligned: Return, book: BookContent, context: Context, findings: list[Finding], blank: dict[str, bool]
) -> dict[str, tuple[CheckedRow, ...]]:
    """The rows of each table with their valid values; what is wrong goes to `findings`, row by row.

    The ids of rows in which nothing is filled in go to `blank`, with whether something must be.
    """
    made: dict[str, tuple[CheckedRow, ...]] = {}
    items: dict[str, RowState] = {}
    for table in aligned.tables:
        spec = context.forms.spec.table(table.id)
        judge = TableJudge(table, spec.columns, context, book.date1904)
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
            faults: list[Fault] = []
            alike = None if demands else pattern(state)
            if alike is None or alike not in faultless:
                faults = [fault for rule in rules for fault in rule(state)]
                findings += (judge.fault(row, fault) for fault in faults)
                if alike is not None and not faults:
                    faultless.add(alike)
            rows.append(CheckedRow(row.row.id, table.sheet, row.number, state.values))
            if untouched(state):
                blank[row.row.id] = bool(faults)
        if judge.full_kept:
            findings.append(finding("W_FULL_KEPT", sheet=table.sheet, 表=table.sheet, n=judge.full_kept))
        made[table.id] = tuple(rows)
    return made
