"""Invented plans in the formats that only an office suite writes: doc, xls, ods and its PDF."""

from __future__ import annotations

from functools import cache

import pytest

from tests.documents.places import misplaced
from tests.documents.plans import writers
from tests.documents.plans.judge import judge
from tests.documents.plans.shapes import Style
from tests.documents.plans.shelf import PROSE, TABLES
from tests.oracle import libreoffice
from xlfz.documents import propose
from xlfz.documents.reading import read_document

SHAPES = {**PROSE, **TABLES}
SHAPES_OF = {
    "doc": ("labels", "grouped"),
    "pdf": (
        "labels", "brackets", "verbs", "articles", "points", "one_label_line", "deep",
        "indicators", "grouped", "notice", "messy", "measures",
    ),
    "xls": ("indicators", "messy"),
    "ods": ("continued",),
}  # fmt: skip
"""Each start of LibreOffice costs seconds: one for a format, and one more to read each doc."""
HARD = {("pdf", "messy"), ("pdf", "measures")}
"""Units that stand one below the other in cells that break every line: marked is enough there."""
CASES = [(kind, shape) for kind, shapes in SHAPES_OF.items() for shape in shapes]


@cache
def made(kind: str) -> dict[str, bytes]:
    """Every plan that is wanted in one format, by its shape."""
    documents = {shape: SHAPES[shape](Style()) for shape in SHAPES_OF[kind]}
    if kind in ("doc", "pdf"):
        files = {f"{shape}.docx": writers.word(d, automatic=True) for shape, d in documents.items()}
    else:
        files = {f"{shape}.xlsx": writers.workbook(d) for shape, d in documents.items()}
    return writers.converted(files, kind)


@libreoffice
@pytest.mark.parametrize(("kind", "shape"), CASES)
def test_an_office_suites_file_is_understood_as_a_person_reads_it(kind: str, shape: str) -> None:
    """The same plans as in the other formats, with the same outcome."""
    source = read_document(made(kind)[shape], f"方案.{kind}")
    proposed = propose(source)

    verdict = judge(SHAPES[shape](Style()), proposed)
    assert not verdict.dishonest
    assert not verdict.wrong or (kind, shape) in HARD
    assert not misplaced(source, proposed)
