"""评分办法: its rules declared once, the default rows, and the scheme that the rows make.

Takes the records of the sheet; gives a `Scheme` and the faults of single rows and of the rules
together. What a rule needs is declared in `RULES`; the 说明 sheet is written from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from xlfz.findings import finding
from xlfz.scheme import RANKINGS, SOURCES, TEAMS_BY, Ceiling, Grade, Ranking, Scheme, Source, TeamBy
from xlfz.text import fold
from xlfz.workbench.rule_checks import disagreements
from xlfz.workbench.tables import NO, SCHEME, YES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlfz.catalogue import Catalogue
    from xlfz.workbench.draft import Row
    from xlfz.workbench.rows import Faults, Record, Table

Part = Literal["target", "condition", "value", "result"]
_PARTS: tuple[Part, ...] = ("target", "condition", "value", "result")
AT_LEAST = ">="
_AT_LEAST = frozenset(map(fold, (">=", "≥", "≧", "=>")))


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of rule: the cells it needs, and what it says. `single`: at most one row."""

    name: str
    needs: tuple[Part, ...]
    help: str
    may: tuple[Part, ...] = ()
    """Cells that it can do without."""
    single: bool = True
    required: bool = False
    options: tuple[str, ...] = ()
    """The values that 结果 may have."""
    whole: bool = False
    maximum: float | None = None


RULES: tuple[Rule, ...] = (
    Rule("满分", ("value",), "各项指标分值合计应为多少分。", required=True),
    Rule("取分", ("result",),
         "考核优先：有考核分的用考核分，没有的用自评分；也可只用自评、只用考核，或按权重加权。",
         required=True, options=SOURCES),
    Rule("自评权重", ("value",), "取分为加权时自评分占多少，填 0 到 1；与考核权重之和为 1。", maximum=1),
    Rule("考核权重", ("value",), "取分为加权时考核分占多少，填 0 到 1，如 0.7。", maximum=1),
    Rule("扣分制", ("target",), "对象是指标编号或一级指标：这些项由考核人员填扣多少分，得分为分值减扣分。",
         single=False),
    Rule("缺项折算", ("result",), "是：选“不适用”的项不计入满分，得分按比例折算回满分；否：不折算。",
         required=True, options=(YES, NO)),
    Rule("排名", ("result",), "并列占位：1、1、3；并列不占位：1、1、2。", required=True, options=RANKINGS),
    Rule("小数位数", ("value",), "总分保留几位小数，四舍五入。", required=True, whole=True, maximum=4),
    Rule("等级", ("target", "condition", "value"), "总分达到数值的评为该等级，从高到低各写一行。",
         single=False, required=True),
    Rule("最低等级", ("target",), "达不到任何等级线的评为什么。", required=True),
    Rule("等级比例", ("target", "value"),
         "该等级及以上的单位最多占参加排名单位的多少，填 0 到 1；总分相同的要么都评、要么都不评。",
         single=False, maximum=1),
    Rule("加分上限", ("value",), "加分项合计最多加多少分；对象写二级指标的，只管这一类加分。没有上限的不写。",
         may=("target",), single=False),
    Rule("减分上限", ("value",), "减分项合计最多减多少分；对象写二级指标的，只管这一类减分。没有上限的不写。",
         may=("target",), single=False),
    Rule("章节分值", ("target", "value"), "来源文件给某个一级指标定的分值，对象照“指标”表的一级指标写。",
         single=False),
    Rule("章节上限", ("target", "value"), "某个一级指标最多计多少分，对象照“指标”表写。", single=False),
    Rule("章节权重", ("target", "value"),
         "各一级指标的权重，填 0 到 1，合计为 1：总分＝满分×各章得分率按权重平均。要用就每章写一行。",
         single=False, maximum=1),
    Rule("组内排名", ("result",), "组内排名按考核组比，还是按群组（单位的第一个群组）比；不写为考核组。",
         options=TEAMS_BY),
    Rule("等级限制", ("target", "condition", "value", "result"),
         "对象是要计数的事项，达到数值的，不得评为结果中的等级及以上等级。", single=False),
    Rule("一票否决", ("target", "condition", "value"), "对象是要计数的事项，达到数值的，一律评为最低等级。",
         single=False),
)  # fmt: skip
_BY_NAME = {rule.name: rule for rule in RULES}


def default_rows() -> tuple[Row, ...]:
    """The rows of an empty workbench: those of the default scheme."""
    scheme = Scheme()
    grades: list[Row] = [
        {"规则": "等级", "对象": g.name, "条件": AT_LEAST, "数值": g.minimum} for g in scheme.grades
    ]
    rows: list[Row] = [
        {"规则": "满分", "数值": scheme.full},
        {"规则": "取分", "结果": scheme.source},
        {"规则": "缺项折算", "结果": YES if scheme.rescale else NO},
        {"规则": "排名", "结果": scheme.ranking},
        {"规则": "小数位数", "数值": scheme.decimals},
        *grades,
        {"规则": "最低等级", "对象": scheme.lowest},
    ]
    # The first row of each rule says what the rule does.
    notes = {rule.name: rule.help for rule in RULES}
    return tuple({**row, "说明": notes.pop(str(row["规则"]), "")} for row in rows)


def merged(base: Sequence[Row], own: Iterable[Row]) -> tuple[Row, ...]:
    """The base rows with the own ones: a rule that the own rows state replaces all base rows of it."""
    extra = list(own)
    stated = {str(row.get("规则", "")) for row in extra}
    both = [*(row for row in base if row.get("规则") not in stated), *extra]
    order = [rule.name for rule in RULES]
    return tuple(sorted(both, key=lambda row: order.index(str(row["规则"]))))


def read_scheme(table: Table, catalogue: Catalogue, faults: Faults) -> Scheme:
    """The scheme that the rows make; on faults a scheme of what could be read."""
    if not table.complete:
        return Scheme()
    sound = [r for r in table.records if "rule" in r.values and _check_row(r, faults)]
    kept: dict[str, list[Record]] = {}
    for record in sound:
        kept.setdefault(record.text("rule"), []).append(record)
    stated = {r.text("rule") for r in table.records} | {"" for r in table.records if "rule" in r.bad}
    for rule in RULES:
        rows = kept.get(rule.name, [])
        if rule.required and rule.name not in stated and "" not in stated:
            _fault(table, faults, table.header_ref("rule"), f"缺少“{rule.name}”这条规则")
        for extra in rows[1:] if rule.single else ():
            _fault(table, faults, extra.ref("rule"), f"“{rule.name}”只能写一行，{rows[0].ref('rule')} 已有")
    shares = {r.text("target"): r.number_of("value") or 0.0 for r in kept.get("等级比例", ())}
    grades = _grades(kept.get("等级", []), shares)
    for record, part, reason in disagreements(kept, catalogue, {g.name for g in grades}):
        _fault(record.table, faults, record.ref(part), reason)
    return _scheme(kept, grades)


def _check_row(record: Record, faults: Faults) -> bool:
    """Whether one row has what its rule needs, and nothing else."""
    rule = _BY_NAME[record.text("rule")]
    if record.bad:
        return False
    for part in _PARTS:
        title = SCHEME.field(part).title
        if part in rule.needs and part not in record.values:
            _fault(record.table, faults, record.ref(part), f"“{rule.name}”要填“{title}”")
            return False
        if part not in (*rule.needs, *rule.may) and part in record.values:
            _fault(record.table, faults, record.ref(part), f"“{rule.name}”不用填“{title}”")
            return False
    return _check_values(rule, record, faults)


def _check_values(rule: Rule, record: Record, faults: Faults) -> bool:
    value = record.number_of("value")
    reason = part = ""
    if "condition" in rule.needs and fold(record.text("condition")) not in _AT_LEAST:
        part, reason = "condition", f"条件“{record.text('condition')}”应写 {AT_LEAST}"
    elif rule.options and _option(rule, record) is None:
        part, reason = "result", f"结果“{record.text('result')}”应为 {'、'.join(rule.options)}"
    elif value is not None and rule.whole and not value.is_integer():
        part, reason = "value", f"“{rule.name}”应为整数"
    elif value is not None and rule.maximum is not None and value > rule.maximum:
        part, reason = "value", f"“{rule.name}”不能超过 {rule.maximum:g}"
    elif rule.name == "满分" and not value:
        part, reason = "value", "满分应大于 0"
    if reason:
        _fault(record.table, faults, record.ref(part), reason)
    return not reason


def _option(rule: Rule, record: Record) -> str | None:
    return next((o for o in rule.options if fold(o) == fold(record.text("result"))), None)


def _grades(records: Iterable[Record], shares: Mapping[str, float]) -> tuple[Grade, ...]:
    grades = [
        Grade(r.text("target"), r.number_of("value") or 0.0, shares.get(r.text("target"))) for r in records
    ]
    return tuple(sorted(grades, key=lambda g: -g.minimum))


def _scheme(kept: Mapping[str, Sequence[Record]], grades: tuple[Grade, ...]) -> Scheme:
    default = Scheme()

    def number(name: str) -> float | None:
        return next((r.number_of("value") for r in kept.get(name, ())), None)

    def option(name: str) -> str:
        return next((_option(_BY_NAME[name], r) or "" for r in kept.get(name, ())), "")

    def named(name: str) -> tuple[tuple[str, float], ...]:
        rows = [r for r in kept.get(name, ()) if "target" in r.values]
        return tuple((r.text("target"), r.number_of("value") or 0.0) for r in rows)

    def total(name: str) -> float | None:
        return next((r.number_of("value") for r in kept.get(name, ()) if "target" not in r.values), None)

    decimals = number("小数位数")
    return Scheme(
        full=number("满分") or default.full,
        source=cast("Source", option("取分") or default.source),
        rescale=option("缺项折算") != NO,
        ranking=cast("Ranking", option("排名") or default.ranking),
        decimals=default.decimals if decimals is None else int(decimals),
        grades=grades,
        lowest=next((r.text("target") for r in kept.get("最低等级", ())), default.lowest),
        weights=(number("自评权重") or 0.0, default.weights[1] if (w := number("考核权重")) is None else w),
        bonus_cap=total("加分上限"),
        penalty_cap=total("减分上限"),
        bonus_caps=named("加分上限"),
        penalty_caps=named("减分上限"),
        chapters=named("章节分值"),
        chapter_caps=named("章节上限"),
        chapter_weights=named("章节权重"),
        deducting=tuple(r.text("target") for r in kept.get("扣分制", ())),
        team_by=cast("TeamBy", option("组内排名") or default.team_by),
        ceilings=(
            *(
                Ceiling(r.text("target"), r.number_of("value") or 0.0, r.text("result"), r.text("note"))
                for r in kept.get("等级限制", ())
            ),
            *(
                Ceiling(r.text("target"), r.number_of("value") or 0.0, grades[-1].name, r.text("note"), True)
                for r in kept.get("一票否决", ())
                if grades
            ),
        ),
    )


def _fault(table: Table, faults: Faults, cell: str, reason: str) -> None:
    faults.add(finding("E_WB_SCHEME", 原因=reason), table.sheet, cell)
