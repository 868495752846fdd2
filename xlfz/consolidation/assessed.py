"""What the assessors' accepted forms (考核评分表) say of each indicator of each unit.

Takes the report of the checks; gives one `Score` for each unit and indicator, knowing its cell, and
the lines of 考核记录. Forbids choosing: of two groups that disagree neither counts, and a score for
a unit whose own return does not count is told of, not used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from xlfz.consolidation.tables import REVIEW_COLUMNS, REVIEWED, AssessedRow, Source, row_key
from xlfz.findings import Finding, finding
from xlfz.form.conditions import general
from xlfz.form.spec import NOT_APPLICABLE
from xlfz.kinds import KINDS, assessment, collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xlfz.assignment import Duty
    from xlfz.check.model import Answer, CheckedRow, CheckReport, FileOutcome
    from xlfz.consolidation.rows import Placing
    from xlfz.consolidation.tables import DetailRow
    from xlfz.roster import Unit
    from xlfz.workbench.model import Workbench

DISPUTED = "不一致"
"""What stands for 初审分 where two groups gave different ones."""


class Score(NamedTuple):
    """What an assessor's form says of one indicator of one unit."""

    first: float | str
    reason: str | None
    assessor: str
    day: Answer | None
    team: str
    source: Source


@dataclass(slots=True)
class Assessed:
    """Scores by the key of the detail row, and what is to be told of them."""

    scores: dict[str, Score] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def scores_of(
    workbench: Workbench, report: CheckReport, duties: Sequence[Duty], accepted: Mapping[str, FileOutcome]
) -> Assessed:
    """The scores of the round's accepted 考核评分表; `accepted`: the units whose own return counts."""
    made = Assessed()
    name = collection(KINDS[assessment.NAME].period(workbench), assessment.NAME)
    files = report.accepted(name)
    if not files:
        return made
    places = {
        assessment.row_id(d.unit.code, item.indicator.number): (d.unit, item.indicator.number)
        for d in duties
        for item in d.items
    }
    # Read at most once a unit: what it said is not applicable, and whether it reported at all.
    said = {
        code: {row.id: row.values.get("status") for row in file.checked.items}
        for code, file in accepted.items()
    }
    for team, file in files.items():
        unreported: dict[str, int] = {}
        for row in file.checked.items:
            unit, number = places.get(row.id, (None, ""))
            if unit is None:
                continue  # the row of an older form: reading it back told of that
            if unit.code not in said:
                unreported[unit.name] = unreported.get(unit.name, 0) + ("assessed" in row.values)
                continue
            _take(made, unit, number, _score(team, file, row), said[unit.code].get(number), row)
        for unit_name, n in unreported.items():
            made.findings.append(
                finding("W_ASSESSED_UNREPORTED", 组=team, 名=unit_name, n=n).at(file=file.path)
            )
    return made


def _score(team: str, file: FileOutcome, row: CheckedRow) -> Score | None:
    score = row.values.get("assessed")
    if not isinstance(score, float):
        return None
    letter = (file.checked.columns or {}).get("items", {}).get("assessed", "")
    reason, assessor = row.values.get("deduction"), row.values.get("assessor")
    return Score(
        score,
        str(reason) if reason else None,
        str(assessor or team),
        row.values.get("assessed_on"),
        team,
        Source(file.holder(row).path, row.sheet, f"{letter}{row.number}"),
    )


def _take(
    made: Assessed, unit: Unit, number: str, score: Score | None, status: Answer | None, row: CheckedRow
) -> None:
    key = row_key(unit.code, number)
    if score is None:
        if row.values.get("skipped") and status != NOT_APPLICABLE:
            found = finding("W_ASSESSED_SKIPPED", 编号=number, 状态=str(status or "空白"))
            made.findings.append(found.at(unit=unit.name, indicator=number))
        return
    known = made.scores.get(key)
    if known is None:
        made.scores[key] = score
        return
    differ = known.first != score.first
    found = finding(
        "E_ASSESSED_TWICE" if differ else "W_ASSESSED_TWICE",
        sheet=score.source.sheet,
        cell=score.source.cell,
        编号=number,
        甲=f"{known.team}（{_where(known.source)}）",
        甲分=general(known.first),
        乙=f"{score.team}（{_where(score.source)}）",
        乙分=general(score.first),
    )
    made.findings.append(found.at(file=score.source.path, unit=unit.name, indicator=number))
    if differ:
        teams = f"{known.team}、{score.team}"
        made.scores[key] = known._replace(first=DISPUTED, reason=None, assessor=teams, team=teams, day=None)


def _where(source: Source) -> str:
    return f"{source.path} {source.cell}"


def records(
    rows: Iterable[DetailRow], scores: Mapping[str, Score], placing: Placing
) -> tuple[AssessedRow, ...]:
    """The lines of 考核记录, with what staff had typed there."""
    return tuple(
        AssessedRow(
            row,
            score.team,
            score.assessor,
            score.day,
            tuple(placing.take("考核记录", row.key, column) for column in REVIEW_COLUMNS),
        )
        for row in rows
        if (score := scores.get(row.key)) is not None
    )


def review_faults(lines: Iterable[AssessedRow]) -> Iterator[Finding]:
    """Steps of a review of which is not said who did them, or when."""
    for line in lines:
        typed = dict(zip(REVIEW_COLUMNS, line.review, strict=True))
        for what, *whose in REVIEWED:
            missing = [column for column in whose if not _said(typed[column])]
            if _said(typed[what]) and missing:
                number = line.row.item.indicator.number
                found = finding("W_REVIEW_WHO", sheet="考核记录", 编号=number, 列=what, 缺="、".join(missing))
                yield found.at(unit=line.row.unit.name, indicator=number)


def _said(value: object) -> bool:
    return value is not None and bool(str(value).strip())
