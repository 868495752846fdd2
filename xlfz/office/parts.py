"""Which files of a unit are parts of one form, and what becomes of them together.

Takes the files as each was judged by itself and as their versions were compared, and their bytes; gives
the files with their verdicts and, for each unit whose parts fit, what counts of it. The bytes are
opened in the workers only.

A part is a file that is held and has a row in which something must be filled in and nothing is. Parts
of a unit are put together with each other. A form that is whole by itself takes in only parts that came
on a later day: what came before or with it, it is taken to contain.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlfz.check.parts import Source, Together, put_together
from xlfz.findings import finding
from xlfz.office import records
from xlfz.office.versions import days, noted, only
from xlfz.storage import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from xlfz.check.engine import Context
    from xlfz.check.model import Checked, CheckedRow, FileOutcome
    from xlfz.findings import Finding
    from xlfz.office.checking import Pool, Progress
    from xlfz.office.intake import Arrival
    from xlfz.office.pins import Pin
    from xlfz.storage import Cache
    from xlfz.workers import Outcome

_STAGE = "合并分报"


@dataclass(frozen=True, slots=True)
class Spread:
    """How the putting together is done: where it runs, what is remembered, how findings get their file."""

    pool: Pool
    context: Context
    cache: Cache | None
    located: Callable[[Checked, str], Checked]
    progress: Progress


def together(
    alone: Sequence[FileOutcome],
    compared: Sequence[FileOutcome],
    arrived: Sequence[Arrival],
    names: Mapping[str, str],
    pins: Mapping[str, Pin],
    spread: Spread,
) -> tuple[list[FileOutcome], tuple[FileOutcome, ...]]:
    """All files with their verdicts, and what was put together.

    `alone`: each file as it was judged by itself; `compared`: after its versions were compared. A unit
    with a pin is left alone: a person chose one file.
    """
    files = list(compared)
    groups: list[list[int]] = []
    units: dict[str, list[int]] = {}
    for position, file in enumerate(alone):
        if file.checked.unit in names and file.checked.unit not in pins:
            units.setdefault(file.checked.unit, []).append(position)
    for positions in units.values():
        group = _group(alone, files, positions, names)
        if len(group) > 1:
            groups.append(group)
        elif group and alone[group[0]].checked.verdict == "held":
            file = files[group[0]]
            k, blank = len(file.checked.touched), len(file.checked.blank)
            files[group[0]] = _waiting(file, [file], k, k + blank, names)
    merged: list[FileOutcome] = []
    for group, outcome in zip(groups, _run(groups, arrived, spread), strict=True):
        own = [files[p] for p in group]
        if isinstance(outcome, Together):
            judged = _judged(own, outcome, spread, names)
            if all(f.checked.verdict == "accepted" for f in judged):
                merged.append(_whole(judged, outcome.order))
        else:
            judged = [_failed(file, outcome, names) for file in own]
        for position, file in zip(group, judged, strict=True):
            files[position] = file
    return files, tuple(merged)


def _group(
    alone: Sequence[FileOutcome], files: list[FileOutcome], positions: list[int], names: Mapping[str, str]
) -> list[int]:
    """The files of one unit that belong together; an older version of a part is passed over."""
    counted = [p for p in positions if files[p].checked.verdict == "accepted"]
    if not counted and any(alone[p].checked.verdict == "accepted" for p in positions):
        return []  # valid forms that contradict each other: nobody knows to which a part would belong
    parts = [p for p in positions if files[p].checked.verdict == "held" and _is_part(alone[p].checked)]
    if counted:
        whole = days(files, counted[0])[1]
        parts = [p for p in parts if days(files, p)[0] > whole]
    newest = []
    for part in parts:
        newer = [p for p in parts if p != part and _replaces(files, p, part)]
        if not newer:
            newest.append(part)
            continue
        file, by = files[part], files[newer[-1]]
        note = finding("I_PART_OLDER", 名=by.path, 日=by.first, file=file.path, unit=names[file.checked.unit])
        files[part] = only(file, "skipped", note)
    return sorted([*counted, *newest]) if newest else []


def _is_part(checked: Checked) -> bool:
    """Whether rows are missing that another office may have filled in."""
    return checked.wanting > 0 and bool(checked.touched)


def _replaces(files: list[FileOutcome], newer: int, older: int) -> bool:
    """Whether a part came on a later day than another and fills in every row that the other does."""
    covers = files[newer].checked.touched >= files[older].checked.touched
    return covers and days(files, newer)[0] > days(files, older)[1]


def _run(
    groups: list[list[int]], arrived: Sequence[Arrival], spread: Spread
) -> Iterator[Together | tuple[Finding, ...]]:
    """What came of each group; findings when a worker could not do it."""
    found: dict[int, Together | tuple[Finding, ...]] = {}
    jobs = [tuple(Source(arrived[p].data or b"", arrived[p].path) for p in group) for group in groups]
    keys = [_key([arrived[p] for p in group]) for group in groups]
    todo: list[int] = []
    for number, key in enumerate(keys):
        if spread.cache is not None and (kept := _kept(spread.cache, key)) is not None:
            found[number] = kept
        else:
            todo.append(number)
    if todo:
        spread.progress(_STAGE, 0, len(todo))
    count = 0

    def advance(*_: object) -> None:
        nonlocal count
        count += 1
        spread.progress(_STAGE, count, len(todo))

    job = functools.partial(_job, context=spread.context)
    for number, outcome in zip(todo, spread.pool.run(job, [jobs[n] for n in todo], advance), strict=True):
        found[number] = _outcome(outcome)
        if isinstance(found[number], Together) and spread.cache is not None:
            spread.cache.keep(keys[number], outcome.value)
    return (found[n] for n in range(len(groups)))


def _job(sources: tuple[Source, ...], context: Context) -> bytes:
    made = put_together(sources, context)
    return encode([list(made.order), *map(records.dump, made.files)])


def _outcome(outcome: Outcome) -> Together | tuple[Finding, ...]:
    if outcome.finding is not None:
        return (outcome.finding,)
    if outcome.refused is not None:
        return tuple(outcome.refused.findings)
    return _loaded(decode(outcome.value))


def _key(parts: Sequence[Arrival]) -> str:
    """Contents and paths: findings name the other files."""
    told = "\n".join(f"{a.digest} {a.path}" for a in parts)
    return f"合并:{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _kept(cache: Cache, key: str) -> Together | None:
    record = cache.get(key)
    try:
        return _loaded(record) if record is not None else None
    except (ValueError, KeyError, TypeError):
        return None  # written by something else: done again


def _loaded(record: Any) -> Together:
    order, *files = record
    return Together(tuple(map(records.load, files)), tuple(order))


def _judged(
    files: list[FileOutcome], made: Together, spread: Spread, names: Mapping[str, str]
) -> list[FileOutcome]:
    """The parts with what was found in them together: all accepted, or all held.

    Beside a whole form faulty parts that contradict nothing are no reason to hold it.
    """
    held = any(c.verdict == "held" for c in made.files)
    contradict = any(f.code == "E_PARTS_CONTRADICT" for c in made.files for f in c.findings)
    if held and not contradict and any(f.checked.verdict == "accepted" for f in files):
        return files
    judged = [
        dataclasses.replace(file, checked=spread.located(checked, file.path))
        for file, checked in zip(files, made.files, strict=True)
    ]
    first = made.files[0]
    if held and first.wanting:
        # What is blank is blank in all of them: each says the same of the whole.
        filled = len(made.order) - len(first.blank)
        return [_waiting(f, judged, filled, len(made.order), names) for f in judged]
    return judged if held else [_with_others(f, judged, names) for f in judged]


def _with_others(file: FileOutcome, judged: Sequence[FileOutcome], names: Mapping[str, str]) -> FileOutcome:
    others = "、".join(f.path for f in judged if f is not file)
    note = finding("I_PARTS_MERGED", 名=others, file=file.path, unit=names[file.checked.unit])
    return noted(file, "accepted", note)


def _waiting(
    file: FileOutcome, all_: Sequence[FileOutcome], filled: int, rows: int, names: Mapping[str, str]
) -> FileOutcome:
    listed = "、".join(f.path for f in all_)
    unit = names[file.checked.unit]
    return noted(
        file, "held", finding("W_PART_WAITS", 名=listed, k=filled, n=rows, file=file.path, unit=unit)
    )


def _failed(file: FileOutcome, found: tuple[Finding, ...], names: Mapping[str, str]) -> FileOutcome:
    for one in found:
        file = noted(file, "held", one.at(file=file.path, unit=names[file.checked.unit]))
    return file


def _whole(judged: Sequence[FileOutcome], order: Sequence[str]) -> FileOutcome:
    """What counts of the unit: the rows of all its parts in the form's order."""
    places = {id_: n for n, id_ in enumerate(order)}
    first = judged[0]
    checked = dataclasses.replace(
        first.checked,
        version=max(f.checked.version for f in judged),
        items=_rows([f.checked.items for f in judged], places),
        materials=_rows([f.checked.materials for f in judged], places),
        findings=(),
    )
    return dataclasses.replace(first, checked=checked, parts=tuple(judged))


def _rows(parts: Sequence[tuple[CheckedRow, ...]], places: Mapping[str, int]) -> tuple[CheckedRow, ...]:
    rows = [row._replace(part=n) for n, part in enumerate(parts) for row in part]
    return tuple(sorted(rows, key=lambda row: places[row.id]))
