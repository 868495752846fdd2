"""The same form filled in by different programs gives the same result."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests import oracle
from tests.returns.build import KEY, TODAY, VALUES, WORKBENCH, form_plan, rows_of
from xlfz.check.engine import Context, check
from xlfz.excel.address import parse
from xlfz.excel.writer import write
from xlfz.form.layout import grids

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlfz.check.model import Answer, Checked

CONTEXT = Context.of(WORKBENCH, KEY, TODAY)
BLANK = write(form_plan({}))
GRIDS = {row: g for g in grids(rows_of(WORKBENCH, "X01"), WORKBENCH.form) for row in g.numbers}
EXPECTED = check(write(form_plan()), "", CONTEXT)
FORMATS = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "xls": "xls:MS Excel 97",
    "ods": "ods:calc8",
}


def placed() -> dict[str, dict[str, object]]:
    """Sheet -> address -> value of the valid filling."""
    made: dict[str, dict[str, object]] = {}
    for row, values in VALUES.items():
        for column, value in values.items():
            made.setdefault(GRIDS[row].sheet, {})[GRIDS[row].cell(row, column)] = value
    return made


def by_openpyxl() -> bytes:
    """Filled in by a script."""
    book = openpyxl.load_workbook(io.BytesIO(BLANK))
    for sheet, cells in placed().items():
        for cell, value in cells.items():
            book[sheet][cell] = (
                datetime(value.year, value.month, value.day) if isinstance(value, date) else value
            )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def by_hand() -> bytes:
    """Filled in by editing the XML: inline strings, no styles touched."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BLANK)) as source, zipfile.ZipFile(out, "w") as target:
        for number, name in enumerate(placed(), 1):
            part = f"xl/worksheets/sheet{number}.xml"
            text = source.read(part).decode()
            for cell, value in placed()[name].items():
                found = re.search(rf'<c r="{cell}"( s="\d+")?[^>]*/>', text)
                assert found is not None
                text = text.replace(found[0], _xml(cell, found[1] or "", value))
            target.writestr(part, text)
        for entry in source.namelist():
            if entry not in target.namelist():
                target.writestr(entry, source.read(entry))
    return out.getvalue()


def _xml(cell: str, style: str, value: object) -> str:
    if isinstance(value, date):
        return f'<c r="{cell}"{style}><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, float):
        return f'<c r="{cell}"{style}><v>{value:.2f}</v></c>'
    return f'<c r="{cell}"{style} t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def converted(data: bytes, kind: str, folder: Path) -> bytes:
    """Opened in LibreOffice and saved."""
    source = folder / "form.xlsx"
    source.write_bytes(data)
    oracle._convert(source, FORMATS[kind], folder / kind)
    return (folder / kind / f"form.{kind}").read_bytes()


def answers(checked: Checked) -> dict[str, dict[str, Answer]]:
    """Row id -> column id -> answer."""
    return {row.id: dict(row.values) for row in (*checked.items, *checked.materials)}


def test_a_form_filled_in_by_openpyxl_gives_the_same() -> None:
    """A script that loads, fills and saves."""
    assert check(by_openpyxl(), "甲镇.xlsx", CONTEXT) == EXPECTED


def test_a_form_filled_in_by_hand_gives_the_same() -> None:
    """XML of another make."""
    assert check(by_hand(), "甲镇.xlsx", CONTEXT) == EXPECTED


@oracle.libreoffice
@pytest.mark.parametrize("maker", [by_openpyxl, by_hand], ids=["openpyxl", "hand"])
def test_a_form_saved_by_libreoffice_gives_the_same(maker: Callable[[], bytes], tmp_path: Path) -> None:
    """Opened, saved as .xlsx again."""
    data = converted(maker(), "xlsx", tmp_path)
    assert check(data, "甲镇.xlsx", CONTEXT) == EXPECTED


@oracle.libreoffice
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_an_old_format_gives_the_same_values_and_says_so(kind: str, tmp_path: Path) -> None:
    """Values, unit and places are the same; only the format is remarked on. The manifest survives."""
    checked = check(converted(write(form_plan()), kind, tmp_path), f"甲镇.{kind}", CONTEXT)
    assert [f.code for f in checked.findings] == ["W_LEGACY_VALUES"]
    assert answers(checked) == answers(EXPECTED)
    assert (checked.verdict, checked.unit, checked.columns) == ("accepted", "X01", EXPECTED.columns)
    assert [(r.id, r.number) for r in checked.items] == [(r.id, r.number) for r in EXPECTED.items]


def test_all_cells_of_the_filling_are_input_cells() -> None:
    """Otherwise the comparison would prove nothing."""
    assert answers(EXPECTED) == VALUES
    assert all(parse(cell)[0] >= 6 for cells in placed().values() for cell in cells)
