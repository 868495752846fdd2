"""The look: styles that say what they are, and heights that cut no text."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import oracle
from xlfz.excel import look
from xlfz.excel.plan import Columns, Put, Sheet, Style, Workbook
from xlfz.excel.writer import write

STYLES = {name: value for name, value in vars(look).items() if isinstance(value, Style)}
SENTENCE = (
    "落实《某市2026年度责任分工方案》第3条，8月底前完成ABC系统验收（含佐证资料）；每月25日前报送进展情况，"
)


def test_only_input_styles_are_unlocked_and_they_look_it():
    """What may be typed into is cream, and nothing else is."""
    for name, style in STYLES.items():
        assert style.locked == (not name.startswith("INPUT")), name
        assert (style.fill == look.CREAM) == name.startswith("INPUT"), name


def test_colours_are_colours():
    """Every style can be written."""
    cells = tuple(Put(row, 1, "甲", style) for row, style in enumerate(STYLES.values(), 1) if style.font)
    assert oracle.audit(write(Workbook((Sheet("表", cells),)))) == []


@pytest.mark.parametrize(
    ("texts", "size", "height"),
    [
        ([("", 10)], 10.5, 20.25),
        ([("短", 10)], 10.5, 20.25),
        ([("一二三四五", 10.6)], 10.5, 20.25),
        ([("一二三四五六", 10.6)], 10.5, 33.75),
        ([("甲\n乙\n丙", 10)], 10.5, 48.75),
        ([("甲\n", 10)], 10.5, 33.75),
        ([("短", 10), ("长" * 20, 10)], 10.5, 79.5),
        ([("x" * 100_000, 10)], 10.5, 408.75),
    ],
)
def test_heights_follow_the_longest_text(texts: list[tuple[str, float]], size: float, height: float):
    """One line stays at the minimum, many lines stop at Excel's limit."""
    assert look.fit_height(texts, size) == height


def test_a_full_width_character_is_not_split():
    """In 9 half columns there is room for four characters, not for four and a half."""
    assert look.fit_height([("字" * 9, 9.6)], minimum=0) == look.fit_height([("字" * 9, 8.6)], minimum=0)


def test_merged_width_adds_up():
    """Merged columns gain the padding between them."""
    assert look.merged_width([10]) == 10
    assert look.merged_width([10, 20, 5]) == pytest.approx(36.4)


@oracle.libreoffice
@pytest.mark.parametrize("style", [look.BODY, look.INPUT, look.SUBTITLE, look.TITLE, look.NOTE, look.HEADER])
def test_wrapped_text_is_never_cut(style: Style):
    """LibreOffice's own best height of a row is never more than the computed one."""
    rnd = random.Random(7)
    widths = (12.0, 18.0, 30.0, 47.0)
    texts = [[(SENTENCE * 8)[: rnd.randrange(1, 160)] for _ in widths] for _ in range(40)]
    texts += [
        ["Supervision and inspection of responsibilities " * 2] * 4,
        ["一、甲；\n二、乙；\n\n三、丙。"] * 4,
    ]
    cells = tuple(Put(r, c, t, style) for r, row in enumerate(texts, 1) for c, t in enumerate(row, 1))
    columns = tuple(Columns(i, i, width) for i, width in enumerate(widths, 1))
    best = oracle.best_heights(write(Workbook((Sheet("表", cells, columns=columns),))))["表"]
    for r, row in enumerate(texts, 1):
        ours = look.fit_height(zip(row, widths, strict=True), style.size)
        assert ours >= min(best[r], look.MAX_HEIGHT), (r, row)
        assert ours <= 2 * best[r] + 20, "far too tall"


@given(st.lists(st.text("甲乙A b\n，（é", max_size=60)), st.sampled_from([6.0, 13.0, 22.5]))
@settings(max_examples=100, deadline=None)
def test_many_heights_are_the_heights_of_each(texts: list[str], width: float):
    """A whole column at once: nothing but faster."""
    expected = {text: look.fit_height([(text, width)]) for text in texts}
    assert look.heights(texts, width, 20.0) == expected
