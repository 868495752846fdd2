"""One working folder's files: whole whatever happens, one run at a time, nothing lost."""

from __future__ import annotations

import errno
import json
import os
import random
import sqlite3
import stat
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import xlfz
from xlfz.errors import Refused
from xlfz.storage import (
    Cache,
    RunLock,
    Written,
    atomic,
    beside_name,
    content_key,
    journal,
    keep_history,
    lock,
    log,
    reason,
    write_atomic,
)

NOON = datetime(2026, 3, 12, 15, 30)
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 and mode bits")


def start(code: str, *args: object) -> subprocess.Popen[str]:
    """Run `code` in a process of its own, with the xlfz that is under test."""
    env = {**os.environ, "PYTHONPATH": str(Path(xlfz.__file__).parents[1])}
    command = [sys.executable, "-c", code, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)


def only(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def code(written: Written) -> str:
    return written.finding.code if written.finding is not None else ""


# ---------------------------------------------------------------- atomic writes


@pytest.mark.parametrize("durable", [True, False])
def test_a_write_makes_or_replaces_the_file(tmp_path: Path, durable: bool) -> None:
    """Folders that are missing are made, and nothing else is left there."""
    target = tmp_path / "汇总" / "汇总表.xlsx"
    for data in (b"first", b"second"):
        assert write_atomic(target, data, durable=durable) == Written(target)
        assert target.read_bytes() == data
    assert only(target.parent) == ["汇总表.xlsx"]


@posix_only
def test_a_replaced_file_keeps_its_mode_and_a_new_one_follows_the_umask(tmp_path: Path) -> None:
    """A colleague who could read the file can still read it."""
    target = tmp_path / "汇总表.xlsx"
    before = os.umask(0o027)
    try:
        write_atomic(target, b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    target.chmod(0o664)
    write_atomic(target, b"2")
    assert stat.S_IMODE(target.stat().st_mode) == 0o664


@posix_only
def test_a_killed_write_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    """kill -9 at a random moment, again and again."""
    target = tmp_path / "汇总表.xlsx"
    size = 3_000_000
    write_atomic(target, b"A" * size)
    writer = (
        "import sys, pathlib; from xlfz.storage import write_atomic\n"
        "target = pathlib.Path(sys.argv[1]); print('up', flush=True)\n"
        f"while True:\n  for letter in (b'B', b'A'): write_atomic(target, letter * {size})\n"
    )
    chance = random.Random(20260312)
    for _ in range(10):
        process = start(writer, target)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.001, 0.08))
        process.kill()
        process.communicate()
        data = target.read_bytes()
        assert len(data) == size
        assert data in (b"A" * size, b"B" * size)


@pytest.mark.parametrize("where", ["write", "fsync", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, number: int
) -> None:
    """Wherever the disk says so, the old file is whole and the half-written one is gone."""

    def full(*_: object, **__: object) -> None:
        raise OSError(number, "no space")

    target = tmp_path / "汇总表.xlsx"
    target.write_bytes(b"old")
    if where == "write":
        real = atomic._write_new
        monkeypatch.setattr(
            atomic, "_write_new", lambda path, data, **kw: real(path, data[:3], **kw) or full()
        )
    else:
        monkeypatch.setattr(os, where, full)
    written = write_atomic(target, bytes(5 << 20))
    assert (code(written), written.saved, written.beside) == ("E_DISK_FULL", False, False)
    assert written.finding is not None
    assert "6 MB" in written.finding.text
    assert target.read_bytes() == b"old"
    assert only(tmp_path) == ["汇总表.xlsx"]


@pytest.mark.parametrize("mark", ["~$汇总表.xlsx", ".~汇总表.xlsx", ".~lock.汇总表.xlsx#"])
def test_a_file_that_is_open_is_left_and_the_new_one_put_beside(tmp_path: Path, mark: str) -> None:
    """Excel, WPS and LibreOffice each leave their mark beside an open file."""
    target = tmp_path / "汇总表.xlsx"
    target.write_bytes(b"old")
    (tmp_path / mark).write_bytes(b"")
    first, second = write_atomic(target, b"new"), write_atomic(target, b"newer")
    assert target.read_bytes() == b"old"
    for written, data in ((first, b"new"), (second, b"newer")):
        assert (code(written), written.beside, written.saved) == ("E_TARGET_LOCKED", True, True)
        assert written.path.read_bytes() == data
        assert written.path.name.startswith("汇总表（新 ")
        assert written.finding is not None
        assert written.path.name in written.finding.message
    assert first.path != second.path


def test_a_mark_without_the_file_stops_nobody(tmp_path: Path) -> None:
    """What is not there cannot be open."""
    (tmp_path / "~$汇总表.xlsx").write_bytes(b"")
    assert write_atomic(tmp_path / "汇总表.xlsx", b"new") == Written(tmp_path / "汇总表.xlsx")


def test_a_read_only_file_is_left_and_the_new_one_put_beside(tmp_path: Path) -> None:
    """os.replace would overwrite it without a word."""
    target = tmp_path / "汇总表.xlsx"
    target.write_bytes(b"old")
    target.chmod(0o444)
    written = write_atomic(target, b"new")
    assert (code(written), written.beside) == ("E_TARGET_READONLY", True)
    assert (target.read_bytes(), written.path.read_bytes()) == (b"old", b"new")
    assert written.path.stat().st_mode & stat.S_IWRITE


def test_what_windows_says_of_an_open_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no mark, but the replace is refused; a scanner's short hold is waited for."""
    target = tmp_path / "汇总表.xlsx"
    target.write_bytes(b"old")
    real, refusals = os.replace, [0]

    def refuse_target(source: Path, to: Path) -> None:
        if to == target and refusals[0]:
            refusals[0] -= 1
            raise PermissionError(errno.EACCES, "in use")
        real(source, to)

    monkeypatch.setattr(os, "replace", refuse_target)
    refusals[0] = 1
    assert write_atomic(target, b"scanned") == Written(target)
    refusals[0] = 99
    written = write_atomic(target, b"new")
    assert (code(written), written.beside) == ("E_TARGET_LOCKED", True)
    assert (target.read_bytes(), written.path.read_bytes()) == (b"scanned", b"new")
    assert len(only(tmp_path)) == 2


def test_where_nothing_can_be_written_the_reason_is_given_in_chinese(tmp_path: Path) -> None:
    """A folder in the way, a name too long, a parent that is a file."""
    (tmp_path / "文件夹.xlsx").mkdir()
    (tmp_path / "文件").write_bytes(b"")
    for target in (tmp_path / "文件夹.xlsx", tmp_path / f"{'长' * 90}.xlsx", tmp_path / "文件" / "甲.xlsx"):
        written = write_atomic(target, b"new")
        assert (code(written), written.saved) == ("E_FORM_WRITE", False)
        assert written.finding is not None
        assert not any(c.isascii() and c.isalpha() for c in dict(written.finding.facts)["原因"])
    assert only(tmp_path) == ["文件", "文件夹.xlsx"]


def test_names_beside_and_reasons() -> None:
    """As staff read them."""
    assert beside_name("汇总表.xlsx", NOON) == "汇总表（新 2026-03-12 1530）.xlsx"
    assert beside_name("无扩展名", NOON) == "无扩展名（新 2026-03-12 1530）"
    assert reason(PermissionError(errno.EACCES, "Permission denied")) == "没有权限"
    assert reason(OSError("odd")) == "OSError"


def test_the_key_of_a_content_is_its_sha256() -> None:
    """The same as every other tool gives."""
    assert content_key(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


# ---------------------------------------------------------------- history


def test_the_earlier_file_is_kept_and_the_current_one_stays(tmp_path: Path) -> None:
    """Two in one second are two."""
    target, folder = tmp_path / "汇总表.xlsx", tmp_path / "历史"
    assert keep_history(target, folder, NOON) is None
    assert not folder.exists()
    target.write_bytes(b"1")
    first = keep_history(target, folder, NOON)
    target.write_bytes(b"2")
    second = keep_history(target, folder, NOON)
    assert first == folder / "汇总表 2026-03-12 153000.xlsx"
    assert second is not None
    assert [first.read_bytes(), second.read_bytes(), target.read_bytes()] == [b"1", b"2", b"2"]


def test_what_cannot_be_kept_must_not_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is an error and not a warning."""
    target = tmp_path / "汇总表.xlsx"
    target.write_bytes(b"1")
    (tmp_path / "历史").write_bytes(b"a file where the folder should be")
    with pytest.raises(Refused) as caught:
        keep_history(target, tmp_path / "历史", NOON)
    assert [f.code for f in caught.value.findings] == ["E_FORM_WRITE"]


# ---------------------------------------------------------------- the run lock


def refused_by_lock(own: Path) -> str:
    """The message that a second run gets, or nothing."""
    try:
        with RunLock(own):
            return ""
    except Refused as refused:
        found = refused.findings
    assert [f.code for f in found] == ["E_ALREADY_RUNNING"]
    return found[0].message


def test_a_second_run_is_told_who_is_first(tmp_path: Path) -> None:
    """In the same process as well; afterwards the way is free, after an exception too."""
    own = tmp_path / ".xlfz"
    with RunLock(own):
        assert f"进程 {os.getpid()}，{datetime.now():%Y-%m-%d}" in refused_by_lock(own)
        assert refused_by_lock(own), "a refused run must not free the lock"
    assert refused_by_lock(own) == ""
    with pytest.raises(ZeroDivisionError), RunLock(own):
        raise ZeroDivisionError
    assert refused_by_lock(own) == ""


def test_two_processes_never_hold_the_lock_at_once(tmp_path: Path) -> None:
    """They race for it; inside, each makes a file that must not be there yet."""
    racer = (
        "import sys, time, pathlib; from xlfz.errors import Refused; from xlfz.storage import RunLock\n"
        "own = pathlib.Path(sys.argv[1]); held = 0; end = time.monotonic() + 20\n"
        "while held < 40 and time.monotonic() < end:\n"
        "  try:\n"
        "    with RunLock(own):\n"
        "      (own / 'inside').open('x').close(); time.sleep(0.001); (own / 'inside').unlink(); held += 1\n"
        "  except Refused: time.sleep(0.0005)\n"
        "print(held)\n"
    )
    processes = [start(racer, tmp_path / ".xlfz") for _ in range(2)]
    assert [p.communicate(timeout=60)[0] for p in processes] == ["40\n", "40\n"]


@posix_only
def test_a_killed_run_leaves_no_lock_and_its_litter_is_swept(tmp_path: Path) -> None:
    """Its hanging worker, forked from it, must not hold the lock either."""
    own = tmp_path / ".xlfz"
    runner = (
        "import operator, sys, time, pathlib; from functools import partial\n"
        "from xlfz.storage import RunLock; from xlfz.workers import run_all\n"
        "with RunLock(pathlib.Path(sys.argv[1])):\n"
        "  run_all(operator.call, [partial(print)] + [partial(time.sleep, 60)], workers=2,"
        " on_done=lambda o: print('up', flush=True))\n"
    )
    process = start(runner, own)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    assert refused_by_lock(own)
    litter = tmp_path / "汇总" / ".xlfz-0123456789ab.tmp"
    litter.parent.mkdir()
    litter.write_bytes(b"half")
    process.kill()
    process.wait()
    assert refused_by_lock(own) == ""
    assert not litter.exists()
    process.communicate()


def test_a_run_on_another_computer_is_believed_for_half_an_hour(tmp_path: Path) -> None:
    """The system's lock may not reach across a shared folder."""
    own = tmp_path / ".xlfz"
    own.mkdir()
    entry = {"pid": 4711, "host": "another-computer", "start": "2026-03-12T15:30:00"}
    (own / "lock").write_text(json.dumps(entry), encoding="utf-8")
    assert "进程 4711，2026-03-12 15:30 开始" in refused_by_lock(own)
    old = time.time() - 31 * 60
    os.utime(own / "lock", (old, old))
    assert refused_by_lock(own) == ""


def test_a_folder_that_cannot_lock_goes_by_the_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network folders have no locks at all."""
    monkeypatch.setattr(lock, "_lock", lambda _: None)
    with RunLock(tmp_path):
        assert refused_by_lock(tmp_path)
    assert refused_by_lock(tmp_path) == ""


@pytest.mark.parametrize("text", ["", "not json", "[1]", '{"pid": '])
def test_a_damaged_entry_is_nobody(tmp_path: Path, text: str) -> None:
    """Half an entry is what a power cut leaves."""
    (tmp_path / "lock").write_text(text, encoding="utf-8")
    assert refused_by_lock(tmp_path) == ""


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """Nothing may run there."""
    (tmp_path / ".xlfz").write_bytes(b"a file")
    with pytest.raises(Refused) as caught, RunLock(tmp_path / ".xlfz"):
        pass
    assert [f.code for f in caught.value.findings] == ["E_FORM_WRITE"]


# ---------------------------------------------------------------- the cache


RECORD = [
    "accepted",
    "甲",
    1,
    [["r1", "自评表", 7, {"分数": 9.5, "日期": ["2026-03-12"], "空": None}]],
    {"k": True},
]


def database(own: Path) -> Path:
    (path,) = (own / "cache").iterdir()
    return path


def test_a_record_comes_back_under_its_key_and_version(tmp_path: Path) -> None:
    """In the next run, and only while the rules are the same."""
    cache = Cache(tmp_path, "v1")
    cache.put("k", RECORD)
    assert cache.get("k") == RECORD
    assert cache.get("other") is None
    cache.close()
    assert cache.get("k") is None
    cache = Cache(tmp_path, "v1")
    assert cache.get("k") == RECORD
    cache.close()
    Cache(tmp_path, "v2").close()
    cache = Cache(tmp_path, "v1")
    assert cache.get("k") is None
    cache.close()


def test_two_versions_at_once_do_not_mix(tmp_path: Path) -> None:
    """A record of other rules is no record."""
    first, second = Cache(tmp_path, "v1"), Cache(tmp_path, "v2")
    second.put("k", RECORD)
    second.close()
    assert first.get("k") is None
    first.close()


@pytest.mark.parametrize("damage", ["rubbish", "cut", "middle", "empty"])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, damage: str) -> None:
    """It may hold nothing; it may not stop a run, and it may not give a wrong record."""
    cache = Cache(tmp_path, "v1")
    records = {f"k{i}": [i, "文" * 500] for i in range(200)}
    for key, record in records.items():
        cache.put(key, record)
    cache.close()
    path = database(tmp_path)
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(
        {
            "rubbish": b"rubbish" * 1000,
            "cut": data[:middle],
            "middle": data[: middle - 9000] + random.Random(1).randbytes(18000) + data[middle + 9000 :],
            "empty": b"",
        }[damage]
    )
    cache = Cache(tmp_path, "v1")
    for key, record in records.items():
        assert cache.get(key) in (None, record)
        cache.put(key, record)
    cache.close()
    cache = Cache(tmp_path, "v1")
    for key, record in records.items():
        assert cache.get(key) in (None, record)
        cache.put(key, record)
    cache.close()
    cache = Cache(tmp_path, "v1")
    assert {key: cache.get(key) for key in records} == records
    cache.close()


def test_an_entry_that_was_changed_is_not_believed(tmp_path: Path) -> None:
    """One flipped byte in a text would be valid JSON."""
    cache = Cache(tmp_path, "v1")
    cache.put("k", "9.5")
    cache.close()
    with sqlite3.connect(database(tmp_path)) as connection:
        connection.execute("UPDATE entries_1 SET data = ?", (b'"9.6"',))
    connection.close()
    cache = Cache(tmp_path, "v1")
    assert cache.get("k") is None
    cache.close()


@pytest.mark.parametrize("record", [{1, 2}, float("nan"), datetime(2026, 1, 1), b"bytes"])
def test_what_is_not_json_is_refused(tmp_path: Path, record: Any) -> None:
    """The caller decides how a day is written."""
    cache = Cache(tmp_path, "v1")
    with pytest.raises((TypeError, ValueError)):
        cache.put("k", record)
    cache.close()


def test_a_cache_that_cannot_be_written_holds_nothing(tmp_path: Path) -> None:
    """A run is slower then, and no worse."""
    (tmp_path / "cache").write_bytes(b"a file")
    cache = Cache(tmp_path, "v1")
    cache.put("k", RECORD)
    assert cache.get("k") is None
    cache.close()


def test_a_busy_cache_is_left_in_peace(tmp_path: Path) -> None:
    """Another program holds it: it is neither waited for without end nor thrown away."""
    cache = Cache(tmp_path, "v1")
    cache.put("k", RECORD)
    cache.close()
    other = sqlite3.connect(database(tmp_path))
    other.execute("BEGIN EXCLUSIVE")
    second = Cache(tmp_path, "v1")
    assert second.get("k") is None
    second.close()
    other.close()
    third = Cache(tmp_path, "v1")
    assert third.get("k") == RECORD
    third.close()


def test_reading_two_hundred_files_is_quick(tmp_path: Path) -> None:
    """Of 300 rows each; the bound is loose because machines are shared."""
    rows = [
        [f"r{i}", "自评表", i, {"完成情况": "已完成", "自评分": 9.5, "说明": "按要求完成" * 4}]
        for i in range(300)
    ]
    cache = Cache(tmp_path, "v1")
    for number in range(200):
        cache.put(f"k{number}", rows)
    cache.close()
    begun = time.perf_counter()
    cache = Cache(tmp_path, "v1")
    assert all(cache.get(f"k{number}") == rows for number in range(200))
    cache.close()
    assert time.perf_counter() - begun < 2.0


# ---------------------------------------------------------------- the log


def test_an_entry_bears_the_number_that_the_person_saw(tmp_path: Path) -> None:
    """A new number, or the one given; entries follow each other."""
    own = tmp_path / ".xlfz"
    number = log(own, "Traceback: 甲")
    assert log(own, "Traceback: 乙", number="abc12345") == "abc12345"
    text = (own / "日志.txt").read_text(encoding="utf-8")
    assert text.index(f"[{number}]") < text.index("Traceback: 甲") < text.index("[abc12345]")
    assert "Python" in text.splitlines()[0]


def test_the_log_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One earlier file is kept, and a huge entry keeps its two ends."""
    monkeypatch.setattr(journal, "_FILE_LIMIT", 50_000)
    for number in range(30):
        log(tmp_path, f"begin {'x' * 100_000} end {number}")
    assert only(tmp_path) == ["日志.txt", "日志（旧）.txt"]
    assert all(p.stat().st_size <= 50_000 for p in tmp_path.iterdir())
    text = (tmp_path / "日志.txt").read_text(encoding="utf-8")
    assert "begin x" in text
    assert "x end 29" in text


def test_a_log_that_cannot_be_written_does_not_hide_the_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is written when something else has failed already."""
    (tmp_path / ".xlfz").write_bytes(b"a file")
    assert log(tmp_path / ".xlfz", "the real trouble", number="n1") == "n1"
    assert "the real trouble" in caplog.text
