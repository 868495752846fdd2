"""整改: items are listed, issued, answered, verified and closed, and survive everything in between."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests import oracle
from tests.acceptance.desk import edited, place, receive, table
from tests.office.small import filled_forms, send_back, working_folder
from tests.office.typed import row_ids, shown, typed
from xlfz.errors import Refused
from xlfz.form.spec import DONE, UNDONE
from xlfz.office.service import Office
from xlfz.office.story.receipts import fill

if TYPE_CHECKING:
    from xlfz.office.results import Consolidated
    from xlfz.office.simulate import Filled

KIND, LEDGER = "整改回执", "整改台账"
DAY = date(2025, 12, 1)
FINISHED: dict[str, Any] = {
    "state": "已完成", "said": "已整改到位", "done_on": date(2025, 11, 20), "evidence": "报告",
    "owner": "张三",
}  # fmt: skip
GOING_ON: dict[str, Any] = {"state": "整改中", "said": "正在办理", "owner": "李四", "next": "下月完成"}


def perfect(forms: dict[str, Filled]) -> dict[str, Filled]:
    """Every form with full marks."""
    for form in forms.values():
        for row in form.rows:
            if row.table == "items":
                form.set(row, "status", DONE)
                form.set(row, "score", row.indicator.points)
                form.set(row, "done_on", date(2025, 5, 6))
                form.clear(row, "reason")
            else:
                form.set(row, "provided", "已提供")
                form.set(row, "file_name", "总结")
    return forms


def lacking(form: Filled, *numbers: str) -> Filled:
    """The form with these indicators undone."""
    for row in form.rows:
        if row.table == "items" and row.id in numbers:
            form.set(row, "status", UNDONE)
            form.set(row, "score", 4)
            form.set(row, "reason", "人手不足")
            form.clear(row, "done_on")
    return form


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder, made once, in which one unit lacks two indicators and another one."""
    made = working_folder(tmp_path_factory.mktemp("整改") / "某县")
    put(made, {"县教育局": ("2", "5"), "柳溪镇": ("3",)})
    consolidated(made)
    return made


@pytest.fixture
def folder(ready: Path, tmp_path: Path) -> Path:
    """A copy of it, consolidated once."""
    return Path(shutil.copytree(ready, tmp_path / "某县"))


def put(folder: Path, undone: dict[str, tuple[str, ...]]) -> None:
    """The returns of all units, these lacking these indicators, in place of what was there."""
    for path in (folder / "回收").glob("*.xlsx"):
        path.unlink()
    forms = perfect(filled_forms(folder))
    for unit, numbers in undone.items():
        lacking(forms[unit], *numbers)
    send_back(folder, forms)


def consolidated(folder: Path, day: date = DAY) -> Consolidated:
    """One more run."""
    return Office.open(folder, workers=1, today=day).consolidate()


def items(folder: Path) -> dict[str, dict[str, Any]]:
    """The rows of 整改台账 by number, as the summary shows them."""
    rows = table(folder / "汇总" / "汇总表.xlsx", LEDGER, "整改号", "状态")
    return {r["整改号"]: r for r in rows}


def write(folder: Path, number: str, **cells: object) -> None:
    """Type into open cells of an item, as staff do."""
    path = folder / "汇总" / "汇总表.xlsx"
    edited(path, LEDGER, {place(path, LEDGER, column, 整改号=number): v for column, v in cells.items()})


def issue(folder: Path) -> dict[str, bytes]:
    """Unit -> its 整改回执."""
    made = Office.open(folder, workers=1, today=DAY).generate(KIND)
    return {p.name.partition("_")[0]: p.read_bytes() for p in made.forms}


CLOSING = {"核验结论": "通过", "核验人": "王五", "核验日期": date(2025, 12, 1)}


def test_every_shortfall_becomes_a_numbered_item(folder: Path) -> None:
    """In the order of units and indicators, not started, with the day and the source."""
    found = items(folder)
    assert [(n, r["单位"], r["编号"], r["失分"], r["状态"]) for n, r in found.items()] == [
        ("整改001", "县教育局", "2", 6, "未启动"),
        ("整改002", "县教育局", "5", 6, "未启动"),
        ("整改003", "柳溪镇", "3", 6, "未启动"),
    ]
    assert found["整改001"]["问题"] == "未完成、失分"
    assert "2025-12-01 列入台账" in found["整改001"]["经过"]


def test_a_receipt_goes_out_comes_back_and_moves_its_items(folder: Path) -> None:
    """Issued with deadline and measure, answered, counted as accepted, and told of with its file."""
    write(folder, "整改001", 整改措施="补办手续", 整改期限=date(2025, 12, 20))
    forms = issue(folder)
    assert list(forms) == ["县教育局", "柳溪镇"]
    row = shown(forms["县教育局"])[0]
    assert (row["number"], row["measure"], row["deadline"]) == ("整改001", "补办手续", "2025-12-20")
    answered = typed(forms["县教育局"], {"整改001": FINISHED, "整改002": GOING_ON})
    receive(folder, {"整改/教育局.xlsx": answered})
    run = consolidated(folder)
    assert not run.findings
    assert run.counts()["accepted"] == 4
    found = items(folder)
    assert [r["状态"] for r in found.values()] == ["待核验", "整改中", "未启动"]
    assert found["整改001"]["回执文件"] == "整改/教育局.xlsx"
    assert found["整改001"]["整改措施"] == "补办手续"


def test_only_a_verifier_closes(folder: Path) -> None:
    """A pass without name and day stays open and is told of; with both it is closed."""
    write(folder, "整改003", 核验结论="通过")
    run = consolidated(folder)
    assert [f.code for f in run.findings] == ["E_LEDGER_UNSIGNED"]
    assert items(folder)["整改003"]["状态"] == "整改中"
    write(folder, "整改003", **CLOSING)
    assert not consolidated(folder).findings
    found = items(folder)["整改003"]
    assert found["状态"] == "已销号"
    assert "已销号（王五，2025-12-01 核验通过）" in found["经过"]
    assert list(issue(folder)) == ["县教育局"]


def test_a_shortfall_that_is_gone_does_not_close_its_item(folder: Path) -> None:
    """It says so; once closed it is opened again when the shortfall comes back."""
    put(folder, {"县教育局": ("2", "5")})
    consolidated(folder)
    found = items(folder)["整改003"]
    assert (found["本次汇总"], found["状态"]) == ("已无此项", "未启动")
    write(folder, "整改003", **CLOSING)
    consolidated(folder)
    assert items(folder)["整改003"]["状态"] == "已销号"
    put(folder, {"柳溪镇": ("3", "4")})
    run = consolidated(folder, date(2026, 1, 5))
    assert [f.code for f in run.findings] == ["W_LEDGER_REOPENED"]
    found = items(folder)
    assert (found["整改003"]["状态"], found["整改003"]["核验人"]) == ("未启动", "")
    assert "2026-01-05 销号后问题再次出现" in found["整改003"]["经过"]
    assert "王五" in found["整改003"]["经过"]
    assert found["整改004"]["编号"] == "4"
    assert not consolidated(folder, date(2026, 1, 6)).findings


def test_a_closed_item_stays_closed_while_its_shortfall_stands(folder: Path) -> None:
    """The scores of the round are what they were; the verification is about what was done since."""
    write(folder, "整改001", **CLOSING)
    for _ in range(3):
        assert not consolidated(folder).findings
    assert items(folder)["整改001"]["状态"] == "已销号"


def test_a_deleted_row_comes_back(folder: Path) -> None:
    """With its number and a word about it; the next new item gets a number of its own."""
    path = folder / "汇总" / "汇总表.xlsx"
    book = openpyxl.load_workbook(path)
    book[LEDGER].delete_rows(6)
    book.save(path)
    put(folder, {"县教育局": ("2", "5"), "柳溪镇": ("9",)})
    run = consolidated(folder)
    assert [f.code for f in run.findings] == ["W_LEDGER_DELETED"]
    found = items(folder)
    assert list(found) == ["整改001", "整改002", "整改003", "整改004"]
    assert found["整改003"]["本次汇总"] == "已无此项"


def test_a_later_batch_has_its_own_rows(folder: Path) -> None:
    """New items go out beside those still open; an answer to the first batch still counts."""
    first = issue(folder)
    assert issue(folder)["柳溪镇"] == first["柳溪镇"]
    put(folder, {"县教育局": ("2", "5"), "柳溪镇": ("3", "7")})
    consolidated(folder)
    second = issue(folder)
    assert row_ids(second["柳溪镇"]) == ["整改003", "整改004"]
    receive(folder, {"一批.xlsx": typed(first["柳溪镇"], {"整改003": FINISHED})})
    run = consolidated(folder)
    assert not run.findings
    assert [r["状态"] for r in items(folder).values()] == ["未启动", "未启动", "待核验", "未启动"]
    answers = {"整改003": GOING_ON, "整改004": FINISHED}
    receive(folder, {"二批.xlsx": typed(second["柳溪镇"], answers)})
    consolidated(folder)
    assert [r["状态"] for r in items(folder).values()] == ["未启动", "未启动", "整改中", "待核验"]


@pytest.mark.parametrize(
    ("answer", "column"),
    [
        (FINISHED | {"done_on": None}, "done_on"),
        (FINISHED | {"evidence": None}, "evidence"),
        (GOING_ON | {"next": None}, "next"),
        (FINISHED | {"done_on": date(2025, 12, 2)}, "done_on"),
    ],
)
def test_an_answer_without_what_it_needs_is_held(folder: Path, answer: dict[str, Any], column: str) -> None:
    """And moves nothing."""
    receive(folder, {"回执.xlsx": typed(issue(folder)["柳溪镇"], {"整改003": answer})})
    run = consolidated(folder)
    codes = [f.code for f in run.findings if f.severity == "error"]
    assert codes == ["E_DATE_FUTURE" if answer.get(column) else "E_RECTIFY_ASKED"]
    assert items(folder)["整改003"]["状态"] == "未启动"


def test_what_cannot_be_used_in_open_cells_is_told(folder: Path) -> None:
    """A day that is none, a verdict that is none; they stay as typed."""
    write(folder, "整改001", 整改期限="尽快", 核验结论="基本通过")
    for _ in range(2):
        codes = sorted(f.code for f in consolidated(folder).findings)
        assert codes == ["E_LEDGER_DATE", "E_LEDGER_VERDICT"]
    assert items(folder)["整改001"]["整改期限"] == "尽快"
    write(folder, "整改001", 整改期限="=TODAY()", 核验结论=None)
    codes = sorted(f.code for f in consolidated(folder).findings)
    assert codes == ["E_LEDGER_DATE", "E_LEDGER_FORMULA"]
    assert items(folder)["整改001"]["整改期限"] == "=TODAY()"


def test_a_number_typed_twice_and_a_row_without_one_are_told(folder: Path) -> None:
    """The first row of a number counts."""
    path = folder / "汇总" / "汇总表.xlsx"
    write(folder, "整改001", 备注="甲")
    edited(path, LEDGER, {"A9": "整改001", "R9": "乙", "R10": "丙"})
    run = consolidated(folder)
    assert sorted(f.code for f in run.findings) == ["E_LEDGER_DUP", "W_LEDGER_STRANGE"]
    assert items(folder)["整改001"]["备注"] == "甲"


def test_what_the_assessors_say_stands_in_the_problem(folder: Path) -> None:
    """扣分原因 typed into 明细 becomes part of the item, and its history says so."""
    path = folder / "汇总" / "汇总表.xlsx"
    edited(path, "明细", {place(path, "明细", "扣分原因", 单位="柳溪镇", 编号="3"): "没有佐证"})
    consolidated(folder)
    found = items(folder)["整改003"]
    assert found["问题"] == "未完成、失分。扣分原因：没有佐证"
    assert "问题变为：未完成、失分。扣分原因：没有佐证" in found["经过"]


def test_numbers_outlive_a_summary_that_is_gone(folder: Path) -> None:
    """The newest one in 历史 says which were given."""
    write(folder, "整改003", **CLOSING)
    consolidated(folder)
    (folder / "汇总" / "汇总表.xlsx").unlink()
    put(folder, {"柳溪镇": ("8",)})
    consolidated(folder)
    found = items(folder)
    assert list(found) == ["整改001", "整改002", "整改003", "整改004"]
    assert (found["整改003"]["状态"], found["整改004"]["编号"]) == ("已销号", "8")


def test_simulated_receipts_are_without_a_fault(folder: Path) -> None:
    """Those of the story, whatever the seed."""
    for seed, (unit, form) in enumerate(issue(folder).items()):
        receive(folder, {f"{unit}回执.xlsx": fill(form, seed, day=DAY, share=0.5)})
    run = consolidated(folder)
    assert not run.findings
    assert {r["状态"] for r in items(folder).values()} <= {"整改中", "待核验"}


def test_nothing_to_put_right_sends_nothing(tmp_path: Path) -> None:
    """Refused in words, before the first summary as well."""
    made = working_folder(tmp_path / "某县")
    with pytest.raises(Refused) as refused:
        Office.open(made, workers=1).generate(KIND)
    assert [f.code for f in refused.value.findings] == ["E_KIND_NONE"]


def test_a_damaged_record_of_what_went_out_stops_the_run(folder: Path) -> None:
    """It is never overwritten."""
    issue(folder)
    record = folder / ".xlfz" / "整改下发.json"
    record.write_text("[", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        consolidated(folder)
    assert [f.code for f in refused.value.findings] == ["E_ORDERS_UNREADABLE"]
    assert record.read_text(encoding="utf-8") == "["


def test_the_summary_with_a_ledger_passes_the_sdk_s_rules(folder: Path) -> None:
    """And so does the form."""
    assert oracle.audit((folder / "汇总" / "汇总表.xlsx").read_bytes()) == []
    assert oracle.audit(issue(folder)["柳溪镇"]) == []


@oracle.libreoffice
def test_states_lights_and_counts_recalculate(folder: Path) -> None:
    """Every state, an overdue deadline, the cards of 总览."""
    write(folder, "整改001", 整改期限=date(2025, 11, 1), 整改措施="补办")
    write(folder, "整改002", 整改期限=date(2025, 12, 3))
    write(folder, "整改003", **CLOSING)
    consolidated(folder)
    found = [(r["状态"], r["预警"]) for r in items(folder).values()]
    assert found == [("整改中", "逾期"), ("未启动", "临期"), ("已销号", "")]
    data = (folder / "汇总" / "汇总表.xlsx").read_bytes()
    assert oracle.recalculate(data) == oracle.values(data)
