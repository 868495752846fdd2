"""Which of a unit's files counts: what only the whole folder can tell.

Takes judged files, the pins, the days on which each content was first seen and which file a marked copy
was made of; gives the same files with at most one accepted for each unit. Modification times decide
nothing, neither does the version of the form: it says when a form was made, not when it was filled in.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING

from xlfz.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlfz.check.model import Checked, CheckReport, FileOutcome, Verdict
    from xlfz.office.pins import Pin


_JUDGED = ("accepted", "held")


def compare(files: list[FileOutcome], names: Mapping[str, str], pins: Mapping[str, Pin]) -> list[FileOutcome]:
    """Several files of one unit: the pinned one counts, the same content once, different content not.

    A file that came back from a marked copy stands for the one that it corrects. Valid files that still
    differ are held, unless one came on a later day than all the others.
    """
    files = list(files)
    for unit, pin in pins.items():
        if unit in names:
            _pinned(files, unit, names[unit], pin)
    _corrected(files, names, pins)
    valid: dict[str, list[int]] = {}
    for position, file in enumerate(files):
        if file.checked.verdict == "accepted":
            valid.setdefault(file.checked.unit, []).append(position)
    for unit, positions in valid.items():
        if len(positions) > 1:
            _unpinned(files, positions, names[unit])
    return files


def pass_over(files: list[FileOutcome], names: Mapping[str, str]) -> list[FileOutcome]:
    """A faulty file beside what counts of its unit is passed over with a reminder.

    What is not valid could not count anyway, and the usual reason is that the corrected copy has come.
    """
    counting: dict[str, list[str]] = {}
    for file in files:
        if file.checked.verdict == "accepted":
            counting.setdefault(file.checked.unit, []).append(file.path)
    passed = []
    for file in files:
        unit = file.checked.unit
        if file.checked.verdict == "held" and unit in counting:
            errors = sum(f.severity == "error" for f in file.checked.findings)
            counted = "、".join(counting[unit])
            note = finding("W_SUPERSEDED", n=errors, 名=counted, file=file.path, unit=names[unit])
            passed.append(only(file, "skipped", note))
        else:
            passed.append(file)
    return passed


def without_file(report: CheckReport, names: Mapping[str, str], pins: Mapping[str, Pin]) -> Iterator[Finding]:
    """E_PICK_GONE for units that have no file left to say it of."""
    left = {f.checked.unit for f in report.files if f.checked.verdict in _JUDGED}
    for code, pin in pins.items():
        if code in names and code not in left:
            yield finding("E_PICK_GONE", 名=pin.file, 何人何时=pin.made, unit=names[code])


def command(unit: str, path: str) -> str:
    """The command that makes a file count. Quoted: names of files have spaces and brackets."""
    return f'xlfz pick "{unit}" "{path}"'


def _pinned(files: list[FileOutcome], unit: str, name: str, pin: Pin) -> None:
    """The pinned file counts or, if it is faulty or gone, none: a person chose, nobody else may."""
    own = [p for p, f in enumerate(files) if f.checked.unit == unit and f.checked.verdict in _JUDGED]
    chosen = next((p for p in own if files[p].digest == pin.sha256), None)
    for position in own:
        file = files[position]
        verdict = file.checked.verdict
        if chosen is None and verdict == "accepted":
            note = finding("E_PICK_GONE", 名=pin.file, 何人何时=pin.made, file=file.path, unit=name)
            files[position] = noted(file, "held", note)
        elif position != chosen and chosen is not None:
            counted = files[chosen].path
            note = finding("I_PICK_OTHER", 名=counted, 何人何时=pin.made, file=file.path, unit=name)
            files[position] = only(file, "skipped", note)
        elif position == chosen and verdict == "accepted":
            note = finding("I_PICKED", 何人何时=pin.made, file=file.path, unit=name)
            files[position] = noted(file, verdict, note)
        elif position == chosen:
            note = finding("E_PICK_FAULTY", 何人何时=pin.made, file=file.path, unit=name)
            files[position] = noted(file, "held", note)


def _corrected(files: list[FileOutcome], names: Mapping[str, str], pins: Mapping[str, Pin]) -> None:
    """What a file that was made from its marked copy stands for is passed over, on the same day too.

    Not so where the corrected copy is faulty and the file valid, or the file was handed in once more
    after it: then days and faults decide.
    """
    copies = [f for f in files if f.checked.verdict in _JUDGED and f.checked.corrects]
    for copy in copies:
        for position, file in enumerate(files):
            unit = file.checked.unit
            if (
                file.digest != copy.checked.corrects
                or unit != copy.checked.unit
                or unit in pins
                or file.checked.verdict not in _JUDGED
                or (file.checked.verdict == "accepted" and copy.checked.verdict == "held")
                or days(files, position)[1] > (copy.first or date.min)
            ):
                continue
            note = finding("I_CORRECTED", 名=copy.path, file=file.path, unit=names.get(unit, ""))
            files[position] = only(file, "skipped", note)


def _unpinned(files: list[FileOutcome], positions: list[int], name: str) -> None:
    counted = _latest(files, positions)
    if counted is None:
        listed = "、".join(files[p].path for p in positions)
        for position in positions:
            path = files[position].path
            note = finding(
                "E_DUP_UNIT", n=len(positions), 名=listed, 命令=command(name, path), file=path, unit=name
            )
            files[position] = noted(files[position], "held", note)
        return
    same = _values(files[counted].checked)
    for position in positions:
        file = files[position]
        if position == counted:
            continue
        path, other = file.path, files[counted].path
        if _values(file.checked) == same:
            note = finding("I_DUP_SAME_UNIT", 名=other, file=path, unit=name)
        else:
            day, how = files[counted].first, command(name, path)
            note = finding("I_VERSION_OLDER", 名=other, 日=day, 命令=how, file=path, unit=name)
        files[position] = noted(file, "skipped", note)


def _latest(files: list[FileOutcome], positions: list[int]) -> int | None:
    """The first file of the content that came last; None when the days do not tell which that is.

    A content came last when it was first seen on a later day than any file of another content. One that
    came again after the other (an older copy handed in anew) is not told from a change of mind.
    """
    groups: list[list[int]] = []
    for position in positions:
        values = _values(files[position].checked)
        for group in groups:
            if _values(files[group[0]].checked) == values:
                group.append(position)
                break
        else:
            groups.append([position])
    if len(groups) == 1:
        return groups[0][0]
    for group in groups:
        earliest = min(days(files, p)[0] for p in group)
        others = [days(files, p)[1] for other in groups if other is not group for p in other]
        if earliest > max(others):
            return group[0]
    return None


def days(files: list[FileOutcome], position: int) -> tuple[date, date]:
    """The days on which a content came first and last. A second copy beside the first came again."""
    file = files[position]
    first = file.first or date.min
    copies = [f.came or date.min for f in files if f.digest == file.digest]
    return first, max(copies) if len(copies) > 1 else first


def _values(checked: Checked) -> list[tuple[str, dict[str, object]]]:
    return [(r.id, dict(r.values)) for r in (*checked.items, *checked.materials)]


def noted(file: FileOutcome, verdict: Verdict, note: Finding) -> FileOutcome:
    """With a verdict, and one more finding."""
    checked = dataclasses.replace(file.checked, verdict=verdict, findings=(*file.checked.findings, note))
    return dataclasses.replace(file, checked=checked)


def only(file: FileOutcome, verdict: Verdict, note: Finding) -> FileOutcome:
    """With this finding alone: what is wrong with a file that does not count need not be mended."""
    return dataclasses.replace(
        file, checked=dataclasses.replace(file.checked, verdict=verdict, findings=(note,))
    )
