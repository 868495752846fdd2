"""The typist: what it types is what a reader finds, and nothing else changes."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.office.build import book, cells
from xlfz.office.typist import Package, Raw, Typed

DAY = date(2026, 3, 12)


@cache
def form() -> bytes:
    """Two sheets with input cells, formulas and a name that refer to them."""
    return book()


def typed(values: dict[str, Typed], sheet: str = "自评表") -> dict[str, dict[str, object]]:
    """What stands in the workbook after typing."""
    package = Package.open(form())
    package.type(sheet, values)
    return cells(package.close())


@given(
    st.dictionaries(
        st.sampled_from(("B2", "C2", "B3", "C3")),
        st.one_of(
            st.text(
                st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20
            ),
            st.integers(-(10**9), 10**9),
            st.integers(-(10**9), 10**9).map(lambda n: n / 100),
        ),
    )
)
@settings(max_examples=40, deadline=None)
def test_what_is_typed_is_read_back_and_nothing_else_changes(values: dict[str, Typed]) -> None:
    """Text with any signs, whole numbers and numbers with decimals, seen by openpyxl."""
    before, after = cells(form()), typed(values)
    assert {k: v for k, v in after["自评表"].items() if k not in values} == {
        k: v for k, v in before["自评表"].items() if k not in values
    }
    assert {k: after["自评表"][k] for k in values} == values
    assert {s: c for s, c in after.items() if s != "自评表"} == {
        s: c for s, c in before.items() if s != "自评表"
    }


def test_a_day_is_typed_as_a_date() -> None:
    """The cell's own date format makes a day of the number."""
    assert typed({"D2": DAY})["自评表"]["D2"] == datetime(2026, 3, 12)


def test_what_nobody_types_on_purpose_is_put_in_raw() -> None:
    """A formula and an error value."""
    assert typed({"B2": Raw("<f>1+1</f><v>2</v>"), "C2": Raw("<v>#REF!</v>", "e")})["自评表"]["B2"] == "=1+1"
    assert typed({"C2": Raw("<v>#REF!</v>", "e")})["自评表"]["C2"] == "#REF!"


def test_a_cell_that_the_sheet_has_not_got_is_refused() -> None:
    """A simulated fault that does nothing would prove nothing."""
    with pytest.raises(KeyError, match="Z99"):
        typed({"Z99": 1})
    package = Package.open(form())
    with pytest.raises(KeyError):
        package.change("xl/workbook.xml", "没有这段", "")


@pytest.mark.parametrize("name", ["甲镇自评", "A&B <1>", '甲"乙', "甲'乙"])
def test_a_renamed_sheet_keeps_every_formula_alive(name: str) -> None:
    """Tab, formulas on other sheets and defined names all follow."""
    package = Package.open(form())
    package.rename("自评表", name)
    package.type(name, {"B2": 7})
    data = package.close()
    after = cells(data)
    quoted = "'" + name.replace("'", "''") + "'"
    assert list(after) == [name, "自查"]
    assert after[name]["B2"] == 7
    assert after["自查"]["A1"] == f"=COUNTA({quoted}!B2:B3)"
    names = openpyxl.load_workbook(__import__("io").BytesIO(data)).defined_names
    assert names["编号"].attr_text == f"{quoted}!$A$2:$A$3"


def test_the_same_typing_gives_the_same_bytes() -> None:
    """No clock, no chance."""
    package, other = Package.open(form()), Package.open(form())
    package.type("自评表", {"B2": "甲", "C2": 1.5})
    other.type("自评表", {"C2": 1.5, "B2": "甲"})
    assert package.close() == other.close()
