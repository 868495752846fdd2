"""The register: every file that ever was under 回收/, the day it was first seen, and what became of it.

Takes the folder's .xlfz; reads and writes `台账.json` there. Gives the days by which a later version is
told from an earlier one, and the files that are there no more. Nothing is ever taken out. A register
that is damaged is kept under another name and begun anew, with a warning: days are then unknown, and
what differs is held rather than guessed.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from xlfz.check.model import VERDICT_NAMES, Gone
from xlfz.findings import Finding, finding
from xlfz.storage import reason, write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from xlfz.check.model import FileOutcome

NAME = "台账.json"
_PASSING = "I_LOCKFILE"
"""What Excel leaves beside a workbook while it is open: comes and goes, and nobody handed it in."""


class Register:
    """What was seen until now. `today` is the day of whatever is seen for the first time."""

    def __init__(self, own: Path, today: date) -> None:
        self._path = own / NAME
        self._today = today
        self._known: dict[tuple[str, str], Gone] = {}
        self._days: dict[str, date] = {}
        self._stored = b""
        self._damaged = False
        self.finding: Finding | None = None
        """Why what it had said is not known; to be told, it does not stop a run."""
        try:
            self._stored = self._path.read_bytes()
            for entry in json.loads(self._stored):
                file = _loaded(entry)
                self._known[file.path, file.digest] = file
                self._days[file.digest] = min(file.first, self._days.get(file.digest, file.first))
        except FileNotFoundError:
            pass  # the first run of a folder
        except OSError as error:
            self._lost(reason(error))
        except (ValueError, KeyError, TypeError, AttributeError):
            self._lost("内容已损坏")

    def first(self, path: str, digest: str) -> date:
        """The day on which this content was first seen: a file moved to another folder is no new one."""
        return self._days.get(digest, self._today) if digest else self.came(path, digest)

    def came(self, path: str, digest: str) -> date:
        """The day on which this content was first seen at this path."""
        known = self._known.get((path, digest))
        return known.first if known else self._today

    def gone(self, files: Iterable[FileOutcome]) -> tuple[Gone, ...]:
        """What is known and not among these, by the day it came."""
        here = {(f.path, f.digest) for f in files}
        missing = [file for key, file in self._known.items() if key not in here]
        return tuple(sorted(missing, key=lambda f: (f.first, f.path, f.digest)))

    def keep(self, files: Iterable[FileOutcome]) -> Finding | None:
        """Write down what became of these; a finding when it could not be written."""
        for file in files:
            if any(f.code == _PASSING for f in file.checked.findings):
                continue
            self._known[file.path, file.digest] = Gone(
                file.path,
                file.digest,
                file.size,
                self.came(file.path, file.digest),
                file.checked.unit,
                file.checked.verdict,
                file.why,
            )
        lines = [
            json.dumps(asdict(self._known[key]), ensure_ascii=False, default=date.isoformat)
            for key in sorted(self._known)
        ]
        # Names from old archives may hold halves of characters.
        data = ("[\n" + ",\n".join(lines) + "\n]\n").encode("utf-8", "surrogatepass")
        if data == self._stored:
            return None
        if self._damaged:
            try:
                self._path.replace(self._path.with_suffix(".损坏.json"))
            except OSError as error:
                return finding("W_REGISTER_UNSAVED", file=f".xlfz/{NAME}", 原因=reason(error))
        written = write_atomic(self._path, data)
        if written.finding is None:
            return None
        if written.saved:
            written.path.unlink()
        return finding("W_REGISTER_UNSAVED", file=f".xlfz/{NAME}", 原因=written.finding.message.rstrip("。"))

    def _lost(self, why: str) -> None:
        self._known.clear()
        self._days.clear()
        self._damaged = True
        self.finding = finding("W_REGISTER_LOST", file=f".xlfz/{NAME}", 原因=why)


def _loaded(entry: dict[str, object]) -> Gone:
    """One entry. Raises ValueError, KeyError or TypeError for anything that `keep` did not write."""
    path, digest, first, unit, verdict, why = (
        str(entry[k]) for k in ("path", "digest", "first", "unit", "verdict", "why")
    )
    size = entry["size"]
    kind = next((v for v in VERDICT_NAMES if v == verdict), None)
    if kind is None or not isinstance(size, int):
        raise ValueError(path)
    return Gone(path, digest, size, date.fromisoformat(first), unit, kind, why)
