"""评分办法: its rules declared once, the default rows, and the scheme that the rows make.

Takes the records of the sheet; gives a `Scheme` and the faults of single rows and of the rules
together. What a rule needs is declared in `RULES`; the 说明 sheet is written from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from xlfz.findings import finding
from xlfz.scheme import RANKINGS, SOURCES, Ceiling, Grade, Ranking, Scheme, Source
from xlfz.text import fold
from xlfz.workbench.tables import NO, SCHEME, YES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    single: bool = True
    required: bool = False
    options: tuple[str, ...] = ()
    """The values that 结果 may have."""
    whole: bool = False
    maximum: float | None = None


RULES: tuple[Rule, ...] = (
    Rule("满分", ("value",), "各项指标分值合计应为多少分。", required=True),
    Rule("取分", ("result",), "考核优先：有考核分的用考核分，没有的用自评分；也可只用自评或只用考核。",
         required=True, options=SOURCES),
    Rule("缺项折算", ("result",), "是：选“不适用”的项不计入满分，得分按比例折算回满分；否：不折算。",
         required=True, options=(YES, NO)),
    Rule("排名", ("result",), "并列占位：1、1、3；并列不占位：1、1、2。", required=True, options=RANKINGS),
    Rule("小数位数", ("value",), "总分保留几位小数，四舍五入。", required=True, whole=True, maximum=4),
    Rule("等级", ("target", "condition", "value"), "总分达到数值的评为该等级，从高到低各写一行。",
         single=False, required=True),
    Rule("最低等级", ("target",), "达不到任何等级线的评为什么。", required=True),
    Rule("加分上限", ("value",), "加分项合计最多加多少分；没有上限的不写这一行。"),
    Rule("减分上限", ("value",), "减分项合计最多减多少分；没有上限的不写这一行。"),
    Rule("章节分值", ("target", "value"), "来源文件给某个一级指标定的分值，对象照“指标”表的一级指标写。",
         single=False),
    Rule("等级限制", ("target", "condition", "value", "result"),
         "对象是要计数的事项，达到数值的，不得评为结果中的等级及以上等级。", single=False),
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


def read_scheme(table: Table, chapters: Iterable[str], faults: Faults) -> Scheme:
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
    _check_doubles(kept, faults)
    grades = _grades(kept.get("等级", []))
    _check_names(kept, {fold(c) for c in chapters}, {g.name for g in grades}, table, faults)
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
        if part not in rule.needs and part in record.values:
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


def _check_doubles(kept: Mapping[str, Sequence[Record]], faults: Faults) -> None:
    """Grades and chapters are stated once, and no two grades begin at the same total."""
    for name in ("等级", "章节分值"):
        seen: dict[str, Record] = {}
        for record in kept.get(name, ()):
            first = seen.setdefault(fold(record.text("target")), record)
            if first is not record:
                reason = f"“{record.text('target')}”与 {first.ref('target')} 重复"
                _fault(record.table, faults, record.ref("target"), reason)
    lines: dict[float, Record] = {}
    for record in kept.get("等级", ()):
        first = lines.setdefault(record.number_of("value") or 0.0, record)
        if first is not record:
            reason = f"与 {first.ref('value')} 的等级线相同"
            _fault(record.table, faults, record.ref("value"), reason)


def _check_names(
    kept: Mapping[str, Sequence[Record]], chapters: set[str], grades: set[str], table: Table, faults: Faults
) -> None:
    """What a rule names must exist: chapters in 指标, barred grades among the grades."""
    for record in kept.get("章节分值", ()):
        if fold(record.text("target")) not in chapters:
            reason = f"“指标”表中没有一级指标“{record.text('target')}”"
            _fault(table, faults, record.ref("target"), reason)
    for record in kept.get("等级限制", ()):
        if record.text("result") not in grades:
            reason = f"没有“{record.text('result')}”这个等级"
            _fault(table, faults, record.ref("result"), reason)
    for record in kept.get("最低等级", ()):
        if record.text("target") in grades:
            _fault(table, faults, record.ref("target"), f"“{record.text('target')}”已有等级线")


def _grades(records: Iterable[Record]) -> tuple[Grade, ...]:
    grades = [Grade(r.text("target"), r.number_of("value") or 0.0) for r in records]
    return tuple(sorted(grades, key=lambda g: -g.minimum))


def _scheme(kept: Mapping[str, Sequence[Record]], grades: tuple[Grade, ...]) -> Scheme:
    default = Scheme()

    def number(name: str) -> float | None:
        return next((r.number_of("value") for r in kept.get(name, ())), None)

    def option(name: str) -> str:
        return next((_option(_BY_NAME[name], r) or "" for r in kept.get(name, ())), "")

    decimals = number("小数位数")
    return Scheme(
        full=number("满分") or default.full,
        source=cast("Source", option("取分") or default.source),
        rescale=option("缺项折算") != NO,
        ranking=cast("Ranking", option("排名") or default.ranking),
        decimals=default.decimals if decimals is None else int(decimals),
        grades=grades,
        lowest=next((r.text("target") for r in kept.get("最低等级", ())), default.lowest),
        bonus_cap=number("加分上限"),
        penalty_cap=number("减分上限"),
        chapters=tuple((r.text("target"), r.number_of("value") or 0.0) for r in kept.get("章节分值", ())),
        ceilings=tuple(
            Ceiling(r.text("target"), r.number_of("value") or 0.0, r.text("result"), r.text("note"))
            for r in kept.get("等级限制", ())
        ),
    )


def _fault(table: Table, faults: Faults, cell: str, reason: str) -> None:
    faults.add(finding("E_WB_SCHEME", 原因=reason), table.sheet, cell)
