"""Invented plans in every shape and format: what an import must read, and how honest it must be."""

from __future__ import annotations

import pytest

from tests.documents.places import misplaced
from tests.documents.plans import writers
from tests.documents.plans.judge import judge
from tests.documents.plans.model import gapped
from tests.documents.plans.shapes import Style
from tests.documents.plans.shelf import EVERYWHERE, PROSE, TABLES, TORN
from xlfz.documents import propose
from xlfz.documents.reading import read_document

PROSE_FORMATS = {
    "plan.txt": writers.text,
    "gb.txt": lambda d: writers.text(d, "gb18030"),
    "bom.txt": lambda d: writers.text(d, "utf-8-sig"),
    "plan.html": writers.page,
    "breaks.htm": writers.page_of_breaks,
    "plan.docx": writers.word,
    "automatic.docx": lambda d: writers.word(d, automatic=True),
    "plan.xlsx": writers.workbook,
    "plan.pdf": writers.pdf,
}
TABLE_FORMATS = {
    "plan.html": writers.page,
    "plan.docx": writers.word,
    "plan.xlsx": writers.workbook,
    "plan.pdf": writers.pdf,
}
TORN_FORMATS = {
    "plan.txt": writers.text,
    "gb.txt": lambda d: writers.text(d, "gb18030"),
    "plan.html": writers.page,
    "plan.docx": writers.word,
}
TAKES_TURNS = 3
"""Shapes that are not tried in every format are tried in every third."""


def cases() -> list[tuple[str, str]]:
    """Every shape with the formats that it is tried in."""
    listed = []
    for shapes, formats in ((PROSE, PROSE_FORMATS), (TABLES, TABLE_FORMATS)):
        for n, shape in enumerate(shapes):
            turns = slice(None) if shape in EVERYWHERE else slice(n % TAKES_TURNS, None, TAKES_TURNS)
            listed += [(shape, kind) for kind in list(formats)[turns]]
    return listed


@pytest.mark.parametrize(("shape", "kind"), cases())
def test_a_plan_is_understood_as_a_person_reads_it(shape: str, kind: str) -> None:
    """Numbers, chapters, texts, units by role, deadlines, points and materials of every task."""
    make, write = {**PROSE, **TABLES}[shape], {**PROSE_FORMATS, **TABLE_FORMATS}[kind]
    document = make(Style())
    source = read_document(write(document), kind)
    proposed = propose(source)

    verdict = judge(document, proposed)
    assert not verdict.dishonest
    assert not verdict.wrong
    assert not misplaced(source, proposed)


@pytest.mark.parametrize("kind", TORN_FORMATS)
@pytest.mark.parametrize("shape", TORN)
def test_a_torn_table_is_put_together_and_what_is_doubtful_is_marked(shape: str, kind: str) -> None:
    """Nothing wrong passes for sure, and nearly nothing is wrong."""
    document = TORN[shape](Style())
    source = read_document(TORN_FORMATS[kind](document), kind)
    proposed = propose(source)

    verdict = judge(document, proposed)
    assert not verdict.dishonest
    assert len(verdict.wrong) <= len(document.wants) // 6
    assert not misplaced(source, proposed)


@pytest.mark.parametrize("shape", [*PROSE, *TABLES])
def test_a_space_beside_figures_means_nothing(shape: str) -> None:
    """`每年 1 月底前` and `5 个工作日`, as office suites' PDFs read: not the beginning of a task."""
    make = {**PROSE, **TABLES}[shape]
    document = gapped(make(Style()))
    write = writers.workbook if shape in TABLES else writers.text

    verdict = judge(document, propose(read_document(write(document), "方案")))
    assert not verdict.dishonest
    assert not verdict.wrong


def test_at_least_ten_plans_of_at_least_eight_tasks_are_told_apart() -> None:
    """The plans of this file do not share one text."""
    made = [make(Style()) for group in (PROSE, TABLES, TORN) for make in group.values()]

    assert len({d.title for d in made}) == len(made) >= 10
    assert all(8 <= len(d.wants) <= 20 for d in made)
