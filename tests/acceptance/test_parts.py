"""Several offices of one unit, as a clerk meets them: parts in 回收/, one unit in the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import openpyxl
import pytest

from tests.acceptance.desk import CONSOLIDATE, receive, table, well_formed, xlfz_command
from tests.excel import build
from tests.office.small import UNITS, filled_forms, send_back, working_folder
from xlfz.excel.reader import read_workbook
from xlfz.office.simulate import Filled, Places
from xlfz.office.typist import Package

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlfz.form.spec import FormRow

UNIT = UNITS[0]


def share(filled: Filled, form: bytes, mine: Callable[[FormRow], bool]) -> bytes:
    """The form with the answers of some of its rows."""
    rows = {(r.table, r.id) for r in filled.rows if mine(r)}
    values = {k: v for k, v in filled.values.items() if k[:2] in rows}
    other = Filled(filled.duty, Places.of(form), filled.rows, values, Package.open(form), filled.rng)
    return other.save()


def as_ods(data: bytes) -> bytes:
    """The values of a workbook as another program saves them."""
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    tables = []
    for sheet in read_workbook(data).sheets:
        lines = []
        for number in range(1, max(sheet.rows, default=0) + 1):
            row, cells = sheet.rows.get(number, {}), ""
            for column in range(1, max(row, default=0) + 1):
                cell = row.get(column)
                if cell is None or cell.value is None:
                    cells += "<table:table-cell/>"
                elif cell.kind == "number":
                    cells += f'<table:table-cell office:value-type="float" office:value="{cell.value}"/>'
                else:
                    text = escape(str(cell.value)).replace("\n", "</text:p><text:p>")
                    cells += f'<table:table-cell office:value-type="string"><text:p>{text}</text:p>'
                    cells += "</table:table-cell>"
            lines.append(f"<table:table-row>{cells}</table:table-row>")
        tables.append(f'<table:table table:name="{sheet.name}">{"".join(lines)}</table:table>')
    return build.pack(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{office}manifest:1.0"/>',
            "content.xml": f'<office:document-content xmlns:office="{office}office:1.0"'
            f' xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0"><office:body>'
            f"<office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document-content>",
        }
    )


def early(row: FormRow) -> bool:
    """The first office's rows: the first half of the indicators, and no material."""
    return row.table == "items" and int(row.indicator.number) <= 5


def late(row: FormRow) -> bool:
    """The second office's: the other half."""
    return row.table == "items" and int(row.indicator.number) > 5


def materials(row: FormRow) -> bool:
    """The archive's."""
    return row.table == "materials"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], dict[str, float]]:
    """A folder whose units have all reported; the first unit's form in three parts; the totals."""
    folder = working_folder(tmp_path_factory.mktemp("parts") / "某县")
    forms = filled_forms(folder)
    blank = next((folder / "下发").glob(f"{UNIT}_*.xlsx")).read_bytes()
    parts = {
        "秘书科.xlsx": share(forms[UNIT], blank, early),
        "业务科.ods": as_ods(share(forms[UNIT], blank, late)),
        "档案室.xlsx": share(forms[UNIT], blank, materials),
    }
    wrong = forms[UNIT].rows[0]
    before = dict(forms[UNIT].values)
    forms[UNIT].set(wrong, "score", 3.33)
    parts["矛盾.xlsx"] = share(
        forms[UNIT], blank, lambda r: r.table == "items" and int(r.indicator.number) <= 2
    )
    forms[UNIT].values.clear()
    forms[UNIT].values.update(before)
    totals = send_back(folder, forms)
    (folder / "回收" / f"{UNIT}.xlsx").unlink()
    return folder, parts, totals


def test_the_parts_of_a_unit_are_worth_its_form(
    whole: tuple[Path, dict[str, bytes], dict[str, float]],
) -> None:
    """Its total in the summary, its rows with their own files, and a register that says so."""
    folder, parts, totals = whole
    receive(folder, {n: parts[n] for n in ("秘书科.xlsx", "业务科.ods", "档案室.xlsx")})
    ran = xlfz_command("consolidate", folder, "--json")
    assert ran.code == 0, ran.said
    well_formed(ran.json, CONSOLIDATE)
    assert [ran.json[k] for k in ("files_found", "accepted", "held")] == [5, 5, 0]
    assert (ran.json["reported"], ran.json["units"]) == (3, 3)
    summary = folder / "汇总" / "汇总表.xlsx"
    ranked = {r["单位"]: r["总分"] for r in table(summary, "排名", "单位", "总分")}
    assert ranked == pytest.approx(totals)
    rows = [r for r in table(summary, "明细", "单位", "来源文件") if r["单位"] == UNIT]
    assert len(rows) == 10
    for row in rows:
        name = "秘书科.xlsx" if int(row["编号"]) <= 5 else "业务科.ods"
        assert name in row["来源文件"]
    listed = {r["文件"]: r["说明"] for r in table(summary, "报送台账", "文件", "说明")}
    told = next(v for k, v in listed.items() if k.endswith("档案室.xlsx"))
    assert told == "与“回收/业务科.ods、回收/秘书科.xlsx”合并采用。"
    assert any(links(summary, "明细", "业务科.ods"))


def test_parts_that_contradict_hold_the_unit_and_go_back_marked(
    whole: tuple[Path, dict[str, bytes], dict[str, float]],
) -> None:
    """Both cells are named, with both values; the unit has no rank; one copy for each part with a fault."""
    folder, parts, totals = whole
    receive(folder, parts)
    ran = xlfz_command("consolidate", folder, "--json")
    assert ran.code == 1, ran.said
    assert [ran.json[k] for k in ("files_found", "accepted", "held")] == [6, 2, 4]
    found = [f for f in ran.json["findings"] if f["code"] == "E_PARTS_CONTRADICT"]
    assert sorted(f["file"] for f in found) == ["回收/矛盾.xlsx", "回收/秘书科.xlsx"]
    assert len({f["cell"] for f in found}) == 1
    assert all("3.33" in f["message"] for f in found)
    ranked = {r["单位"]: r["总分"] for r in table(folder / "汇总" / "汇总表.xlsx", "排名", "单位", "总分")}
    assert {k for k, v in ranked.items() if v not in ("", None)} == set(totals) - {UNIT}
    copies = sorted(p.name for p in (folder / "退回").glob("*.xlsx"))
    assert len(copies) == 2
    for name in copies:
        sheet = openpyxl.load_workbook(folder / "退回" / name)["自评表"]
        assert [c.coordinate for row in sheet.iter_rows() for c in row if c.comment] == [found[0]["cell"]]
    (folder / "回收" / "矛盾.xlsx").unlink()
    again = xlfz_command("consolidate", folder, "--json")
    assert again.code == 0, again.said
    assert not list((folder / "退回").glob("*.xlsx"))


def links(path: Path, sheet: str, name: str) -> list[str]:
    """The links on a sheet that lead to a file: as links, or as formulas."""
    cells = [c for row in openpyxl.load_workbook(path)[sheet].iter_rows() for c in row]
    found = [str(c.hyperlink.target if c.hyperlink else c.value) for c in cells]
    return [f for f in found if name in f and (f.startswith("=HYPERLINK") or ".." in f)]


def test_pick_lists_the_parts_as_the_files_of_the_unit(
    whole: tuple[Path, dict[str, bytes], dict[str, float]],
) -> None:
    """Each with what became of it."""
    folder, parts, _ = whole
    receive(folder, parts)
    (folder / "回收" / "矛盾.xlsx").unlink()
    listed = xlfz_command("pick", UNIT, "--folder", folder, "--json").json
    assert [v["verdict"] for v in listed["versions"]] == ["accepted"] * 3
    assert sorted(v["file"] for v in listed["versions"]) == sorted(
        f"回收/{n}" for n in parts if n != "矛盾.xlsx"
    )
