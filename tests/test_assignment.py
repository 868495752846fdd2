"""The assignment against a naive restatement of its rule: who reports what, in which role."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xlfz.assignment import assign
from xlfz.catalogue import STATES, Catalogue, Indicator, Material
from xlfz.roster import Roster, Unit

ROSTER = Roster(
    (
        Unit("1", "甲", groups=("组",)),
        Unit("2", "乙", groups=("组",)),
        Unit("3", "丙"),
        Unit("4", "丁", groups=("组",), active=False),
    ),
    (("待定", ()),),
)
WHO = {"甲": "1", "乙": "2", "丙": "3", "丁": "", "组": "12", "全体": "123", "待定": "", "无名": ""}
_some = st.lists(st.sampled_from(tuple(WHO)), max_size=2).map(tuple)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """A few indicators and materials, given to units, groups, everyone, nobody and strangers."""
    numbers = [str(n) for n in range(1, draw(st.integers(1, 4)) + 1)]
    indicators = tuple(
        Indicator(
            number,
            state=draw(st.sampled_from((*STATES, "启用"))),
            lead=draw(_some),
            responsible=draw(_some),
            supporting=draw(_some),
        )
        for number in numbers
    )
    materials = tuple(
        Material(number, index, f"资料{index}", draw(_some), draw(_some), needed=draw(st.booleans()))
        for number in numbers
        for index in range(1, draw(st.integers(0, 3)) + 1)
    )
    return Catalogue(indicators, materials)


def codes(names: tuple[str, ...]) -> set[str]:
    """The units that some names stand for."""
    return {code for name in names for code in WHO[name]}


def expected(catalogue: Catalogue, code: str) -> list[tuple[str, str, list[str]]]:
    """What one unit reports, word by word as the rule is written."""
    duty = []
    for indicator in catalogue.indicators:
        if indicator.state != "启用":
            continue
        role = next((r for r in ("牵头", "责任", "配合") if code in codes(indicator.named(r))), None)  # type: ignore[arg-type]
        strong = codes(indicator.lead) | codes(indicator.responsible)
        hands = []
        for material in catalogue.materials_of(indicator.number):
            own = material.lead or material.responsible
            holders = codes(material.lead) | codes(material.responsible)
            if not own:
                holders = strong or codes(indicator.supporting)
            if code in holders:
                role = role or "责任"
                if material.needed:
                    hands.append(material.id)
        if role:
            duty.append((indicator.number, role, hands))
    return duty


@given(catalogues())
def test_every_unit_reports_what_the_rule_says(catalogue: Catalogue) -> None:
    """Roles, materials and order, for each active unit; inactive units have no duty."""
    assigned = assign(catalogue, ROSTER)
    assert [d.unit.code for d in assigned.duties] == ["1", "2", "3"]
    for duty in assigned.duties:
        got = [(i.indicator.number, i.role, [m.id for m in i.materials]) for i in duty.items]
        assert got == expected(catalogue, duty.unit.code)


@given(catalogues())
def test_every_name_that_nobody_knows_is_reported_where_it_stands(catalogue: Catalogue) -> None:
    """One entry for each place, none for names that are known but stand for nobody."""
    live = {i.number for i in catalogue.live}
    places = [
        (column, i.number, None)
        for i in catalogue.live
        for column, named in (("牵头单位", i.lead), ("责任单位", i.responsible), ("配合单位", i.supporting))
        for name in named
        if name == "无名"
    ] + [
        (column, m.indicator, m.index)
        for m in catalogue.materials
        if m.indicator in live
        for column, named in (("牵头单位", m.lead), ("责任单位", m.responsible))
        for name in named
        if name == "无名"
    ]
    unknown = assign(catalogue, ROSTER).unknown
    assert all(u.name == "无名" for u in unknown)
    assert sorted((u.column, u.indicator, u.material or 0) for u in unknown) == sorted(
        (c, i, m or 0) for c, i, m in places
    )


def test_the_order_of_materials_does_not_decide_who_hands_them_in() -> None:
    """A unit drawn in by one material does not get the others, which have no units of their own."""
    own, common = Material("1", 1, "专项", lead=("丙",)), Material("1", 2, "总结")
    turned = Material("1", 1, "总结"), Material("1", 2, "专项", lead=("丙",))
    for materials in ((own, common), turned):
        assigned = assign(Catalogue((Indicator("1", lead=("甲",)),), materials), ROSTER)
        hands = {d.unit.name: [m.name for i in d.items for m in i.materials] for d in assigned.duties}
        assert hands == {"甲": ["总结"], "乙": [], "丙": ["专项"]}


def test_what_nobody_reports_is_seen() -> None:
    """`reported` names the indicators that at least one unit has."""
    catalogue = Catalogue((Indicator("1", lead=("甲",)), Indicator("2", lead=("待定",)), Indicator("3")))
    assert assign(catalogue, ROSTER).reported == {"1"}


def test_a_duty_is_found_by_code() -> None:
    """Only active units have one."""
    assigned = assign(Catalogue(), ROSTER)
    duty = assigned.of("1")
    assert duty is not None
    assert duty.unit.name == "甲"
    assert assigned.of("4") is None
