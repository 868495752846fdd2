"""Forms of a further kind, ready to be sent out: the projection, with what is shown in it.

Takes the office, its workbench and the kind's name; gives the projected workbench. What the forms
show of earlier returns is read from checked files only, and decides nothing when they come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz import kinds
from xlfz.errors import refuse
from xlfz.findings import finding
from xlfz.kinds import assessment, receipt
from xlfz.office.orders import receipts

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.check.model import Answer, CheckReport
    from xlfz.kinds.assessment import Shown
    from xlfz.office.folder import Folder
    from xlfz.office.service import Office
    from xlfz.workbench.model import Workbench


def prepared(office: Office, workbench: Workbench, kind: str) -> Workbench:
    """The workbench of the forms of a kind. Raises Refused (E_KIND_UNKNOWN, E_KIND_NONE)."""
    if kind not in _PREPARE:
        raise refuse(finding("E_KIND_UNKNOWN", 名=kind, 列表="、".join(_PREPARE)))
    made = _PREPARE[kind](office, workbench)
    if made is None:
        raise refuse(finding("E_KIND_NONE", 名=kind, file=office.folder.workbench.name))
    return made


def _assessment(office: Office, workbench: Workbench) -> Workbench | None:
    shown = _said(office.judged(workbench))
    period = kinds.KINDS[assessment.NAME].period(workbench)
    return assessment.project(workbench, kinds.NOTHING_GIVEN, period, shown)


def _said(report: CheckReport) -> dict[str, Shown]:
    """What each unit said of itself in its accepted return, by the id of the assessors' row."""
    shown: dict[str, Shown] = {}
    for code, file in report.accepted().items():
        given: dict[str, list[str]] = {}
        for row in file.checked.materials:
            if row.values.get("file_name"):
                given.setdefault(row.id.rpartition("#")[0], []).append(_text(row.values["file_name"]))
        for row in file.checked.items:
            own = row.values.get("score")
            shown[assessment.row_id(code, row.id)] = (
                ("status", _text(row.values.get("status"))),
                ("own", own if isinstance(own, float) else None),
                ("statement", _text(row.values.get("statement"))),
                ("materials", "；".join(given.get(row.id, ()))),
            )
    return shown


def awaited(folder: Folder, workbench: Workbench, report: CheckReport) -> tuple[str, ...]:
    """The 考核组 to which a 考核评分表 was sent and of which none counts yet; none sent, none awaited."""
    period = kinds.KINDS[assessment.NAME].period(workbench)
    sent = folder.sent / assessment.NAME
    projected = assessment.project(workbench, kinds.NOTHING_GIVEN, period) if sent.is_dir() else None
    if projected is None or not any(sent.glob("*.xlsx")):
        return ()
    back = report.accepted(kinds.collection(period, assessment.NAME))
    return tuple(duty.unit.name for duty in projected.assignment.duties if duty.unit.code not in back)


def _text(answer: Answer | None) -> str:
    return f"{answer:.15g}" if isinstance(answer, float) else str(answer or "")


_PREPARE: dict[str, Callable[[Office, Workbench], Workbench | None]] = {
    assessment.NAME: _assessment,
    receipt.NAME: receipts,
}
