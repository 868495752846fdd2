"""Invented plans in the formats that only an office suite writes: doc, xls, ods and its PDF."""

from __future__ import annotations

import pytest

from tests.documents.places import misplaced
from tests.documents.plans import writers
from tests.documents.plans.judge import judge
from tests.documents.plans.shapes import PROSE, TABLES, Style
from tests.oracle import libreoffice
from xlfz.documents import propose
from xlfz.documents.reading import read_document

CASES = {
    "labels.doc": ("docx", "doc", PROSE["labels"]),
    "grouped.doc": ("docx", "doc", TABLES["grouped"]),
    "indicators.xls": ("xlsx", "xls", TABLES["indicators"]),
    "continued.ods": ("xlsx", "ods", TABLES["continued"]),
    "verbs.pdf": ("docx", "pdf", PROSE["verbs"]),
    "brackets.pdf": ("docx", "pdf", PROSE["brackets"]),
    "grouped.pdf": ("docx", "pdf", TABLES["grouped"]),
    "indicators.pdf": ("docx", "pdf", TABLES["indicators"]),
}


@libreoffice
@pytest.mark.parametrize("kind", CASES)
def test_an_office_suites_file_is_understood_as_a_person_reads_it(kind: str) -> None:
    """The same plans as in the other formats, with the same outcome."""
    suffix, target, make = CASES[kind]
    document = make(Style())
    made = writers.workbook(document) if suffix == "xlsx" else writers.word(document, automatic=True)
    source = read_document(writers.converted(made, suffix, target), kind)
    proposed = propose(source)

    verdict = judge(document, proposed)
    assert not verdict.dishonest
    assert not verdict.wrong
    assert not misplaced(source, proposed)
