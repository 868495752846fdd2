"""Deadlines and the day make lights; months are read as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfz.catalogue import Deadline
from xlfz.excel.blocks import serial
from xlfz.months import Month, month
from xlfz.tracking import lights

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
RECURRENCES = {"每月": 12, "每季度": 4, "每半年": 2, "每年": 1}


def shown(progress: float | str, status: str, due: date | None, today: date, near: int) -> str:
    """The light as the declared formula gives it."""
    return str(
        lights.LIGHT.value(
            任务进度=progress, 牵头状态=status, 到期日="" if due is None else serial(due),
            截至日期=serial(today), 黄灯天数=float(near),
        )
    )  # fmt: skip


@given(
    st.sampled_from(["", 0.0, 55.5, 99.0, 100.0]),
    st.sampled_from(["", "推进中", "已完成", "长期坚持"]),
    st.none() | st.integers(-400, 400),
    DAYS,
    st.integers(0, 30),
)
def test_a_light_is_red_after_the_day_and_yellow_shortly_before_it(
    progress: float | str, status: str, left: int | None, today: date, near: int
) -> None:
    """Green when done, lasting, without a day, or in good time."""
    wanted = "绿"
    if progress != 100 and status != "长期坚持" and left is not None:
        wanted = "红" if left < 0 else "黄" if left <= near else "绿"
    due = None if left is None else today + timedelta(left)
    assert shown(progress, status, due, today, near) == wanted


@given(st.sampled_from(list(RECURRENCES)), DAYS)
def test_a_recurring_task_is_due_at_the_end_of_its_current_period(word: str, today: date) -> None:
    """Which is never past, begins no later than today, and ends with its month."""
    due = lights.due(Deadline(word, recurrence=("长期", word)), today)
    assert due is not None
    assert due >= today
    assert (due + timedelta(1)).day == 1
    months = 12 // RECURRENCES[word]
    assert due.month % months == 0
    assert (due.year, (due.month - 1) // months) == (today.year, (today.month - 1) // months)


@given(DAYS, DAYS)
def test_a_day_of_its_own_outranks_recurrences(day: date, today: date) -> None:
    """And a lasting task without one has none."""
    assert lights.due(Deadline("", day, ("每月",)), today) == day
    assert lights.due(Deadline("长期", recurrence=("长期",)), today) is None


@pytest.mark.parametrize("text", ["3月", "2026年3月", "2026-03", "2026.3", "３月份", "2026/03"])
def test_a_month_is_read_as_people_write_it(text: str) -> None:
    """With the year of the settings where it names none."""
    assert month(text, 2026) == Month(2026, 3)


@pytest.mark.parametrize("text", ["年度", "第一季度", "3", "13月", "2026", "0月", ""])
def test_what_is_no_month_is_none(text: str) -> None:
    """Nor is one guessed."""
    assert month(text, 2026) is None
    assert month("3月") is None


@given(DAYS, st.integers(1, 31))
def test_a_month_is_due_in_the_next_one(day: date, by: int) -> None:
    """On that day, or on its last where it is shorter."""
    this = Month(day.year, day.month)
    due = this.due(by)
    assert (
        (due.year, due.month)
        == this.next
        == ((this.end + timedelta(1)).year, (this.end + timedelta(1)).month)
    )
    assert due.day == by or (due.day < by and (due + timedelta(1)).day == 1)
