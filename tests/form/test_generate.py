"""Forms for all units: names, bytes, speed-ups that change nothing, and the zips."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from tests.form.build import CREATED, HEADING, INDICATORS, KEY, MATERIALS, SPEC
from xlfz.assignment import Assignment, Duty, Item, assign
from xlfz.catalogue import Catalogue
from xlfz.excel.archive import members
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.form import generate, manifest
from xlfz.form.heading import Heading, period
from xlfz.form.layout import plan
from xlfz.form.spec import FormSpec, form_rows
from xlfz.roster import Roster, Unit

UNITS = (
    Unit("A1", "甲镇人民政府", parent="乙县"),
    Unit("A2", "丙镇人民政府", parent="乙县"),
    Unit("A3", "丁局/监察室", parent="乙县"),
    Unit("A4", "乙县"),
    Unit("A5", "市直机关"),
)


@dataclass(frozen=True)
class Setup:
    """The 设置 that a form needs."""

    title: str = HEADING.title
    organ: str = HEADING.organ
    year: int | None = 2026
    round: str = "年度"
    start: object = HEADING.start
    due: object = HEADING.due
    password: str = ""


@dataclass(frozen=True)
class Book:
    """A stand-in for the workbench."""

    assignment: Assignment
    settings: Setup = Setup()
    form: FormSpec = SPEC


def everyone(units: tuple[Unit, ...] = UNITS) -> Book:
    """Every unit gets every indicator."""
    catalogue = Catalogue(INDICATORS, MATERIALS).for_everyone()
    return Book(assign(catalogue, Roster(units)))


def made(book: Book) -> dict[str, generate.Form]:
    return {form.unit.code: form for form in generate.forms(book, KEY, CREATED)}  # type: ignore[arg-type]


def test_a_stamped_form_is_the_rendered_form() -> None:
    """Every part of a stamped form says what the same form rendered on its own says."""
    book = everyone()
    for unit in UNITS:
        duty = book.assignment.of(unit.code)
        assert duty is not None
        heading = replace(HEADING, unit=unit.name, code=unit.code)
        alone = read_workbook(write(plan(form_rows(duty), SPEC, heading)))
        stamped = read_workbook(made(book)[unit.code].data)
        assert stamped == alone


def test_the_manifest_of_every_form_holds() -> None:
    """Each stamped form carries its own unit, signed."""
    for unit in UNITS:
        hidden = read_workbook(made(everyone())[unit.code].data).sheet(manifest.SHEET)
        assert hidden is not None
        found = manifest.read(hidden, KEY)
        assert found is not None
        assert found[1]
        assert (found[0].code, found[0].unit) == (unit.code, unit.name)


def test_the_same_workbench_gives_the_same_bytes() -> None:
    """A second run changes nothing; another key changes the signature only."""
    first, second = made(everyone()), made(everyone())
    assert {c: f.data for c, f in first.items()} == {c: f.data for c, f in second.items()}
    other = next(iter(generate.forms(everyone(), b"other", CREATED)))  # type: ignore[arg-type]
    one = {m.name: m.content() for m in members(first["A1"].data)}
    two = {m.name: m.content() for m in members(other.data)}
    assert [name for name in one if one[name] != two[name]] == ["xl/sharedStrings.xml"]


def test_units_with_other_duties_get_other_rows() -> None:
    """A role or a material more is another form; a unit without duties gets none."""
    whole = everyone()
    first = whole.assignment.duties[0]
    assert first.items[0].materials
    less = Item(first.items[0].indicator, first.items[0].role, first.items[0].materials[:1])
    duties = (
        first,
        Duty(UNITS[1], (less, *first.items[1:])),
        Duty(UNITS[2], first.items[:2]),
        Duty(UNITS[3], ()),
    )
    forms = made(Book(Assignment(duties)))
    assert set(forms) == {"A1", "A2", "A3"}
    for duty in duties[:3]:
        hidden = read_workbook(forms[duty.unit.code].data).sheet(manifest.SHEET)
        assert hidden is not None
        found = manifest.read(hidden, KEY)
        assert found is not None
        rows = form_rows(duty)
        assert found[0].row_ids("items") == tuple(r.id for r in rows if r.table == "items")
        assert found[0].row_ids("materials") == tuple(r.id for r in rows if r.table == "materials")


def test_files_are_named_for_unit_work_and_round() -> None:
    """What Windows forbids is replaced, and two units never share a file."""
    forms = made(everyone((*UNITS, Unit("A6", "丁局:监察室"))))
    assert forms["A1"].name == "甲镇人民政府_法治政府建设考核_2026年度.xlsx"
    assert forms["A3"].name == "丁局_监察室_法治政府建设考核_2026年度.xlsx"
    assert forms["A6"].name == "丁局_监察室_法治政府建设考核_2026年度(2).xlsx"


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=30))
def test_any_names_make_a_safe_file_name(unit: str, title: str, round_: str) -> None:
    """No forbidden character, no device name, no blank or dot at the end, short enough for a path."""
    name = generate.file_name(unit, title, round_)
    stem = name.removesuffix(".xlsx")
    assert not set(name) & set('\\/:*?"<>|\n\r\t')
    assert len(stem) <= 160
    assert stem.partition(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}
    assert stem == stem.strip(" .")


def test_a_zip_for_each_parent_unit() -> None:
    """乙县's zip holds its three units' forms and its own; the names are UTF-8, the bytes repeat."""
    forms = made(everyone())
    archives = dict(generate.zips(forms.values()))
    assert list(archives) == ["乙县_填报表.zip"]
    with zipfile.ZipFile(io.BytesIO(archives["乙县_填报表.zip"])) as archive:
        infos = archive.infolist()
        assert [i.filename for i in infos] == [forms[c].name for c in ("A1", "A2", "A3", "A4")]
        assert all(i.flag_bits & 0x800 for i in infos)
        assert archive.read(infos[0]) == forms["A1"].data
    assert dict(generate.zips(forms.values())) == archives


def test_the_heading_comes_from_the_settings() -> None:
    """Title, organ, dates and password are those of 设置."""
    made_of = generate.heading(Setup(), UNITS[0], KEY, CREATED)  # type: ignore[arg-type]
    assert made_of == Heading(
        HEADING.title,
        HEADING.organ,
        UNITS[0].name,
        "A1",
        "2026年度",
        CREATED,
        HEADING.due,
        HEADING.start,
        "",
        KEY,
    )
    assert "k" * 8 not in repr(made_of)


def test_rounds_read_as_people_write_them() -> None:
    """The year is said once, with 年 where the round does not bring it."""
    assert period(2026, "年度") == "2026年度"
    assert period(2026, "第一季度") == "2026年第一季度"
    assert period(2026, "2026-03") == "2026-03"
    assert period(2026, "20261期") == "2026年20261期"
    assert period(None, "第一季度") == "第一季度"
    assert period(2026, "") == "2026年"
