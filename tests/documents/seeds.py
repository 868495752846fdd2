"""The source documents in shared/seeds and the truth written by hand beside this file.

`seed(number)` gives a document's bytes and name, or skips the test where the folder is not there (it
belongs to no repository). `truth(name)` gives the rows of a CSV in `truth/`: numbers, names, units and
key phrases as printed. Forbids sentences of the sources: only facts are written down.
"""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from xlfz.text import names

if TYPE_CHECKING:
    from xlfz.documents.model import Found, Proposal, ProposedRow

HERE = Path(__file__).resolve()


def folder() -> Path | None:
    """Where the source documents are: XLFZ_SEEDS, or shared/seeds beside this repository."""
    asked = os.environ.get("XLFZ_SEEDS")
    candidates = [Path(asked)] if asked else [up / "shared" / "seeds" for up in HERE.parents]
    return next((path for path in candidates if path.is_dir()), None)


def seed(number: str) -> tuple[bytes, str]:
    """The bytes and the name of the document whose name begins with `number`."""
    where = folder()
    found = sorted(where.glob(f"{number}_*")) if where else []
    if not found:
        pytest.skip(f"shared/seeds/{number}_* is not here")
    return found[0].read_bytes(), found[0].name


@cache
def proposal(number: str) -> Proposal:
    """What is understood of one source document: read and proposed once for all tests."""
    from xlfz.documents import propose
    from xlfz.documents.reading import read_document

    return propose(read_document(*seed(number)))


def truth(name: str) -> list[dict[str, str]]:
    """The rows of truth/`name`.csv."""
    with (HERE.parent / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(text: object) -> str:
    """The form in which a truth and a value are compared: width, white space and end marks do not count."""
    folded = unicodedata.normalize("NFKC", str(text))
    return re.sub(r"[\s\u200b\ufeff]+", "", folded).strip("。.;；、,，:")


def value(row: ProposedRow, field: str) -> str:
    """The value of a field in `plain` form, empty where the row has none."""
    found = row.fields.get(field)
    return plain(found.value) if found else ""


def words(row: ProposedRow) -> str:
    """All that the row keeps of the task's own words."""
    return "".join(value(row, field) for field in ("section", "text", "requirement"))


def chapter(row: ProposedRow) -> str:
    """The chapter path of a row."""
    return value(row, "chapter") + value(row, "section")


def units(row: ProposedRow, field: str) -> list[str]:
    """The units of a field, in `plain` form and in the order of the value."""
    found = row.fields.get(field)
    return [plain(name) for name in names(str(found.value))] if found else []


def split(text: str) -> list[str]:
    """A list of a truth file (；), in `plain` form."""
    return [plain(part) for part in text.split("；") if part]


def number(text: object) -> str:
    """The number at the end of a label: 3 for ⒊, 3., （一）3 and 1-3; the label itself for others."""
    label = plain(text)
    digits = re.search(r"(\d+)\D*$", label)
    return digits[1] if digits else label


def doubted(found: Found | None) -> bool:
    """Whether a person is told to look: the field is absent, 存疑 or 缺失."""
    return found is None or found.sure != "确定"


def said(proposed: Proposal) -> str:
    """Every finding of a proposal and its rows, for a failure's message."""
    findings = [*proposed.findings, *(f for row in proposed.rows for f in row.findings)]
    return "\n".join(f"{f.code} {f.message}" for f in findings)
