"""Checked files in the cache: what comes out is what went in, and nothing else comes out."""

from __future__ import annotations

import json
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfz.check.model import Checked, CheckedRow, Verdict
from xlfz.findings import Finding, codes, finding
from xlfz.office.records import dump, load

texts = st.text(st.characters(codec="utf-8"), max_size=12)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
answers = texts | numbers | st.dates()
rows = st.builds(
    CheckedRow, texts, texts, st.integers(1, 1_048_576), st.dictionaries(texts, answers, max_size=4)
)
findings = st.builds(
    Finding,
    st.sampled_from(tuple(codes())),
    st.sampled_from(("error", "warn", "info")),
    *[texts] * 5,
    st.lists(st.tuples(texts, texts | numbers), max_size=3).map(tuple),
)
tables = st.dictionaries(st.sampled_from(("items", "materials")), st.dictionaries(texts, texts, max_size=3))
checked_files = st.builds(
    Checked,
    st.sampled_from(get_args(Verdict)),
    texts,
    st.integers(0, 99),
    st.lists(rows, max_size=3).map(tuple),
    st.lists(rows, max_size=3).map(tuple),
    st.none() | tables,
    st.lists(findings, max_size=3).map(tuple),
    st.lists(texts, max_size=3).map(tuple),
    st.integers(0, 99),
    texts,
)


@given(checked_files)
def test_a_checked_file_survives_the_cache(checked: Checked) -> None:
    """Through JSON text and back: equal, with the same types of values."""
    back = load(json.loads(json.dumps(dump(checked), ensure_ascii=False)))
    assert back == checked
    for before, after in zip(
        (*checked.items, *checked.materials), (*back.items, *back.materials), strict=True
    ):
        assert [type(v) for v in before.values.values()] == [type(v) for v in after.values.values()]


@given(st.dates())
def test_text_that_looks_like_a_day_stays_text(day: date) -> None:
    """A day and its ISO text are two different answers."""
    row = CheckedRow("1", "自评表", 6, {"done_on": day, "statement": day.isoformat()})
    assert load(json.loads(json.dumps(dump(Checked("accepted", items=(row,)))))).items == (row,)


@given(st.dates())
def test_a_message_survives_whatever_its_facts_are(day: date) -> None:
    """A day in a message reads the same after the cache as before."""
    found = finding("E_DATE_FUTURE", cell="F6", 值=day, 今天=date(2026, 11, 16))
    back = load(json.loads(json.dumps(dump(Checked("held", findings=(found,))))))
    assert back.findings[0].text == found.text


@pytest.mark.parametrize(
    "record",
    [
        None,
        1,
        "x",
        [],
        [1, 2, 3],
        {},
        ["accepted", "", 0, [[1]], [], None, []],
        ["accepted", "", 0, [["1", "自评表", 6, {"done_on": ["gestern"]}]], [], None, []],
        ["accepted", "", 0, [["1", "自评表", 6, {"done_on": []}]], [], None, []],
        ["accepted", "", 0, [["1", "自评表", 6, {"done_on": [5]}]], [], None, []],
        ["accepted", "", 0, [[[["done_on"], ["done_on"]]], [0, "1", "自评表", 6, "gestern"]], [], None, []],
        ["accepted", "", 0, [[[["done_on"], ["done_on"]]], [0, "1", "自评表", 6, 5]], [], None, []],
        ["accepted", "", 0, [[[["score"], ["done_on"]]], [0, "1", "自评表", 6, 5]], [], None, []],
        ["accepted", "", 0, [[[["score"], []]], [1, "1", "自评表", 6, 5]], [], None, []],
        ["accepted", "", 0, [[[["score"], []]], [-1, "1", "自评表", 6, 5]], [], None, []],
        ["accepted", "", 0, [[[["score"], []]], [0, "1", "自评表", 6]], [], None, []],
        ["accepted", "", 0, [[[["score"], []]], [0, "1"]], [], None, []],
        ["accepted", "", 0, [[[["score"], []]]], [], None, []],
        ["accepted", "", 0, [[[["score"]]], [0, "1", "自评表", 6, 5]], [], None, []],
        ["accepted", "", 0, [], [], None, [["E_DATE"]]],
        ["verworfen", "", 0, [], [], None, []],
        ["accepted", "", 0, [], [], None, [["E_NO_SUCH_CODE", "error", "", "", "", "", "", []]]],
        ["accepted", "", 0, [], [], None, [["E_DATE", "fatal", "", "", "", "", "", []]]],
        ["accepted", 5, "0", [["1", "自评表", 6, 7]], [], None, []],
    ],
)
def test_what_is_no_record_is_refused_and_nothing_else_is_raised(record: object) -> None:
    """Whoever reads the cache knows these errors, and checks the file again."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        load(record)
