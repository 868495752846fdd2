"""Checking a whole folder: every arrival through the workers, then what only the whole can tell.

Takes arrivals and a check context; gives a `CheckReport` in which accepted + held + rejected +
skipped equals the files found. A file is judged in a worker that may die; here it is only
attributed, compared with the others, and counted.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlfz.check.engine import Context, check
from xlfz.check.model import Checked, CheckReport, FileOutcome, Verdict
from xlfz.findings import Finding, finding
from xlfz.office import records
from xlfz.office.parts import Spread, together
from xlfz.office.versions import compare, pass_over
from xlfz.storage import decode, encode, log
from xlfz.workers import run_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from xlfz.office.intake import Arrival
    from xlfz.office.pins import Pin
    from xlfz.office.register import Register
    from xlfz.storage import Cache
    from xlfz.workers import Outcome

_NONE: Mapping[str, Pin] = {}
Progress = Callable[[str, int, int], None]
"""Called with a Chinese stage name, how many are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Pool:
    """How work is spread: processes on this machine, or any executor with `submit`."""

    workers: int
    executor: object | None = None
    timeout_s: float = 30.0
    memory_mb: int = 1024
    log: Path | None = None
    """The folder's .xlfz, where what went wrong in a worker is written down."""

    def run(
        self, function: Callable[[Any], object], items: list[Any], on_done: Callable[[Outcome], object]
    ) -> list[Outcome]:
        """Apply a function to every item in the workers; the details of failures go to the log."""
        outcomes = run_all(
            function,
            items,
            workers=self.workers,
            timeout_s=self.timeout_s,
            memory_mb=self.memory_mb,
            executor=self.executor,
            on_done=on_done,
        )
        for outcome in outcomes:
            if self.log is not None and outcome.finding is not None and outcome.detail:
                log(self.log, outcome.detail, number=str(dict(outcome.finding.facts).get("id", "")))
        return outcomes


def check_all(
    found: Iterable[Arrival],
    context: Context,
    *,
    pool: Pool,
    cache: Cache | None,
    progress: Progress,
    names: Mapping[str, str],
    pins: Mapping[str, Pin] = _NONE,
    register: Register | None = None,
) -> CheckReport:
    """Check every arrival. `names` maps code -> name of who reports, for the findings.

    `pins` (unit code -> pin) and the days in `register` decide between versions. They come after the
    cache, which knows nothing of other files: a pin counts at once, with nothing read again.
    """
    arrived = list(found)
    first: dict[str, str] = {}
    outcomes: dict[int, Checked] = {}
    todo: list[int] = []
    digests = [a.digest for a in arrived]
    for position, arrival in enumerate(arrived):
        if arrival.data is None:
            outcomes[position] = _unread(arrival.findings)
        elif (same := first.setdefault(digests[position], arrival.path)) != arrival.path:
            outcomes[position] = Checked("skipped", findings=(finding("I_DUP_IDENTICAL", 名=same),))
        elif cache is not None and (kept := _cached(cache, digests[position], arrival.name)) is not None:
            outcomes[position] = kept
        else:
            todo.append(position)
    fresh = _run([arrived[p] for p in todo], context, pool, progress, len(arrived) - len(todo), len(arrived))
    for position, (checked, record) in zip(todo, fresh, strict=True):
        outcomes[position] = checked
        if record is not None and cache is not None:
            cache.keep(_cache_key(digests[position], arrived[position].name), record)
    files = [
        FileOutcome(
            a.path,
            digests[p],
            a.size,
            a.modified,
            _located(outcomes[p], a.path, names),
            register.first(a.path, digests[p]) if register is not None else None,
            register.came(a.path, digests[p]) if register is not None else None,
        )
        for p, a in enumerate(arrived)
    ]
    spread = Spread(pool, context, cache, functools.partial(_located, names=names), progress)
    judged, merged = together(files, compare(files, names, pins), arrived, names, pins, spread)
    judged = pass_over(judged, names)
    return CheckReport(tuple(judged), register.gone(judged) if register is not None else (), merged)


def _job(item: tuple[bytes, str], context: Context) -> bytes:
    """A checked file as the cache keeps it: a third of the work of hundreds of pickled rows, done once."""
    data, name = item
    return encode(records.dump(check(data, name, context)))


def _run(
    arrived: Sequence[Arrival], context: Context, pool: Pool, progress: Progress, done: int, total: int
) -> list[tuple[Checked, bytes | None]]:
    """The outcome of each, and its record if it may be kept: a time-out may go better the next time."""
    progress("校验回收件", done, total)
    count = done

    def advance(*_: object) -> None:
        nonlocal count
        count += 1
        progress("校验回收件", count, total)

    results: list[tuple[Checked, bytes | None]] = []
    items = [(a.data, a.name) for a in arrived]
    for outcome in pool.run(functools.partial(_job, context=context), items, advance):
        if outcome.finding is not None:
            results.append((Checked("rejected", findings=(outcome.finding,)), None))
        elif outcome.refused is not None:
            refused = Checked("rejected", findings=outcome.refused.findings)
            results.append((refused, encode(records.dump(refused))))
        else:
            results.append((records.load(decode(outcome.value)), outcome.value))
    return results


def _cache_key(digest: str, name: str) -> str:
    """The file's name counts as well: a wrong extension is a finding."""
    return f"{digest}:{name.rpartition('.')[2].lower()}"


def _cached(cache: Cache, digest: str, name: str) -> Checked | None:
    record = cache.get(_cache_key(digest, name))
    if record is None:
        return None
    try:
        return records.load(record)
    except (ValueError, KeyError, TypeError):
        return None  # written by something else: checked again


def _unread(findings: tuple[Finding, ...]) -> Checked:
    verdict: Verdict = "rejected" if any(f.severity == "error" for f in findings) else "skipped"
    return Checked(verdict, findings=findings)


def _located(checked: Checked, path: str, names: Mapping[str, str]) -> Checked:
    """Findings with file and unit. The file's name is a hint for people, it never attributes anything."""
    unit = names.get(checked.unit, "")
    hint = _named_in(path.rpartition("/")[2], names)
    findings = list(checked.findings)
    if unit and hint and hint != unit:
        findings.append(finding("W_NAME_OTHER_UNIT", 文件名=hint, 实=unit))
    told = unit or (hint if checked.verdict == "rejected" else "")
    return dataclasses.replace(checked, findings=tuple(f.at(file=path, unit=told) for f in findings))


def _named_in(name: str, names: Mapping[str, str]) -> str:
    """The one unit whose full name stands in a file name; empty when there is none, or several."""
    found = [n for n in names.values() if n in name]
    longest = [n for n in found if not any(n != other and n in other for other in found)]
    return longest[0] if len(longest) == 1 else ""
