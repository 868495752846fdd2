"""Every message that a user can meet says what is wrong, where, and what to do; none is a traceback."""

from __future__ import annotations

import contextlib
import csv
import os
import random
import re
import string
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.acceptance.desk import FINDING, Ran, complete, edited, hashes, place, xlfz_command, xlfz_process
from xlfz.findings import codes, finding

if TYPE_CHECKING:
    from collections.abc import Iterator

VERBS = ("generate", "check", "consolidate", "status")


def could_not_run(ran: Ran, code: str = "") -> list[dict[str, Any]]:
    """Exit code 2, JSON with complete findings and nothing else on standard output."""
    assert ran.code == 2, ran.said
    assert "Traceback" not in ran.said
    found: list[dict[str, Any]] = ran.json["findings"]
    assert any(f["severity"] == "error" for f in found)
    for f in found:
        assert set(f) == FINDING
        complete(f["message"], f["remedy"])
    assert all(f["code"] != "E_INTERNAL" for f in found), found
    if code:
        assert code in [f["code"] for f in found]
    return found


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small office of its own: 25 tasks, its roster."""
    folder = tmp_path / "某办2026"
    assert xlfz_command("new", folder, "--preset", "luohe-plan", "--json").code in (0, 1)
    return folder


@pytest.mark.parametrize("code", codes())
def test_every_message_of_the_table_ends_with_what_to_do(code: str) -> None:
    """Message and remedy are whole sentences with Chinese punctuation, in the severity of the code."""
    entry = codes()[code]
    assert entry.message.endswith("。"), entry.message
    assert entry.remedy.endswith("。") or entry.remedy.rpartition("：")[2].startswith("{"), entry.remedy
    assert re.search(r"[\u4e00-\u9fff]", entry.remedy)
    assert entry.severity == {"E": "error", "W": "warn", "I": "info"}[code[0]]
    for text in (entry.message, entry.remedy):
        assert not re.search(r"[\u4e00-\u9fff][,;:!?]|[,;!?][\u4e00-\u9fff]", text), "half-width punctuation"
        list(string.Formatter().parse(text))


def test_codes_stand_once_in_the_table() -> None:
    """A code that stood twice would mean two things."""
    text = resources.files("xlfz").joinpath("findings.csv").read_text(encoding="utf-8")
    listed = [row["code"] for row in csv.DictReader(text.splitlines())]
    assert len(listed) == len(set(listed))


def test_every_code_that_is_used_is_in_the_table() -> None:
    """What the source names as a code can be said to a person."""
    used = {
        code
        for path in Path(str(resources.files("xlfz"))).rglob("*.py")
        for code in re.findall(r'"([EWI]_[A-Z][A-Z_0-9]+)"', path.read_text(encoding="utf-8"))
    }
    assert used <= set(codes()), used - set(codes())


@pytest.mark.parametrize("verb", VERBS)
def test_a_folder_that_is_not_there(tmp_path: Path, verb: str) -> None:
    """Nothing is made, and the message names the folder."""
    (found,) = could_not_run(xlfz_command(verb, tmp_path / "没有", "--json"), "E_NO_WORKBENCH")
    assert "没有" in found["message"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", VERBS)
def test_a_folder_without_a_workbench(tmp_path: Path, verb: str) -> None:
    """An ordinary folder is not turned into an office."""
    (tmp_path / "照片.jpg").write_bytes(b"")
    could_not_run(xlfz_command(verb, tmp_path, "--json"), "E_NO_WORKBENCH")
    assert [p.name for p in tmp_path.iterdir()] == ["照片.jpg"]


def test_a_number_out_of_range_names_the_range(tmp_path: Path) -> None:
    """What is allowed, not only that it is not."""
    assert "1 到 3000" in xlfz_process("demo", "x", "--units", "0", cwd=tmp_path).err


def test_one_file_does_not_fill_the_console() -> None:
    """Five findings of a form half filled in, and the other files' after them."""
    from xlfz.cli.text import LISTED, chosen

    many = [finding("E_REQUIRED", file="甲", cell=f"J{n}", 列="自评分") for n in range(200)]
    other = finding("E_EMPTY_FILE", file="乙")
    assert chosen([*many, other]) == [*many[:5], other]
    nowhere = [finding("W_WB_NO_UNITS")] * 40
    assert len(chosen(nowhere)) == LISTED


def test_messages_for_people_say_the_same(tmp_path: Path) -> None:
    """Without --json: severity, what, where and what to do, on standard error."""
    ran = xlfz_command("check", tmp_path / "没有")
    assert ran.code == 2
    assert not ran.out.strip()
    told = re.sub(r"\s", "", ran.err)
    assert "没有工作台" in told
    assert "xlfznew" in told
    assert "错误" in told


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("check", "--nope"), "--nope"),
        (("chek",), "chek"),
        (("new",), "缺少"),
        (("import",), "缺少文件。"),
        (("button", "check"), "缺少工作台文件。"),
        (("demo", "x", "--units", "0"), "units"),
        (("demo", "x", "--units", "many"), "units"),
        (("demo", "x", "--defects", "some"), "--defects"),
        (("new", "a", "b"), "b"),
        (("check", ".", "--workers", "-1"), "workers"),
        (("demo", "x", "--seed"), "seed"),
    ],
)
def test_a_command_that_is_typed_wrongly(tmp_path: Path, args: tuple[str, ...], words: str) -> None:
    """Said in Chinese, naming the word that is wrong, with a remedy and exit code 2."""
    ran = xlfz_process(*args, cwd=tmp_path)
    assert ran.code == 2
    assert not ran.out
    assert words in ran.err
    assert "xlfz --help" in ran.err
    assert not re.search(
        r"Traceback|Usage|Error|Invalid|Missing|Got unexpected|requires an argument|is not", ran.err
    ), ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "args", [("--help",), *((v, "--help") for v in ("new", *VERBS, "demo")), ("--version",)]
)
def test_help_is_chinese_and_ends_well(args: tuple[str, ...]) -> None:
    """Every command explains itself."""
    ran = xlfz_command(*args)
    assert ran.code == 0
    assert args == ("--version",) or re.search(r"[\u4e00-\u9fff]", ran.out)


def test_an_unknown_preset_and_level_name_those_that_exist(tmp_path: Path) -> None:
    """The remedy lists what can be chosen; nothing is made."""
    (found,) = could_not_run(
        xlfz_command("new", tmp_path / "a", "--preset", "puyang", "--json"), "E_PRESET_UNKNOWN"
    )
    assert "puyang-130" in found["remedy"]
    (found,) = could_not_run(
        xlfz_command("new", tmp_path / "a", "--preset", "puyang-130", "--level", "县级", "--json"),
        "E_LEVEL_UNKNOWN",
    )
    assert "市级" in found["remedy"]
    could_not_run(
        xlfz_command("new", tmp_path / "a", "--preset", "puyang-130", "--units-from", "无", "--json"),
        "E_PRESET_UNKNOWN",
    )
    assert list(tmp_path.iterdir()) == []
    listed = xlfz_command("new", "--list", "--json")
    assert "puyang-130" in [p["id"] for p in listed.json]


@pytest.mark.parametrize("verb", ["new", "demo"])
def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, verb: str) -> None:
    """Neither a folder with something in it nor a file is overwritten."""
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "我的.txt").write_text("x")
    (tmp_path / "g").write_text("x")
    for name in ("f", "g"):
        could_not_run(xlfz_command(verb, tmp_path / name, "--json"), "E_FOLDER_EXISTS")
    assert [p.name for p in (tmp_path / "f").iterdir()] == ["我的.txt"]


def damages(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What a bad disk, a bad mail or a wrong program makes of a workbench."""
    yield "empty", b""
    for part in (0.1, 0.5, 0.9, 0.999):
        yield f"cut at {part}", data[: int(len(data) * part)]
    yield "text", "不是表格".encode() * 50
    yield "html", b"<html><body>404</body></html>"
    yield "pdf", b"%PDF-1.4\n%%EOF\n"
    yield "zeros", bytes(5000)
    rng = random.Random(1)
    for n in range(4):
        broken = bytearray(data)
        for _ in range(200):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        yield f"noise {n}", bytes(broken)


def test_a_damaged_workbench(small: Path) -> None:
    """However it is damaged: a sentence and exit code 2, and the workbench keeps its bytes."""
    workbench = small / "工作台.xlsm"
    for name, data in damages(workbench.read_bytes()):
        workbench.write_bytes(data)
        for verb in ("status", "generate"):
            found = could_not_run(xlfz_command(verb, small, "--json"))
            assert any("工作台" in f["file"] + f["message"] for f in found), name
        assert workbench.read_bytes() == data
    workbench.unlink()
    workbench.mkdir()
    could_not_run(xlfz_command("status", small, "--json"))


def test_a_file_that_is_no_workbench(small: Path) -> None:
    """A form named by mistake: one sentence, without a count of faults; nobody is asked to resend it."""
    assert xlfz_command("generate", small, "--json").code == 0
    form = next((small / "下发").glob("*.xlsx"))
    (found,) = could_not_run(xlfz_command("check", form, "--json"), "E_NOT_WORKBENCH")
    assert "工作文件夹" in found["remedy"]
    (small / "空.xlsx").write_bytes(b"")
    (found,) = could_not_run(xlfz_command("check", small / "空.xlsx", "--json"), "E_WB_OPEN")
    assert "报送单位" not in found["message"] + found["remedy"]


def test_ten_kinds_of_faults_in_a_workbench_are_told_at_once(tmp_path: Path) -> None:
    """Each with its own code, sheet and cell; nothing is generated."""
    folder = tmp_path / "某县"
    assert xlfz_command("new", folder, "--preset", "shangcai-57", "--json").code == 0
    path = folder / "工作台.xlsm"
    cells = {
        "E_WB_DUP": ("指标", place(path, "指标", "编号", 编号="2"), "1"),
        "E_WB_UNIT": ("指标", place(path, "指标", "牵头单位", 编号="3"), "县财正局"),
        "E_WB_NUMBER": ("指标", place(path, "指标", "分值", 编号="4"), "十分"),
        "E_WB_CHOICE": ("指标", place(path, "指标", "类型", 编号="5"), "任物"),
        "E_WB_DATE": ("指标", place(path, "指标", "截止日期", 编号="6"), "2026年13月1日"),
        "E_WB_FORMULA": ("指标", place(path, "指标", "指标内容", 编号="7"), "=1+1"),
        "E_WB_REQUIRED": ("指标", place(path, "指标", "指标内容", 编号="8"), None),
        "E_WB_NAME_CLASH": ("单位", place(path, "单位", "简称别名", 单位编码="X06"), "明德街道"),
        "E_WB_SETTING": ("设置", place(path, "设置", "设置项", 设置项="声明总分"), "总分"),
        "E_WB_SCHEME": ("评分办法", place(path, "评分办法", "数值", 对象="年度败诉案件数"), None),
        "E_WB_NAME_LOOP": ("单位对照", place(path, "单位对照", "对应单位", 名称="县政府"), "县政府"),
        "E_WB_PARENT": ("单位", place(path, "单位", "上级单位", 单位编码="X07"), None),
    }
    by_sheet: dict[str, dict[str, object]] = {}
    for sheet, address, value in cells.values():
        by_sheet.setdefault(sheet, {})[address] = value
    x07 = place(path, "单位", "单位名称", 单位编码="X07")
    by_sheet["单位"][cells["E_WB_PARENT"][1]] = openpyxl.load_workbook(path)["单位"][x07].value
    for sheet, changes in by_sheet.items():
        edited(path, sheet, changes)
    found = could_not_run(xlfz_command("generate", folder, "--json"), "E_WB_FAULTY")
    reported = {(f["code"], f["sheet"], f["cell"]) for f in found if f["severity"] == "error"}
    wanted = {(code, sheet, address) for code, (sheet, address, _) in cells.items()}
    assert wanted <= reported, wanted - reported
    assert {f["code"] for f in found if f["severity"] == "error"} == {*cells, "E_WB_FAULTY"}
    (summed,) = [f for f in found if f["code"] == "E_WB_FAULTY"]
    assert str(len(reported) - 1) in summed["message"]
    assert not list((folder / "下发").iterdir())
    (unit,) = [f for f in found if f["code"] == "E_WB_UNIT"]
    assert "县财政局" in unit["message"]


def test_a_place_where_a_folder_should_be_is_taken(small: Path) -> None:
    """A file named 下发 or 汇总 stands in the way of a folder: said, not thrown."""
    for name, verb in (("退回", "check"), ("下发", "generate"), ("汇总", "consolidate"), (".xlfz", "status")):
        folder = small / name
        kept = small / f"{name}旧"
        folder.rename(kept)
        folder.write_bytes(b"")
        could_not_run(xlfz_command(verb, small, "--json"))
        folder.unlink()
        kept.rename(folder)


@contextlib.contextmanager
def nobody() -> Iterator[None]:
    """As a user without rights to anything: root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(65534)
    os.seteuid(65534)
    try:
        if not os.access(__file__, os.R_OK, effective_ids=True):
            pytest.skip("an ordinary user cannot read the tests")
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.mark.skipif(os.name != "posix", reason="rights of files are set in another way")
def test_a_folder_in_which_nothing_may_be_written() -> None:
    """A read-only folder: the reason and a remedy, and not a byte is changed."""
    with tempfile.TemporaryDirectory(prefix="xlfz-") as shared:
        root = Path(shared)
        folder = root / "某办"
        assert xlfz_command("new", folder, "--preset", "shangcai-57", "--json").code == 0
        assert xlfz_command("consolidate", folder, "--json").code == 0  # and everything is imported
        paths = (root, folder, *folder.rglob("*"))
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        before = hashes(root)
        try:
            with nobody():
                for args in (
                    *((verb, folder) for verb in ("generate", "check", "consolidate")),
                    ("new", root / "新"),
                    ("demo", root / "演示", "--units", "1"),
                ):
                    could_not_run(xlfz_command(*args, "--json"))
                assert xlfz_command("status", folder, "--json").code in (0, 2)
        finally:
            for path in paths:
                path.chmod(0o755 if path.is_dir() else 0o644)
        assert hashes(root) == before


def test_a_second_run_while_one_is_going_on(small: Path) -> None:
    """The folder is locked: the second run writes nothing and says who holds it."""
    from xlfz.storage import RunLock

    with RunLock(small / ".xlfz"):
        ran = xlfz_process("generate", small, "--json", cwd=small)
    (found,) = could_not_run(ran, "E_ALREADY_RUNNING")
    assert str(os.getpid()) in found["message"]
    assert not list((small / "下发").iterdir())


def test_a_defect_of_ours_is_a_sentence_and_a_number(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The traceback goes to .xlfz/日志.txt, the person gets the number under which it stands there."""
    from xlfz.office.service import Office

    def broken(_: Office) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(Office, "status", broken)
    ran = xlfz_command("status", small, "--json")
    assert ran.code == 2
    (found,) = ran.json["findings"]
    assert found["code"] == "E_INTERNAL"
    complete(found["message"], found["remedy"])
    number = re.search(r"编号\s*([0-9A-Za-z-]+)", found["message"])
    assert number is not None
    log = (small / ".xlfz" / "日志.txt").read_text(encoding="utf-8")
    assert number[1] in log
    assert "ZeroDivisionError: oops" in log
