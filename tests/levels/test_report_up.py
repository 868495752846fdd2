"""Three levels: townships to counties, counties to the city, down again to each source cell."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests import oracle
from tests.acceptance.desk import receive, xlfz_command
from xlfz.errors import Refused
from xlfz.form import manifest, selfcheck
from xlfz.form.spec import DONE, NOT_APPLICABLE, PARTLY, UNDONE
from xlfz.form.tables import FIRST_ROW, ID_ROW
from xlfz.form.upward import SHEET
from xlfz.office.making import write_workbench
from xlfz.office.service import Office
from xlfz.workbench import items
from xlfz.workbench.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlfz.office.upward import ReportedUp

TODAY = date(2025, 12, 1)
DAY = date(2025, 5, 6)
COUNTIES = ("东县", "西县")
TOWNS = ("甲镇", "乙镇", "丙镇")
Answers = tuple[str, float | None]


def folder_of(root: Path, units: tuple[str, ...], extra: str = "", **more: Any) -> Path:
    """A working folder of one level; every level has the same catalogue, `extra` one item more."""
    texts = ["办好第一件事", "办好第二件事", "办好第三件事", *([extra] if extra else [])]
    points = (10, 10, 40, 40) if extra else (10, 10, 80)
    draft = Draft(
        indicators=tuple(
            {"编号": str(n), "指标内容": text, "分值": most, "牵头单位": "全体"}
            for n, (text, most) in enumerate(zip(texts, points, strict=True), 1)
        ),
        materials=({"指标编号": "1", "序号": 1, "资料名称": "总结"},),
        **more,
        units=tuple({"单位编码": f"U{n}", "单位名称": unit} for n, unit in enumerate(units, 1)),
    ).with_setting("工作名称", "年度考核").with_setting("年度", 2025)  # fmt: skip
    return write_workbench(root, draft, TODAY, macros=False).folder


def office(folder: Path) -> Office:
    """The office of a folder, on a day that does not pass."""
    return Office.open(folder, workers=1, today=TODAY)


def forms(folder: Path) -> dict[str, Path]:
    """Unit -> its form."""
    return {p.name.partition("_")[0]: p for p in office(folder).generate().forms}


def cells(sheet: Any) -> dict[tuple[str, str], Any]:
    """(row id, column id) -> the cell."""
    columns = {c.column: str(c.value) for c in sheet[ID_ROW] if c.value}
    return {
        (str(sheet.cell(n, 1).value), name): sheet.cell(n, at)
        for n in range(FIRST_ROW, sheet.max_row + 1)
        for at, name in columns.items()
    }


def filled(form: bytes, answers: Mapping[str, Answers]) -> bytes:
    """A township's form, filled in without a fault: number -> (完成情况, 自评分)."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    at = cells(book.worksheets[0])
    for number, (status, score) in answers.items():
        at[number, "status"].value, at[number, "score"].value = status, score
        at[number, "statement"].value = "已办。"
        if status == DONE:
            at[number, "done_on"].value = DAY
        elif status != NOT_APPLICABLE:
            at[number, "reason"].value = "人手不足。"
    material = cells(book["资料清单"])
    material["1#1", "provided"].value, material["1#1", "file_name"].value = "已提供", "总结.docx"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SCORES = {"甲镇": (9.01, 10.0, None), "乙镇": (9.0, 5.0, None), "丙镇": (9.0, 0.0, None)}
STATUS = {"甲镇": (DONE, DONE), "乙镇": (DONE, PARTLY), "丙镇": (DONE, UNDONE)}


def answers(town: str) -> dict[str, Answers]:
    """Item 1 done by all, item 2 differs, item 3 applies to none."""
    first, second = STATUS[town]
    return {"1": (first, SCORES[town][0]), "2": (second, SCORES[town][1]), "3": (NOT_APPLICABLE, None)}


def county(root: Path, towns: tuple[str, ...] = TOWNS) -> Path:
    """A county's folder with what these of its townships returned."""
    folder = folder_of(root, TOWNS)
    sent = forms(folder)
    receive(folder, {f"{t}.xlsx": filled(sent[t].read_bytes(), answers(t)) for t in towns})
    return folder


def values(path: Path) -> dict[tuple[str, str], Any]:
    """What stands in the filled form."""
    book = openpyxl.load_workbook(path)
    return {k: c.value for s in book.worksheets[:2] for k, c in cells(s).items()}


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """The city's folder."""
    return folder_of(tmp_path / "某市", COUNTIES)


def test_three_levels_and_down_to_the_source(city: Path, tmp_path: Path) -> None:
    """The city's mean of counties' means; each value leads to file, sha256 and cell below."""
    sent = forms(city)
    for name in COUNTIES:
        own = county(tmp_path / name)
        before = hashlib.sha256(sent[name].read_bytes()).hexdigest()
        made = office(own).report_up(sent[name])
        assert (made.units, made.reported, made.unmatched) == (3, 3, ())
        assert hashlib.sha256(sent[name].read_bytes()).hexdigest() == before
        seen = values(made.path)
        assert (seen["1", "status"], seen["1", "score"], seen["1", "done_on"].date()) == (DONE, 9.0, DAY)
        assert (seen["2", "status"], seen["2", "score"], seen["2", "done_on"]) == (PARTLY, 5.0, None)
        assert seen["2", "reason"] == "乙镇：人手不足；丙镇：人手不足"
        assert (seen["3", "status"], seen["3", "score"]) == (NOT_APPLICABLE, None)
        assert (seen["1#1", "provided"], seen["1#1", "words"]) == ("已提供", None)
        assert all(seen[n, "statement"] is None for n in "123")
        _opens_down(own, made)
        receive(city, {f"{name}.xlsx": made.path.read_bytes()})
    done = office(city).consolidate()
    assert [f for f in done.findings if f.severity != "info"] == []
    assert not [f for f in done.findings if f.code == "I_SHEET_EXTRA"]
    rows = [(r.unit.name, r.item.indicator.number, r.status, r.own, r.path) for r in done.consolidation.rows]
    assert rows == [
        (name, number, status, own_score, f"回收/{name}.xlsx")
        for name in COUNTIES
        for number, status, own_score in (("1", DONE, 9.0), ("2", PARTLY, 5.0), ("3", NOT_APPLICABLE, None))
    ]


def _opens_down(folder: Path, made: ReportedUp) -> None:
    """Every line of 上报来源 names a file that is there, with that hash and that value in that cell."""
    sheet = openpyxl.load_workbook(made.path)[SHEET]
    lines = list(sheet.iter_rows(min_row=4, values_only=True))
    assert len(lines) == sum(len(e.reckoned.used) for e in made.filled) > 10
    for line in lines:
        said, file, place, digest = line[6:10]
        data = (folder / str(file)).read_bytes()
        assert hashlib.sha256(data).hexdigest()[:16] == digest
        tab, _, cell = str(place).partition("!")
        found = openpyxl.load_workbook(io.BytesIO(data))[tab][cell].value
        shown = found.date().isoformat() if hasattr(found, "date") else str(found)
        assert shown.removesuffix(".0") == said
    assert sheet["I4"].hyperlink.target.startswith("../")


def test_the_form_stays_as_the_city_made_it(city: Path, tmp_path: Path) -> None:
    """Signature, protection, dropdowns, colours and hidden sheet survive; the same day, the same bytes."""
    sent = forms(city)["东县"]
    own = county(tmp_path / "东县")
    made = office(own).report_up(sent)
    assert made.path == own / "上报" / sent.name
    first = made.path.read_bytes()
    assert office(own).report_up(sent).path == made.path
    assert made.path.read_bytes() == first
    assert oracle.audit(first) == []
    old, new = openpyxl.load_workbook(sent), openpyxl.load_workbook(made.path)
    assert new.sheetnames == [*old.sheetnames, SHEET]
    for sheet in old.worksheets:
        other = new[sheet.title]
        assert other.sheet_state == sheet.sheet_state
        assert other.protection.sheet == sheet.protection.sheet
        assert len(other.data_validations.dataValidation) == len(sheet.data_validations.dataValidation)
        assert len(other.conditional_formatting) == len(sheet.conditional_formatting)
        assert {k: d.hidden for k, d in other.row_dimensions.items()} == {
            k: d.hidden for k, d in sheet.row_dimensions.items()
        }
    assert [[c.value for c in r] for r in new[manifest.SHEET]] == [
        [c.value for c in r] for r in old[manifest.SHEET]
    ]


def test_a_missing_township_is_said_and_not_counted_as_nothing(city: Path, tmp_path: Path) -> None:
    """Means of those that reported, with a warning; no state, no last day."""
    own = county(tmp_path / "东县", TOWNS[:2])
    made = office(own).report_up(forms(city)["东县"])
    seen = values(made.path)
    assert (seen["1", "status"], seen["1", "score"], seen["1", "done_on"]) == (None, 9.01, None)
    (found,) = [f for f in made.findings if f.code == "W_UP_MISSING"]
    assert "丙镇" in found.message
    receive(city, {"东县.xlsx": made.path.read_bytes()})
    codes = {f.code for f in office(city).check().findings if f.severity == "error"}
    assert codes == {"E_REQUIRED"}


def test_what_is_not_the_same_row_is_left_and_listed(tmp_path: Path) -> None:
    """By number and words together: the city's fourth item, and one that it words otherwise."""
    city = folder_of(tmp_path / "某市", COUNTIES, "只有市里有的事")
    own = county(tmp_path / "东县")
    made = office(own).report_up(forms(city)["东县"])
    assert made.unmatched == ("4",)
    assert values(made.path)["4", "status"] is None
    assert "W_UP_UNMATCHED" in {f.code for f in made.findings}


def test_the_city_decides_how_each_column_is_filled_in(tmp_path: Path) -> None:
    """Its 填报项 goes out with its form: the county, which has no such column, fills it in by that."""
    rows = [
        dict(row) | ({"上报方式": "合计"} if row["标识"] == "score" else {}) for row in items.default_rows()
    ]
    rate = {"所在表": "自评表", "标识": "rate", "列名": "完成率", "类型": "数字", "上报方式": "完成占比"}
    city = folder_of(tmp_path / "某市", COUNTIES, items=(*rows, rate))
    made = office(county(tmp_path / "东县")).report_up(forms(city)["东县"])
    seen = values(made.path)
    assert [seen[n, "rate"] for n in "123"] == [100, 33.33, None]
    assert [seen[n, "score"] for n in "123"] == [None] * 3
    assert {e.why for e in made.left if e.column == "自评分"} >= {"汇总得 27.01，超过分值 10"}


def test_scores_out_of_other_points_are_no_scores_of_the_form(tmp_path: Path) -> None:
    """The third item has 40 points at the city, 80 here; the first two are filled in."""
    city = folder_of(tmp_path / "某市", COUNTIES, "只有市里有的事")
    own = folder_of(tmp_path / "东县", TOWNS[:1])
    said = {"1": (DONE, 9.0), "2": (DONE, 10.0), "3": (DONE, 33.0)}
    receive(own, {"甲镇.xlsx": filled(forms(own)["甲镇"].read_bytes(), said)})
    made = office(own).report_up(forms(city)["东县"])
    seen = values(made.path)
    assert [seen[n, "score"] for n in "123"] == [9, 10, None]
    assert [seen[n, "status"] for n in "123"] == [DONE] * 3


def test_what_the_county_wrote_stays(city: Path, tmp_path: Path) -> None:
    """Filled cells are kept; an edited result is not overwritten."""
    own = county(tmp_path / "东县")
    sent = forms(city)["东县"]
    first = office(own).report_up(sent)
    book = openpyxl.load_workbook(first.path)
    cells(book.worksheets[0])["1", "statement"].value = "县里自己写的。"
    book.save(first.path)
    again = office(own).report_up(first.path)
    assert again.path != first.path
    assert {f.code for f in again.findings} >= {"W_UP_BESIDE", "I_UP_KEPT"}
    assert values(again.path)["1", "statement"] == "县里自己写的。"


def test_only_a_form_of_the_level_above_is_filled_in(city: Path, tmp_path: Path) -> None:
    """Anything else is refused by name."""
    own = county(tmp_path / "东县", ())
    for path, code in (
        (tmp_path / "没有.xlsx", "E_UP_OPEN"),
        (own / "工作台.xlsx", "E_UP_FORM"),
    ):
        with pytest.raises(Refused) as refused:
            office(own).report_up(path)
        assert [f.code for f in refused.value.findings] == [code]
    made = office(own).report_up(forms(city)["东县"])
    assert {f.code for f in made.findings} == {"W_UP_MISSING", "E_UP_NOTHING"}


def test_the_command_says_what_it_did(city: Path, tmp_path: Path) -> None:
    """In Chinese, and as JSON."""
    own = county(tmp_path / "东县")
    ran = xlfz_command("report-up", own, sent := forms(city)["东县"])
    assert ran.code == 0, ran.said
    assert "填入 9 格，留空 10 格" in ran.out
    assert xlfz_command("report-up", own, sent, "--json").json["reported"] == 3


@oracle.libreoffice
def test_the_filled_form_counts_itself(city: Path, tmp_path: Path) -> None:
    """openpyxl keeps no cached values, so 自查 is reckoned on opening: the form is ready to be sent."""
    own = county(tmp_path / "东县")
    made = office(own).report_up(forms(city)["东县"])
    seen = oracle.recalculate(made.path.read_bytes())["自查"]
    assert any(str(value).startswith(selfcheck.READY) for value in seen.values()), seen
