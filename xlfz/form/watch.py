"""What each column of a form must be: the words, the limits while typing, and what is missing or wrong.

Takes the columns of `spec`; gives for each the requirement as a sentence, its `Validation` and its
`Watch`. Conditional formats, the 自查 sheet, the fill-in count and 填表说明 are all made from these,
so that what a unit is told is what it is checked by. Forbids rules that the checks do not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfz.excel.blocks import serial
from xlfz.excel.days import EARLIEST, LATEST
from xlfz.excel.plan import Validation
from xlfz.findings import codes
from xlfz.form.conditions import (
    TOMORROW,
    All,
    Any,
    Beyond,
    Blank,
    Condition,
    Fraction,
    IndicatorIs,
    Is,
    IsNumber,
    Longer,
    Not,
    Ref,
)
from xlfz.form.spec import DONE, GIVEN, NOT_APPLICABLE, NOT_GIVEN, PARTLY, POINTS, UNDONE
from xlfz.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from xlfz.form.spec import Column, TableId, TableSpec

_STATE: dict[TableId, str] = {"items": "status", "materials": "provided"}
_ASKED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "done_on": ("status", (DONE,), "已完成的必填"),
    "reason": ("status", (PARTLY, UNDONE), "部分完成、未完成的必填"),
    "file_name": ("provided", (GIVEN,), "已提供的必填"),
}
"""Column -> the column, its answers that make it required, and how that is said."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What to look for in one column; None where there is nothing to look for.

    missing and wrong never hold for the same cell, and both have to be put right before the form
    goes back; note only asks for another look.
    """

    column: Column
    missing: Condition | None = None
    wrong: Condition | None = None
    note: Condition | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What a column's rules depend on besides the column.

    `points`: the rows have a 分值 cell; `linked`: the indicators' 完成情况 can be looked up;
    `start`: the first day of the round.
    """

    table: TableSpec
    points: bool
    linked: bool
    start: date | None

    def has(self, column: str) -> bool:
        """Whether the table asks for this column."""
        return self.table.column(column) is not None


def watches(around: Around) -> tuple[Watch, ...]:
    """The watches of a table's columns, in order."""
    return tuple(_watch(column, around) for column in around.table.columns)


def unfilled(made: Iterable[Watch]) -> Condition | None:
    """A row in which something required is missing; None when nothing is ever required."""
    missing = [w.missing for w in made if w.missing is not None]
    return Any(*missing) if missing else None


def needed_words(column: Column) -> str:
    """When the column must be filled in: 必填, 已完成的必填, 选填."""
    if column.required:
        return "必填"
    if column.asked is not None:
        return column.asked.words
    return _ASKED[column.id][2] if column.id in _ASKED else "选填"


def requirement(column: Column) -> str:
    """What may stand in the column, as one sentence without its full stop."""
    if column.type == "选择":
        return "从下拉列表中选择：" + "、".join(column.options)
    if column.type == "日期":
        return "填日期，如 2026-03-12" + ("，不得晚于填报当天" if column.id == "done_on" else "")
    if column.type == "文本":
        if column.limit is None:
            return "填文字"
        usual = f"，一般不超过 {column.usual} 字" if column.usual and column.usual < column.limit else ""
        return f"最多 {column.limit} 字{usual}"
    kind = "整数" if column.type == "整数" else "数字"
    range_text = column.range_text.replace(POINTS, "本项分值")
    if column.id == "words":
        return f"填{kind}，不超过本行的字数上限"
    return f"填 {range_text}的{kind}" if range_text else f"填{kind}"


def validation(column: Column, area: str, ref: Ref, options: str = "") -> Validation:
    """The rule that Excel applies while the unit types. `ref` is the area's first row.

    `options` is the range that holds the answers when they are too long to stand in the rule.
    """
    prompt = f"{needed_words(column)}。{requirement(column)}。{column.help}"
    common = {
        "prompt_title": shorten(column.title, 32),
        "prompt": shorten(prompt, 255),
        "error_title": "填写有误" if column.strictness == "错误" else "请核对",
        "error": shorten(f"“{column.title}”：{requirement(column)}。", 255),
        "stop": column.strictness == "错误",
    }
    kind = column.type
    if kind == "选择":
        choice = {"source": options} if options else {"options": column.options}
        return Validation(area, "list", **choice, **common)  # type: ignore[arg-type]
    if kind == "日期":
        last = "=TODAY()" if column.id == "done_on" else LATEST
        return Validation(area, "date", minimum=EARLIEST, maximum=last, **common)  # type: ignore[arg-type]
    if kind == "文本":
        # Not kind `length`: it would count the white space that the checks do not count.
        fits = Not(Longer(column.id, column.limit or MAX_TEXT))
        return Validation(area, "custom", source=fits.excel(ref), **common)  # type: ignore[arg-type]
    low = -MAX_NUMBER if column.minimum is None else column.minimum
    high = _maximum(column, "points" in ref.letters)
    top = f"={ref(high)}" if isinstance(high, str) else MAX_NUMBER if high is None else high
    whole = "whole" if kind == "整数" else "decimal"
    return Validation(area, whole, minimum=low, maximum=top, **common)  # type: ignore[arg-type]


MAX_TEXT = 32_767
MAX_NUMBER = 1e9


def _watch(column: Column, around: Around) -> Watch:
    blank = Blank(column.id)
    missing = _missing(column, around)
    wrong = _wrong(column, around)
    note = _note(column, around)
    strict = column.strictness == "错误"
    faults: list[Condition] = [All(Not(blank), wrong)] if wrong is not None else []
    if strict:
        return Watch(column, missing, faults[0] if faults else None, note)
    asked = [c for c in (missing, *faults, note) if c is not None]
    return Watch(column, note=Any(*asked) if asked else None)


def _missing(column: Column, around: Around) -> Condition | None:
    state = _STATE[around.table.id]
    when: list[Condition] = []
    if column.required:
        applies: list[Condition] = [Blank(column.id)]
        if column.id != state and around.has(state):
            applies.append(Not(Is(state, (NOT_APPLICABLE,))))
        if column.maximum == POINTS and around.points:
            applies.append(Not(Blank("points")))
        when.append(All(*applies))
    if column.id in _ASKED:
        asking, answers, _ = _ASKED[column.id]
        if around.has(asking):
            when.append(All(Is(asking, answers), Blank(column.id)))
    if column.asked is not None:
        when.append(All(column.asked.when, Blank(column.id)))
    if column.id == "provided" and not column.required and around.linked:
        when.append(All(Blank(column.id), IndicatorIs("number", DONE)))
    if not when:
        return None
    return when[0] if len(when) == 1 else Any(*when)


def _wrong(column: Column, around: Around) -> Condition | None:
    """What is wrong with a cell that is not blank."""
    wrong: list[Condition] = []
    if column.type == "选择":
        wrong.append(Not(Is(column.id, column.options)))
    elif column.type == "日期":
        first = max(around.start, EARLIEST) if around.start and column.id == "done_on" else EARLIEST
        wrong += [Not(IsNumber(column.id)), Beyond(column.id, "<", serial(first))]
        late: float | str = TOMORROW if column.id == "done_on" else serial(LATEST) + 1
        wrong.append(Beyond(column.id, ">=", late))
    elif column.type == "文本":
        if column.limit is not None:
            wrong.append(Longer(column.id, column.limit))
    else:
        wrong.append(Not(IsNumber(column.id)))
        if column.type == "整数":
            wrong.append(Fraction(column.id))
        if column.minimum is not None:
            wrong.append(Beyond(column.id, "<", column.minimum))
        high = _maximum(column, around.points)
        if high is not None:
            wrong.append(Beyond(column.id, ">", high))
        elif column.id == "words":
            # Without a limit for all, only the rows that have their own are held to it.
            wrong.append(All(Not(Blank("limit")), Beyond(column.id, ">", "limit")))
    if column.id == "score" and around.has("status"):
        wrong.append(Is("status", (NOT_APPLICABLE,)))
    if column.maximum == POINTS and around.points:
        wrong.append(Blank("points"))
    if column.clash is not None and codes()[column.clash.code].severity == "error":
        wrong.append(column.clash.when)
    if column.id == "provided" and around.linked:
        wrong.append(All(Is(column.id, (NOT_GIVEN,)), IndicatorIs("number", DONE)))
    if not wrong:
        return None
    return wrong[0] if len(wrong) == 1 else Any(*wrong)


def _note(column: Column, around: Around) -> Condition | None:
    if column.clash is not None and codes()[column.clash.code].severity != "error":
        return All(Not(Blank(column.id)), column.clash.when)
    if column.type == "文本" and column.usual and (column.limit is None or column.usual < column.limit):
        longer = Longer(column.id, column.usual)
        return longer if column.limit is None else All(longer, Not(Longer(column.id, column.limit)))
    if column.id == "words" and column.limit is not None and column.usual is not None:
        # A material with a limit of its own has no usual length.
        many = Beyond(column.id, ">", column.usual)
        return All(many, Beyond("limit", "=", column.limit), Not(Beyond(column.id, ">", "limit")))
    if column.id == "score" and around.points and around.has("status"):
        return All(Is("status", (PARTLY, UNDONE)), Not(Blank("points")), Beyond("score", "=", "points"))
    return None


def _maximum(column: Column, points: bool) -> float | str | None:
    """The largest number: a bound, or the id of the column that holds it for each row."""
    if column.id == "words":
        return "limit" if column.limit is not None else None
    if column.maximum == POINTS:
        return "points" if points else None
    return column.maximum
