"""The add-in's functions, unmodified, on a real spreadsheet program that stands in for Excel."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import pytest
import xlwings as xw

from tests.oracle import libreoffice
from xlfz import addin
from xlfz.office.buttons import BUTTON_LOCK, RUNS
from xlfz.office.ending import KEYS, cell_name
from xlfz.report import faults_book, lists
from xlfz.storage import RunLock
from xlfz.verbs import VERBS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.program.conftest import Finished
    from tests.program.engine import App


def opened(path: Path) -> xw.Book:
    """A workbook that a person opened, whose button is about to be pressed."""
    book = xw.apps.active.books.open(str(path))
    book.set_mock_caller()
    return book


def state(book: xw.Book) -> dict[str, Any]:
    """Key -> what stands in its cell on 首页."""
    return {key: book.names[cell_name(key)].refers_to_range.value for key in KEYS[:6]}


def names(app: App) -> list[str]:
    """The workbooks that are open."""
    return sorted(book.name for book in app.books)


def said(app: App) -> str:
    """The one sentence; whatever happened, there is exactly one, and never a traceback."""
    sentences = [text for kind, text in app.alerts if kind in ("info", "critical")]
    assert len(sentences) == 1, app.alerts
    for wrong in ("Traceback", "{", "未知", "None"):
        assert wrong not in sentences[0]
    return sentences[0]


@libreoffice
def test_every_verb_runs(app: App, case: Finished, tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each verb of the ribbon says one sentence; those that work tell how far they are and leave a state.

    One after the other on the same open workbench, as staff do it.
    """
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    book = opened(case.workbench)
    for verb in VERBS:
        app.alerts.clear()
        app.told.clear()
        addin.run(verb.id)
        sentence = said(app)
        by_hand = verb.id in ("new", "import")  # there is nothing to choose with
        assert app.alerts[-1][0] == ("critical" if by_hand else "info"), (verb.id, sentence)
        if verb.id in RUNS:
            left = state(book)
            assert left["operation"] == verb.caption
            assert left["result"] in sentence
            assert any(isinstance(t, str) and "指标汇总" in t for t in app.told)
            assert app.told[-1] is False, "the status bar was not given back"
            assert book.api.Saved
    assert {"工作台.xlsm", "校验报告.xlsx", "汇总表.xlsx", "责任分工表.xlsx"} <= set(names(app))


@libreoffice
def test_the_summary_appears_with_the_right_totals(app: App, case: Finished) -> None:
    """汇总 from the button to the recalculated workbook on the screen."""
    book = opened(case.workbench)
    addin.run("consolidate")
    assert app.books.active.name == "汇总表.xlsx"
    assert totals(app.books("汇总表.xlsx").document) == pytest.approx(case.totals)
    assert {k: state(book)[k] for k in ("reported", "missing", "errors")} == {
        "reported": len(case.totals), "missing": 0, "errors": 0,
    }  # fmt: skip


def totals(document: Any) -> dict[str, float]:
    """Unit -> 总分 on 排名, after every formula was calculated anew."""
    document.calculateAll()
    sheet = document.Sheets.getByName("排名")
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(True)
    rows = [list(row) for row in cursor.DataArray]
    header = next(row for row in rows if "总分" in row)
    unit, total = header.index("单位"), header.index("总分")
    return {row[unit]: row[total] for row in rows if isinstance(row[total], float) and row[unit]}


@libreoffice
def test_errors_open_the_report_at_the_first(app: App, case: Finished) -> None:
    """The report lies on top of the summary, its cursor in the row of an error."""
    opened(case.workbench)
    next((case.folder / "回收").glob("*.xlsx")).write_bytes(b"half a file")
    addin.run("consolidate")
    assert names(app) == sorted(["工作台.xlsm", "校验报告.xlsx", "汇总表.xlsx"])
    report = app.books("校验报告.xlsx").document
    assert report.CurrentController.ActiveSheet.Name == lists.PROBLEMS
    row = report.CurrentSelection.CellAddress.Row
    levels = [report.CurrentController.ActiveSheet.getCellByPosition(c, row).String for c in range(10)]
    assert "错误" in levels
    assert "错误" in said(app)


@libreoffice
def test_a_faulty_workbench_opens_the_list_of_its_faults(app: App, case: Finished) -> None:
    """What is typed and not yet saved counts: it is saved first, and then found wanting."""
    book = opened(case.workbench)
    sheet = book.sheets["指标"]
    row = next(r for r in range(1, 12) if sheet.range(f"A{r}").value == "1")
    heads = {sheet.range(f"{c}{row - 1}").value: c for c in "ABCDEFGHIJKLMNOPQR"}
    sheet.range(f"{heads['牵头单位']}{row}").value = "查无此局"
    assert not book.api.Saved
    addin.run("generate")
    assert [kind for kind, _ in app.alerts] == ["ok_cancel", "info"]
    listed = app.books("工作台检查.xlsx").document
    at = listed.CurrentSelection.CellAddress
    assert (at.Row, at.Column) == (int(faults_book.FIRST_FAULT[1:]) - 1, ord(faults_book.FIRST_FAULT[0]) - 65)
    assert state(book)["errors"] == 1
    assert "查无此局" in said(app)


# --- the bad cases -------------------------------------------------------------------------------


@libreoffice
def test_declining_to_save_does_nothing(app: App, case: Finished) -> None:
    """Cancelled is cancelled: no file is written, no state is left."""
    book = opened(case.workbench)
    book.sheets["首页"].range("J1").value = "x"
    app.answers.append("cancel")
    before = tree(case.folder)
    addin.run("check")
    assert "什么也没有做" in said(app)
    assert state(book)["operation"] is None
    assert tree(case.folder) == before
    assert not book.api.Saved


def tree(folder: Path) -> dict[str, bytes]:
    """Every file but the program's own and the lock files of who has it open."""
    files = [p for p in folder.rglob("*") if p.is_file() and ".xlfz" not in p.parts]
    return {str(p): p.read_bytes() for p in files if not p.name.startswith(".~lock")}


@libreoffice
def test_a_workbook_that_was_never_saved(app: App) -> None:
    """It is no workbench either; a workbench that was never saved has a sentence of its own."""
    document = app.engine.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
    book = app.books.active
    xw.Book(impl=book).set_mock_caller()
    addin.run("check")
    assert "不是工作台" in said(app)
    for sheet in ("首页", "设置", "指标", "上报资料", "单位", "单位对照", "填报项", "评分办法"):
        document.Sheets.insertNewByName(sheet, 0)
    app.alerts.clear()
    addin.run("check")
    assert "还没有保存过" in said(app)


@libreoffice
def test_another_workbook(app: App, case: Finished) -> None:
    """A form is no workbench, whatever its folder; nothing is written there."""
    form = next((case.folder / "下发").glob("*.xlsx"))
    opened(form)
    addin.run("consolidate")
    assert form.name in said(app)
    assert "不是工作台" in said(app)
    assert not (form.parent / ".xlfz").exists()


@libreoffice
def test_a_closed_workbook(app: App, case: Finished) -> None:
    """The book whose button was pressed is gone before Python looks."""
    book = opened(case.workbench)
    book.close()
    addin.run("check")
    assert "没有打开的工作台" in said(app)


@libreoffice
def test_a_workbook_that_is_closed_during_the_run(
    app: App, case: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result is there and opened; that the state was not written is said."""
    book = opened(case.workbench)
    monkeypatch.setattr("xlfz.addin.running.press", closing(book, addin.running.press))
    addin.run("check")
    assert "运行期间工作台被关闭" in said(app)
    assert names(app) == ["校验报告.xlsx"]


def closing(book: xw.Book, press: Callable[..., Any]) -> Callable[..., Any]:
    """`press`, after which the person has closed the workbook."""

    def pressed(*args: Any, **options: Any) -> Any:
        end = press(*args, **options)
        book.close()
        return end

    return pressed


@libreoffice
@pytest.mark.parametrize("changed", [False, True])
def test_a_read_only_workbook(
    app: App, case: Finished, changed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without changes the work is done and only the state is missing; with changes nothing is."""
    book = xw.apps.active.books.open(str(case.workbench), read_only=True)
    book.set_mock_caller()
    assert book.api.ReadOnly
    if changed:
        # LibreOffice does not let anybody change it; Excel does.
        monkeypatch.setattr("tests.program.engine.Book.Saved", property(lambda _: False))
    addin.run("check")
    assert ("存不进去" if changed else "只读") in said(app)
    assert (case.folder / "汇总" / "校验报告.xlsx").exists() is not changed


@libreoffice
@pytest.mark.parametrize(
    "address", ["https://contoso.sharepoint.com/sites/a/工作台.xlsm", "https://d.docs.live.net/1/工作台.xlsm"]
)
def test_a_workbook_from_the_cloud(
    app: App, case: Finished, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its address is no path: what to do is said, with the address; so does xlwings' own complaint."""
    opened(case.workbench)
    monkeypatch.setattr("tests.program.engine.Book.fullname", property(lambda _: address))
    addin.run("check")
    assert "云端" in said(app)

    def complain(_: object) -> str:
        raise xw.XlwingsError("Couldn't find your local OneDrive file")

    monkeypatch.setattr("tests.program.engine.Book.fullname", property(complain))
    app.alerts.clear()
    addin.run("check")
    assert "云端" in said(app)


@libreoffice
def test_a_workbook_whose_file_is_gone(app: App, case: Finished) -> None:
    """Renamed or moved while it was open."""
    opened(case.workbench)
    case.workbench.rename(case.folder / "别的.xlsm")
    addin.run("check")
    assert "已经不在原处" in said(app)


@libreoffice
def test_a_second_click_while_running(app: App, case: Finished) -> None:
    """It says so, asks nothing, and writes nothing; so does a run that the command line started."""
    book = opened(case.workbench)
    for lock in (BUTTON_LOCK, "lock"):
        app.alerts.clear()
        with RunLock(case.folder / ".xlfz", lock):
            addin.run("check")
        assert "正在进行" in said(app)
    assert state(book)["operation"] in (None, "校验回收件")
    assert not (case.folder / "汇总" / "校验报告.xlsx").exists()


@libreoffice
def test_a_defect_of_ours(app: App, case: Finished, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the office's thread and in the add-in's own: a sentence, and the log's place."""
    opened(case.workbench)
    log = case.folder / ".xlfz" / "日志.txt"
    for broken in ("xlfz.office.service.Office.check", "xlfz.addin.working.watched"):
        monkeypatch.setattr(broken, lambda *_, **__: 1 / 0)
        app.alerts.clear()
        addin.run("check")
        assert str(log) in said(app)
        assert app.alerts[-1][0] == "critical"
    assert log.read_text(encoding="utf-8").count("ZeroDivisionError") == 2


def test_without_a_program_the_sentence_goes_to_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    """RunPython shows what Python says when it ends with an error: one sentence."""
    monkeypatch.setattr("xlwings.engines", xw.main.Engines())
    monkeypatch.setattr("xlwings.main.engines", xw.main.Engines())
    monkeypatch.delattr(xw.Book, "_mock_caller", raising=False)
    with pytest.raises(SystemExit) as ended:
        addin.run("check")
    assert "请先打开工作文件夹里的工作台" in str(ended.value.code)


@libreoffice
def test_an_open_summary_with_changes_is_saved_closed_and_opened_anew(app: App, case: Finished) -> None:
    """What staff typed into it counts, and the new one stands in its place, not beside it."""
    opened(case.workbench)
    addin.run("consolidate")
    old = app.books("汇总表.xlsx")
    detail = old.document.Sheets.getByName("明细")
    header = next(
        (r, c) for r in range(6) for c in range(30) if detail.getCellByPosition(c, r).String == "审核意见"
    )
    detail.getCellByPosition(header[1], header[0] + 1).String = "材料齐全"
    app.alerts.clear()
    addin.run("consolidate")
    assert [kind for kind, _ in app.alerts] == ["ok_cancel", "info"]
    assert sorted(p.name for p in (case.folder / "汇总").glob("*.xlsx")) == ["校验报告.xlsx", "汇总表.xlsx"]
    cells = app.books("汇总表.xlsx").document.Sheets.getByName("明细").createCursor()
    cells.gotoEndOfUsedArea(True)
    assert any("材料齐全" in row for row in cells.DataArray)


@libreoffice
def test_a_result_that_will_not_open_is_told(
    app: App, case: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work is done, the path is said, and the state is written."""
    book = opened(case.workbench)

    def refuse(*_: object) -> None:
        raise OSError("no memory")

    monkeypatch.setattr("tests.program.engine.Books.open", refuse)
    addin.run("check")
    assert str(case.folder / "汇总" / "校验报告.xlsx") in said(app)
    assert state(book)["operation"] == "校验回收件"


@libreoffice
def test_excel_belongs_to_the_thread_that_called(app: App, case: Finished) -> None:
    """The worker's thread never touches the program: COM's objects would not answer it."""
    touched: list[bool] = []
    kept = type(app).status_bar.fset
    assert kept is not None
    opened(case.workbench)
    main = threading.current_thread()

    def watch(self: App, text: str | bool) -> None:
        touched.append(threading.current_thread() is main)
        kept(self, text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(app), "status_bar", property(lambda _: False, watch))
        addin.run("check")
    assert touched
    assert all(touched)


class _Dialog:
    """Excel's dialog for folders and files, answered beforehand."""

    def __init__(self, *answers: Path) -> None:
        self.SelectedItems = _Items(answers)
        self.Title = ""
        self.AllowMultiSelect = False

    def Show(self) -> int:  # noqa: N802 - COM's word
        return -1 if self.SelectedItems.Count else 0


class _Items:
    """COM's collection: counted from 1."""

    def __init__(self, answers: tuple[Path, ...]) -> None:
        self._answers = answers
        self.Count = len(answers)

    def __call__(self, number: int) -> str:
        assert number >= 1
        return str(self._answers[number - 1])


@libreoffice
@pytest.mark.parametrize("on_workbench", [True, False])
def test_plan_documents_from_the_ribbon(
    app: App, case: Finished, tmp_path: Path, on_workbench: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are asked for; what was read of them is opened, in the workbench's folder or a new one."""
    plan = tmp_path / "县重点任务分工方案.txt"
    plan.write_text(
        "1.办好第一件事。（牵头单位：县教育局）\n2.办好第二件事。（牵头单位：县财政局）\n", "utf-8"
    )
    opened(case.workbench if on_workbench else next((case.folder / "下发").glob("*.xlsx")))
    monkeypatch.setattr(type(app), "FileDialog", lambda _app, _kind: _Dialog(plan), raising=False)
    addin.run("import")
    assert "读出 2 项" in said(app)
    folder = case.folder if on_workbench else plan.with_suffix("")
    assert (folder / "导入核对.xlsx").is_file()
    assert "导入核对.xlsx" in names(app)


@libreoffice
@pytest.mark.parametrize("answer", ["新", ""])
def test_a_new_folder_from_the_ribbon(
    app: App, case: Finished, tmp_path: Path, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is asked for; its workbench is opened; nothing chosen is nothing done."""
    opened(case.workbench)
    target = tmp_path / answer if answer else None
    dialog = _Dialog(*([target] if target else []))
    monkeypatch.setattr(type(app), "FileDialog", lambda _app, _kind: dialog, raising=False)
    addin.run("new")
    if target:
        assert os.path.isfile(target / "工作台.xlsm")
        assert str(target) in said(app)
    else:
        assert "什么也没有做" in said(app)
