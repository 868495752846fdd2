"""The notices on one working folder: templates, what is written to 通知/, and what is taken away.

Takes notices; gives the paths of their documents and findings. What xlfz wrote is remembered by its
hash in .xlfz: a document that a person changed since is neither replaced nor removed. Forbids
writing any document while a template has a placeholder that nobody knows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from xlfz.errors import Refused, refuse
from xlfz.findings import Finding, finding
from xlfz.form.generate import safe_name
from xlfz.notices import circular, filling, reminders, results
from xlfz.notices.owing import owing
from xlfz.notices.templates import CIRCULAR, FEEDBACK, ORDER, REMINDER, template
from xlfz.office.results import Announced, Reminded
from xlfz.storage import content_key, reason, write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from xlfz.notices.model import Notice
    from xlfz.office.checking import Progress
    from xlfz.office.folder import Folder
    from xlfz.office.results import Checking, Consolidated

TEMPLATES = "模板"
"""Below 通知."""
_RECORD = "notices.json"
_NAME_BYTES = 200
"""Of a file's name without its ending: the usual file systems take 255 bytes."""


def remind(checking: Checking, folder: Folder, created: datetime, progress: Progress) -> Reminded:
    """催报函 and 督办单 to every unit that owes a return; those of units that reported since go."""
    settings, today = checking.workbench.settings, created.date()
    owed = owing(checking.report, checking.workbench)
    notices = [write(o, settings, today) for write in (reminders.reminder, reminders.order) for o in owed]
    made, findings = write_notices(folder, (REMINDER, ORDER), notices, created, progress)
    return Reminded(
        (*checking.findings, *findings),
        checking.workbench,
        checking.report,
        checking.report_file,
        checking.sent_back,
        tuple(o.duty.unit for o in owed),
        made[REMINDER],
        made[ORDER],
    )


def announce(done: Consolidated, folder: Folder, created: datetime, progress: Progress) -> Announced:
    """考核结果反馈 to every unit whose return counts, and one 通报 to all."""
    today, table, workbench = created.date(), done.consolidation, done.workbench
    notices = [*results.feedback(table, workbench, today), circular.circular(table, workbench, today)]
    made, findings = write_notices(folder, (FEEDBACK, CIRCULAR), notices, created, progress)
    return Announced(
        (*done.findings, *findings),
        workbench,
        done.report,
        done.report_file,
        done.sent_back,
        table,
        done.summary,
        made[FEEDBACK],
        made[CIRCULAR][0],
    )


def write_notices(
    folder: Folder, kinds: Sequence[str], notices: Iterable[Notice], created: datetime, progress: Progress
) -> tuple[dict[str, tuple[Path, ...]], list[Finding]]:
    """Kind -> the documents of that kind, and what there is to say.

    Raises Refused when a template cannot be used, with all that is wrong with all of them.
    """
    shelf = _Shelf(folder)
    templates = {kind: shelf.template(kind) for kind in kinds}
    wanted = list(notices)
    _check_templates(shelf, templates, wanted)
    made: dict[str, list[Path]] = {kind: [] for kind in kinds}
    taken: set[str] = set()
    for count, notice in enumerate(wanted, 1):
        data = filling.fill(templates[notice.kind], notice, created)
        path = shelf.place(notice, taken)
        made[notice.kind].append(shelf.write(path, data))
        progress("写通知", count, len(wanted))
    for kind in kinds:
        shelf.clear(kind, made[kind])
    shelf.remember()
    return {kind: tuple(paths) for kind, paths in made.items()}, shelf.findings


def _check_templates(shelf: _Shelf, templates: dict[str, bytes], wanted: list[Notice]) -> None:
    found: list[Finding] = []
    seen: set[str] = set()
    for notice in wanted:
        if notice.kind not in seen:
            seen.add(notice.kind)
            place = shelf.folder.relative(shelf.template_path(notice.kind))
            try:
                found += (f.at(file=place) for f in filling.faults(templates[notice.kind], notice))
            except Refused as refused:
                found += (f.at(file=place) for f in refused.findings)
    if found:
        shelf.remember()
        raise Refused(found)


class _Shelf:
    """通知/ and what xlfz wrote there: path below the folder -> hash."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.findings: list[Finding] = []
        self._record = folder.own / _RECORD
        self._ours = self._remembered()

    @property
    def _root(self) -> Path:
        return self.folder.notices

    def template_path(self, kind: str) -> Path:
        return self._root / TEMPLATES / f"{kind}.docx"

    def template(self, kind: str) -> bytes:
        """The office's template; the one of xlfz where there is none, or where nobody changed it."""
        path, own = self.template_path(kind), template(kind)
        current = _read(path)
        if current is not None and not self._is_ours(path, current):
            return current
        if current != own:
            self._write(path, own)
        return own

    def place(self, notice: Notice, taken: set[str]) -> Path:
        """Where the document goes: 通知/催报函/单位.docx; the name is cut to what a disk can hold."""
        stem = safe_name(notice.to)
        while len(stem.encode()) > _NAME_BYTES:
            stem = stem[:-1]
        path, number = self._root / notice.kind / f"{stem}.docx", 2
        while self.folder.relative(path).lower() in taken:
            path, number = path.with_name(f"{stem}({number}).docx"), number + 1
        taken.add(self.folder.relative(path).lower())
        return path

    def write(self, path: Path, data: bytes) -> Path:
        """Write a document; where a person changed the one that is there, beside it."""
        target = path
        while (
            (current := _read(target)) is not None and current != data and not self._is_ours(target, current)
        ):
            target = target.with_name(f"{target.stem}（新）.docx")
        if target != path:
            place = self.folder.relative(path)
            self.findings.append(finding("W_NOTICE_EDITED", file=place, 名=target.name))
        return self._write(target, data)

    def clear(self, kind: str, current: Iterable[Path]) -> None:
        """Remove the documents of earlier runs that nobody needs any more and nobody changed."""
        kept = {self.folder.relative(path) for path in current}
        for name in [n for n in self._ours if n.startswith(f"{self._root.name}/{kind}/") and n not in kept]:
            path = self.folder.root / name
            data = _read(path)
            if data is None:
                del self._ours[name]
            elif self._is_ours(path, data):
                try:
                    path.unlink()
                except OSError as error:
                    self.findings.append(finding("W_NOTICE_STUCK", file=name, 原因=reason(error)))
                else:
                    del self._ours[name]
            elif not any(f.file == name for f in self.findings):
                self.findings.append(finding("W_NOTICE_STALE", file=name))

    def remember(self) -> None:
        """Leave the hashes for the next run."""
        text = json.dumps(self._ours, ensure_ascii=False, sort_keys=True, indent=0)
        self._saved(self._record, text.encode())

    def _write(self, path: Path, data: bytes) -> Path:
        if _read(path) == data:
            self._ours[self.folder.relative(path)] = content_key(data)
            return path
        written = self._saved(path, data)
        self._ours[self.folder.relative(written)] = content_key(data)
        return written

    def _saved(self, path: Path, data: bytes) -> Path:
        written = write_atomic(path, data, durable=False)
        if written.finding is not None:
            found = written.finding.at(file=self.folder.relative(path))
            if not written.saved:
                raise refuse(found)
            self.findings.append(found)
        return written.path

    def _is_ours(self, path: Path, data: bytes) -> bool:
        return self._ours.get(self.folder.relative(path)) == content_key(data)

    def _remembered(self) -> dict[str, str]:
        """What the last run left; without it nothing that is there counts as ours."""
        data = _read(self._record)
        try:
            stored = json.loads(data) if data else {}
        except ValueError:
            stored = None
        if not isinstance(stored, dict):
            self.findings.append(finding("W_NOTICE_RECORD", file=self.folder.relative(self._record)))
            return {}
        return {str(k): str(v) for k, v in stored.items()}


def _read(path: Path) -> bytes | None:
    """The bytes of a file; None when there is none. Raises Refused when it may not be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refuse(finding("E_NOTICE_READ", file=path.name, 原因=reason(error))) from error
