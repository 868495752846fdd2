"""The plans in prose among the source documents, against what a person reads in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.documents import seeds
from tests.documents.places import misplaced
from tests.documents.seeds import plain, split
from xlfz.documents.reading import read_document

if TYPE_CHECKING:
    from xlfz.documents.model import ProposedRow

OPEN = {"有关部门", "等有关部门", "部门", "等部门", "各有关部门"}
"""What may stand for the open end of a list (…等有关部门)."""


def test_004_gives_its_45_tasks_in_order() -> None:
    """Number as printed, chapter and heading of every task; nothing else is taken for a task."""
    rows = seeds.proposal("004").rows
    expected = seeds.truth("004")

    assert [seeds.number(r.fields["number"].value) for r in rows] == [str(n) for n in range(1, 46)]
    for row, fact in zip(rows, expected, strict=True):
        assert seeds.number(fact["number"]) == seeds.number(row.fields["number"].value)
        assert plain(fact["chapter"]) in seeds.chapter(row), fact
        assert plain(fact["phrase"]) in seeds.words(row), fact


@pytest.mark.parametrize("field", ["lead", "responsible"])
def test_004_gives_the_units_of_all_45_tasks(field: str) -> None:
    """Lead and responsible units exactly, collective units whole; an open end of a list is said."""
    rows = seeds.proposal("004").rows
    wrong = []
    for row, fact in zip(rows, seeds.truth("004"), strict=True):
        got, due = seeds.units(row, field), split(fact[field])
        open_end = fact["open"] if field == "responsible" else ""
        if [u for u in got if u in due or u not in (OPEN if open_end else ())] != due:
            wrong.append((fact["number"], got, due))
        elif open_end and not (set(got) & OPEN - set(due)) and not seeds.doubted(row.fields[field]):
            wrong.append((fact["number"], got, open_end))
    assert not wrong


def test_004_gives_the_deadline_of_all_45_tasks_as_written() -> None:
    """完成时限 word for word; a conditional deadline gives at most the date that it names."""
    for row, fact in zip(seeds.proposal("004").rows, seeds.truth("004"), strict=True):
        assert seeds.value(row, "deadline") == plain(fact["deadline"]), fact["number"]
        day = row.fields.get("day")
        if day is not None and not seeds.doubted(day):
            year = re.search(r"\d{4}", fact["deadline"])
            assert year, fact
            assert str(day.value) == f"{year[0]}-12-31"


def test_000_gives_its_25_tasks_in_order() -> None:
    """Numbers that begin anew in every chapter; rows beyond the 25 are marked as doubtful."""
    rows = [r for r in seeds.proposal("000").rows if not _of_the_closing_part(r)]
    expected = seeds.truth("000")

    assert [seeds.number(r.fields["number"].value) for r in rows] == [f["number"] for f in expected]
    for row, fact in zip(rows, expected, strict=True):
        assert plain(fact["chapter"]) in seeds.chapter(row), fact
        assert plain(fact["phrase"]) in seeds.words(row), fact


def test_000_finds_the_figures_of_its_tasks() -> None:
    """Percentages, hours and counts that bind are in 量化要求."""
    rows = [r for r in seeds.proposal("000").rows if not _of_the_closing_part(r)]
    for row, fact in zip(rows, seeds.truth("000"), strict=True):
        for figure in split(fact["figures"]):
            assert figure in seeds.value(row, "thresholds"), fact


def test_000_leaves_what_is_no_task_to_a_person() -> None:
    """指导思想, 创建目标 and 工作要求 give no row that passes for sure."""
    for row in filter(_of_the_closing_part, seeds.proposal("000").rows):
        assert any(seeds.doubted(found) for found in row.fields.values())
    for row in seeds.proposal("000").rows:
        assert "指导思想" not in seeds.chapter(row)
        assert "创建目标" not in seeds.chapter(row)


def test_000_invents_no_unit() -> None:
    """The document assigns no task to anybody."""
    for row in seeds.proposal("000").rows:
        for field in ("lead", "responsible", "supporting"):
            assert seeds.doubted(row.fields.get(field)) or not row.fields[field].value


def test_001_a_report_is_proposed_or_refused_but_never_silent() -> None:
    """Ten chapters of things done: rows keep their chapter, and it is said that a person must look."""
    proposed = seeds.proposal("001")
    expected = seeds.truth("001")

    assert proposed.rows or proposed.findings
    chapters = {plain(f["chapter"]) for f in expected}
    for row in proposed.rows:
        assert any(c in seeds.chapter(row) for c in chapters) or any(map(seeds.doubted, row.fields.values()))
        for fact in expected:
            if seeds.value(row, "text").startswith(plain(fact["phrase"])):
                where = [f for f in expected if f["phrase"] == fact["phrase"]]
                assert any(plain(f["chapter"]) in seeds.chapter(row) for f in where), fact


def test_003_an_article_about_a_plan_is_never_taken_for_the_plan_in_silence() -> None:
    """It names six areas and says that there are 6, 16 and 59 indicators; it prints none of them."""
    proposed = seeds.proposal("003")

    assert proposed.findings
    for field, count in {"declared_first": 6, "declared_second": 16, "declared_indicators": 59}.items():
        found = proposed.settings.get(field)
        assert found is None or float(found.value) == count
    for row in proposed.rows:
        for field in ("lead", "responsible", "supporting", "points", "deadline"):
            assert seeds.doubted(row.fields.get(field)) or not row.fields[field].value


def test_003_gives_its_six_names_or_rows_of_which_none_passes_for_sure() -> None:
    """Either the six areas are the rows, or every row is one that a person must judge."""
    proposed = seeds.proposal("003")
    kept = [seeds.chapter(row) + seeds.words(row) for row in proposed.rows]
    named = all(any(plain(fact["name"]) in words for words in kept) for fact in seeds.truth("003"))
    doubtful = all(seeds.doubted(row.fields.get("text")) for row in proposed.rows)
    assert named or doubtful, seeds.said(proposed)


def test_every_value_of_a_seed_stands_where_it_says() -> None:
    """The place of each field is a place of the source, and its source text stands there."""
    for name in ("000", "001", "003", "004"):
        assert misplaced(read_document(*seeds.seed(name)), seeds.proposal(name)) == []


def _of_the_closing_part(row: ProposedRow) -> bool:
    return "工作要求" in seeds.chapter(row)
