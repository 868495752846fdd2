"""What each button does: one verb on one working folder, from the click to the `End`.

Takes a verb of `xlfz.verbs` (but `doctor`, which is `xlfz.deploy`'s) and the path of the workbench;
gives how it ended. The add-in and the command behind the plain buttons both call `press`, so that a
button does the same and says the same whichever way it was pressed. Shows nothing, asks nothing;
knows no Excel.
"""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from xlfz.errors import Refused, refuse
from xlfz.excel.writer import write
from xlfz.findings import by_weight, codes, finding
from xlfz.listing import FIRST_ROW
from xlfz.office.ending import End, Place, State, caption, failed, in_buttons, refused
from xlfz.office.folder import locate
from xlfz.office.importing import import_plan
from xlfz.office.making import new
from xlfz.office.results import Consolidated
from xlfz.office.service import Office, no_progress
from xlfz.report import faults_book, lists
from xlfz.report.states import ACCEPTED, HELD, MISSING, States
from xlfz.storage import LOG_NAME, log, write_atomic
from xlfz.workbench.tables import GUIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from xlfz.findings import Finding
    from xlfz.office.checking import Progress
    from xlfz.office.folder import Folder
    from xlfz.office.results import Checking

_FIRST_PROBLEM = f"E{FIRST_ROW}"
"""The file of the first problem on 问题清单, which stand errors first."""
_NAMED = 8
"""How many units a sentence names."""

RUNS = frozenset({"workbench-check", "generate", "check", "consolidate", "remind", "status"})
"""The verbs that do work and leave their state on 首页; the others only open something."""
_BY_HAND = {
    "new": "xlfz new 文件夹名称",
    "import": "xlfz import 方案文件 -o 工作文件夹",
}
"""Verbs that first have to ask where: the command that does it."""
BUTTON_LOCK = "button"
"""The file below .xlfz that is locked from the click until everything is shown."""


def press(verb: str, workbench: Path, *, progress: Progress = no_progress) -> End:
    """Do what the button says. Never raises: what could not be done is an `End` with code 2."""
    return _guarded(verb, workbench.parent / ".xlfz", lambda: _pressed(verb, workbench, progress))


def make(folder: Path) -> End:
    """A new working folder with an empty workbench, which is opened. Never raises."""

    def made() -> End:
        done = new(folder)
        message = f"已新建工作文件夹：{done.folder}。请先填“设置”“指标”“单位”。"
        return End(0, message, (Place(done.workbench),))

    # A folder that is refused is left alone, and gets no log either.
    return _guarded("new", Path(tempfile.gettempdir()) / ".xlfz", made)


def take_in(files: Sequence[Path], folder: Path, *, progress: Progress = no_progress) -> End:
    """Read plan documents into 导入核对, which is opened for a person to confirm. Never raises."""

    def taken() -> End:
        done = import_plan(files, folder, progress=progress)
        message = (
            f"读出 {done.indicators} 项指标或任务、{done.materials} 份资料，其中 {done.waiting} 行要人核对。"
            f"核对后保存，再在命令行里运行：xlfz confirm {done.folder}。"
        )
        errors = _errors(done.findings)
        end = End(1 if errors else 0, message, (Place(done.book),))
        return end.also(min(errors, key=by_weight)) if errors else end

    return _guarded("import", Path(tempfile.gettempdir()) / ".xlfz", taken)


def by_hand(verb: str) -> Refused:
    """For a verb that has to ask where, when there is no way to ask."""
    return refuse(finding("E_BUTTON_COMMAND", 名=caption(verb), 命令=_BY_HAND[verb]))


def _pressed(verb: str, workbench: Path, progress: Progress) -> End:
    if verb in _BY_HAND:
        raise by_hand(verb)
    action = _ACTIONS.get(verb)
    if action is None:
        raise refuse(finding("E_BUTTON_UNKNOWN", 名=caption(verb)))
    office = Office.open(workbench, progress=progress)
    try:
        return action(office)
    except Refused as error:
        if any(f.code == "E_WB_FAULTY" for f in error.findings):
            return _faulty(verb, office, error)
        raise


def _guarded(verb: str, own: Path, work: Callable[[], End]) -> End:
    """What `work` gives; what it raises becomes an end, with more of it in the log in `own`."""
    try:
        return work()
    except Refused as error:
        log(own, f"{verb}: " + "\n".join(f"{f.file} {f.sheet} {f.cell} {f.text}" for f in error.findings))
        return refused(verb, error, own / LOG_NAME)
    except Exception:  # noqa: BLE001 - a person gets a sentence, the log the traceback
        return broke(verb, own)


def broke(verb: str, own: Path) -> End:
    """For a defect of ours, from within an `except`: the traceback goes to the log in `own`."""
    number = log(own, traceback.format_exc())
    return failed(verb, [finding("E_INTERNAL", id=number, 日志=own / LOG_NAME)])


def results(verb: str, workbench: Path) -> tuple[Path, ...]:
    """The workbooks that this verb may replace, and that nobody should have open meanwhile."""
    folder = locate(workbench)
    written = {
        "generate": (folder.duty_table,),
        "check": (folder.report,),
        "remind": (folder.report,),
        "consolidate": (folder.report, folder.summary),
    }
    return (_faults_path(folder), *written.get(verb, ()))


def _check_workbench(office: Office) -> End:
    """工作台检查.xlsx where there is something to list; the remarks of a workbench without faults too."""
    workbench = office.workbench()
    counted = f"指标 {len(workbench.catalogue.indicators)} 行，单位 {len(workbench.roster.units)} 个"
    found = workbench.findings
    if not found:
        _faults_path(office.folder).unlink(missing_ok=True)
        message = f"工作台没有错误：{counted}，可以生成填报表。"
        return End(0, message, state=State(caption("workbench-check"), message, errors=0))
    place, beside = _faults(office, found)
    message = f"工作台没有错误：{counted}；有 {len(found)} 条提醒，请看一看。"
    end = End(0, message, (place,), state=State(caption("workbench-check"), message, errors=0))
    return _also(end, [beside] if beside else [])


def _generate(office: Office) -> End:
    made = office.generate()
    message = f"已给 {made.units} 个单位生成填报表，在“下发”文件夹"
    if made.archives:
        message += f"，另按上级单位打成 {len(made.archives)} 个压缩包"
    errors = _errors(made.findings)
    state = State(caption("generate"), f"{message}。", errors=len(errors))
    return _also(End(0, f"{message}。", folder=office.folder.sent, state=state), made.findings)


def _check(office: Office) -> End:
    return _checked(office.check(), "check")


def _consolidate(office: Office) -> End:
    return _checked(office.consolidate(), "consolidate")


def _remind(office: Office) -> End:
    """Who has to be chased, from a fresh check: letters to each, and the list with their contacts."""
    done = office.remind()
    states = States.of(done.report, done.workbench)
    chased = [
        f"{word} {len(names)} 个：{'、'.join(names[:_NAMED])}{' 等' if len(names) > _NAMED else ''}"
        for word, wanted in (("未报", MISSING), ("待改", HELD))
        if (names := [u.unit.name for u in states.units if u.state == wanted])
    ]
    message = f"{'；'.join(chased)}。" if chased else "各单位都已报齐，不用催报。"
    if done.units:
        message += f"催报函 {len(done.reminders)} 份、督办单 {len(done.orders)} 份，在“通知”文件夹。"
    opens = (Place(done.report_file, lists.ABSENT),) if chased and done.report_file else ()
    errors = _errors(done.findings)
    end = End(1 if errors else 0, message, opens, state=_state("remind", message, states, errors))
    return _also(end, _beside_the_files(done))


def _status(office: Office) -> End:
    seen = office.status()
    message = (
        f"应报 {len(seen.units)} 个单位：已报 {len(seen.reported)}，待改 {len(seen.held)}，"
        f"未报 {len(seen.missing)}。下一步：{in_buttons(seen.next_step)}"
    )
    states = States.of(seen.report, seen.workbench)
    return End(0, message, state=_state("status", message, states, _errors(seen.findings)))


def _checked(done: Checking, verb: str) -> End:
    """For 校验 and 汇总: the figures, and what was made; with errors the report at the first of them."""
    states = States.of(done.report, done.workbench)
    errors = _errors(done.findings)
    n = done.counts()
    opens: list[Place] = []
    if isinstance(done, Consolidated):
        message = f"已汇总：应报 {done.units} 个单位，计入 {done.reported} 个，明细 {done.rows} 行。"
        message += "" if n["files_found"] else finding("I_NO_RETURNS").message
        opens.append(Place(done.summary))
    elif n["files_found"]:
        message = (
            f"已校验 {n['files_found']} 个文件：采用 {n['accepted']}，待改 {n['held']}，"
            f"读不出 {n['rejected']}，跳过 {n['skipped']}。"
        )
    else:
        message = finding("I_NO_RETURNS").text
    in_files = _errors(done.report.findings)
    if in_files:
        message += f"有 {len(in_files)} 处错误，见校验报告"
        message += f"；退回副本 {len(done.sent_back)} 份，在“退回”文件夹。" if done.sent_back else "。"
    if done.report_file and (in_files or not opens):
        place = (lists.PROBLEMS, _FIRST_PROBLEM) if in_files else ("", "")
        opens.append(Place(done.report_file, *place))
    end = End(1 if errors else 0, message, tuple(opens), state=_state(verb, message, states, errors))
    return _also(end, _beside_the_files(done))


def _open_folder(office: Office) -> End:
    return _shown(office.folder.root)


def _open_forms(office: Office) -> End:
    return _shown(office.folder.sent, "generate")


def _open_sent_back(office: Office) -> End:
    return _shown(office.folder.sent_back, "check")


def _open_duty(office: Office) -> End:
    return _opened(office.folder.duty_table, "generate")


def _open_report(office: Office) -> End:
    return _opened(office.folder.report, "check")


def _open_summary(office: Office) -> End:
    return _opened(office.folder.summary, "consolidate")


def _help(office: Office) -> End:
    return End(0, f"“{GUIDE}”表里写明了每张表怎么填。", (Place(office.folder.workbench, GUIDE),))


def _shown(folder: Path, maker: str = "") -> End:
    """A folder; where it is not there yet, the button that fills it."""
    if not folder.is_dir():
        raise refuse(finding("E_BUTTON_NOTHING", 名=folder.name, 按钮=caption(maker)))
    return End(0, f"已打开文件夹：{folder}", folder=folder)


def _opened(path: Path, maker: str) -> End:
    """A workbook; where it is not there yet, the button that makes it."""
    if not path.is_file():
        raise refuse(finding("E_BUTTON_NOTHING", 名=path.stem, 按钮=caption(maker)))
    return End(0, f"已打开{path.stem}。", (Place(path),))


def _faults(office: Office, found: Iterable[Finding]) -> tuple[Place, Finding | None]:
    """Write 工作台检查.xlsx; where it is, and what stood in the way of writing it in its place."""
    plan = faults_book.plan(list(found), office.folder.workbench.name, office.created)
    written = write_atomic(_faults_path(office.folder), write(plan))
    if not written.saved and written.finding is not None:
        raise refuse(written.finding)
    return Place(written.path, faults_book.FAULTS, faults_book.FIRST_FAULT), written.finding


def _faulty(verb: str, office: Office, error: Refused) -> End:
    """A workbench with errors: every one of them in 工作台检查.xlsx, opened at the first."""
    found = [f for f in error.findings if codes()[f.code].scope == "workbench"]
    place, beside = _faults(office, found)
    errors = _errors(found)
    first = errors[0]
    message = (
        f"工作台有 {len(errors)} 处错误，已全部列出；第一处在“{first.sheet}”表：{first.message}{first.remedy}"
    )
    result = f"工作台有 {len(errors)} 处错误，没有{caption(verb)}。"
    if verb == "workbench-check":
        result = f"工作台有 {len(errors)} 处错误。"
    end = End(1, message, (place,), state=State(caption(verb), result, errors=len(errors)))
    return _also(end, [beside] if beside else [])


def _faults_path(folder: Folder) -> Path:
    return folder.summaries / f"{faults_book.FAULTS}.xlsx"


def _state(verb: str, message: str, states: States, errors: list[Finding]) -> State:
    return State(
        caption(verb),
        message,
        states.count(ACCEPTED),
        states.count(HELD) + states.count(MISSING),
        len(errors),
    )


def _errors(found: Iterable[Finding]) -> list[Finding]:
    return [f for f in found if f.severity == "error"]


def _beside_the_files(done: Checking) -> list[Finding]:
    """What is wrong besides the returned files: a workbook that was open, an entry that was lost."""
    known = set(done.report.findings)
    return [f for f in done.findings if f not in known]


def _also(end: End, found: Iterable[Finding]) -> End:
    """The end with what else a person has to know; remarks on the workbench have a button of their own."""
    for f in sorted(found, key=by_weight):
        if f.severity != "info" and codes()[f.code].scope != "workbench":
            end = end.also(f)
    return end


_ACTIONS: dict[str, Callable[[Office], End]] = {
    "workbench-check": _check_workbench,
    "generate": _generate,
    "check": _check,
    "consolidate": _consolidate,
    "remind": _remind,
    "status": _status,
    "open-folder": _open_folder,
    "open-forms": _open_forms,
    "open-sentback": _open_sent_back,
    "open-duty": _open_duty,
    "open-report": _open_report,
    "open-summary": _open_summary,
    "help": _help,
}
