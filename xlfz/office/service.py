"""The office: new, generate, check, consolidate and status on one working folder.

Takes a folder and what a face was asked to do; gives a typed result with its findings. Everything
that writes runs under the folder's lock and replaces files atomically. Prints nothing, asks
nothing, and never writes into a workbook that a person owns (工作台, 回收/).
"""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from xlfz import ledger
from xlfz.check.engine import Context
from xlfz.consolidation import consolidate, with_findings
from xlfz.errors import Refused, refuse
from xlfz.excel.package import LIMITS
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.findings import Finding, finding
from xlfz.kinds import of_the_round
from xlfz.office import folder as folders
from xlfz.office import pins
from xlfz.office.beside import keep_newest
from xlfz.office.checking import Pool, Progress, check_all
from xlfz.office.copies import SUFFIX, marked_copies
from xlfz.office.imported import waiting
from xlfz.office.intake import arrivals
from xlfz.office.opening import OWN_LIMITS, opened
from xlfz.office.orders import given, ledger_kept
from xlfz.office.register import Register
from xlfz.office.results import Announced, Checking, Consolidated, Generated, Reminded, Status
from xlfz.office.steps import next_step as step_after
from xlfz.office.versions import without_file
from xlfz.report import findings_book
from xlfz.roster import Reporters
from xlfz.storage import Cache, RunLock, beside_name, keep_history, write_atomic
from xlfz.summary import carry, located
from xlfz.summary import plan as summary_plan
from xlfz.tracking import board
from xlfz.workbench import reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlfz.check.model import CheckReport
    from xlfz.form.generate import Form
    from xlfz.office.picking import Picked
    from xlfz.office.upward import ReportedUp
    from xlfz.summary.carry import Carried
    from xlfz.workbench.model import Workbench


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection: a hundred thousand rows without a cycle are visited again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers who do not want to hear of progress."""


@dataclass
class Office:
    """One working folder, and how to work on it.

    `today` decides what lies in the future and dates the documents. `executor` is any
    concurrent.futures-style executor with `submit`; without one, `workers` processes are used.
    """

    folder: folders.Folder
    today: date = field(default_factory=date.today)
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    executor: object | None = None
    progress: Progress = no_progress

    @classmethod
    def open(cls, path: str | Path, **options: object) -> Office:
        """The office of an existing folder or workbench. Raises Refused (E_NO_WORKBENCH …)."""
        return cls(folders.locate(Path(path)), **options)  # type: ignore[arg-type]

    @property
    def created(self) -> datetime:
        """The moment that documents bear: the day, so that one day's runs give the same bytes."""
        return datetime.combine(self.today, time())

    def workbench(self) -> Workbench:
        """The workbench as it stands on disk. Raises Refused with all its faults at once."""
        path = self.folder.workbench
        _, content = opened(path, "E_WB_OPEN", limits=LIMITS)
        try:
            return reading.read(content)
        except Refused as refused:
            raise Refused(_summed(refused.findings, path.name)) from refused

    def generate(self, kind: str = "") -> Generated:
        """One form for each unit into 下发/, a zip for each parent unit, and the 责任分工表.

        With `kind` (考核评分表 …) the forms of that kind instead, into a folder of its own below 下发/.
        Raises Refused (E_KIND_UNKNOWN, E_NO_FORMS).
        """
        if kind:
            return self._further(kind)
        # Here and in `new`: who only checks and consolidates does not wait for what makes forms.
        from xlfz import duty
        from xlfz.form import generate

        workbench = self.workbench()
        duties = [d for d in workbench.assignment.duties if d.items]
        if not duties:
            nothing = finding("E_NO_FORMS", file=self.folder.workbench.name)
            raise Refused((nothing, *workbench.findings))
        self.folder.make()
        with RunLock(self.folder.own):
            key, warned = self.folder.key()
            findings = [*workbench.findings, *([warned] if warned else [])]
            made = self._send(workbench, key, self.folder.sent, findings)
            archives = [
                self._write(self.folder.sent / name, data, findings) for name, data in generate.zips(made)
            ]
            table = self._write(self.folder.duty_table, write(duty.plan(workbench, self.created)), findings)
        paths = tuple(self.folder.sent / form.name for form in made)
        sent = {p.name for p in self.folder.sent.iterdir() if p.is_file()}
        stale = sorted(sent - {p.name for p in (*paths, *archives)})
        if stale:
            listed = "、".join(stale[:5]) + (" 等" if len(stale) > 5 else "")
            findings.append(finding("W_STALE_FORM", file=folders.SENT, n=len(stale), 列表=listed))
        return Generated(tuple(findings), paths, tuple(archives), table, len(duties))

    def _further(self, kind: str) -> Generated:
        from xlfz.office.further import prepared

        workbench = self.workbench()
        made = prepared(self, workbench, kind)
        duties = [d for d in made.assignment.duties if d.items]
        if not duties:
            raise refuse(finding("E_NO_FORMS", file=self.folder.workbench.name))
        self.folder.make()
        with RunLock(self.folder.own):
            key, warned = self.folder.key()
            findings = [warned] if warned else []
            target = self.folder.sent / kind
            target.mkdir(exist_ok=True)
            paths = tuple(target / form.name for form in self._send(made, key, target, findings))
        return Generated(tuple(findings), paths, (), None, len(duties))

    def _send(self, workbench: Workbench, key: bytes, target: Path, findings: list[Finding]) -> list[Form]:
        """Write one form for each of those who fill in into `target`."""
        from xlfz.form import generate

        total = sum(bool(d.items) for d in workbench.assignment.duties)
        made = []
        for count, form in enumerate(generate.forms(workbench, key, self.created), 1):
            made.append(form)
            self._write(target / form.name, form.data, findings, durable=False)
            self.progress("生成填报表", count, total)
        return made

    def check(self) -> Checking:
        """Check everything under 回收/, write 校验报告 and the marked copies into 退回/."""
        workbench = self.workbench()
        self.folder.make()
        with RunLock(self.folder.own):
            return self._check(workbench)

    def consolidate(self) -> Consolidated:
        """Check, then write 汇总/汇总表.xlsx; the earlier one goes to 历史/, open columns stay."""
        workbench = self.workbench()
        self.folder.make()
        with RunLock(self.folder.own):
            return self._consolidate(workbench)

    def remind(self) -> Reminded:
        """Check, then write a 催报函 and a 督办单 into 通知/ for every unit that owes a return."""
        from xlfz.office.notices import remind

        workbench = self.workbench()
        self.folder.make()
        with RunLock(self.folder.own):
            return remind(self._check(workbench), self.folder, self.created, self.progress)

    def announce(self) -> Announced:
        """Consolidate, then write 考核结果反馈 to every unit that reported, and the 通报, into 通知/."""
        from xlfz.office.notices import announce

        workbench = self.workbench()
        self.folder.make()
        with RunLock(self.folder.own):
            return announce(self._consolidate(workbench), self.folder, self.created, self.progress)

    def status(self) -> Status:
        """Who has reported and what to do next. Writes nothing but the cache."""
        from xlfz.office.further import awaited

        workbench = self.workbench()
        report, _, findings = self._report(workbench)
        duties = [d for d in workbench.assignment.duties if d.items]
        valid = set(report.accepted())
        held = {f.checked.unit for f in report.files if f.checked.verdict == "held"} - valid - {""}
        held &= {d.unit.code for d in duties}
        units = tuple(d.unit for d in duties)
        forms = sum(1 for p in self.folder.sent.glob("*.xlsx")) if self.folder.sent.is_dir() else 0
        summary = self.folder.summary if self.folder.summary.is_file() else None
        missing = tuple(u for u in units if u.code not in valid | held)
        teams = awaited(self.folder, workbench, report)
        next_step = step_after(forms, len(report.files), len(held), len(missing), summary, teams)
        if waiting(self.folder.root):
            next_step = f"有一份导入核对还没有采用：核对、保存后运行 xlfz confirm。{next_step}"
        return Status(
            (*workbench.findings, *findings),
            workbench,
            report,
            units,
            tuple(u for u in units if u.code in valid),
            tuple(u for u in units if u.code in held),
            missing,
            forms,
            summary,
            next_step,
            teams,
        )

    def pick(self, unit: str = "", file: str = "", *, undo: bool = False, who: str = "") -> Picked:
        """Say which of a unit's files counts; `undo` takes it back; without `file` only list.

        `unit` is a name or a code, `file` a path, a file name or the beginning of a sha256, `who` the
        person who decided (the account, when empty). Without `unit`, every unit with several versions
        or a pin is listed. Raises Refused (E_PICK_UNIT, E_PICK_FILE, E_PICK_UNREADABLE).
        """
        from xlfz.office.picking import pick

        return pick(self, unit, file, undo=undo, who=who)

    def report_up(self, form: str | Path) -> ReportedUp:
        """Fill in the form that the level above sent, from the accepted returns, into 上报/."""
        from xlfz.office.upward import report_up

        return report_up(self, Path(form))

    def judged(self, workbench: Workbench) -> CheckReport:
        """Every file with its verdict as of now. Writes nothing but the cache."""
        return self._report(workbench)[0]

    def _consolidate(self, workbench: Workbench) -> Consolidated:
        checking = self._check(workbench)
        findings = list(checking.findings)
        carried, earlier, beside = self._carried(findings)
        self.progress("汇总", 0, 1)
        with _uncollected():
            table = located(consolidate(workbench, checking.report, carried), workbench)
            period = of_the_round(workbench)
            items = ledger.updated(earlier, table, checking.report, period, self.today)
            table = with_findings(table, items.findings)
            plan = summary_plan(table, workbench, self.created, items)
            data = write(board.extended(plan, workbench, checking.report, self.today))
        findings += table.findings
        target = self.folder.summary
        if beside is not None:
            path = self._write(target.with_name(beside_name(target.name, datetime.now())), data, findings)
            keep_newest(self.folder.own, target, path, data, self.today)
            findings.append(replace(beside, facts=(*beside.facts, ("名", path.name))))
        else:
            kept = keep_history(target, self.folder.history, datetime.now())
            path = self._write(target, data, findings)
            if kept is not None and path != target:
                kept.unlink()  # the earlier one still stands where it stood
        self.progress("汇总", 1, 1)
        return Consolidated(
            tuple(findings), workbench, checking.report, checking.report_file, checking.sent_back, table, path
        )

    def _check(self, workbench: Workbench) -> Checking:
        report, context, findings = self._report(workbench)
        if unsaved := Register(self.folder.own, self.today).keep(report.files):
            findings.append(unsaved)
        if not report.files:
            findings.append(finding("I_NO_RETURNS", file=folders.RECEIVED))
        names = Reporters(workbench.roster)
        copies = marked_copies(
            report, self.folder, names, context, self.created, self._pool(), self.progress, findings
        )
        sent_back = tuple(self._write(path, data, findings, durable=False) for path, data in copies)
        self._clear_copies({path.name for path in sent_back})
        with _uncollected():
            book = write(findings_book.plan(report, workbench, self.created))
        written = self._write(self.folder.report, book, findings)
        return Checking(tuple(findings), workbench, report, written, sent_back)

    def _report(self, workbench: Workbench) -> tuple[CheckReport, Context, list[Finding]]:
        """The report, the context it was made in, and all findings so far."""
        key, warned = self.folder.key()
        context = Context.of(workbench, key, self.today, given(self.folder.own))
        names = Reporters(workbench.roster)
        found = arrivals(self.folder.received, self.folder.root) if self.folder.received.is_dir() else ()
        pinned = pins.read(self.folder.own)
        register = Register(self.folder.own, self.today)
        cache = Cache(self.folder.own, context.fingerprint)
        try:
            report = check_all(
                found,
                context,
                pool=self._pool(),
                cache=cache,
                progress=self.progress,
                names=names,
                pins=pinned,
                register=register,
            )
        finally:
            cache.close()
        own = [f for f in (warned, register.finding) if f is not None]
        return report, context, [*own, *without_file(report, names, pinned), *report.findings]

    def _pool(self) -> Pool:
        return Pool(self.workers, self.executor, log=self.folder.own)

    def _clear_copies(self, current: set[str]) -> None:
        """Remove marked copies of an earlier run: the unit's return counts now, or is gone."""
        for path in self.folder.sent_back.glob(f"*{SUFFIX}"):
            if path.name not in current:
                path.unlink()

    def _carried(self, findings: list[Finding]) -> tuple[Carried, ledger.Earlier, Finding | None]:
        """What staff typed into the earlier summary; a finding when it must not be overwritten."""
        target = self.folder.summary
        if not target.is_file():
            return carry.NOTHING, ledger_kept(self.folder), None
        try:
            data = target.read_bytes()
            with _uncollected():
                book = read_workbook(data, name=target.name, limits=OWN_LIMITS, only=carry.is_read)
                carried, earlier = carry.read(book), ledger.read(book)
        except (Refused, OSError) as error:
            reason = error.findings[0].message if isinstance(error, Refused) else str(error.strerror)
            unread = finding("E_SUMMARY_UNREADABLE", file=self.folder.relative(target), 原因=reason)
            return carry.NOTHING, ledger_kept(self.folder), unread
        findings += carried.findings
        return carried, earlier, None

    def _write(self, path: Path, data: bytes, findings: list[Finding], *, durable: bool = True) -> Path:
        """Write atomically and give where the new file is; what stood in the way goes to `findings`.

        Raises Refused when it could not be saved at all: the next one could not either.
        """
        written = write_atomic(path, data, durable=durable)
        if written.finding is not None:
            found = written.finding.at(file=self.folder.relative(path))
            if not written.saved:
                raise refuse(found)
            findings.append(found)
            keep_newest(self.folder.own, path, written.path, data, self.today)
        return written.path


def _summed(findings: Iterable[Finding], file: str) -> tuple[Finding, ...]:
    found = tuple(f.at(file=file) for f in findings)
    if any(f.code == "E_NOT_WORKBENCH" for f in found):
        return found  # there is no list to put right
    errors = sum(f.severity == "error" for f in found)
    return (finding("E_WB_FAULTY", n=errors, file=file), *found)
