"""Any workbench, and any valid filling of one of its forms, for Hypothesis.

What is valid is said here once more, in other words than the checks': by what 填表说明 tells a unit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import assume
from hypothesis import strategies as st

from tests.returns.build import SETTINGS, START, TODAY, UNITS, Values, rows_of
from xlfz.catalogue import KINDS, Catalogue, Indicator, Material
from xlfz.form.spec import (
    BUILT_IN,
    DEFAULT_COLUMNS,
    DONE,
    GIVEN,
    NOT_APPLICABLE,
    NOT_GIVEN,
    PARTLY,
    UNDONE,
    Column,
    form_spec,
)
from xlfz.roster import Roster
from xlfz.workbench.model import Workbench

if TYPE_CHECKING:
    from xlfz.form.spec import FormRow
    from xlfz.form.tables import Typed

_LETTERS = st.characters(codec="utf-8", categories=("L", "N"))
_INSIDE = st.characters(codec="utf-8", categories=("L", "N", "P", "S"), include_characters=" \n　")
_NUMBERS = (
    "1",
    "2",
    "10",
    "1.1",
    "1.10",
    "★1",
    "★10",
    "(3)",
    "（4）",
    "加1",
    "减2",
    "一",
    "a",
    "B7",
    "0012",
    "2026",
)
_OPTIONS = ("是", "否", "部分", "A类", "B类", "不适用", "1", "2")


@st.composite
def texts(draw: st.DrawFn, limit: int = 40) -> str:
    """A text nobody has anything to say about: no sign of a formula in front, no outer white space."""
    first = draw(_LETTERS)
    rest = draw(st.text(_INSIDE, max_size=max(0, limit - 1)))
    return (first + rest).strip(" \n　")


_words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=20)


@st.composite
def columns(draw: st.DrawFn) -> tuple[Column, ...]:
    """The default columns, some of them changed or off, and up to three of an office's own."""
    made = []
    for column in DEFAULT_COLUMNS:
        changes: dict[str, object] = {"strictness": draw(st.sampled_from(("错误", "错误", "提醒", "停用")))}
        if draw(st.booleans()):
            changes["required"] = draw(st.booleans())
        made.append(replace(column, **changes))  # type: ignore[arg-type]
    for n in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(("文本", "数字", "整数", "日期", "选择")))
        low, high = sorted(draw(st.tuples(st.integers(-50, 50), st.integers(-50, 50))))
        made.append(
            Column(
                f"own{n}",
                draw(st.sampled_from(("items", "materials"))),
                f"自设第{n}项",
                kind,  # type: ignore[arg-type]
                required=draw(st.booleans()),
                options=tuple(draw(st.lists(st.sampled_from(_OPTIONS), min_size=1, unique=True))),
                minimum=draw(st.sampled_from((None, low))),
                maximum=draw(st.sampled_from((None, high))),
                limit=draw(st.sampled_from((None, 30))) if kind == "文本" else None,
                strictness=draw(st.sampled_from(("错误", "提醒"))),
            )
        )
    used = [c.table for c in made if c.strictness != "停用"]
    assume("items" in used and "materials" in used)
    return tuple(made)


@st.composite
def workbenches(draw: st.DrawFn) -> Workbench:
    """A catalogue of one to five indicators that the first unit reports, and a form of its own."""
    indicators, materials = [], []
    for number in draw(st.lists(st.sampled_from(_NUMBERS), min_size=1, max_size=5, unique=True)):
        points = draw(st.one_of(st.none(), st.integers(1, 1000).map(lambda n: n / 100)))
        indicators.append(
            Indicator(
                number,
                draw(_words),
                draw(st.sampled_from(("", "一、职能", "二、决策"))),
                draw(st.sampled_from(("", "1.清单"))),
                thresholds=draw(st.sampled_from(("", "不少于2次\n不超过5日"))),
                kind=draw(st.sampled_from(KINDS)),
                points=points,
                lead=(UNITS[0].name,),
            )
        )
        limits = draw(st.lists(st.one_of(st.none(), st.just(1000), st.integers(1, 5000)), max_size=3))
        materials += [Material(number, n, draw(_words), word_limit=w) for n, w in enumerate(limits, 1)]
    version = draw(st.integers(1, 9))
    return Workbench(
        SETTINGS,
        Catalogue(tuple(indicators), tuple(materials)),
        Roster(UNITS),
        form_spec(draw(columns()), version=version),
    )


@dataclass(frozen=True)
class FilledForm:
    """A workbench and a valid filling of its first unit's form."""

    workbench: Workbench
    values: Values


@st.composite
def filled_forms(draw: st.DrawFn) -> FilledForm:
    """A form filled in without a fault, with at least one cell filled."""
    workbench = draw(workbenches())
    values: Values = {}
    for row in rows_of(workbench, UNITS[0].code):
        item = values.get(row.indicator.number, {}).get("status")
        values[row.id] = _row(draw, workbench, row, item)
    assume(any(values.values()))
    return FilledForm(workbench, values)


def _row(draw: st.DrawFn, workbench: Workbench, row: FormRow, item: Typed) -> dict[str, Typed]:
    table = workbench.form.table(row.table)
    state_id = "status" if row.table == "items" else "provided"
    made: dict[str, Typed] = {}
    state = table.column(state_id)
    if state is not None and (state.required or draw(st.booleans())):
        options = [o for o in state.options if not (o == NOT_GIVEN and item == DONE)]
        made[state_id] = draw(st.sampled_from(options))
    elif state is not None and state_id == "provided" and item == DONE:
        made[state_id] = draw(st.sampled_from((GIVEN, NOT_APPLICABLE)))
    for column in table.columns:
        if column.id == state_id:
            continue
        if column.id == "score" and (row.indicator.points is None or made.get("status") == NOT_APPLICABLE):
            continue
        needed = (
            (column.required and made.get(state_id) != NOT_APPLICABLE)
            or (column.id == "done_on" and made.get("status") == DONE)
            or (column.id == "reason" and made.get("status") in (PARTLY, UNDONE))
            or (column.id == "file_name" and made.get("provided") == GIVEN)
        )
        if needed or draw(st.booleans()):
            made[column.id] = _value(draw, column, row, made)
    return made


def _value(draw: st.DrawFn, column: Column, row: FormRow, made: dict[str, Typed]) -> Typed:
    if column.type == "选择":
        return draw(st.sampled_from(column.options))
    if column.type == "日期":
        first, last = (START, TODAY) if column.id == "done_on" else (date(2000, 1, 1), date(2099, 12, 31))
        return draw(st.dates(first, last))
    if column.type == "文本":
        return draw(texts(min(column.usual or 60, column.limit or 60, 60)))
    low = column.minimum if column.minimum is not None else -1000.0
    if column.id == "words":
        own = row.material.word_limit if row.material else None
        high: float = 500.0 if own in (None, 1000) else own
    elif column.id == "score":
        assert row.indicator.points is not None
        # Full marks for what is not done would be worth a reminder.
        full = made.get("status") not in (PARTLY, UNDONE)
        high = row.indicator.points if full else row.indicator.points - 0.01
    else:
        high = column.maximum if isinstance(column.maximum, int | float) else low + 2000
    if column.type == "整数":
        return float(draw(st.integers(int(low), int(high))))
    cents = draw(st.integers(round(low * 100), round(high * 100)))
    return cents / 100


assert {"status", "score", "done_on", "reason", "provided", "file_name", "words"} <= BUILT_IN
