"""A county's assessment year: self-assessment, three 考核组, feedback, appeals, 整改, annual 通报.

Takes a new folder, the number of units and a seed; gives what happened, day by day. The script is the
table at the end: a day and what is done on it. The office's verbs run with that day as today; what
units, assessors and clerks do by hand is played on the files. Deterministic.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from xlfz.consolidation import ASSESSED, OPINION, row_key
from xlfz.kinds import assessment, receipt
from xlfz.ledger.model import LEDGER, NUMBER, PASSED, VERDICT, VERIFIED, VERIFIER, WAITING
from xlfz.office.demo import SETTINGS
from xlfz.office.making import write_workbench
from xlfz.office.service import Office
from xlfz.office.simulate import Places, fill, simulate
from xlfz.office.story import assessors, receipts
from xlfz.office.story.hands import ledger_rows, receive, type_into
from xlfz.office.story.told import Assessment, Step
from xlfz.scoring.functions import is_number
from xlfz.summary.detail import DETAIL, KEY
from xlfz.summary.ranking import CODE, RANKING
from xlfz.summary.review import REVIEW
from xlfz.workbench import presets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from xlfz.assignment import Duty
    from xlfz.consolidation import DetailRow, UnitRow
    from xlfz.office.checking import Progress
    from xlfz.office.results import Announced, Checking, Consolidated
    from xlfz.office.typist import Typed
    from xlfz.workbench.draft import Draft

PRESET = "shangcai-57"
NAME = "法治政府年度考核"
LOST_CASES, ABSENT = "年度败诉案件数", "主要负责人应出庭未出庭次数"
SCORED = date(2026, 12, 7)
"""The day on which the assessors write that they scored."""
_APPEALS = 2
"""Deductions that are taken back after an appeal."""


@dataclass
class Year:
    """The year while it is being played."""

    root: Path
    units: int
    seed: int
    workers: int
    progress: Progress
    day: date = date.min
    duties: tuple[Duty, ...] = ()
    silent: tuple[str, ...] = ()
    lowered: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Row id -> what the accepted 考核评分表 say below the unit's own score."""
    changed: dict[str, dict[str, float]] = field(default_factory=dict)
    facts: dict[str, dict[str, int]] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    """Numbers of the items of 整改台账 that the verifier closed."""
    consolidated: Consolidated | None = None
    announced: Announced | None = None

    @property
    def office(self) -> Office:
        """The office on the day of the step."""
        return Office.open(self.root, today=self.day, workers=self.workers, progress=self.progress)

    def forms(self) -> dict[str, tuple[str, bytes]]:
        """Unit code -> (file name, bytes) of the issued form."""
        sent = {p.name.partition("_")[0]: p for p in (self.root / "下发").glob("*.xlsx")}
        return {d.unit.code: (p.name, p.read_bytes()) for d in self.duties for p in [sent[d.unit.name]]}


class Did(NamedTuple):
    """What a step of the script says of itself."""

    what: str
    figures: Mapping[str, int]
    look: tuple[Path, ...] = ()


def play(
    root: Path, *, units: int, seed: int, workers: int, progress: Progress, said: Callable[[str], None]
) -> Assessment:
    """Play the year in `root`, a new folder; `said` hears a sentence a step."""
    year = Year(root, units, seed, workers, progress)
    steps = []
    for day, act in SCRIPT:
        year.day = day
        did = act(year)
        steps.append(Step(day, did.what, did.figures, did.look))
        said(steps[-1].sentence())
    if year.announced is None:
        raise RuntimeError("the script ends with an announcement")
    return Assessment(root, tuple(steps), year.announced, year.changed, year.facts, year.silent, year.closed)


def _set_up(year: Year) -> Did:
    draft = presets.load(PRESET).for_everyone().first_units(year.units)
    for name, value in SETTINGS.items():
        draft = draft.with_setting(name, value)
    made = write_workbench(year.root, _spread(draft), year.day)
    key = hashlib.sha256(f"xlfz story {year.seed}".encode()).digest()
    (made.folder / ".xlfz" / "key").write_bytes(key)
    generated = year.office.generate()
    year.duties = tuple(d for d in year.office.workbench().assignment.duties if d.items)
    what = (
        f"建工作台，{made.indicators} 项指标、{made.units} 个单位；生成自评表 {len(generated.forms)} 份下发。"
    )
    figures = {"指标": made.indicators, "单位": made.units, "自评表": len(generated.forms)}
    return Did(what, figures, (made.workbench, year.root / "下发"))


def _spread(draft: Draft) -> Draft:
    """However few the units are, three 考核组 have their share of them."""
    teams = ("第一考核组", "第二考核组", "第三考核组")
    if len({row.get("考核组") for row in draft.units}) == len(teams):
        return draft
    shared = ({**row, "考核组": teams[n % len(teams)]} for n, row in enumerate(draft.units))
    return replace(draft, units=tuple(shared))


def _self_assessed(year: Year) -> Did:
    """The returns come, a third with one of the usual faults."""
    came = receive(year.root, year.day, simulate(year.duties, year.forms(), year.seed, "typical"))
    checking = year.office.check()
    what = (
        f"各单位报回自评表，共 {came} 个文件；{_verdicts(checking)}，退回修改 {len(checking.sent_back)} 份。"
    )
    return Did(what, {**checking.counts(), "退回": len(checking.sent_back)}, _checked(year, checking))


def _reminded(year: Year) -> Did:
    reminded = year.office.remind()
    what = f"已过报送期限，向 {len(reminded.units)} 个未报、待改单位发催报函和督办单。"
    figures = {
        "未报待改": len(reminded.units),
        "催报函": len(reminded.reminders),
        "督办单": len(reminded.orders),
    }
    return Did(what, {**reminded.counts(), **figures}, (year.root / "通知",))


def _corrected(year: Year) -> Did:
    """All send again but one that never does; of two versions of one unit the office picks."""
    status = year.office.status()
    held, missing = [u.code for u in status.held], [u.code for u in status.missing]
    year.silent = tuple(missing[-1:] if len(missing) > 1 else ())
    twice = {f.unit for f in status.findings if f.code == "E_DUP_UNIT"}
    picked = [u for u in status.held if u.name in twice or u.code in twice]
    for unit in picked:
        versions = year.office.pick(unit.name).versions
        chosen = min(versions, key=lambda v: len(v.file))
        year.office.pick(unit.name, chosen.file, who="考核办")
    again = {*held, *missing} - {*year.silent} - {u.code for u in picked}
    forms, files = year.forms(), []
    for duty in year.duties:
        if duty.unit.code in again:
            name, form = forms[duty.unit.code]
            files.append((name, fill(duty, form, Places.of(form), year.seed).save()))
    came = receive(year.root, year.day, files)
    checking = year.office.check()
    what = f"{came} 个单位补报或改正后重报"
    what += f"，交来两份不同的单位指定采用一份（{len(picked)} 个）" if picked else ""
    what += f"；{_verdicts(checking)}。"
    return Did(what, {**checking.counts(), "重报": came, "指定采用": len(picked)}, _checked(year, checking))


def _assessors_sent(year: Year) -> Did:
    made = year.office.generate(assessment.NAME)
    what = f"给 {len(made.forms)} 个考核组下发考核评分表，附各单位自评情况。"
    return Did(what, {"考核评分表": len(made.forms)}, made.forms)


def _assessed(year: Year) -> Did:
    """Every 考核组 returns its form; the last has forgotten a reason."""
    files = _scored(year)
    came = receive(year.root, year.day, ((name, scored.data) for name, scored in files))
    checking = year.office.check()
    what = f"{came} 个考核组交回评分表，其中一份有扣分没写原因；{_verdicts(checking)}。"
    return Did(what, checking.counts(), _checked(year, checking))


def _assessed_again(year: Year) -> Did:
    (name, scored) = _scored(year, forgetful=False)[-1]
    receive(year.root, year.day, [(name, scored.data)])
    consolidated = year.consolidated = year.office.consolidate()
    for _, each in _scored(year, forgetful=False):
        year.lowered |= each.lowered
    reported = {u.unit.code for u in consolidated.consolidation.units if u.state == "已采用"}
    year.lowered = {i: v for i, v in year.lowered.items() if i.partition("/")[0] in reported}
    what = f"扣分原因补齐，全部评分表可用；第一次汇总，{_verdicts(consolidated)}。"
    return Did(what, consolidated.counts(), (consolidated.summary,))


def _scored(year: Year, *, forgetful: bool = True) -> list[tuple[str, assessors.Scored]]:
    forms = sorted((year.root / "下发" / assessment.NAME).glob("*.xlsx"))
    found = []
    for number, path in enumerate(forms, 1):
        team = path.name.partition("_")[0]
        forgot = forgetful and number == len(forms)
        found.append(
            (path.name, assessors.score(path.read_bytes(), year.seed, team, SCORED, forgetful=forgot))
        )
    return found


def _typed(year: Year) -> Did:
    """A clerk types the 复核 of every lowered score into 考核记录, and the court cases into 排名."""
    if year.consolidated is None:
        raise RuntimeError("the script consolidates first")
    summary = year.consolidated.summary
    looked: dict[str, Typed] = {"复核意见": "复核，维持初审分。", "复核人": "复核员", "复核日期": year.day}
    reviewed = {row_key(*row_id.split("/", 1)): looked for row_id in year.lowered}
    type_into(summary, REVIEW, KEY, reviewed)
    best = _ranked(year.consolidated.consolidation.units)
    year.facts = {best[0]: {LOST_CASES: 2}, best[1]: {ABSENT: 1}, best[2]: {LOST_CASES: 1}}
    type_into(summary, RANKING, CODE, year.facts)
    announced = year.consolidated = year.office.announce()
    feedback = len(announced.feedback)
    what = f"复核低于自评的 {len(reviewed)} 处评分，录入 {len(year.facts)} 个单位的败诉和未出庭次数，"
    what += f"印发考核结果反馈 {feedback} 份。"
    figures = {**announced.counts(), "复核": len(reviewed), "反馈": feedback}
    return Did(what, figures, (announced.summary, year.root / "通知"))


def _ranked(units: Sequence[UnitRow]) -> list[str]:
    """Codes of the units with a total, best first; the roster's order where they tie."""
    ranked = [u for u in units if is_number(u.score.rank)]
    return [u.unit.code for u in sorted(ranked, key=lambda u: u.score.rank)]


def _appealed(year: Year) -> Did:
    """Two units appeal against their first deduction and are right: 考核分 is typed into 明细."""
    if year.consolidated is None:
        raise RuntimeError("the script consolidates first")
    own = {row_id: r.own for r in year.consolidated.consolidation.rows for row_id in [_row_id(r)]}
    first: dict[str, str] = {}
    for row_id in year.lowered:
        first.setdefault(row_id.partition("/")[0], row_id)
    detail: dict[str, dict[str, Typed]] = {}
    review: dict[str, dict[str, Typed]] = {}
    for code in sorted(first)[:_APPEALS]:
        score, number = own[first[code]], first[code].partition("/")[2]
        if not isinstance(score, float):
            raise TypeError(f"{code} {number}: no own score")
        year.changed[code] = {number: score}
        detail[row_key(code, number)] = {ASSESSED: score, OPINION: "申诉成立，恢复自评分。"}
        review[row_key(code, number)] = {
            "申诉内容": "补交佐证材料，请求复核。",
            "申诉处理": "材料属实，申诉成立。",
            "处理人": "考核办",
            "处理日期": year.day,
        }
    type_into(year.consolidated.summary, DETAIL, KEY, detail)
    type_into(year.consolidated.summary, REVIEW, KEY, review)
    what = f"受理申诉 {len(detail)} 件，考核记录写明处理，明细中改回原分。"
    return Did(what, {"申诉": len(detail)}, (year.consolidated.summary,))


def _row_id(row: DetailRow) -> str:
    return assessment.row_id(row.unit.code, row.item.indicator.number)


def _ordered(year: Year) -> Did:
    made = year.office.generate(receipt.NAME)
    what = f"向 {len(made.forms)} 个单位下发整改回执，列明各自的整改事项。"
    return Did(what, {"整改回执": len(made.forms)}, (year.root / "下发" / receipt.NAME,))


def _rectified(year: Year) -> Did:
    """Most receipts say that most is done; a verifier closes what he has seen, and leaves the rest."""
    forms = sorted((year.root / "下发" / receipt.NAME).rglob("*.xlsx"))
    files = [
        (p.name, receipts.fill(p.read_bytes(), year.seed + number, day=year.day))
        for number, p in enumerate(forms)
    ]
    came = receive(year.root, year.day, files)
    consolidated = year.consolidated = year.office.consolidate()
    waiting = [row[NUMBER] for row in ledger_rows(consolidated.summary) if row["状态"] == WAITING]
    seen: dict[str, Typed] = {VERDICT: PASSED, VERIFIER: "核验员", VERIFIED: year.day}
    # Every tenth item is still to be looked at when the year ends.
    year.closed = tuple(number for n, number in enumerate(waiting) if n % 10)
    type_into(consolidated.summary, LEDGER, NUMBER, dict.fromkeys(year.closed, seen))
    what = f"收回整改回执 {came} 份，待核验 {len(waiting)} 项，核验销号 {len(year.closed)} 项。"
    figures = {**consolidated.counts(), "回执": came, "待核验": len(waiting), "销号": len(year.closed)}
    return Did(what, figures, (consolidated.summary,))


def _closed(year: Year) -> Did:
    announced = year.announced = year.consolidated = year.office.announce()
    counted = Counter(str(u.score.grade) for u in announced.consolidation.units if is_number(u.score.rank))
    scheme = announced.workbench.scheme
    grades = {name: counted[name] for name in (*(g.name for g in scheme.grades), scheme.lowest)}
    listed = "，".join(f"{name} {n} 个" for name, n in grades.items())
    what = f"年终汇总，印发年度通报：{listed}。"
    return Did(what, {**announced.counts(), **grades}, (announced.summary, announced.circular))


def _verdicts(checking: Checking) -> str:
    n = checking.counts()
    return (
        f"共 {n['files_found']} 个文件：采用 {n['accepted']}，待改 {n['held']}，"
        f"读不了 {n['rejected']}，跳过 {n['skipped']}"
    )


def _checked(year: Year, checking: Checking) -> tuple[Path, ...]:
    report = (checking.report_file,) if checking.report_file else ()
    return (*report, year.root / "退回") if checking.sent_back else report


SCRIPT: tuple[tuple[date, Callable[[Year], Did]], ...] = (
    (date(2026, 3, 2), _set_up),
    (date(2026, 11, 10), _self_assessed),
    (date(2026, 11, 16), _reminded),
    (date(2026, 11, 20), _corrected),
    (date(2026, 12, 1), _assessors_sent),
    (date(2026, 12, 8), _assessed),
    (date(2026, 12, 10), _assessed_again),
    (date(2026, 12, 15), _typed),
    (date(2026, 12, 16), _ordered),
    (date(2026, 12, 22), _appealed),
    (date(2026, 12, 28), _rectified),
    (date(2026, 12, 31), _closed),
)
"""The script: on which day what is done."""
