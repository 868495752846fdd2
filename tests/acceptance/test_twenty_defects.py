"""57 units, 20 of them with one distinct defect each: exactly those are reported, the rest is untouched."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

import xlfz
from tests.acceptance.desk import CONSOLIDATE, filled_in, receive, table, well_formed, xlfz_command
from xlfz.excel.address import parse
from xlfz.form.generate import forms
from xlfz.office.typist import Raw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlfz.assignment import Duty
    from xlfz.office.simulate import Filled

ITEMS, MATERIALS = "自评表", "资料清单"


@dataclass(frozen=True)
class Case:
    """What a damaged return consists of, and where which codes are expected."""

    files: dict[str, bytes]
    expected: set[tuple[str, str, str, str]]
    """(code, file, sheet, cell)"""


def in_cell(code: str, filled: Filled, row: Any, column: str, value: Any = None) -> Case:
    """One cell of a form with something wrong in it (None: left blank)."""
    if value is None:
        filled.clear(row, column)
    else:
        filled.set(row, column, value)
    name = f"{filled.duty.unit.name}.xlsx"
    sheet = ITEMS if row.table == "items" else MATERIALS
    return Case({name: filled.save()}, {(code, f"回收/{name}", sheet, filled.at(row, column))})


def whole(code: str, name: str, data: bytes) -> Case:
    """A file that is wrong as a whole."""
    return Case({name: data}, {(code, f"回收/{name}", "", "")})


def text_score(f: Filled, _: Path) -> Case:
    return in_cell("E_NUM_TEXT", f, f.done(), "score", "满分")


def out_of_range(f: Filled, _: Path) -> Case:
    return in_cell("E_SCORE_RANGE", f, row := f.done(), "score", row.indicator.points + 0.5)


def formula(f: Filled, _: Path) -> Case:
    return in_cell("E_FORMULA_IN_INPUT", f, f.done(), "score", Raw("<f>0.2+0.3</f><v>0.5</v>"))


def error_value(f: Filled, _: Path) -> Case:
    return in_cell("E_CELL_ERROR", f, f.done(), "score", Raw("<v>#REF!</v>", "e"))


def percent(f: Filled, _: Path) -> Case:
    return in_cell("E_SCORE_PERCENT", f, f.done(), "score", "95%")


def negative(f: Filled, _: Path) -> Case:
    return in_cell("E_SCORE_RANGE", f, f.done(), "score", -0.5)


def date_missing(f: Filled, _: Path) -> Case:
    return in_cell("E_DONE_NO_DATE", f, f.done(), "done_on")


def date_future(f: Filled, _: Path) -> Case:
    return in_cell("E_DATE_FUTURE", f, f.done(), "done_on", date(2097, 3, 12))


def choice_unknown(f: Filled, _: Path) -> Case:
    return in_cell("E_CHOICE", f, f.done(), "status", "基本完成")


def file_unnamed(f: Filled, _: Path) -> Case:
    return in_cell("E_MATERIAL_UNNAMED", f, f.given(), "file_name")


def too_long(f: Filled, _: Path) -> Case:
    return in_cell("E_TEXT_LIMIT", f, f.done(), "statement", "我单位高度重视，多次召开会议研究部署。" * 60)


def merged_input(f: Filled, _: Path) -> Case:
    """Two scores merged into one, as Excel leaves them: the lower one is gone."""
    row = f.done()
    place = f.at(row, "score")
    number, _column = parse(place)
    below = next(
        r
        for r in f.rows
        if r.table == "items" and f.at(r, "score") == place.replace(str(number), str(number + 1))
    )
    f.clear(below, "score")
    name = f"{f.duty.unit.name}.xlsx"
    merge = f'<mergeCell ref="{place}:{f.at(below, "score")}"/></mergeCells>'
    f.package.change(f.package.sheets[ITEMS], "</mergeCells>", merge)
    f.package.parts[f.package.sheets[ITEMS]] = re.sub(
        rb'<mergeCells count="\d+"', b"<mergeCells", f.package.parts[f.package.sheets[ITEMS]]
    )
    return Case({name: f.save()}, {("E_MERGED_INPUT", f"回收/{name}", ITEMS, place)})


def row_inserted(f: Filled, _: Path) -> Case:
    """A row put in between and filled in: everything below it moves down by one."""
    row = f.done()
    number, _column = parse(f.at(row, "score"))
    name = f"{f.duty.unit.name}.xlsx"
    f.save()
    part = f.package.sheets[ITEMS]
    text = f.package.parts[part].decode()

    def down(match: re.Match[str]) -> str:
        line = int(match[2])
        return f"{match[1]}{line + (line >= number)}{match[3]}"

    text = re.sub(r'(<row r=")(\d+)(")', down, text)
    text = re.sub(r'(<c r="[A-Z]+)(\d+)(")', down, text)
    text = re.sub(r'(<mergeCell ref="[A-Z]+)(\d+)(:)', down, text)
    text = re.sub(r'(<mergeCell ref="[A-Z]+\d+:[A-Z]+)(\d+)(")', down, text)
    letters = {c: f.at(row, c).rstrip("0123456789") for c in ("status", "score")}
    cells = (
        f'<c r="B{number}" t="inlineStr"><is><t>附加项</t></is></c>'
        f'<c r="{letters["status"]}{number}" t="inlineStr"><is><t>已完成</t></is></c>'
        f'<c r="{letters["score"]}{number}"><v>3</v></c>'
    )
    text = text.replace(f'<row r="{number + 1}"', f'<row r="{number}">{cells}</row><row r="{number + 1}"', 1)
    f.package.parts[part] = text.encode()
    return Case({name: f.package.close()}, {("E_ROW_UNKNOWN", f"回收/{name}", ITEMS, f"B{number}")})


def points_changed(f: Filled, office: Path) -> Case:
    """The unit makes an item worth more than it is."""
    row = f.done()
    number, score_column = parse(f.at(row, "score"))
    part = f.package.parts[f.package.sheets[ITEMS]].decode()
    header = re.search(r'<row r="4".*?</row>', part, re.S)
    assert header is not None
    shared = re.findall(r"<si>(.*?)</si>", f.package.parts["xl/sharedStrings.xml"].decode(), re.S)
    index = next(i for i, si in enumerate(shared) if re.sub(r"<[^>]+>", "", si) == "points")
    column = re.search(rf'<c r="([A-Z]+)4"[^>]*t="s"[^>]*><v>{index}</v>', header[0])
    assert column is not None
    assert parse(f"{column[1]}1")[1] < score_column
    name = f"{f.duty.unit.name}.xlsx"
    f.package.type(ITEMS, {f"{column[1]}{number}": 88})
    return Case({name: f.save()}, {("E_TEMPLATE_TAMPERED", f"回收/{name}", ITEMS, f"{column[1]}{number}")})


def heading_of_another(f: Filled, office: Path) -> Case:
    """The form of one unit with the name of another typed over its own."""
    import io

    import openpyxl

    name = f"{f.duty.unit.name}.xlsx"
    data = f.save()
    sheet = openpyxl.load_workbook(io.BytesIO(data))[ITEMS]
    cell = next(c for row in sheet.iter_rows(max_row=5) for c in row if f.duty.unit.name in str(c.value))
    other = next(
        d.unit.name for d in xlfz.open(office).workbench().assignment.duties if d.unit != f.duty.unit
    )
    f.package.type(ITEMS, {cell.coordinate: str(cell.value).replace(f.duty.unit.name, other)})
    return Case({name: f.save()}, {("E_UNIT_MISMATCH", f"回收/{name}", ITEMS, cell.coordinate)})


def other_round(f: Filled, office: Path) -> Case:
    """Last quarter's form, genuine and well filled in."""
    opened = xlfz.open(office)
    workbench = opened.workbench()
    earlier = replace(workbench, settings=replace(workbench.settings, round="第三季度"))
    key, _ = opened.folder.key()
    form = next(x for x in forms(earlier, key, datetime(2026, 7, 1)) if x.unit == f.duty.unit)
    return whole("E_OTHER_ROUND", f"{f.duty.unit.name}.xlsx", filled_in(f.duty, form.data, f.places).save())


def cut_off(f: Filled, _: Path) -> Case:
    data = f.save()
    return whole("E_ZIP_BROKEN", f"{f.duty.unit.name}.xlsx", data[: len(data) * 2 // 3])


def web_page(f: Filled, _: Path) -> Case:
    page = "<html><body><table><tr><td>登录已过期</td></tr></table></body></html>"
    return whole("E_NOT_SPREADSHEET_HTML", f"{f.duty.unit.name}.xls", page.encode())


def scan(f: Filled, _: Path) -> Case:
    return whole(
        "E_NOT_SPREADSHEET_PDF", f"{f.duty.unit.name}（盖章）.pdf", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n%%EOF\n"
    )


def twice_different(f: Filled, _: Path) -> Case:
    """Two good returns of one unit that do not say the same."""
    first, row = f.save(), f.done()
    f.set(row, "statement", "补充修改后的情况说明。")
    names = (f"{f.duty.unit.name}.xlsx", f"{f.duty.unit.name}（修改）.xlsx")
    return Case(
        dict(zip(names, (first, f.save()), strict=True)), {("E_DUP_UNIT", f"回收/{n}", "", "") for n in names}
    )


def nothing_filled(f: Filled, _: Path) -> Case:
    f.values.clear()
    return whole("E_NOT_FILLED", f"{f.duty.unit.name}.xlsx", f.save())


DEFECTS: tuple[Callable[[Filled, Path], Case], ...] = (
    text_score,
    out_of_range,
    formula,
    error_value,
    percent,
    date_missing,
    date_future,
    choice_unknown,
    file_unnamed,
    too_long,
    merged_input,
    row_inserted,
    points_changed,
    heading_of_another,
    other_round,
    cut_off,
    web_page,
    scan,
    twice_different,
    nothing_filled,
)


@dataclass(frozen=True)
class Rounds:
    """The same office with clean returns only, and with 20 of them damaged."""

    clean: Path
    damaged: Path
    cases: dict[str, Case]
    """Unit name -> what its return is."""
    results: dict[str, Any]


@pytest.fixture(scope="module")
def rounds(
    sent: Path, units: list[Duty], fill_in: Callable[[Duty], Filled], tmp_path_factory: pytest.TempPathFactory
) -> Rounds:
    """Both rounds, consolidated."""
    root = tmp_path_factory.mktemp("twenty")
    clean, damaged = root / "好", root / "坏"
    shutil.copytree(sent, clean)
    shutil.copytree(sent, damaged)
    good = {f"{d.unit.name}.xlsx": fill_in(d).save() for d in units}
    cases = {d.unit.name: defect(fill_in(d), sent) for d, defect in zip(units[1::2], DEFECTS, strict=False)}
    receive(clean, good)
    receive(damaged, {n: b for n, b in good.items() if n.removesuffix(".xlsx") not in cases})
    for case in cases.values():
        receive(damaged, case.files)
    ran = {f.name: xlfz_command("consolidate", f, "--json") for f in (clean, damaged)}
    assert (ran["好"].code, ran["坏"].code) == (0, 1), ran["好"].said
    return Rounds(clean, damaged, cases, {n: r.json for n, r in ran.items()})


def test_there_are_twenty_different_defects(rounds: Rounds) -> None:
    """One a unit, twenty different ones."""
    assert len(rounds.cases) == len(set(DEFECTS)) == 20


def test_exactly_the_twenty_defects_are_reported(rounds: Rounds) -> None:
    """Right file, sheet and cell, the expected code, and nothing else of severity error."""
    well_formed(rounds.results["坏"], CONSOLIDATE)
    errors = [f for f in rounds.results["坏"]["findings"] if f["severity"] == "error"]
    reported = sorted((f["code"], f["file"], f["sheet"], f["cell"]) for f in errors)
    assert reported == sorted(e for case in rounds.cases.values() for e in case.expected)


def test_a_finding_names_its_unit(rounds: Rounds) -> None:
    """Wherever the file could be attributed, the message is about that unit."""
    of = {e[1]: unit for unit, case in rounds.cases.items() for e in case.expected}
    for found in rounds.results["坏"]["findings"]:
        if found["severity"] == "error" and found["unit"]:
            assert found["unit"] == of[found["file"]]
        if (
            found["severity"] == "error"
            and found["cell"]
            and found["code"] not in ("E_UNIT_MISMATCH", "E_ROW_UNKNOWN")
        ):
            assert found["unit"]
            assert found["indicator"]


def test_the_counts_are_right(rounds: Rounds) -> None:
    """37 units count; the damaged ones are held, or rejected where nothing can be read."""
    result = rounds.results["坏"]
    assert (result["units"], result["reported"], result["missing"]) == (57, 37, 20)
    assert (result["files_found"], result["accepted"], result["skipped"]) == (58, 37, 0)
    assert result["rejected"] >= 3
    clean = rounds.results["好"]
    assert (clean["files_found"], clean["accepted"], clean["reported"]) == (57, 57, 57)


@pytest.mark.parametrize("sheet", ["明细", "资料"])
def test_the_other_units_rows_are_those_of_a_clean_run(rounds: Rounds, sheet: str) -> None:
    """Every value of every row of the 37 is the same, source file and cell included."""
    found = {}
    for folder in (rounds.clean, rounds.damaged):
        rows = table(folder / "汇总" / "汇总表.xlsx", sheet, "单位")
        found[folder.name] = [
            {k: v for k, v in r.items() if k != "序号"} for r in rows if r["单位"] not in rounds.cases
        ]
    assert found["好"]
    assert found["好"] == found["坏"]
    assert len({r["单位"] for r in found["好"]}) == 37


def test_nothing_of_the_twenty_reaches_the_summary(rounds: Rounds) -> None:
    """No row, no score, no rank."""
    rows = table(rounds.damaged / "汇总" / "汇总表.xlsx", "明细", "单位", "编号")
    assert not {r["单位"] for r in rows} & set(rounds.cases)


def test_every_held_unit_gets_its_copy_back(rounds: Rounds) -> None:
    """退回/ has a marked copy for each held file in which its unit can mend something, and no others."""
    copies = {p.name for p in (rounds.damaged / "退回").iterdir()}
    nothing_to_mend = (
        "E_DUP_UNIT",
        "E_ZIP_BROKEN",
        "E_NOT_SPREADSHEET_HTML",
        "E_NOT_SPREADSHEET_PDF",
        "E_OTHER_ROUND",
        "E_UNIT_MISMATCH",
    )
    for unit, case in rounds.cases.items():
        wanted = {code for code, *_ in case.expected}.isdisjoint(nothing_to_mend)
        assert (f"{unit}_退回修改.xlsx" in copies) == wanted, unit
    assert not list((rounds.clean / "退回").iterdir())
