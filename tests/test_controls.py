"""Macros, buttons and ribbon: what is under macros/ is what the workbooks hold, and it hangs together."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import olefile
import pytest
from oletools.olevba import VBA_Parser

from tests import oracle
from xlfz import controls
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.office.buttons import RUNS
from xlfz.verbs import BUTTON_ORDER, BY_ID, GROUPS, TAB, VERBS, buttons
from xlfz.workbench import front, presets, reading, writing
from xlfz.workbench.tables import COMMAND_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from xlfz.excel.plan import Sheet

UI_2009 = "http://schemas.microsoft.com/office/2009/07/customui"
UI_2006 = "http://schemas.microsoft.com/office/2006/01/customui"
DAY = datetime(2026, 1, 1)
KINDS = ("工作台.xlsm", "xlfz.xlam")

PROCEDURE = re.compile(
    r"^(Public|Private) (?:Sub|Function) (\w+)\(([^)]*)\)[^\n]*\n(.*?)^End (?:Sub|Function)$", re.M | re.S
)
STRINGS = re.compile(r'"[^"]*"')


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """The workbench with buttons, and the add-in."""
    workbench = writing.plan(presets.load("puyang-annual"), DAY, macros=True)
    return {"工作台.xlsm": write(workbench), "xlfz.xlam": write(controls.addin(DAY))}


def parts(data: bytes) -> dict[str, bytes]:
    """Part name -> content."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def sources(kind: str) -> dict[str, str]:
    """Module -> text under macros/ of what belongs into a kind of workbook."""
    left_out = {"工作台.xlsm": "XlfzRibbon", "xlfz.xlam": "XlfzButtons"}[kind]
    files = controls.sources().glob("*.bas")
    return {f.stem: f.read_text(encoding="ascii") for f in files if f.stem != left_out}


def procedures(text: str) -> dict[str, tuple[str, str, str]]:
    """Name -> (Public or Private, parameters, body)."""
    return {name: (scope, given, body) for scope, name, given, body in PROCEDURE.findall(text)}


def code(text: str) -> str:
    """VBA text without comments and strings."""
    lines = (STRINGS.sub('""', line) for line in text.splitlines())
    return "\n".join(line.partition("'")[0] for line in lines)


def short(sheet: Sheet) -> Sheet:
    """The sheet with three rows of every long table."""
    blocks = tuple(replace(b, rows=b.rows[:3], heights=b.heights[:3]) for b in sheet.blocks)
    return replace(sheet, blocks=blocks, cells=tuple(c for c in sheet.cells if c.row < 60))


@pytest.mark.parametrize("kind", KINDS)
def test_olevba_lists_exactly_what_is_under_macros(made: dict[str, bytes], kind: str) -> None:
    """Every source, complete, and nothing else but the empty modules of workbook and sheets."""
    parser = VBA_Parser(kind, data=made[kind])
    listed = {name.rpartition(".")[0]: text for _, _, name, text in parser.extract_macros()}
    parser.close()
    sheets = sum(name.startswith("xl/worksheets/sheet") for name in parts(made[kind]))
    documents = {"ThisWorkbook", *(f"Sheet{n}" for n in range(1, sheets + 1))}
    assert set(listed) == documents | set(sources(kind))
    for name, text in sources(kind).items():
        assert listed[name] == f'Attribute VB_Name = "{name}"\r\n' + text.replace("\n", "\r\n")
    for name in documents:
        assert all(line.startswith("Attribute ") for line in listed[name].splitlines())


@pytest.mark.parametrize("kind", KINDS)
def test_olefile_reads_every_stream(made: dict[str, bytes], kind: str) -> None:
    """No defect of any weight in the compound file."""
    data = parts(made[kind])["xl/vbaProject.bin"]
    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE) as file:
        assert all(file.openstream(path).read() for path in file.listdir())


@pytest.mark.parametrize("kind", KINDS)
def test_code_names_are_those_of_the_modules(made: dict[str, bytes], kind: str) -> None:
    """Workbook and sheets bear the names of their document modules, in order."""
    inside = parts(made[kind])
    names = re.findall(r'<workbookPr codeName="(\w+)"', inside["xl/workbook.xml"].decode())
    sheets = sum(name.startswith("xl/worksheets/sheet") for name in inside)
    for number in range(1, sheets + 1):
        text = inside[f"xl/worksheets/sheet{number}.xml"].decode()
        names += re.findall(r'<sheetPr codeName="(\w+)"', text)
    assert names == ["ThisWorkbook", *(f"Sheet{n}" for n in range(1, sheets + 1))]


@pytest.mark.parametrize("kind", KINDS)
def test_excel_would_open_it(made: dict[str, bytes], kind: str) -> None:
    """0 errors by the Open XML SDK's rules."""
    assert oracle.audit(made[kind]) == []


@oracle.sdk
def test_the_sdk_itself_finds_no_error_in_the_addin(made: dict[str, bytes]) -> None:
    """0 errors from the Open XML SDK, which judges the ribbon too."""
    assert oracle.sdk_audit(made["xlfz.xlam"]) == []


@oracle.sdk
def test_the_sdk_itself_finds_no_error_in_the_workbench() -> None:
    """0 errors. Without the empty rows below the tables, which take it a minute and are all alike."""
    plan = writing.plan(presets.empty(), DAY, macros=True)
    assert oracle.sdk_audit(write(replace(plan, sheets=tuple(map(short, plan.sheets))))) == []


@oracle.sdk
def test_the_sdk_would_find_an_error() -> None:
    """A control with an attribute that does not exist is found: the verdict above means something."""
    plan = controls.addin(DAY)
    wrong = write(replace(plan, ribbon=plan.ribbon.replace("onAction", "onActoin", 1)))
    assert any("onActoin" in error for error in oracle.sdk_audit(wrong))


def test_building_twice_gives_the_same_bytes(made: dict[str, bytes]) -> None:
    """No clock and no chance in macros, buttons or ribbon."""
    assert write(controls.addin(DAY)) == made["xlfz.xlam"]
    assert write(writing.plan(presets.load("puyang-annual"), DAY, macros=True)) == made["工作台.xlsm"]


@pytest.mark.parametrize("path", sorted(controls.sources().glob("*.bas")), ids=lambda p: p.stem)
def test_sources_are_ascii_explicit_and_short(path: Path) -> None:
    """Option Explicit on top, 12 lines a procedure at most, a comment on top that says what for."""
    text = path.read_bytes().decode("ascii")
    assert text.startswith("Option Explicit\n' ")
    assert "\t" not in text
    assert all(len(line) <= 120 for line in text.splitlines())
    found = procedures(text)
    assert len(found) == len(re.findall(r"^End (?:Sub|Function)$", text, re.M))
    assert {name: body.count("\n") for name, (_, _, body) in found.items() if body.count("\n") > 15} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_procedure_that_is_called_is_there(kind: str) -> None:
    """One module that does not compile disables all buttons: names and numbers of arguments agree."""
    texts = sources(kind)
    public = {n: g for t in texts.values() for n, (s, g, _) in procedures(t).items() if s == "Public"}
    for module, text in texts.items():
        own = {name: given for name, (_, given, _) in procedures(text).items()}
        called = set(re.findall(r"\bXlfz\w+", code(text))) - set(texts)
        assert called <= set(public) | set(own), module
        parts_of = re.findall(r"^(?:\s*|.* Then )(Xlfz\w+) ([^=\n].*)$", code(text), re.M)
        for name, arguments in parts_of:
            flat = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", arguments))
            assert flat.count(",") == public[name].count(","), f"{module}: {name} {arguments}"


def test_no_procedure_is_named_like_a_module() -> None:
    """Excel would take the module for the macro that a button asks for, and run nothing."""
    texts = sources("工作台.xlsm") | sources("xlfz.xlam")
    named = {name.lower() for text in texts.values() for name in procedures(text)}
    assert not named & {name.lower() for name in texts}


@pytest.mark.parametrize("kind", KINDS)
def test_every_variable_is_declared(kind: str) -> None:
    """Option Explicit makes an undeclared one a compile error, which LibreOffice would not tell."""
    for module, text in sources(kind).items():
        common = set(re.findall(r"^Private (\w+) As", text, re.M))
        for name, (_, given, body) in procedures(code(text)).items():
            known = set(re.findall(r"(\w+) As", given)) | set(re.findall(r"Dim (\w+) As", body))
            known |= {name} | common
            assigned = set(re.findall(r"^\s*(?:Set )?(\w+) = ", body, re.M))
            assigned |= set(re.findall(r"For (\w+) =", body))
            assigned |= set(re.findall(r"Line Input #\w+, (\w+)", body))
            assert assigned <= known, f"{module}.{name}"
            assert set(re.findall(r"Dim (\w+) As", body)) <= set(re.findall(r"\w+", body.replace("Dim ", "")))


def test_no_question_stops_a_program_without_a_window() -> None:
    """MsgBox only on Windows: headless LibreOffice would wait for ever for somebody to press OK."""
    lines = [line for text in sources("工作台.xlsm").values() for line in text.splitlines()]
    boxes = [line for line in lines if "MsgBox" in line]
    assert boxes
    assert all("If XlfzOnWindows() Then" in line for line in boxes)


def test_the_macros_know_which_verbs_work_and_which_need_no_workbench() -> None:
    """Only what reads the file asks to save it; another workbook is refused before it is saved or run."""
    text = sources("xlfz.xlam")["XlfzShell"]
    works, free = (set(found.split()) for found in re.findall(r'InStr\("( [a-z -]+ )", " " & verb', text))
    assert works == RUNS
    assert free == {"new", "import", "doctor"}


def test_nothing_saves_but_what_a_person_agreed_to() -> None:
    """LibreOffice asks in which format to save: a macro that saves stands still there."""
    texts = sources("工作台.xlsm")
    saving = [line.strip() for text in texts.values() for line in text.splitlines() if ".Save" in code(line)]
    assert [line for line in saving if re.search(r"\.Save$", line)] == [
        'If XlfzAgrees(XlfzText("save")) Then book.Save'
    ]
    assigned = re.findall(r"XlfzAgrees = .*", texts["XlfzSystem"])
    assert len(assigned) == 1
    assert f"If XlfzOnWindows() Then {assigned[0]}" in texts["XlfzSystem"]


def test_the_status_bar_is_not_given_more_than_it_takes() -> None:
    """More than 255 characters may be an error, and the sentence would not be shown at all."""
    for name, text in sources("xlfz.xlam").items():
        for given in re.findall(r"StatusBar = (.*)", text):
            assert given == "False" or given.startswith(("XlfzText(", "Left$(message, 250")), name


def test_every_sentence_of_the_macros_is_there() -> None:
    """XlfzText finds what it is asked for, on the rows it looks at; nothing is kept that nobody says."""
    text = "".join(sources("工作台.xlsm").values())
    said = set(re.findall(r'XlfzText\("(\w+)"\)', text)) | set(re.findall(r'Fault = "(\w+)"', text))
    own = set(controls.texts()) - set(BY_ID)
    assert said == own
    limit = int(re.search(r"For at = 1 To (\d+)", text)[1])  # type: ignore[index]
    assert len(controls.texts()) <= limit
    assert all(re.search("[。：？]$", controls.texts()[name]) for name in own)


def test_every_button_runs_its_verb(made: dict[str, bytes]) -> None:
    """Each button's macro is a public procedure of one call, with the verb it is declared for."""
    found = procedures(sources("工作台.xlsm")["XlfzButtons"])
    assert {name: (scope, given, body) for name, (scope, given, body) in found.items()} == {
        v.sub: ("Public", "", f'    XlfzDo "{v.id}", ThisWorkbook\n') for v in buttons()
    }
    drawing = parts(made["工作台.xlsm"])["xl/drawings/vmlDrawing1.vml"].decode()
    assert re.findall(r"<x:FmlaMacro>\[0\]!(\w+)</x:FmlaMacro>", drawing) == [v.sub for v in buttons()]
    assert re.findall(r"<font [^>]*>([^<]+)</font>", drawing) == [v.caption for v in buttons()]
    assert re.findall(r'size="280"[^>]*>([^<]+)<', drawing) == ["汇总"]


def test_buttons_lie_side_by_side_within_the_page() -> None:
    """No button covers another or hangs over the last column, and every caption fits."""
    widths = (7, 22, 14, 60, 30)
    made = controls.button_row(4, widths)
    assert [b.caption for b in made] == [BY_ID[v].caption for v in BUTTON_ORDER]
    for before, after in pairwise(made):
        assert before.left + before.width < after.left
    assert made[-1].left + made[-1].width <= sum(w * 7 + 5 for w in widths)
    for button in made:
        assert len(button.caption) * (19 if button.emphasised else 15) + 12 <= button.width


def test_every_control_has_a_handler_and_every_verb_a_control(made: dict[str, bytes]) -> None:
    """Ids are the verbs, all handled by the one dispatcher, which hands the id on."""
    root = ElementTree.fromstring(controls.ribbon())
    found = root.iter(f"{{{UI_2009}}}button")
    assert [(b.get("id"), b.get("onAction")) for b in found] == [(v.id, controls.HANDLER) for v in VERBS]
    public = procedures(sources("xlfz.xlam")["XlfzRibbon"])
    assert public == {
        controls.HANDLER: ("Public", "ByVal control As Object", "    XlfzDo control.ID, ActiveWorkbook\n")
    }


def test_the_ribbon_is_what_the_verbs_say() -> None:
    """One tab, its groups in order, large icons, and tips within the lengths that Office shows."""
    root = ElementTree.fromstring(controls.ribbon())
    (tab,) = root.iter(f"{{{UI_2009}}}tab")
    assert tab.get("label") == TAB
    assert [g.get("label") for g in tab] == list(GROUPS)
    for group in tab:
        verbs = [v for v in VERBS if v.group == group.get("label")]
        assert verbs
        for control, verb in zip(group, verbs, strict=True):
            assert control.get("label") == verb.caption
            assert control.get("size") == "large"
            assert control.get("imageMso") == verb.image
            assert control.get("screentip") == verb.tip
            assert control.get("supertip") == verb.help
            assert len(verb.tip) <= 50
            assert not verb.tip.endswith("。")
            assert verb.help.endswith("。")
            assert len(verb.help) <= 200


def test_both_ribbon_parts_are_related_and_equal(made: dict[str, bytes]) -> None:
    """Excel 2010 reads one, Excel 2007 the other; they differ in the namespace only."""
    inside = parts(made["xlfz.xlam"])
    new, old = inside["customUI/customUI14.xml"].decode(), inside["customUI/customUI.xml"].decode()
    assert new.replace(UI_2009, UI_2006) == old
    relations = ElementTree.fromstring(inside["_rels/.rels"])
    targets = {r.get("Target"): r.get("Type", "") for r in relations}
    assert targets["customUI/customUI14.xml"].endswith("office/2007/relationships/ui/extensibility")
    assert targets["customUI/customUI.xml"].endswith("office/2006/relationships/ui/extensibility")
    assert all(str(target) in inside for target in targets)
    assert not any(name.startswith("customUI") for name in parts(made["工作台.xlsm"]))


def test_types_say_workbook_with_macros_and_addin(made: dict[str, bytes]) -> None:
    """Excel refuses a file whose content type is not that of its extension."""
    types = {kind: parts(data)["[Content_Types].xml"].decode() for kind, data in made.items()}
    assert "sheet.macroEnabled.main+xml" in types["工作台.xlsm"]
    assert "addin.macroEnabled.main+xml" in types["xlfz.xlam"]
    assert all("vnd.ms-office.vbaProject" in text for text in types.values())


def test_the_cells_that_macros_write_have_ascii_names(made: dict[str, bytes]) -> None:
    """Each state has a Chinese name for people and an ASCII one for VBA, of the same cell."""
    text = parts(made["工作台.xlsm"])["xl/workbook.xml"].decode()
    names = dict(re.findall(r'<definedName name="([^"]+)">([^<]+)</definedName>', text))
    for key, label in front.STATES.items():
        assert names[f"{front.STATE_PREFIX}{key}"] == names[label]
    assert names[COMMAND_NAME].startswith("'设置'!$B$")
    assert f'"{front.STATE_PREFIX}"' in sources("工作台.xlsm")["XlfzEnd"]
    assert f'"{COMMAND_NAME}"' in sources("工作台.xlsm")["XlfzShell"]


def test_the_workbench_with_macros_reads_like_the_one_without(made: dict[str, bytes]) -> None:
    """The same workbench, and nothing is said against the macros that xlfz put there itself."""
    plain = reading.read(read_workbook(write(writing.plan(presets.load("puyang-annual"), DAY))))
    read = reading.read(read_workbook(made["工作台.xlsm"], name="工作台.xlsm"))
    assert read == plain
    assert not [f for f in read.findings if f.code.startswith("W_MACRO")]


def test_without_macros_there_is_no_trace_of_them() -> None:
    """--no-macros: no project, no buttons, no hidden sheet; 首页 says what to do instead."""
    plan = writing.plan(presets.load("puyang-annual"), DAY)
    assert not plan.vba
    assert not any(sheet.buttons for sheet in plan.sheets)
    assert controls.TEXTS not in [sheet.name for sheet in plan.sheets]
    assert any("没有按钮" in str(merge.value) for merge in plan.sheets[0].merges)


def test_a_frame_that_does_not_fit_the_verbs_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group that is renamed in one place only would lose its buttons."""
    frame = (controls.sources() / "ribbon.xml").read_text(encoding="utf-8")
    (tmp_path / "ribbon.xml").write_text(frame.replace("回收", "收回"), encoding="utf-8")
    monkeypatch.setattr(controls, "sources", lambda: tmp_path)
    with pytest.raises(ValueError, match="same tab and groups"):
        controls.ribbon()
