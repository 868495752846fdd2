"""Deadlines as documents write them: the last day and the recurrences, nothing guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfz.catalogue import RECURRENCES
from xlfz.workbench.deadline import read_deadline

NONE: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("text", "day", "recurrence"),
    [
        ("2017年6月底前", "2017-06-30", NONE),
        ("2017年6月底前完成", "2017-06-30", NONE),
        ("2019年年底前", "2019-12-31", NONE),
        ("2018年底前完成", "2018-12-31", NONE),
        ("2020年12月", "2020-12-31", NONE),
        ("2020年2月底", "2020-02-29", NONE),
        ("２０２１年３月１２日前", "2021-03-12", NONE),
        ("2021-3-12", "2021-03-12", NONE),
        ("2021.3.12前", "2021-03-12", NONE),
        ("2021年1月16日—4月底", "2021-04-30", NONE),
        ("2021年1月4日至1月15日", "2021-01-15", NONE),
        ("2021年第一季度", "2021-03-31", NONE),
        ("2021年上半年", "2021-06-30", NONE),
        ("2016—2020年", "2020-12-31", NONE),
        ("2020年内", "2020-12-31", NONE),
        ("每季度", None, ("每季度",)),
        ("每季度末", None, ("每季度",)),
        ("每月25日前", None, ("每月",)),
        ("每半年一次", None, ("每半年",)),
        ("每年", None, ("每年",)),
        ("长期坚持", None, ("长期",)),
        ("持续推进", None, ("长期",)),
        ("每年、每季度", None, ("每季度", "每年")),
        ("持续到2021年6月底", "2021-06-30", NONE),
        (
            "没有明确时间要求的,于2018年年底前完成;属于常态化工作的,按有关时间节点完成",
            "2018-12-31",
            ("长期",),
        ),
        ("2020年3月上旬", "2020-03-10", NONE),
        ("2020年3月中旬", "2020-03-20", NONE),
        ("2021年2月下旬", "2021-02-28", NONE),
        # Nothing is guessed.
        ("2020年3月中旬前", None, NONE),
        ("年底前", None, NONE),
        ("6月底前", None, NONE),
        ("2017年6月前", None, NONE),
        ("2021年2月30日", None, NONE),
        ("2021年13月底", None, NONE),
        ("创建周期内", None, NONE),
        ("市财政局批复后20日内", None, NONE),
        ("", None, NONE),
    ],
)
def test_a_deadline_says_its_last_day_and_its_recurrences(
    text: str, day: str | None, recurrence: tuple[str, ...]
) -> None:
    """Without the settings' year."""
    found = read_deadline(text)
    assert (found.day and found.day.isoformat(), found.recurrence) == (day, recurrence)
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "day", "recurrence"),
    [
        ("年底前", "2026-12-31", NONE),
        ("本年底前", "2026-12-31", NONE),
        ("6月底前", "2026-06-30", NONE),
        ("11月15日前", "2026-11-15", NONE),
        ("每年1月底前", "2026-01-31", ("每年",)),
        ("每年第一季度", "2026-03-31", ("每年",)),
        ("上半年", "2026-06-30", NONE),
        ("2021年1月16日—4月底", "2021-04-30", NONE),
        ("6月前", None, NONE),
        ("每季度末", None, ("每季度",)),
        ("每月底", None, ("每月",)),
    ],
)
def test_the_settings_year_completes_a_deadline_without_one(
    text: str, day: str | None, recurrence: tuple[str, ...]
) -> None:
    """And only such a deadline."""
    found = read_deadline(text, 2026)
    assert (found.day and found.day.isoformat(), found.recurrence) == (day, recurrence)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.sampled_from(("%Y年%-m月%-d日前", "%Y-%m-%d")))
def test_every_day_is_read_as_itself(day: date, form: str) -> None:
    """With or without 前."""
    assert read_deadline(day.strftime(form)).day == day


@given(st.text(max_size=40))
def test_any_text_is_kept_and_never_fails(text: str) -> None:
    """Whatever is written, the text stays and the recurrences are known ones."""
    found = read_deadline(text, 2026)
    assert set(found.recurrence) <= set(RECURRENCES)
