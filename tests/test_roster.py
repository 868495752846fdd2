"""The roster: a name finds its units through names, aliases, groups and 单位对照, and never by guessing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfz.roster import Roster, Unit

UNITS = (
    Unit("X01", "城关镇人民政府", ("城关镇", "城关"), ("乡镇街道",)),
    Unit("X02", "白马镇人民政府", ("白马镇",), ("乡镇街道",)),
    Unit("B01", "县财政局", ("财政局",), ("县直部门", "执法部门")),
    Unit("B02", "县旧局", groups=("县直部门", "旧部门"), active=False),
)
NAMES = (
    ("各有关部门", ("县直部门",)),
    ("县政府办", ("城关", "财政局")),
    ("待定单位", ()),
    ("甲", ("乙",)),
    ("乙", ("甲",)),
    ("半知", ("财政局", "某科室")),
)
ROSTER = Roster(UNITS, NAMES)


def who(name: str, roster: Roster = ROSTER) -> list[str]:
    """Codes of the units of a name that is known."""
    resolved = roster.resolve(name)
    assert resolved.known
    return [u.code for u in resolved.units]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("城关镇人民政府", ["X01"]),
        ("城关", ["X01"]),
        ("x01", ["X01"]),
        (" 城 关 镇 ", ["X01"]),
        ("乡镇街道", ["X01", "X02"]),
        ("执法部门", ["B01"]),
        ("各有关部门", ["B01"]),
        ("县政府办", ["X01", "B01"]),
        ("全体", ["X01", "X02", "B01"]),
        ("各单位", ["X01", "X02", "B01"]),
    ],
)
def test_a_name_finds_its_units(name: str, codes: list[str]) -> None:
    """By name, alias, code, group, 单位对照 and 全体, in the roster's order."""
    assert who(name) == codes


@pytest.mark.parametrize("name", ["待定单位", "县旧局", "B02", "旧部门"])
def test_a_known_name_may_stand_for_nobody(name: str) -> None:
    """A group still to be filled, and a unit or group that no longer reports, are known all the same."""
    assert who(name) == []


@pytest.mark.parametrize("name", ["城关镇政府", "财务局", "", "某某"])
def test_an_unknown_name_finds_nobody(name: str) -> None:
    """However near it is, it is never taken for the other."""
    resolved = ROSTER.resolve(name)
    assert not resolved.known
    assert resolved.units == ()


@pytest.mark.parametrize(
    ("name", "near"), [("城关镇政府", "城关镇"), ("县财正局", "县财政局"), ("ＺＺＺ", "无相近名称")]
)
def test_the_nearest_name_is_suggested(name: str, near: str) -> None:
    """The best of all names, or the words that there is none."""
    assert ROSTER.resolve(name).nearest == near


@pytest.mark.parametrize("name", ["甲", "乙"])
def test_a_loop_of_names_ends(name: str) -> None:
    """单位对照 that comes back to itself is nobody's name."""
    assert not ROSTER.resolve(name).known


def test_a_name_of_which_a_part_is_unknown_is_unknown() -> None:
    """Half a list of units would lose the other half in silence."""
    assert not ROSTER.resolve("半知").known


def test_the_office_may_say_who_everyone_is() -> None:
    """A row of 单位对照 and a group come before the built-in meaning of 全体."""
    assert who("各单位", Roster(UNITS, (("各单位", ("城关",)),))) == ["X01"]


def test_a_name_of_a_unit_is_stronger_than_an_alias_of_another() -> None:
    """What a unit is called officially is not overridden by a nickname."""
    units = (Unit("1", "财政局"), Unit("2", "县局", ("财政局",)))
    assert who("财政局", Roster(units)) == ["1"]


@pytest.mark.parametrize(("name", "code"), [("城关", "X01"), ("b01", "B01"), ("别名", "X02")])
def test_one_unit_is_found_by_any_of_its_names(name: str, code: str) -> None:
    """A row of 单位对照 that names one unit is a name of that unit."""
    roster = Roster(UNITS, (*NAMES, ("别名", ("白马镇",))))
    unit = roster.unit(name)
    assert unit is not None
    assert unit.code == code


@pytest.mark.parametrize(
    "name", ["乡镇街道", "全体", "执法部门", "各有关部门", "待定单位", "县政府办", "甲", "没有", "县旧局"]
)
def test_a_group_is_never_one_unit(name: str) -> None:
    """Not even when it has a single member: a form headed 执法部门 is nobody's."""
    assert ROSTER.unit(name) is None
    assert Roster(UNITS[:1]).unit("全体") is None


@given(
    st.lists(
        st.tuples(st.sampled_from("甲乙丙丁"), st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=3)),
        max_size=6,
    )
)
def test_any_mapping_of_names_ends_and_gives_each_unit_once(names: list[tuple[str, list[str]]]) -> None:
    """Loops, diamonds and dead ends: an answer in finite time, without repeats."""
    roster = Roster((Unit("1", "戊"), Unit("2", "己")), tuple((n, tuple(t)) for n, t in names))
    for name in "甲乙丙丁":
        resolved = roster.resolve(name)
        codes = [u.code for u in resolved.units]
        assert codes == sorted(set(codes))
        assert resolved.known or not codes


def test_a_long_ladder_of_names_is_climbed_once() -> None:
    """Names that each stand twice in the next do not double the work at every step."""
    ladder = tuple((f"名{n}", (f"名{n + 1}", f"名{n + 1}")) for n in range(60))
    assert who("名0", Roster((Unit("1", "名60"),), ladder)) == ["1"]
