"""The manifest: it comes back as it was written, and no change of it goes unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.form.build import HEADING, KEY, ROWS, SPEC
from xlfz.excel.content import Cell, SheetContent
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.form import manifest
from xlfz.form.layout import plan
from xlfz.form.manifest import Manifest

MADE = manifest.manifest(ROWS, SPEC, HEADING.period, HEADING.code, HEADING.unit)

_text = st.text(st.characters(codec="utf-8"), max_size=20)
_ids = st.dictionaries(
    _text.filter(bool), st.lists(_text, max_size=5).map(tuple), min_size=1, max_size=3
).map(lambda tables: tuple(sorted(tables.items())))
_manifests = st.builds(
    Manifest, _text, _text, st.integers(0, 99), _text, _text, _ids, _ids, _ids, corrects=_text
)


def sheet(made: Manifest, signature: str) -> SheetContent:
    """The `_xlfz` sheet as a reader finds it."""
    rows = manifest.sheet_rows(made, signature)
    return content([list(row) for row in rows])


def content(rows: list[list[str | float]]) -> SheetContent:
    """A sheet of these cells; an empty text is no cell."""
    cells = {
        r: {c: Cell("text" if isinstance(v, str) else "number", v) for c, v in enumerate(row, 1) if v != ""}
        for r, row in enumerate(rows, 1)
    }
    return SheetContent(manifest.SHEET, "veryHidden", cells)


@given(_manifests)
def test_what_is_written_comes_back(made: Manifest) -> None:
    """Any manifest survives the way to the sheet and back, and its signature holds."""
    assert manifest.read(sheet(made, manifest.sign(made, KEY)), KEY) == (made, True)


def test_it_comes_back_from_a_real_file() -> None:
    """Written and read as bytes: rows and columns of both tables, unit and round."""
    book = read_workbook(write(plan(ROWS, SPEC, HEADING)))
    hidden = book.sheet(manifest.SHEET)
    assert hidden is not None
    assert hidden.state == "veryHidden"
    assert manifest.read(hidden, KEY) == (MADE, True)
    assert MADE.row_ids("items") == ("1", "1.1", "1.10", "★2", "*2", "加1")
    assert MADE.row_ids("materials") == ("1#1", "1#2", "1.1#1", "1.10#1", "*2#1")
    assert list(MADE.bound_of("materials")) == list(MADE.row_ids("materials"))
    assert MADE.column_ids("items") == ("status", "score", "done_on", "statement", "reason")


@pytest.mark.parametrize(
    "change",
    [
        {"period": "2027年度"},
        {"kind": "进展表"},
        {"version": 2},
        {"code": "X02"},
        {"unit": "丙镇人民政府"},
        {"rows": (("items", ("1",)), ("materials", ()))},
        {"columns": (("items", ("score",)), ("materials", ()))},
        {"bounds": (("items", ("9",)), ("materials", ()))},
        {"format": 9},
        {"upward": (("items", ("合计",)), ("materials", ()))},
        {"corrects": "0" * 64},
    ],
)
def test_any_change_breaks_the_signature(change: dict[str, object]) -> None:
    """Whoever edits the hidden sheet without the key is found out."""
    signature = manifest.sign(MADE, KEY)
    forged = replace(MADE, **change)  # type: ignore[arg-type]
    assert manifest.read(sheet(forged, signature), KEY) == (forged, False)
    assert not manifest.verify(MADE, signature, b"another key")
    assert not manifest.verify(MADE, "", KEY)
    assert not manifest.verify(MADE, "校验", KEY)


def test_taking_a_copy_for_another_ones_breaks_the_signature() -> None:
    """The file that a marked copy corrects is signed with it; a form corrects none."""
    copy = replace(MADE, corrects="0" * 64)
    forged = replace(copy, corrects="1" * 64)
    assert manifest.read(sheet(forged, manifest.sign(copy, KEY)), KEY) == (forged, False)
    assert len(manifest.sheet_rows(copy, "x")) == len(manifest.sheet_rows(MADE, "x")) + 1


def test_moving_text_between_unit_and_code_breaks_the_signature() -> None:
    """Fields are signed apart: two manifests that only read alike do not sign alike."""
    assert manifest.sign(replace(MADE, code="X", unit="01甲"), KEY) != manifest.sign(
        replace(MADE, code="X01", unit="甲"), KEY
    )


def test_long_lists_are_split_over_cells() -> None:
    """Two thousand long ids: no cell above Excel's limit, nothing lost."""
    ids = tuple(f"第{n}项" + "长" * 30 for n in range(2_000))
    long = replace(MADE, rows=(("items", ids),))
    rows = manifest.sheet_rows(long, "x")
    assert max(len(text) for row in rows for text in row) <= 32_767
    assert max(len(row) for row in rows) > 3
    assert manifest.read(sheet(long, manifest.sign(long, KEY)), KEY) == (long, True)


def test_numbers_and_moved_rows_are_read_all_the_same() -> None:
    """An editor may turn the version into a number or leave empty rows between."""
    rows = [list(row) for row in manifest.sheet_rows(MADE, manifest.sign(MADE, KEY))]
    turned: list[list[str | float]] = [[float(v) if v == "1" else v for v in row] for row in rows]
    assert manifest.read(content([[], *reversed(turned), []]), KEY) == (MADE, True)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [["随便", "什么"]],
        [["版本", "二"]],
        [["行标识", "items", "["]],
        [["行标识", "items", "[" * 20_000]],
        [["行标识", "items", '{"a": 1}']],
        [["行标识", "items", "[1, 2]"]],
    ],
)
def test_what_is_no_manifest_is_none(rows: list[list[str | float]]) -> None:
    """Junk, half a manifest and hostile lists give None, never an exception."""
    assert manifest.read(content(rows), KEY) is None
    good = [list(row) for row in manifest.sheet_rows(MADE, "x") if row[0] not in {r[0] for r in rows if r}]
    if rows:
        assert manifest.read(content([*good, *rows]), KEY) is None or rows == [["随便", "什么"]]
