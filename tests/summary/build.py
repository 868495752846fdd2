"""Checked reports without files: invented units, indicators and answers, as the check would give them.

`workbench` makes any number of units and indicators, `report` fills them in at random (seeded) with
held, rejected, skipped and missing ones among them. Small cases are written with `filled`.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from xlfz.catalogue import Catalogue, Indicator, Material
from xlfz.check.model import Checked, CheckedRow, CheckReport, FileOutcome
from xlfz.findings import finding
from xlfz.form.spec import DONE, GIVEN, NOT_APPLICABLE, NOT_GIVEN, PARTLY, UNDONE
from xlfz.roster import Roster, Unit
from xlfz.scheme import Ceiling, Scheme
from xlfz.workbench.model import Settings, Workbench

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.check.model import Answer

CHAPTERS = (
    "一、政府职能依法全面履行",
    "二、依法行政制度体系完善",
    "三、行政决策科学民主合法",
    "四、行政权力规范透明运行",
    "五、权益保障机制健全",
    "六、法治能力普遍提高",
    "七、组织保障落实到位",
    "八、创新示范",
)
_DUTIES = (
    "审批事项清单全部公开，统一目录、编码并动态管理",
    "重大行政决策听取公众意见并公开采纳情况",
    "规范性文件合法性审核率达到100%",
    "行政执法全过程记录，重大执法决定法制审核",
    "行政复议案件按期办结，行政机关负责人出庭应诉",
    "领导干部学法每年不少于两次，有计划、有记录",
)
_KINDS = ("街道办事处", "镇人民政府", "乡人民政府")
_STATEMENTS = (
    "已印发实施方案，明确责任科室和完成时限，按季度调度。",
    "已建立工作台账，逐项落实；组织专题培训2期、参训136人次，开展自查1次，发现的7个问题均已整改，资料归档齐全，并在门户网站公布。",
    "按要求完成。",
)
COLUMNS = {
    "items": {"status": "H", "score": "I", "done_on": "J", "statement": "K", "reason": "L"},
    "materials": {"provided": "F", "file_name": "G", "words": "H", "note": "I"},
}
SCHEME = Scheme(
    bonus_cap=3.0,
    penalty_cap=5.0,
    ceilings=(
        Ceiling("年度败诉案件数", 2, "优秀", "一年内败诉两起"),
        Ceiling("应出庭未出庭次数", 1, "优秀"),
    ),
)


def workbench(units: int = 57, indicators: int = 130, scheme: Scheme = SCHEME) -> Workbench:
    """Invented units in three teams, and indicators that sum to 100 points (the last two on top)."""
    plain = indicators - 3
    made: list[Indicator] = []
    for n in range(plain):
        chapter = CHAPTERS[n * len(CHAPTERS) // plain]
        points = (
            round(100 / plain, 2) if n < plain - 1 else round(100 - (plain - 1) * round(100 / plain, 2), 2)
        )
        made.append(Indicator(str(n + 1), _DUTIES[n % len(_DUTIES)], chapter, points=points, lead=("全体",)))
    made.append(Indicator("★1", "探索性任务，暂不设分值", CHAPTERS[-1], points=None, lead=("全体",)))
    made.append(Indicator("加1", "获得省级以上表彰或推广", kind="加分", points=2.0, lead=("全体",)))
    made.append(Indicator("减1", "被通报批评", kind="减分", points=3.0, lead=("全体",)))
    materials = tuple(
        Material(i.number, k, f"{i.text[:12]}的{word}")
        for i in made[::2]
        for k, word in enumerate(("情况说明", "佐证材料"), 1)
    )
    teams = ("第一考核组", "第二考核组", "第三考核组")
    roster = tuple(
        Unit(
            f"X{n + 1:03}",
            f"{'明安新锦东西南北中'[n % 9]}{'德和业绣河山湖桥'[n // 9 % 8]}{_KINDS[n % 3]}{n // 72 or ''}",
            team=teams[n % 3],
            contact=f"{'赵钱孙李周吴郑王'[n % 8]}某",
            phone=f"0394-{6920000 + n}",
        )
        for n in range(units)
    )
    settings = Settings(
        title="法治政府建设考核", organ="某县全面依法治县委员会办公室", year=2026, due=date(2026, 11, 30)
    )
    return Workbench(settings, Catalogue(tuple(made), materials), Roster(roster), scheme=scheme)


def report(book: Workbench, seed: int = 1, *, spoilt: bool = True) -> CheckReport:
    """Returns of every unit; with `spoilt` some are held, rejected, missing or skipped."""
    rng = random.Random(seed)
    files: list[FileOutcome] = []
    for n, duty in enumerate(book.assignment.duties):
        code, name = duty.unit.code, duty.unit.name
        path = f"回收/{name}.xlsx" if n % 7 else f"回收/乡镇.zip/{name}.xlsx"
        items, materials = [], []
        skill = rng.uniform(0.55, 0.995)
        for row, item in enumerate(duty.items, 6):
            items.append(
                CheckedRow(item.indicator.number, "自评表", row, _answers(rng, item.indicator, skill))
            )
            for material in item.materials:
                given = GIVEN if rng.random() < skill else NOT_GIVEN
                values: dict[str, Answer] = {"provided": given}
                if given == GIVEN:
                    values |= {"file_name": f"{name[:2]}法〔2026〕{rng.randint(1, 90)}号", "words": 480.0}
                materials.append(CheckedRow(material.id, "资料清单", len(materials) + 6, values))
        checked = Checked("accepted", code, 1, tuple(items), tuple(materials), COLUMNS)
        if spoilt and n % 19 == 5:
            continue
        if spoilt and n % 19 == 11:
            wrong = finding(
                "E_SCORE_RANGE",
                sheet="自评表",
                cell="I12",
                unit=name,
                indicator="7",
                列="自评分",
                值=12,
                范围="0–0.79",
            )
            empty = finding("E_REQUIRED", sheet="自评表", cell="H9", unit=name, indicator="4", 列="完成情况")
            found = tuple(f.at(file=path) for f in (wrong, empty))
            checked = replace(checked, verdict="held", findings=found)
        elif n % 10 == 3:
            near = finding(
                "W_NUM_TEXT",
                sheet="自评表",
                cell="I8",
                unit=name,
                indicator="3",
                file=path,
                值="０.５分",
                数=0.5,
            )
            checked = replace(checked, findings=(near,))
        files.append(outcome(path, checked))
    if spoilt:
        broken = finding("E_ZIP_BROKEN", file="回收/扫描件.xlsx")
        files.append(outcome("回收/扫描件.xlsx", Checked("rejected", findings=(broken,))))
        lock = finding("I_LOCKFILE", file="回收/~$汇总.xlsx")
        files.append(outcome("回收/~$汇总.xlsx", Checked("skipped", findings=(lock,))))
    return CheckReport(tuple(files))


def outcome(path: str, checked: Checked) -> FileOutcome:
    """A file that came."""
    return FileOutcome(path, hashlib.sha256(path.encode()).hexdigest(), 20480, 1_793_600_000.0, checked)


def filled(
    book: Workbench, answers: Mapping[str, Mapping[str, Mapping[str, Answer]]], *, held: tuple[str, ...] = ()
) -> CheckReport:
    """A report from unit code -> indicator number -> values; units in `held` are held, others accepted."""
    files = []
    for duty in book.assignment.duties:
        given = answers.get(duty.unit.code)
        if given is None:
            continue
        rows = tuple(
            CheckedRow(item.indicator.number, "自评表", line, given.get(item.indicator.number, {}))
            for line, item in enumerate(duty.items, 6)
        )
        verdict = "held" if duty.unit.code in held else "accepted"
        files.append(
            outcome(f"回收/{duty.unit.name}.xlsx", Checked(verdict, duty.unit.code, 1, rows, (), COLUMNS))
        )
    return CheckReport(tuple(files))


def _answers(rng: random.Random, indicator: Indicator, skill: float) -> dict[str, Answer]:
    luck = rng.random()
    points = indicator.points
    if indicator.kind != "指标":
        return (
            {"status": DONE, "score": 1.0, "done_on": date(2026, 5, 6)}
            if luck < 0.2
            else {"status": NOT_APPLICABLE}
        )
    if luck < 0.02:
        return {"status": NOT_APPLICABLE}
    if luck < skill:
        day = date(2026, 1, 5) + timedelta(days=rng.randint(0, 300))
        values: dict[str, Answer] = {"status": DONE, "done_on": day, "statement": rng.choice(_STATEMENTS)}
        if points is not None:
            values["score"] = points
        return values
    status, share = (PARTLY, 0.5) if luck < skill + 0.6 * (1 - skill) else (UNDONE, 0.0)
    values = {"status": status, "reason": "人员调整，进度滞后，计划12月上旬完成。"}
    if points is not None:
        values["score"] = round(points * share, 2)
    return values
