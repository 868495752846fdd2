"""The main job as a clerk does it: new, generate, fill in, check, consolidate, status."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.acceptance.desk import (
    CHECK,
    CONSOLIDATE,
    edited,
    hashes,
    place,
    receive,
    table,
    well_formed,
    xlfz_command,
    xlfz_process,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlfz.assignment import Duty
    from xlfz.office.simulate import Filled

STATUS = {
    *("units", "reported", "held", "missing", "teams_missing", "forms_sent", "summary", "next_step"),
    "findings",
}


def send_in(office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled], count: int) -> None:
    """The first units return their forms without a fault."""
    receive(office, {f"{d.unit.name}.xlsx": fill_in(d).save() for d in units[:count]})


def test_every_unit_gets_its_form_and_every_parent_a_zip(sent: Path, units: list[Duty]) -> None:
    """57 forms, zips by 上级单位, and the 责任分工表."""
    assert len(units) == 57
    assert len(list((sent / "下发").glob("*.xlsx"))) == 57
    parents = {d.unit.parent for d in units if d.unit.parent}
    assert len(list((sent / "下发").glob("*.zip"))) == len(parents) > 0
    assert list(sent.glob("责任分工表.xlsx"))
    assert sorted(p.name for p in sent.iterdir() if p.is_dir()) == [".xlfz", "下发", "回收", "汇总", "退回"]


def test_the_loop_in_a_shell(
    office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled], tmp_path: Path
) -> None:
    """Each step in a process of its own, by a relative path, with the documented exit codes."""
    send_in(office, units, fill_in, 3)
    bad = fill_in(units[3])
    bad.set(row := bad.done(), "score", "满分")
    receive(office, {"坏.xlsx": bad.save()})
    checked = xlfz_process("check", office.name, "--json", cwd=tmp_path)
    assert checked.code == 1, checked.said
    well_formed(checked.json, CHECK)
    assert [checked.json[k] for k in ("files_found", "accepted", "held")] == [4, 3, 1]
    errors = [f for f in checked.json["findings"] if f["severity"] == "error"]
    assert [(f["code"], f["file"], f["sheet"], f["cell"], f["unit"], f["indicator"]) for f in errors] == [
        ("E_NUM_TEXT", "回收/坏.xlsx", "自评表", bad.at(row, "score"), units[3].unit.name, row.id)
    ]
    assert (office / "汇总" / "校验报告.xlsx").is_file()
    assert [p.name for p in (office / "退回").iterdir()] == [f"{units[3].unit.name}_退回修改.xlsx"]
    summed = xlfz_process("consolidate", office / "工作台.xlsm", "--json", cwd=tmp_path)
    assert summed.code == 1, summed.said
    well_formed(summed.json, CONSOLIDATE)
    assert (summed.json["units"], summed.json["reported"], summed.json["missing"]) == (57, 3, 54)
    assert summed.json["rows"] == sum(len(d.items) for d in units[:3])
    assert summed.json["summary"].endswith("汇总表.xlsx")
    state = xlfz_process("status", cwd=office)
    assert state.code in (0, 1)
    assert f"待改：{units[3].unit.name}" in state.out
    assert "下一步" in state.out


def test_a_clean_round_ends_with_0(
    office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled]
) -> None:
    """No finding needs a person: exit code 0, and the state in JSON."""
    send_in(office, units, fill_in, 4)
    for verb in ("check", "consolidate"):
        ran = xlfz_command(verb, office, "--json")
        assert ran.code == 0, ran.said
        assert not ran.err
        assert (ran.json["accepted"], ran.json["files_found"]) == (4, 4)
    state = xlfz_command("status", office, "--json")
    assert state.code == 0
    assert set(state.json) == STATUS
    assert state.json["reported"] == [d.unit.name for d in units[:4]]
    assert state.json["missing"] == [d.unit.name for d in units[4:]]
    assert (state.json["units"], state.json["held"], state.json["forms_sent"]) == (57, [], 57)
    assert state.json["next_step"].endswith("。")


def test_nothing_received_is_no_fault(office: Path) -> None:
    """An empty 回收/ says so, and the summary lists 57 units as not reported, without a score."""
    ran = xlfz_command("consolidate", office, "--json")
    assert ran.code == 0, ran.said
    well_formed(ran.json, CONSOLIDATE)
    assert (ran.json["files_found"], ran.json["reported"], ran.json["missing"], ran.json["rows"]) == (
        0,
        0,
        57,
        0,
    )
    assert [f["code"] for f in ran.json["findings"]] == ["I_NO_RETURNS"]
    waiting = table(office / "汇总" / "汇总表.xlsx", "未报催报", "单位")
    assert len(waiting) >= 57


def oddities(units: list[Duty], fill_in: Callable[[Duty], Filled]) -> dict[str, bytes]:
    """What a mail box brings: good, double, locked, cut, strange and packed files."""
    import io
    import zipfile

    good, other = fill_in(units[0]).save(), fill_in(units[1]).save()
    held = fill_in(units[2])
    held.clear(held.done(), "done_on")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("乡镇/一.xlsx", other)
        archive.writestr("说明.txt", "见附件".encode())
        archive.writestr("../外.xlsx", good)
    return {
        "甲.xlsx": good,
        "甲 - 副本.xlsx": good,
        "~$甲.xlsx": b"\x05user",
        "子/更深/坏.xlsx": other[:2000],
        "空.xlsx": b"",
        "待改.xlsx": held.save(),
        "包.zip": packed.getvalue(),
        "坏包.zip": packed.getvalue()[:-40],
        "照片.jpg": b"\xff\xd8\xff\xe0" + b"0" * 99,
        "记录.txt": "你好".encode("gbk"),
        "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    }


def test_every_file_is_counted_once_in_every_situation(
    office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled]
) -> None:
    """accepted + held + rejected + skipped = files found: one by one, all together, from the cache."""
    files = oddities(units, fill_in)
    for names in (list(files)[:1], list(files)[1:4], list(files)[4:6], list(files)[6:]):
        receive(office, {n: files[n] for n in names})
        ran = xlfz_command("check", office, "--json", "--workers", "1")
        assert ran.code in (0, 1), ran.said
        well_formed(ran.json, CHECK)
    assert ran.json["files_found"] == len(files) - 1 + 3  # the zip that opens counts by its members
    assert (ran.json["accepted"], ran.json["held"]) == (2, 1)
    again = xlfz_command("check", office, "--json")
    assert again.json == ran.json


def test_what_a_person_owns_is_never_written(
    office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled]
) -> None:
    """工作台 and 回收/ have the same bytes after every verb, whatever was found."""
    receive(office, oddities(units, fill_in))
    before = hashes(office / "工作台.xlsm", office / "回收")
    for verb in ("generate", "check", "consolidate", "status", "consolidate"):
        xlfz_command(verb, office, "--json")
        assert hashes(office / "工作台.xlsm", office / "回收") == before


def test_what_staff_typed_is_kept_and_the_earlier_summary_too(
    office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled]
) -> None:
    """考核分, 扣分原因 and 审核意见 come back in the next summary; the earlier one lies in 历史."""
    send_in(office, units, fill_in, 2)
    xlfz_command("consolidate", office, "--json")
    summary = office / "汇总" / "汇总表.xlsx"
    unit, number = units[1].unit.name, next(i.indicator.number for i in units[1].items if i.indicator.points)
    cells = {h: place(summary, "明细", h, 单位=unit, 编号=number) for h in ("考核分", "扣分原因", "审核意见")}
    edited(summary, "明细", {cells["考核分"]: 0.1, cells["扣分原因"]: "材料不全", cells["审核意见"]: "请补"})
    typed = summary.read_bytes()
    send_in(office, units, fill_in, 3)
    ran = xlfz_command("consolidate", office, "--json")
    assert ran.code == 0, ran.said
    assert "I_CARRIED" in [f["code"] for f in ran.json["findings"]]
    rows = table(summary, "明细", "单位", "编号", "考核分")
    (row,) = [r for r in rows if r["单位"] == unit and r["编号"] == number]
    assert (row["考核分"], row["扣分原因"], row["审核意见"]) == (0.1, "材料不全", "请补")
    assert row["采用分"] == 0.1
    assert len(rows) == ran.json["rows"] == sum(len(d.items) for d in units[:3])
    assert [p.read_bytes() for p in (office / "汇总" / "历史").iterdir()] == [typed]


@pytest.mark.parametrize("lock", ["~$汇总表.xlsx", ".~lock.汇总表.xlsx#", "read-only"])
def test_a_summary_that_is_open_or_read_only_is_left_alone(
    office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled], lock: str
) -> None:
    """Refused politely: the old one keeps its bytes, the new one lies beside it, the message says where."""
    send_in(office, units, fill_in, 1)
    xlfz_command("consolidate", office, "--json")
    summary = office / "汇总" / "汇总表.xlsx"
    if lock == "read-only":
        summary.chmod(stat.S_IREAD)
    else:
        (summary.parent / lock).write_bytes(b"\x04user")
    before = summary.read_bytes()
    send_in(office, units, fill_in, 2)
    ran = xlfz_command("consolidate", office, "--json")
    assert ran.code == 1, ran.said
    assert summary.read_bytes() == before
    code = "E_TARGET_READONLY" if lock == "read-only" else "E_TARGET_LOCKED"
    (found,) = [f for f in ran.json["findings"] if f["severity"] == "error"]
    assert found["code"] == code
    beside = summary.parent / __import__("pathlib").Path(ran.json["summary"]).name
    assert beside != summary
    assert beside.is_file()
    assert beside.name in found["message"]
    assert {r["单位"] for r in table(beside, "明细", "单位", "编号")} == {d.unit.name for d in units[:2]}


def test_runs_against_an_open_summary_leave_one_new_file(
    office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled]
) -> None:
    """The newest; and every one that somebody has changed or has open."""
    send_in(office, units, fill_in, 1)
    xlfz_command("consolidate", office, "--json")
    folder = office / "汇总"
    (folder / "~$汇总表.xlsx").write_bytes(b"\x04user")

    def run() -> Path:
        ran = xlfz_command("consolidate", office, "--json")
        return folder / __import__("pathlib").Path(ran.json["summary"]).name

    def beside() -> set[Path]:
        return set(folder.glob("汇总表（新*"))

    first, second = run(), run()
    assert beside() == {second}
    assert first != second
    edited(second, "明细", {"N4": "手填"})
    third = run()
    assert beside() == {second, third}
    mark = folder / f"~${third.name}"
    mark.write_bytes(b"\x04user")
    fourth = run()
    assert beside() == {second, third, fourth}


def test_a_held_unit_is_neither_scored_nor_ranked(
    office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled]
) -> None:
    """Nothing of a held file reaches the summary: 已报待改, no rows, no total, no rank."""
    send_in(office, units, fill_in, 2)
    held = fill_in(units[2])
    held.set(held.done(), "score", 999)
    receive(office, {"超.xlsx": held.save()})
    xlfz_command("consolidate", office, "--json")
    summary = office / "汇总" / "汇总表.xlsx"
    name = units[2].unit.name
    assert name not in {r["单位"] for r in table(summary, "明细", "单位", "编号")}
    (row,) = [r for r in table(summary, "排名", "单位") if r["单位"] == name]
    assert "待改" in "".join(str(v) for v in row.values())
    assert not [
        h for h, v in row.items() if h and ("得分" in h or "名次" in h) and isinstance(v, (int, float))
    ]


def test_every_row_names_its_source(
    office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled]
) -> None:
    """File, sheet and cell of each row lead to what the unit typed."""
    send_in(office, units, fill_in, 2)
    xlfz_command("consolidate", office, "--json")
    for row in table(office / "汇总" / "汇总表.xlsx", "明细", "单位", "来源文件")[::20]:
        book: Any = openpyxl.load_workbook(office / "回收" / row["来源文件"])
        line = book[row["工作表"]][row["单元格"]].row
        assert str(row["编号"]) in [str(c.value) for c in book[row["工作表"]][line]]
        assert row["来源文件"] == f"{row['单位']}.xlsx"


def test_a_corrected_copy_counts(office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled]) -> None:
    """The marked copy holds the unit's own values; corrected and returned, it is accepted."""
    bad = fill_in(units[0])
    row = bad.done()
    good = bad.values["items", row.id, "score"]
    bad.set(row, "score", "满分")
    receive(office, {"甲.xlsx": bad.save()})
    assert xlfz_command("check", office, "--json").json["held"] == 1
    (copy,) = (office / "退回").iterdir()
    marked = openpyxl.load_workbook(copy)
    cell = marked["自评表"][bad.at(row, "score")]
    assert cell.comment is not None
    assert cell.fill.fgColor.rgb not in (None, "00000000")
    cell.value = good
    marked.save(office / "回收" / "甲.xlsx")
    ran = xlfz_command("check", office, "--json")
    assert (ran.code, ran.json["accepted"], ran.json["held"]) == (0, 1, 0), ran.said
    assert not list((office / "退回").iterdir())


@pytest.mark.parametrize(("level", "count"), [("国家级", 100), ("省级", 125), ("市级", 130)])
def test_a_level_takes_its_share_of_the_indicators(tmp_path: Path, level: str, count: int) -> None:
    """国家级 100, 省级 125, 市级 130; bonus, penalty and the open slot ★1 aside."""
    ran = xlfz_command("new", tmp_path / "市", "--preset", "puyang-130", "--level", level, "--json")
    assert ran.code == 0, ran.said
    book = openpyxl.load_workbook(tmp_path / "市" / "工作台.xlsm", data_only=True)
    assert book.sheetnames[:9] == [
        "首页",
        "设置",
        "指标",
        "上报资料",
        "单位",
        "单位对照",
        "填报项",
        "评分办法",
        "说明",
    ]
    rows = table(tmp_path / "市" / "工作台.xlsm", "指标", "编号", "级别", "指标内容")
    graded = [r for r in rows if r["级别"] in ("国家级", "省级", "市级") and r["状态"] != "空缺"]
    slots = [r["编号"] for r in rows if r["状态"] == "空缺"]
    assert len(graded) + len(slots) == count
    assert slots == (["★1"] if level == "市级" else [])
