"""Duties, headings and forms for the tests of the form: a small town with a handful of indicators."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from xlfz.assignment import Duty, Item
from xlfz.catalogue import KINDS, ROLES, Deadline, Indicator, Material
from xlfz.form.heading import Heading
from xlfz.form.spec import FormRow, FormSpec, form_rows, form_spec
from xlfz.roster import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY = b"k" * 32
CREATED = datetime.combine(date(2026, 11, 2), time())
UNIT = Unit("X01", "甲镇人民政府", parent="乙县")
HEADING = Heading(
    title="法治政府建设考核",
    organ="县依法治县办",
    unit=UNIT.name,
    code=UNIT.code,
    period="2026年度",
    created=CREATED,
    due=date(2026, 11, 30),
    start=date(2026, 1, 1),
    key=KEY,
)

INDICATORS = (
    Indicator("1", "公开权责清单", "一、依法履职", "1.清单", points=5.0, thresholds="公开率100%"),
    Indicator("1.1", "清理证明事项", "一、依法履职", "1.清单", "逐项列明依据", points=3.5),
    Indicator("1.10", "听取公众意见", "一、依法履职", "2.决策", deadline=Deadline("2026年6月底前")),
    Indicator("★2", "行政调解", "二、化解矛盾", points=2.0),
    Indicator("*2", "行政复议应诉", "二、化解矛盾", points=1.0),
    Indicator("加1", "典型经验", "三、加分", kind="加分", points=2.0),
)
MATERIALS = (
    Material("1", 1, "清单文本"),
    Material("1", 2, "清单情况说明", word_limit=2000),
    Material("1.1", 1, "清理目录"),
    Material("1.10", 1, "意见采纳说明"),
    Material("*2", 1, "应诉台账"),
)
DUTY = Duty(
    UNIT, tuple(Item(i, "牵头", tuple(m for m in MATERIALS if m.indicator == i.number)) for i in INDICATORS)
)
SPEC = form_spec()
ROWS = form_rows(DUTY)


def rows_of(*indicators: Indicator, materials: Iterable[Material] = ()) -> tuple[FormRow, ...]:
    """The rows of a unit that leads these indicators."""
    given = tuple(materials)
    items = (Item(i, "牵头", tuple(m for m in given if m.indicator == i.number)) for i in indicators)
    return form_rows(Duty(UNIT, tuple(items)))


def spec_with(*, version: int = 1, **changes: dict[str, object]) -> FormSpec:
    """The default form with some columns changed: `spec_with(note={"required": True})`."""
    columns = [replace(c, **changes.get(c.id, {})) for t in SPEC.tables for c in t.columns]  # type: ignore[arg-type]
    return form_spec(tuple(columns), version=version)


_words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40)
_text = st.one_of(st.just(""), _words)
_points = st.one_of(st.none(), st.integers(1, 1000).map(lambda n: n / 100))


@st.composite
def duties(draw: st.DrawFn) -> Duty:
    """A duty with up to eight indicators, some without points, materials or second level."""
    numbers = draw(st.lists(_words, min_size=1, max_size=8, unique=True))
    items = []
    for number in numbers:
        indicator = Indicator(
            number,
            draw(_text),
            draw(_text),
            draw(_text),
            draw(_text),
            draw(_text),
            kind=draw(st.sampled_from(KINDS)),
            points=draw(_points),
            deadline=Deadline(draw(_text)),
        )
        limits = draw(st.lists(st.one_of(st.none(), st.integers(1, 5000)), max_size=3))
        materials = tuple(Material(number, n, draw(_words), word_limit=w) for n, w in enumerate(limits, 1))
        items.append(Item(indicator, draw(st.sampled_from(ROLES)), materials))
    return Duty(UNIT, tuple(items))
