"""Chinese office text: spellings of the same words become equal, different words never do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfz.text import cells_wide, characters, fold, line_width, lines_needed, names, shorten, visible

CHINESE = st.text("一二三甲乙丙丁镇街道办事处局（）()、0123456789ABCabc-·—", max_size=20)
SPACE = st.text(" \u3000\u00a0\t\n\u200b\ufeff", max_size=3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("项  目", "项目"),
        ("项目（一）", "项目(一)"),
        ("ＸＬＳＸ１２", "xlsx12"),
        ("\ufeff完成\u200b情况", "完成情况"),
        ("【必填】分值", "〔必填〕分值"),
        ("自评\n得分", "自评得分"),
        ("A1", "a1"),
    ],
)
def test_two_spellings_of_the_same_words_fold_alike(one: str, other: str) -> None:
    """Widths, white space, brackets, case and invisible characters do not tell labels apart."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("第1项", "第2项"), ("9.5", "95"), ("1-1", "11"), ("★1", "1"), ("(1)", "1")]
)
def test_different_words_never_fold_alike(one: str, other: str) -> None:
    """A sign that means something is kept."""
    assert fold(one) != fold(other)


@given(CHINESE, SPACE, st.data())
def test_white_space_anywhere_does_not_change_the_fold(text: str, space: str, data: st.DataObject) -> None:
    """People space labels out as they like."""
    at = data.draw(st.integers(0, len(text)))
    assert fold(text[:at] + space + text[at:]) == fold(text)


@given(CHINESE)
def test_folding_twice_is_folding_once(text: str) -> None:
    """A folded text is its own normal form, so that it may be looked up."""
    assert fold(fold(text)) == fold(text)


@given(CHINESE, SPACE, SPACE)
def test_visible_takes_the_invisible_away_and_nothing_else(text: str, before: str, after: str) -> None:
    """Every character a person can see survives, in order."""
    seen = visible(before + text + after)
    assert seen == text.strip()
    assert visible(seen) == seen


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("甲、乙, 丙", ("甲", "乙", "丙")),
        ("甲，乙\n丙", ("甲", "乙", "丙")),
        ("各区、县级市；市直单位", ("各区、县级市", "市直单位")),
        ("各市、州; 省直, 部门", ("各市、州", "省直, 部门")),
        ("文化和旅游部", ("文化和旅游部",)),
        ("、 、，", ()),
        ("", ()),
    ],
)
def test_lists_of_names_are_split_as_staff_type_them(typed: str, listed: tuple[str, ...]) -> None:
    """A semicolon anywhere is the only separator; a name with 和 stays whole; empty names are none."""
    assert names(typed) == listed


@given(st.lists(st.text("甲乙丙丁、局办", min_size=1, max_size=6), max_size=6))
def test_names_joined_by_semicolons_come_back(listed: list[str]) -> None:
    """Any names, even with 、 in them, survive the round trip through one cell."""
    assert names("；".join([*listed, ""])) == tuple(listed)


@pytest.mark.parametrize(
    ("line", "width"), [("abc", 3), ("甲乙", 4), ("甲a", 3), ("（", 2), ("·", 2), ("", 0)]
)
def test_a_full_width_character_counts_two(line: str, width: int) -> None:
    """Widths are in half-width columns, ambiguous characters counted wide."""
    assert line_width(line) == width


def test_a_text_is_as_wide_as_its_longest_line() -> None:
    """Line breaks in a cell do not widen it."""
    assert cells_wide("甲\n乙丙丁\nab") == 6
    assert cells_wide("") == 0


@given(st.text("甲乙ab \n", max_size=60), st.integers(2, 40))
def test_wrapped_lines_hold_the_whole_text(text: str, width: int) -> None:
    """Never fewer lines than the text has columns for, nor than it has lines; wider never needs more."""
    lines = lines_needed(text, width)
    assert lines * width >= sum(map(line_width, text.splitlines()))
    assert lines >= max(1, len(text.splitlines()))
    assert lines_needed(text, width + 1) <= lines


@given(CHINESE, SPACE)
def test_white_space_is_not_counted_as_characters(text: str, space: str) -> None:
    """字数 counts what is written; blanks and line breaks are not."""
    assert (
        characters(text + space.replace("\u200b", "").replace("\ufeff", "")) == characters(text) == len(text)
    )


@given(st.text(max_size=80), st.integers(1, 40))
def test_a_shortened_text_is_one_line_of_at_most_the_limit(text: str, limit: int) -> None:
    """Long cells do not blow up a message, and what was cut is marked."""
    short = shorten(text, limit)
    assert len(short) <= limit
    assert not {"\n", "\r", "\t"} & set(short)
    assert short == " ".join(text.split()) or short.endswith("…")
