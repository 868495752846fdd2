"""From an issued document to the summary: import, confirm as a clerk would, forms, returns, consolidate."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

import xlfz
from tests.acceptance.desk import xlfz_command
from tests.documents import seeds
from xlfz.errors import Refused
from xlfz.form import progress
from xlfz.office.imported import FILE
from xlfz.office.importing import BESIDE, confirm, import_plan
from xlfz.office.simulate import simulate
from xlfz.office.story.progress import fill

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from xlfz.office.results import Generated, Imported
    from xlfz.office.service import Office

TODAY = date(2026, 11, 16)
PLAN = """某县2026年优化服务工作任务分工方案

一、健全制度

1.制定服务清单。逐项写明办理时限并公开。
牵头单位：县司法局
责任单位：县财政局、县教育局
完成时限：2026年6月底前

2.清理收费项目。取消没有依据的收费。
牵头单位：县财政局
责任单位：县教育局
完成时限：2026年9月底前

二、加强监督

3.开展群众评议。每半年通报结果。
牵头单位：县教育局
责任单位：县司法局
完成时限：长期坚持
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A small plan as text."""
    path = tmp_path / "任务分工方案.txt"
    path.write_text(PLAN, encoding="utf-8")
    return path


def read(document: Path, folder: Path) -> Imported:
    """The document imported on a fixed day."""
    return import_plan([document], folder, today=TODAY, workers=1)


def clerk(folder: Path, change: Callable[[Workbook], None] = lambda _: None) -> None:
    """Open 导入核对 as in Excel, change something, confirm every row, save."""
    book = openpyxl.load_workbook(folder / FILE)
    change(book)
    for sheet in book.worksheets[:4]:
        check = column(sheet, "核对")
        for row in range(5, sheet.max_row + 1):
            used = any(sheet.cell(row, c).value for c in range(2, sheet.max_column + 1))
            if used and not sheet.cell(row, check).value:
                sheet.cell(row, check).value = "已核对"
    book.save(folder / FILE)


def column(sheet: Worksheet, title: str) -> int:
    """Where a column stands."""
    return next(c.column for c in sheet[4] if c.value == title)


def renumber(book: Workbook) -> None:
    """Give every row a number of its own, as a clerk does who meets doubled ones."""
    sheet = book.worksheets[0]
    at, seen = column(sheet, "编号"), set()
    for row in range(5, sheet.max_row + 1):
        if sheet.cell(row, column(sheet, "指标内容")).value:
            number = str(sheet.cell(row, at).value or f"补{row}")
            while number in seen:
                number = f"附{number}"
            seen.add(number)
            sheet.cell(row, at).value = number


def returned(office: Office, made: Generated) -> int:
    """Fill in every form and put it into 回收/; gives their number."""
    duties = [d for d in office.workbench().assignment.duties if d.items]
    forms = {d.unit.code: (p.name, p.read_bytes()) for d, p in zip(duties, made.forms, strict=True)}
    if office.workbench().form.kind == progress.NAME:
        filled = [(n, fill(f, 1, unit, 1, 1, office.today)) for unit, (n, f) in forms.items()]
    else:
        filled = simulate(duties, forms, 1, "none")
    for name, data in filled:
        target = office.folder.received / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return len(duties)


def whole_loop(folder: Path) -> tuple[int, int]:
    """Generate, fill in, consolidate: how many units, how many of them are in the summary."""
    office = xlfz.open(folder)
    made = office.generate()
    assert made.duty_table is not None
    assert made.duty_table.is_file()
    units = returned(office, made)
    done = office.consolidate()
    assert [f for f in done.findings if f.severity == "error"] == []
    assert done.summary.is_file()
    return units, done.reported


def test_a_plan_goes_from_the_document_to_the_summary(document: Path, tmp_path: Path) -> None:
    """Import, confirm, 责任分工表, forms, consolidate: all units of the document are in the summary."""
    folder = tmp_path / "某县2026"
    imported = read(document, folder)
    assert (imported.indicators, imported.read, imported.files) == (3, 1, 1)
    clerk(folder)
    done = confirm(folder, today=TODAY)
    assert done.workbench == folder / "工作台.xlsm"
    assert (done.indicators, done.units, done.left_out, done.beside) == (3, 3, 0, False)
    assert {f.code for f in done.findings} <= {"W_WB_POINTS", "W_WB_MONTH"}
    assert whole_loop(folder) == (3, 3)


@pytest.mark.parametrize(("number", "rows"), [("004", 45), ("002", 177)])
def test_a_real_plan_goes_from_the_document_to_the_summary(number: str, rows: int, tmp_path: Path) -> None:
    """The same with source documents: every adopted row, every unit that the document names."""
    data, name = seeds.seed(number)
    path = tmp_path / name
    path.write_bytes(data)
    folder = tmp_path / "工作"
    imported = read(path, folder)
    assert imported.indicators >= rows
    assert imported.needs_person
    clerk(folder, renumber)
    done = confirm(folder, today=TODAY)
    assert done.workbench is not None, [f.text for f in done.findings][:5]
    assert done.indicators == imported.indicators
    assert [f.text for f in done.findings if f.severity == "error"] == []
    units, reported = whole_loop(folder)
    assert units == reported > 10


def test_nothing_is_made_while_rows_wait(document: Path, tmp_path: Path) -> None:
    """Every waiting row is named, the folder has no workbench, and the next step says so."""
    folder = tmp_path / "某县"
    read(document, folder)
    book = openpyxl.load_workbook(folder / FILE)
    sheet = book.worksheets[0]
    for row in (5, 7):
        sheet.cell(row, 1).value = None
    book.save(folder / FILE)
    before = (folder / FILE).read_bytes()
    ran = xlfz_command("confirm", folder, "--json")
    assert ran.code == 1
    told = [
        (f["code"], f["file"], f["sheet"], f["cell"])
        for f in ran.json["findings"]
        if f["sheet"] == "导入核对"
    ]
    assert told == [("E_IMPORT_UNCONFIRMED", FILE, "导入核对", cell) for cell in ("A5", "A7")]
    assert ran.json["workbench"] is None
    assert sorted(p.name for p in folder.iterdir() if p.name != ".xlfz") == [FILE]
    assert (folder / FILE).read_bytes() == before
    assert "行没有核对" in xlfz_command("confirm", folder).out
    waiting = xlfz_command("status", folder, "--json")
    assert (waiting.code, waiting.json["findings"][0]["code"]) == (2, "E_IMPORT_OPEN")


def test_a_confirmed_book_is_taken_once(document: Path, tmp_path: Path) -> None:
    """The second confirm of the same book says so; a workbench that is lost is made again."""
    folder = tmp_path / "某县"
    read(document, folder)
    clerk(folder)
    confirm(folder, today=TODAY)
    with pytest.raises(Refused) as refused:
        confirm(folder)
    assert [f.code for f in refused.value.findings] == ["E_IMPORT_TAKEN"]
    assert "导入核对" not in xlfz.open(folder).status().next_step
    (folder / "工作台.xlsm").unlink()
    assert confirm(folder, today=TODAY).workbench == folder / "工作台.xlsm"


def test_a_workbench_that_is_there_is_left_alone(document: Path, tmp_path: Path) -> None:
    """The rows go into a workbench beside it, with the rows it has; the old one keeps its bytes."""
    folder = tmp_path / "某县"
    read(document, folder)
    clerk(folder)
    confirm(folder, today=TODAY, macros=False)
    own = openpyxl.load_workbook(folder / "工作台.xlsx")
    own["单位"].cell(3, own["单位"].max_column + 1).value = "传真"
    own["单位"].cell(4, workbench_column(own["单位"], "联系人")).value = "张三"
    own.save(folder / "工作台.xlsx")
    before = (folder / "工作台.xlsx").read_bytes()
    second = tmp_path / "补充.txt"
    second.write_text(PLAN.replace("1.", "11.").replace("2.", "12.").replace("3.", "13."), encoding="utf-8")
    again = read(second, folder)
    assert again.indicators == 3
    assert "xlfz confirm" in xlfz.open(folder).status().next_step
    clerk(folder)
    done = confirm(folder, today=TODAY)
    assert done.workbench == folder / f"{BESIDE}.xlsx"
    assert done.beside
    assert (folder / "工作台.xlsx").read_bytes() == before
    told = next(f for f in done.findings if f.code == "W_IMPORT_COPY")
    assert "单位.传真" in told.message
    made = openpyxl.load_workbook(folder / f"{BESIDE}.xlsx")
    numbers = [c.value for c in made["指标"]["A"][3:] if c.value]
    assert numbers == ["1", "2", "3", "11", "12", "13"]
    assert made["单位"].cell(4, workbench_column(made["单位"], "联系人")).value == "张三"
    assert [c.value for c in made["单位"]["B"][3:] if c.value] == ["县司法局", "县财政局", "县教育局"]


def workbench_column(sheet: Worksheet, title: str) -> int:
    """Where a column of a workbench's sheet stands."""
    return next(c.column for c in sheet[3] if c.value == title)


def test_a_workbench_with_buttons_gets_one_with_buttons_beside_it(document: Path, tmp_path: Path) -> None:
    """The one beside is of the same kind, and its name says how it is to be called later."""
    folder = tmp_path / "某县"
    read(document, folder)
    clerk(folder)
    confirm(folder, today=TODAY)
    document.write_text(PLAN.replace("1.", "11.").replace("2.", "12.").replace("3.", "13."), encoding="utf-8")
    read(document, folder)
    clerk(folder)
    done = confirm(folder, today=TODAY)
    assert done.workbench == folder / f"{BESIDE}.xlsm"
    assert "xl/vbaProject.bin" in zipfile.ZipFile(done.workbench).namelist()
    told = next(f for f in done.findings if f.code == "W_IMPORT_COPY")
    assert "“工作台.xlsm”" in told.remedy


def test_numbers_that_the_workbench_has_are_refused_at_their_cells(document: Path, tmp_path: Path) -> None:
    """Equal numbers are never overwritten: nothing is made."""
    folder = tmp_path / "某县"
    read(document, folder)
    clerk(folder)
    confirm(folder, today=TODAY)
    document.write_text(PLAN.replace("3.", "33."), encoding="utf-8")
    read(document, folder)
    clerk(folder)
    done = confirm(folder, today=TODAY)
    assert done.workbench is None
    assert done.needs_person
    assert [(f.code, f.cell) for f in done.findings] == [("E_IMPORT_NUMBER_TAKEN", c) for c in ("C5", "C6")]
    assert not list(folder.glob(f"{BESIDE}*"))


def test_an_earlier_book_is_kept_under_another_name(document: Path, tmp_path: Path) -> None:
    """A second import does not overwrite a clerk's work, and says where it is."""
    folder = tmp_path / "某县"
    read(document, folder)
    same = read(document, folder)
    assert [p.name for p in folder.glob("*.xlsx")] == [FILE]
    assert "I_IMPORT_KEPT" not in {f.code for f in same.findings}
    clerk(folder, lambda book: book.worksheets[0].cell(5, 8).__setattr__("value", "改过"))
    edited = (folder / FILE).read_bytes()
    again = read(document, folder)
    (kept,) = (f for f in again.findings if f.code == "I_IMPORT_KEPT")
    assert "导入核对（旧 1）.xlsx" in kept.message
    assert (folder / "导入核对（旧 1）.xlsx").read_bytes() == edited
    assert (folder / FILE).read_bytes() != edited


def test_a_book_that_is_open_elsewhere_is_waited_for(document: Path, tmp_path: Path) -> None:
    """Excel's mark beside it: what is on disk may be older than what the clerk sees."""
    folder = tmp_path / "某县"
    read(document, folder)
    clerk(folder)
    (folder / f"~${FILE}").write_bytes(b"")
    ran = xlfz_command("confirm", folder, "--json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "E_IMPORT_NOT_SAVED")
    beside = read(document, folder).book
    assert beside.name != FILE


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("空.txt", b"", "E_EMPTY_FILE"),
        ("照片.jpg", b"\xff\xd8\xff\xe0" + bytes(100), "E_IMPORT_SCANNED"),
        ("通知.txt", "请各单位认真学习贯彻。".encode(), "E_IMPORT_NOTHING"),
        ("没有.docx", None, "E_IMPORT_NO_FILE"),
    ],
)
def test_what_gives_no_task_is_told_and_leaves_nothing(
    name: str, data: bytes | None, code: str, tmp_path: Path
) -> None:
    """Exit code 2 with the reason; no folder, no empty workbook."""
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    ran = xlfz_command("import", path, "-o", tmp_path / "出", "--json")
    assert ran.code == 2, ran.said
    assert code in [f["code"] for f in ran.json["findings"]]
    assert not (tmp_path / "出").exists()


def test_a_file_that_cannot_be_read_does_not_cost_the_others(document: Path, tmp_path: Path) -> None:
    """Three rows of the good one, an error for the bad one, exit code 1; progress goes to the end."""
    bad = tmp_path / "坏.pdf"
    bad.write_bytes(b"%PDF-1.7\n" + os.urandom(200))
    told: list[tuple[str, int, int]] = []
    made = import_plan(
        [bad, document], tmp_path / "出", today=TODAY, workers=1, progress=lambda *step: told.append(step)
    )
    assert (made.indicators, made.read, made.files) == (3, 1, 2)
    assert {f.file for f in made.findings if f.severity == "error"} == {"坏.pdf"}
    assert made.needs_person
    assert told[0][1:] == (0, 2)
    assert told[-1][1:] == (2, 2)


@pytest.mark.skipif(
    sys.platform != "linux", reason="the stand-in reaches a worker only where workers are forked"
)
def test_a_document_that_kills_its_reader_costs_only_itself(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies on one file: that file is reported, the other one is read."""
    from xlfz.documents import reading

    honest = reading.read_document
    monkeypatch.setattr(
        reading, "read_document", lambda data, name: os._exit(3) if name == "坏.txt" else honest(data, name)
    )
    bad = tmp_path / "坏.txt"
    bad.write_text(PLAN, encoding="utf-8")
    made = import_plan([bad, document], tmp_path / "出", today=TODAY, workers=1)
    assert (made.indicators, made.read) == (3, 1)
    assert [(f.code, f.file) for f in made.findings if f.severity == "error"] == [
        ("E_WORKER_CRASH", "坏.txt")
    ]


def test_without_a_folder_one_is_named_after_the_document(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the current folder; somebody else's folder of that name is not touched."""
    there = tmp_path / "这里"
    there.mkdir()
    monkeypatch.chdir(there)
    made = import_plan([document], today=TODAY, workers=1)
    assert made.folder == there / "任务分工方案"
    assert made.book.is_file()
    made.book.unlink()
    (made.folder / "别人的.txt").write_text("x", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        import_plan([document], today=TODAY, workers=1)
    assert [f.code for f in refused.value.findings] == ["E_FOLDER_EXISTS"]


@pytest.mark.parametrize("target", ["", FILE, "工作台.xlsm"])
def test_confirm_finds_the_book_however_it_is_named(target: str, document: Path, tmp_path: Path) -> None:
    """By the folder, the book itself, or the workbench that will be."""
    folder = tmp_path / "某县"
    read(document, folder)
    clerk(folder)
    assert confirm(folder / target, today=TODAY).workbench == folder / "工作台.xlsm"


def test_confirm_without_a_book_says_what_to_do(tmp_path: Path) -> None:
    """And a workbook that is none is told from one that is."""
    ran = xlfz_command("confirm", tmp_path, "--json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "E_IMPORT_NO_BOOK")
    openpyxl.Workbook().save(tmp_path / FILE)
    ran = xlfz_command("confirm", tmp_path, "--json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "E_IMPORT_BOOK")
    (tmp_path / FILE).write_bytes(b"nothing")
    ran = xlfz_command("confirm", tmp_path, "--json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "E_IMPORT_BOOK_OPEN")


def test_the_command_line_says_what_comes_next(document: Path, tmp_path: Path) -> None:
    """The sentences lead from import to confirm to generate; `--json` has the published fields."""
    folder = tmp_path / "某县"
    ran = xlfz_command("import", document, "-o", folder)
    assert ran.code == 1
    assert "运行 xlfz confirm" in ran.out
    clerk(folder)
    ran = xlfz_command("confirm", folder)
    assert ran.code == 0, ran.said
    assert "xlfz generate" in ran.out
    again: dict[str, Any] = json.loads(xlfz_command("import", document, "-o", folder, "--json").out)
    assert set(again) == {"folder", "book", "files", "read", "indicators", "materials", "waiting", "findings"}
