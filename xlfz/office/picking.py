"""`pick`: list a unit's versions, say which one counts, or take that back.

Takes the office and what a person named; gives a `Picked`. Writes the pins and nothing else: what
follows from them is seen in the result, and in the next check and summary.
"""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from xlfz.check.model import VERDICT_NAMES
from xlfz.errors import refuse
from xlfz.findings import finding
from xlfz.office import pins as stored
from xlfz.office.pins import Pin
from xlfz.office.results import Result
from xlfz.roster import Reporters, Unit
from xlfz.storage import RunLock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlfz.check.model import CheckReport
    from xlfz.office.service import Office
    from xlfz.roster import Roster

GONE = "已移走"
_SHORTEST = 6
"""Characters of a sha256 that are enough to name a file by it."""
Done = Literal["listed", "picked", "undone"]


@dataclass(frozen=True, slots=True)
class Version:
    """One file of a unit that could count. `verdict` is what stands now; `made` is who pinned it and when."""

    code: str
    unit: str
    file: str
    sha256: str
    first: str
    """The day on which it was first seen; empty for a pinned file that is there no more."""
    verdict: str
    verdict_name: str
    why: str
    pinned: bool
    made: str

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        names = ("unit", "file", "sha256", "first", "verdict", "why", "pinned", "made")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Picked(Result):
    """What was done, and the versions: of the unit, or of every unit that has several or a pin."""

    done: Done
    unit: str
    """The unit's name; empty when none was named."""
    versions: tuple[Version, ...]

    @property
    def pinned(self) -> Version | None:
        """The pinned version of the unit, if one was named and has one."""
        return next((v for v in self.versions if v.pinned), None) if self.unit else None

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "done": self.done,
            "unit": self.unit,
            "versions": [v.as_dict() for v in self.versions],
            "findings": self._findings_json(),
        }


def pick(office: Office, unit: str, file: str, *, undo: bool, who: str) -> Picked:
    """See `Office.pick`."""
    workbench = office.workbench()
    chosen = _unit(workbench.roster, unit) if unit else None
    names = Reporters(workbench.roster)
    if chosen is None or not (file or undo):
        report = office.judged(workbench)
        found = _versions(report, names, stored.read(office.folder.own))
        if chosen is not None:
            return Picked((), "listed", chosen.name, tuple(v for v in found if v.unit == chosen.name))
        return Picked((), "listed", "", tuple(_in_question(found)))
    office.folder.make()
    with RunLock(office.folder.own):
        pins = stored.read(office.folder.own)
        if undo:
            own = [code for code in pins if names.get(code) == chosen.name]
            for code in own:
                del pins[code]
            if own:
                stored.save(office.folder.own, pins)
        else:
            before = _versions(office.judged(workbench), names, pins)
            version = _named(file, [v for v in before if v.unit == chosen.name], office.folder.root, chosen)
            when = datetime.now().isoformat(timespec="minutes")
            pins[version.code] = Pin(chosen.name, version.file, version.sha256, who or _user(), when)
            stored.save(office.folder.own, pins)
        report = office.judged(workbench)
    versions = tuple(v for v in _versions(report, names, pins) if v.unit == chosen.name)
    told = tuple(f for f in report.findings if f.unit == chosen.name and f.severity == "error")
    return Picked(told, "undone" if undo else "picked", chosen.name, versions)


def _versions(report: CheckReport, names: Mapping[str, str], pins: Mapping[str, Pin]) -> list[Version]:
    """Every file that is some unit's, by unit; a pinned file that is gone stands last."""
    owner = {f.digest: f.checked.unit for f in report.files if f.checked.unit in names}
    made: dict[str, list[Version]] = {code: [] for code in names}
    made |= {code: [] for code in (*owner.values(), *pins) if code in names}
    seen: set[tuple[str, str]] = set()
    for file in report.files:
        code = owner.get(file.digest)
        if code is None:
            continue
        pin = pins.get(code)
        pinned = pin is not None and pin.sha256 == file.digest and (code, file.digest) not in seen
        seen.add((code, file.digest))
        verdict = file.checked.verdict
        made[code].append(
            Version(
                code,
                names[code],
                file.path,
                file.digest,
                f"{file.first or ''}",
                verdict,
                VERDICT_NAMES[verdict],
                file.why,
                pinned,
                pin.made if pin is not None and pinned else "",
            )
        )
    for code, pin in pins.items():
        if code in names and (code, pin.sha256) not in seen:
            gone = Version(code, names[code], pin.file, pin.sha256, "", "gone", GONE, "", True, pin.made)
            made[code].append(gone)
    return [version for versions in made.values() for version in versions]


def _in_question(found: Iterable[Version]) -> Iterator[Version]:
    """The versions of units that have several, or a pin."""
    units: dict[str, list[Version]] = {}
    for version in found:
        units.setdefault(version.code, []).append(version)
    for versions in units.values():
        if len({v.sha256 for v in versions}) > 1 or any(v.pinned for v in versions):
            yield from versions


def _unit(roster: Roster, named: str) -> Unit:
    teams = dict.fromkeys(team for u in roster.units for team in u.teams)
    for unit in (*roster.units, *(Unit(team, team) for team in teams)):
        if named.strip() in (unit.code, unit.name):
            return unit
    raise refuse(finding("E_PICK_UNIT", 名=named))


def _named(file: str, versions: list[Version], root: Path, unit: Unit) -> Version:
    """The version that is meant: by its path, its name or the beginning of its sha256."""
    path = file.strip().replace("\\", "/").removeprefix("./")
    if Path(file).is_absolute() and Path(file).is_relative_to(root):
        path = Path(file).relative_to(root).as_posix()
    there = [v for v in versions if v.verdict != "gone"]
    for same in (
        [v for v in there if path in (v.file, v.file.partition("/")[2])],
        [v for v in there if v.file.rpartition("/")[2] == path],
        [v for v in there if len(path) >= _SHORTEST and v.sha256.startswith(path.lower())],
    ):
        if len({v.sha256 for v in same}) == 1:
            return same[0]
        if same:
            break
    raise refuse(finding("E_PICK_FILE", 名=file, unit=unit.name))


def _user() -> str:
    """Who is logged in: the name of the account, where the system knows one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "未知用户"
