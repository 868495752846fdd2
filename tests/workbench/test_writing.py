"""A draft written and read back is the same workbench; what is written calculates and opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle import audit, libreoffice, recalculate, values
from tests.workbench.build import DRAFT, cell, content, faults
from xlfz.catalogue import KINDS, RECURRENCES, Catalogue, Deadline, Indicator, Material, even_split
from xlfz.excel.plan import Formula, Workbook
from xlfz.excel.writer import write
from xlfz.form.spec import DEFAULT_COLUMNS, TABLE_TITLES, Column, form_spec
from xlfz.roster import Unit
from xlfz.scheme import Grade, Scheme
from xlfz.workbench import presets, tables
from xlfz.workbench.deadline import read_deadline
from xlfz.workbench.draft import Draft
from xlfz.workbench.reading import read
from xlfz.workbench.rules import default_rows, merged
from xlfz.workbench.writing import plan

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P"), exclude_characters="、，,；;"),
    min_size=1,
    max_size=12,
).filter(lambda text: not text.startswith(("=", "#")))
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
POINTS = st.integers(0, 300).map(lambda n: n / 100)


def row(**cells: Any) -> dict[str, Any]:
    """A raw row; what is empty is left out."""
    return {title: value for title, value in cells.items() if value not in (None, "", ())}


@st.composite
def rosters(draw: st.DrawFn) -> tuple[Unit, ...]:
    """Units whose names lead to one thing each."""
    count = draw(st.integers(0, 4))
    return tuple(
        Unit(
            f"U{n}",
            f"第{n}局{draw(st.sampled_from(('', '（本级）', '和所属单位')))}",
            aliases=draw(st.sampled_from(((), (f"{n}局",), (f"{n}局", f"局{n}号")))),
            groups=draw(st.sampled_from(((), ("甲组",), ("甲组", "乙组")))),
            parent=draw(st.sampled_from(("", "东片区"))),
            team=draw(st.sampled_from(("", "一组"))),
            phone=draw(st.sampled_from(("", "0370-123", "13800000000"))),
            active=draw(st.booleans()) or n == 0,
            note=draw(st.one_of(st.just(""), WORDS)),
        )
        for n in range(count)
    )


@st.composite
def catalogues(draw: st.DrawFn, roster: tuple[Unit, ...]) -> Catalogue:
    """Indicators of every kind; their points stay below the full marks, the first has none."""
    known = [u.name for u in roster] + [a for u in roster for a in u.aliases] + ["全体"]
    several = st.lists(st.sampled_from(known), max_size=3, unique=True).map(tuple)
    numbers = draw(
        st.lists(st.sampled_from([f"{n}" for n in range(1, 9)] + ["1.10", "(2)", "★1"]), unique=True)
    )
    indicators = []
    for place, number in enumerate(numbers):
        written = draw(st.sampled_from(("", "2026年6月底前", "长期坚持", "届时", "年底前")))
        told = read_deadline(written, 2026)
        day = draw(st.one_of(st.none(), DAYS))
        recurrence = draw(st.lists(st.sampled_from(RECURRENCES), max_size=2, unique=True).map(tuple))
        state = draw(st.sampled_from(("启用", "启用", "空缺", "停用"))) if place else "启用"
        indicators.append(
            Indicator(
                number,
                draw(WORDS),
                draw(st.sampled_from(("", "一、甲", "二、乙"))),
                draw(st.one_of(st.just(""), WORDS)),
                requirement=draw(st.one_of(st.just(""), WORDS)),
                thresholds=draw(st.sampled_from(("", "不低于80%；\n不超过5日"))),
                level=draw(st.sampled_from(("", "省级"))),
                kind=draw(st.sampled_from(KINDS)) if place else "指标",
                state=state,
                points=draw(st.one_of(st.none(), POINTS)) if place else None,
                lead=draw(several),
                responsible=draw(several),
                supporting=draw(several),
                deadline=Deadline(told.text, day or told.day, recurrence or told.recurrence),
                note=draw(st.one_of(st.just(""), WORDS)),
            )
        )
    materials = tuple(
        Material(
            number,
            index,
            draw(WORDS),
            lead=draw(several),
            word_limit=draw(st.one_of(st.none(), st.integers(1, 20000))),
            needed=draw(st.booleans()),
        )
        for number in numbers[:3]
        for index in range(1, draw(st.integers(1, 3)))
    )
    return Catalogue(tuple(indicators), materials, "某县考核")


@st.composite
def columns(draw: st.DrawFn) -> tuple[Column, ...]:
    """The built-in columns changed in what may change, and columns of the office's own."""
    built_in = [
        replace(
            c,
            title=f"{c.title}{draw(st.sampled_from(('', '（改）')))}",
            required=draw(st.booleans()),
            strictness=draw(st.sampled_from(("错误", "提醒", "停用"))),
        )
        for c in DEFAULT_COLUMNS
    ]
    own = [
        Column(
            "leader", "items", "分管领导", "文本", limit=draw(st.one_of(st.none(), st.just(20))), width=30
        ),
        Column("grade", "items", "自评等级", "选择", True, ("优", "良"), help="选一项。", width=14),
        Column("count", "materials", "份数", "整数", minimum=1, maximum=99, width=11),
        Column("on", "materials", "印发日期", "日期", width=13),
    ]
    return tuple(built_in) + tuple(draw(st.lists(st.sampled_from(own), unique=True)))


def draft_of(
    catalogue: Catalogue, roster: Sequence[Unit], scheme: Scheme, form: Sequence[Column], year: int
) -> Draft:
    """The raw rows that make a model: written once more here, by the titles of the sheets."""
    return Draft(
        settings={"工作名称": catalogue.title, "年度": year, "默认字数上限": 500, "最高字数上限": 1000},
        indicators=tuple(
            row(
                编号=i.number,
                级别=i.level,
                类型=i.kind,
                状态=i.state,
                一级指标=i.chapter,
                二级指标=i.section,
                指标内容=i.text,
                工作要求=i.requirement,
                量化要求=i.thresholds,
                分值=i.points,
                牵头单位="；".join(i.lead),
                责任单位="、".join(i.responsible),
                配合单位="、".join(i.supporting),
                完成时限=i.deadline.text,
                截止日期=i.deadline.day,
                频次="、".join(i.deadline.recurrence),
                备注=i.note,
            )
            for i in catalogue.indicators
        ),
        materials=tuple(
            row(
                指标编号=m.indicator,
                序号=m.index,
                资料名称=m.name,
                牵头单位="、".join(m.lead),
                字数上限=m.word_limit,
                是否提供="提供" if m.needed else "不需提供",
            )
            for m in catalogue.materials
        ),
        units=tuple(
            row(
                单位编码=u.code,
                单位名称=u.name,
                简称别名="、".join(u.aliases),
                群组="、".join(u.groups),
                上级单位=u.parent,
                考核组=u.team,
                联系电话=u.phone,
                状态="启用" if u.active else "停用",
                备注=u.note,
            )
            for u in roster
        ),
        items=tuple(
            row(
                所在表=TABLE_TITLES[c.table],
                标识=c.id,
                列名=c.title,
                类型=c.type,
                必填="是" if c.required else "否",
                可选项="、".join(c.options),
                最小值=c.minimum,
                最大值=c.maximum,
                字数上限=c.limit,
                一般字数=c.usual,
                级别=c.strictness,
                填写说明=c.help,
            )
            for c in form
        ),
        scheme=merged(
            default_rows(),
            [
                {"规则": "满分", "数值": scheme.full},
                {"规则": "取分", "结果": scheme.source},
                {"规则": "小数位数", "数值": scheme.decimals},
                *({"规则": "等级", "对象": g.name, "条件": ">=", "数值": g.minimum} for g in scheme.grades),
            ],
        ),
    )


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_draft_in_order_comes_back_as_the_model_it_was_made_of(data: st.DataObject) -> None:
    """Written to bytes and read by the strict reader."""
    roster = data.draw(rosters())
    catalogue = data.draw(catalogues(roster))
    form = data.draw(columns())
    scheme = Scheme(
        full=data.draw(st.sampled_from((100.0, 120.0, 1000.0))),
        source=data.draw(st.sampled_from(("考核优先", "自评", "考核"))),
        decimals=data.draw(st.integers(0, 4)),
        grades=data.draw(st.sampled_from(((Grade("好", 60.0),), (Grade("优", 90.5), Grade("中", 50.0))))),
    )
    found = read(content(draft_of(catalogue, roster, scheme, form, 2026)))
    assert found.catalogue == catalogue
    assert found.roster.units == roster
    assert found.form == form_spec(form)
    assert found.scheme == scheme


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.sampled_from(("启用", "空缺", "停用")),
            st.sampled_from(("", "一、甲", "二、乙")),
            st.one_of(st.none(), POINTS, st.floats(0, 30)),
        ),
        max_size=12,
    ),
    st.dictionaries(st.sampled_from(("一、甲", "二、乙")), st.sampled_from((0.5, 20, 33.33))),
)
def test_the_proposal_is_the_even_split(
    rows: list[tuple[Any, Any, str, float | None]], own: dict[str, float]
) -> None:
    """Row by row, also where chapters have points of their own."""
    indicators = tuple(
        Indicator(str(n), chapter=chapter, kind=kind, state=state, points=points)
        for n, (kind, state, chapter, points) in enumerate(rows, 1)
    )
    catalogue = Catalogue(indicators)
    rules = [{"规则": "章节分值", "对象": name, "数值": value} for name, value in own.items()]
    draft = Draft(
        indicators=tuple(
            row(编号=i.number, 类型=i.kind, 状态=i.state, 一级指标=i.chapter, 分值=i.points)
            for i in indicators
        ),
        scheme=merged(default_rows(), rules),
    )
    assert proposals(plan(draft)) == even_split(catalogue, 100, own)


def proposals(made: Workbook) -> dict[str, float]:
    """编号 -> what 建议分值 shows now, where it shows anything."""
    sheet = next(s for s in made.sheets if s.name == "指标")
    place = tables.INDICATORS.column("proposal") - 1
    shown = {}
    for block in sheet.blocks:
        for cells in block.rows:
            value = cells[place]
            if isinstance(value, Formula) and value.value != "":
                shown[str(cells[0])] = float(value.value)
    return shown


def test_the_same_draft_gives_the_same_bytes() -> None:
    """And the sheets in the order of the design."""
    made = plan(DRAFT, datetime(2026, 1, 2))
    assert write(made) == write(plan(DRAFT, datetime(2026, 1, 2)))
    order = ["首页", "设置", "指标", "上报资料", "单位", "单位对照", "填报项", "评分办法", "说明"]
    assert [s.name for s in made.sheets] == order
    assert all(s.protection is None for s in made.sheets)


def test_what_a_draft_has_wrong_is_written_and_then_refused() -> None:
    """Writing does not judge."""
    rows = ({**DRAFT.indicators[0], "分值": "六十", "截止日期": "明年"}, *DRAFT.indicators[1:])
    assert faults(content(replace(DRAFT, indicators=rows))) == [
        ("E_WB_NUMBER", "指标", cell("指标", 1, "points")),
        ("E_WB_DATE", "指标", cell("指标", 1, "day")),
    ]


def test_every_choice_has_its_dropdown_down_to_the_spare_rows() -> None:
    """Over the data and 500 rows more."""
    for spec in tables.SHEETS[1:]:
        sheet = next(s for s in plan(DRAFT).sheets if s.name == spec.title)
        last = tables.HEADER_ROW + len(DRAFT.rows(spec.id)) + tables.SPARE_ROWS
        areas = {v.area: v for v in sheet.validations}
        for column, field in enumerate(spec.fields, 1):
            if field.choices:
                letter = chr(64 + column)
                assert areas[f"{letter}4:{letter}{last}"].options == field.choices


BOOKS = [
    pytest.param(DRAFT, id="small"),
    pytest.param(Draft(), id="empty"),
    pytest.param(presets.load("puyang-annual"), id="chapters"),
    pytest.param(
        replace(
            DRAFT,
            indicators=tuple({**r, "分值": ""} for r in DRAFT.indicators[:3]) + DRAFT.indicators[3:],
            settings={},
        ),
        id="blank points",
    ),
]


@libreoffice
@pytest.mark.parametrize("draft", BOOKS)
def test_libreoffice_calculates_what_is_cached(draft: Draft) -> None:
    """Every formula of the workbench."""
    data = write(plan(draft))
    cached = values(data)
    again = recalculate(data)
    assert len(cached) == 9
    for sheet, cells in cached.items():
        for where, value in cells.items():
            new = again[sheet].get(where)
            if isinstance(value, int | float) and isinstance(new, int | float):
                assert new == pytest.approx(value), (sheet, where)
            else:
                assert new == value, (sheet, where)


@pytest.mark.parametrize("draft", BOOKS)
def test_the_written_workbook_keeps_the_rules_of_the_format(draft: Draft) -> None:
    """Open XML SDK's rules."""
    assert audit(write(plan(draft))) == []


@libreoffice
@pytest.mark.parametrize(
    ("year", "period", "said"),
    [(2026, "年度", "2026年度"), (2026, "第一季度", "2026年第一季度"), (2026, "2026-03", "2026-03")],
)
def test_the_front_names_the_round_as_the_forms_do(year: int, period: str, said: str) -> None:
    """Not `2026年　年度`; the formula says what its value says."""
    draft = DRAFT.with_setting("年度", year).with_setting("期次", period)
    data = write(plan(draft, datetime(2026, 1, 1)))
    assert [str(v["首页"]["A2"]).rpartition("　")[2] for v in (values(data), recalculate(data))] == [said] * 2
