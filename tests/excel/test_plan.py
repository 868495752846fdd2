"""Plans are frozen descriptions: every step gives a copy, and a ragged table is no table."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest

from xlfz.excel import plan
from xlfz.excel.plan import Block, Sheet, Style, Workbook

TYPES = [t for t in vars(plan).values() if is_dataclass(t) and isinstance(t, type)]


@pytest.mark.parametrize("type_", TYPES, ids=lambda t: t.__name__)
def test_every_part_of_a_plan_is_frozen(type_: type) -> None:
    """A plan handed on cannot be changed behind anybody's back."""
    part = object.__new__(type_)
    with pytest.raises(FrozenInstanceError):
        setattr(part, fields(type_)[0].name, None)


def test_a_style_is_changed_by_a_copy() -> None:
    """`but` leaves the original as it was."""
    plain = Style()
    bold = plain.but(bold=True, fill="FFFFCC")
    assert (plain.bold, plain.fill) == (False, "")
    assert (bold.bold, bold.fill, bold.font) == (True, "FFFFCC", plain.font)


def test_equal_styles_are_one_style() -> None:
    """The writer may keep them in a dictionary."""
    assert {Style(bold=True), Style().but(bold=True)} == {Style(bold=True)}


@pytest.mark.parametrize("rows", [[(1,)], [(1, 2), (1, 2, 3)], [()]])
def test_a_block_with_a_ragged_row_is_refused(rows: list[tuple[int, ...]]) -> None:
    """Every row has a value for each style."""
    with pytest.raises(ValueError, match="as many values"):
        Block(1, 1, (Style(), Style()), rows)


def test_cells_are_locked_unless_said_otherwise() -> None:
    """A forgotten style must not open a cell for typing; without protection nothing is locked anyway."""
    assert Style().locked
    assert Sheet("表").protection is None


def test_a_workbook_bears_a_fixed_moment_unless_told() -> None:
    """Nothing in a plan asks the clock: the same plan gives the same bytes."""
    assert Workbook(()) == Workbook(())
