"""What the assessors' returned forms become in the summary: 初审分, 考核记录, what staff write there."""

from __future__ import annotations

import io
import shutil
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import pytest

from tests import oracle
from tests.acceptance.desk import receive
from tests.office.small import filled_forms, send_back, working_folder
from tests.office.typed import row_ids, typed
from xlfz.consolidation.assessed import DISPUTED
from xlfz.consolidation.tables import REVIEW_COLUMNS
from xlfz.office.service import Office

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlfz.consolidation import DetailRow
    from xlfz.office.results import Consolidated

KIND = "考核评分表"
TEAMS = ("第一考核组", "第二考核组", "第三考核组")
Values = dict[str, dict[str, Any]]


def folder_of(root: Path, teams: tuple[str, ...] = TEAMS) -> Path:
    """Three units that have all reported, each with its 考核组; their forms have gone to the 考核组."""
    made = working_folder(root / "某县", teams=teams)
    send_back(made, filled_forms(made))
    desk(made).generate(KIND)
    return made


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is copied for each test."""
    return folder_of(tmp_path_factory.mktemp("once"))


@pytest.fixture
def folder(tmp_path: Path, made_once: Path) -> Path:
    """Three units, three 考核组."""
    return shutil.copytree(made_once, tmp_path / "某县")


def desk(folder: Path) -> Office:
    return Office.open(folder, workers=1)


def hand_in(folder: Path, also: Mapping[str, Mapping[str, Values]] | None = None, score: float = 9.5) -> None:
    """Each 考核组 scores every row; `also`: team -> row id -> what is different there."""
    for path in sorted((folder / "下发").rglob("第*考核组_*.xlsx")):
        team = path.name.partition("_")[0]
        data = path.read_bytes()
        values: Values = {i: {"assessed": score, "deduction": "资料不全"} for i in row_ids(data)}
        for id_, cells in (also or {}).get(team, {}).items():
            values[id_] = dict(cells)
        receive(folder, {f"考核/{team}.xlsx": typed(data, values)})


def codes(made: Consolidated) -> list[str]:
    return sorted({f.code for f in made.consolidation.findings if f.severity != "info"})


def row(made: Consolidated, key: str) -> DetailRow:
    return next(r for r in made.consolidation.rows if r.key == key)


def write(folder: Path, sheet: str, key: str, cells: Mapping[str, object]) -> None:
    """Type into a line of the current summary, as staff do."""
    path = folder / "汇总" / "汇总表.xlsx"
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    headers = {c.value: c.column for c in page[3]}
    line = next(n for n in range(4, page.max_row + 1) if page.cell(n, 1).value == key)
    for header, value in cells.items():
        page.cell(line, headers[header]).value = value
    book.save(path)


def lines(folder: Path, sheet: str = "考核记录") -> dict[str, dict[str, Any]]:
    """What a sheet of the current summary shows, by key and header."""
    book = openpyxl.load_workbook(folder / "汇总" / "汇总表.xlsx", data_only=True)
    page = book[sheet]
    headers = [c.value for c in page[3]]
    return {r[0]: dict(zip(headers, r, strict=True)) for r in page.iter_rows(min_row=4, values_only=True)}


def test_three_groups_scores_count_before_the_unit_s_own(folder: Path) -> None:
    """Each with the cell that it came from, and a line of 考核记录."""
    hand_in(folder, {TEAMS[1]: {"D02/3": {"assessed": 8, "deduction": "超期", "assessor": "王某",
                                          "assessed_on": date(2025, 11, 20)}}})  # fmt: skip
    made = desk(folder).consolidate()
    assert codes(made) == []
    assert {r.first for r in made.consolidation.rows if r.key != "D02|3"} == {9.5}
    one = row(made, "D02|3")
    assert (one.first, one.counted, one.first_reason) == (8.0, 8.0, "超期")
    assert one.source is not None
    assert (one.source.path, one.source.cell) == ("回收/考核/第二考核组.xlsx", "J8")
    line = lines(folder)["D02|3"]
    assert (line["考核组"], line["初审分"], line["扣分"], line["扣分原因"]) == (TEAMS[1], 8, 2, "超期")
    assert (line["初审人"], line["初审日期"], line["采用分"], line["环节"]) == (
        "王某", datetime(2025, 11, 20), 8, "初审")  # fmt: skip
    assert lines(folder)["D01|3"]["初审人"] == TEAMS[0]
    total = sum(r.counted for r in made.consolidation.rows if r.unit.code == "D02")  # type: ignore[misc]
    unit = next(u for u in made.consolidation.units if u.unit.code == "D02")
    assert unit.score.total == pytest.approx(total)


def test_without_assessors_the_summary_is_as_it_was(folder: Path) -> None:
    """No column and no sheet that would always be empty."""
    desk(folder).consolidate()
    book = openpyxl.load_workbook(folder / "汇总" / "汇总表.xlsx")
    assert "考核记录" not in book.sheetnames
    assert "初审分" not in [c.value for c in book["明细"][3]]


def test_two_groups_that_disagree_count_neither_until_staff_decide(tmp_path: Path) -> None:
    """The error names both files and cells; the unit's own score does not slip in."""
    folder = folder_of(tmp_path, (f"{TEAMS[0]}、{TEAMS[1]}", TEAMS[1], TEAMS[2]))
    hand_in(folder, {TEAMS[0]: {"D01/2": {"assessed": 7, "deduction": "少一份"}}})
    made = desk(folder).consolidate()
    assert codes(made) == ["E_ASSESSED_TWICE", "W_ASSESSED_TWICE"]
    (found,) = [f for f in made.consolidation.findings if f.code == "E_ASSESSED_TWICE"]
    assert "回收/考核/第一考核组.xlsx J" in found.message
    assert "回收/考核/第二考核组.xlsx J" in found.message
    assert (found.unit, found.indicator) == ("县教育局", "2")
    one = row(made, "D01|2")
    assert (one.first, one.counted) == (DISPUTED, "")
    assert made.needs_person
    write(folder, "明细", "D01|2", {"考核分": 8.5})
    assert row(desk(folder).consolidate(), "D01|2").counted == 8.5


def test_a_score_for_a_unit_that_has_not_reported_is_told_and_not_counted(folder: Path) -> None:
    """It waits for the unit's own return."""
    hand_in(folder)
    (folder / "回收" / "县财政局.xlsx").unlink()
    made = desk(folder).consolidate()
    assert codes(made) == ["W_ASSESSED_UNREPORTED"]
    assert not [r for r in made.consolidation.rows if r.unit.code == "D02"]
    unit = next(u for u in made.consolidation.units if u.unit.code == "D02")
    assert (unit.state, unit.score.total) == ("未报", "")


def test_a_row_that_is_not_scored_is_said_to_be_so(folder: Path) -> None:
    """不参评 stands for the score; that the unit sees it otherwise is told."""
    hand_in(folder, {TEAMS[0]: {"D01/4": {"skipped": "是"}}})
    made = desk(folder).consolidate()
    assert codes(made) == ["W_ASSESSED_SKIPPED"]
    assert row(made, "D01|4").first is None


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"deduction": "无"}, "E_ASSESSED_MISSING"),
        ({"assessed": 10, "skipped": "是"}, "E_ASSESSED_SKIPPED"),
        ({"assessed": 9}, "E_DEDUCTION_NO_REASON"),
        ({"assessed": 11}, "E_SCORE_RANGE"),
    ],
)
def test_each_slip_of_an_assessor_holds_the_form(folder: Path, cells: dict[str, Any], code: str) -> None:
    """Exactly one error, and none of that form's scores counts."""
    hand_in(folder, {TEAMS[2]: {"D03/1": cells}})
    made = desk(folder).consolidate()
    assert [f.code for f in made.findings if f.severity == "error"] == [code]
    assert {r.first for r in made.consolidation.rows if r.unit.code == "D03"} == {None}


def test_what_staff_write_is_kept_and_moves_the_stage(folder: Path) -> None:
    """复核, 确认, 申诉: every open cell is carried over, and 环节 follows."""
    hand_in(folder)
    desk(folder).consolidate()
    steps: dict[str, tuple[dict[str, object], str]] = {
        "D01|1": ({"复核意见": "同意", "复核人": "李某", "复核日期": date(2025, 12, 2)}, "已复核"),
        "D01|2": ({"确认": "是", "确认人": "周某", "确认日期": date(2025, 12, 3)}, "已确认"),
        "D01|3": ({"确认": "否", "确认人": "周某", "确认日期": date(2025, 12, 3)}, "退回复核"),
        "D02|1": ({"申诉内容": "材料已补"}, "申诉中"),
        "D02|2": ({"申诉内容": "材料已补", "申诉处理": "维持", "处理人": "吴某",
                   "处理日期": date(2025, 12, 9)}, "申诉已处理"),
    }  # fmt: skip
    for key, (cells, _) in steps.items():
        write(folder, "考核记录", key, cells)
    for _ in range(2):
        made = desk(folder).consolidate()
        assert codes(made) == []
        shown = lines(folder)
        assert {k: shown[k]["环节"] for k in steps} == {k: stage for k, (_, stage) in steps.items()}
        for key, (cells, _) in steps.items():
            kept = {h: shown[key][h] for h in REVIEW_COLUMNS if shown[key][h] is not None}
            assert {h: v.date() if isinstance(v, datetime) else v for h, v in kept.items()} == cells


def test_what_finds_no_place_is_kept_and_told_and_returns(folder: Path) -> None:
    """The assessors' form is taken away: their lines go to 未对应内容, and come back with it."""
    hand_in(folder)
    desk(folder).consolidate()
    write(
        folder, "考核记录", "D03|5", {"复核意见": "再看资料", "复核人": "李某", "复核日期": date(2025, 12, 2)}
    )
    path = folder / "回收" / "考核" / f"{TEAMS[2]}.xlsx"
    data = path.read_bytes()
    path.unlink()
    made = desk(folder).consolidate()
    assert "W_CARRY_LOST" in codes(made)
    assert {v.column for v in made.consolidation.lost} == {"复核意见", "复核人", "复核日期"}
    path.write_bytes(data)
    assert desk(folder).consolidate().consolidation.lost == ()
    assert lines(folder)["D03|5"]["复核意见"] == "再看资料"


def test_a_step_without_who_or_when_is_asked_for(folder: Path) -> None:
    """A confirmation that nobody signed is not one."""
    hand_in(folder)
    desk(folder).consolidate()
    write(folder, "考核记录", "D01|1", {"确认": "是", "确认人": "周某"})
    write(folder, "考核记录", "D01|2", {"申诉内容": "有误", "申诉处理": "维持"})
    found = desk(folder).consolidate().consolidation.findings
    said = [f.message for f in found if f.code == "W_REVIEW_WHO"]
    assert said == [
        "县教育局第 1 项填了“确认”，没有填确认日期。",
        "县教育局第 2 项填了“申诉处理”，没有填处理人、处理日期。",
    ]


def test_a_row_of_a_unit_that_went_to_another_group_is_told(tmp_path: Path) -> None:
    """The form was sent before the unit moved: its score is not used, and the row is named."""
    folder = folder_of(tmp_path, (TEAMS[0], TEAMS[1], TEAMS[1]))
    path = next(folder.glob("工作台.xls*"))
    book = openpyxl.load_workbook(path, keep_vba=path.suffix == ".xlsm")
    page = book["单位"]
    head = next(r for r in page.iter_rows() if "考核组" in [c.value for c in r])
    column = next(c.column for c in head if c.value == "考核组")
    line = next(r[0].row for r in page.iter_rows() if "县财政局" in [c.value for c in r])
    page.cell(line, column).value = TEAMS[0]
    book.save(path)
    hand_in(folder)
    made = desk(folder).consolidate()
    assert {r.first for r in made.consolidation.rows if r.unit.code == "D02"} == {None}
    told = [f for f in made.findings if f.file.endswith(f"{TEAMS[1]}.xlsx")]
    assert {f.code for f in told} == {"W_ROW_EXTRA"}


def test_status_names_the_groups_that_are_awaited(folder: Path) -> None:
    """Those whose form was sent and does not count; none once all have come."""
    seen = desk(folder).status()
    assert seen.teams_missing == TEAMS
    assert "还有 3 个考核组" in seen.next_step
    hand_in(folder, {TEAMS[2]: {"D03/1": {"assessed": 9}}})
    assert desk(folder).status().teams_missing == (TEAMS[2],)
    hand_in(folder)
    seen = desk(folder).status()
    assert seen.teams_missing == ()
    assert "考核组" not in seen.next_step


def test_the_feedback_names_the_assessors_reason(folder: Path) -> None:
    """Every point lost, and why."""
    hand_in(folder, {TEAMS[0]: {"D01/3": {"assessed": 7, "deduction": "总结迟报两周"}}})
    made = desk(folder).announce()
    (path,) = [p for p in made.feedback if "县教育局" in p.name]
    cells = [c.text for table in docx.Document(str(path)).tables for r in table.rows for c in r.cells]
    assert any("考核组：总结迟报两周" in c for c in cells)


def test_the_title_of_a_form_says_no_word_twice(folder: Path) -> None:
    """某县年度考核 + 考核评分表."""
    path = next((folder / "下发").rglob(f"{TEAMS[0]}_*.xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]
    told = [str(c.value) for line in sheet.iter_rows(max_row=3) for c in line if c.value]
    assert "某县年度考核评分表" in told


def test_the_summary_with_assessments_passes_the_sdk_s_rules(folder: Path) -> None:
    """考核记录 with its dropdowns and links, 明细 with its further columns."""
    hand_in(folder)
    desk(folder).consolidate()
    assert oracle.audit((folder / "汇总" / "汇总表.xlsx").read_bytes()) == []


@oracle.libreoffice
def test_the_summary_with_assessments_recalculates_to_what_it_says(tmp_path: Path) -> None:
    """With a dispute, a row not scored, and staff's own words."""
    folder = folder_of(tmp_path, (f"{TEAMS[0]}、{TEAMS[1]}", TEAMS[1], TEAMS[2]))
    hand_in(
        folder,
        {TEAMS[0]: {"D01/2": {"assessed": 7, "deduction": "少"}}, TEAMS[2]: {"D03/4": {"skipped": "是"}}},
    )
    desk(folder).consolidate()
    write(folder, "明细", "D03|1", {"考核分": 6})
    write(folder, "考核记录", "D03|1", {"确认": "是", "确认人": "周某", "确认日期": date(2025, 12, 3)})
    desk(folder).consolidate()
    data = (folder / "汇总" / "汇总表.xlsx").read_bytes()
    assert oracle.recalculate(data) == oracle.values(data)
