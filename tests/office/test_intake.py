"""Intake: everything found is listed, archives are opened in memory, dangers are named."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlfz.office import intake
from xlfz.office.intake import Arrival, arrivals

if TYPE_CHECKING:
    from pathlib import Path

WORKBOOK_LIKE = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def found(folder: Path, files: dict[str, bytes]) -> list[Arrival]:
    """What intake makes of these files under 回收/."""
    received = folder / "回收"
    for name, data in files.items():
        path = received / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return list(arrivals(received, folder))


def codes(arrived: list[Arrival]) -> dict[str, list[str]]:
    """path -> codes."""
    return {a.path: [f.code for f in a.findings] for a in arrived}


def test_files_are_found_in_sub_folders_in_path_order(tmp_path: Path) -> None:
    """Whatever staff drop, wherever they drop it, is listed once and in a stable order."""
    arrived = found(tmp_path, {"b/乙.xlsx": b"2", "甲.xlsx": b"1", "b/a/丙.xls": b"3"})
    assert [(a.path, a.data) for a in arrived] == [
        ("回收/甲.xlsx", b"1"),
        ("回收/b/乙.xlsx", b"2"),
        ("回收/b/a/丙.xls", b"3"),
    ]


def test_an_archive_is_represented_by_its_members(tmp_path: Path) -> None:
    """A zip of forms counts by the forms in it; the workbook in it stays whole."""
    book = zipped(WORKBOOK_LIKE)
    arrived = found(tmp_path, {"乡镇.zip": zipped({"甲镇.xlsx": book, "子/乙镇.xlsx": book})})
    assert [a.path for a in arrived] == ["回收/乡镇.zip/甲镇.xlsx", "回收/乡镇.zip/子/乙镇.xlsx"]
    assert all(a.data == book and not a.findings for a in arrived)


def test_names_written_in_gbk_are_read(tmp_path: Path) -> None:
    """Older Chinese tools write GBK names without the UTF-8 flag."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("XXXXX.xlsx", zipped(WORKBOOK_LIKE))
    data = buffer.getvalue().replace(b"XXXXX.xlsx", "甲镇".encode("gbk") + b"1.xlsx")
    assert [a.path for a in found(tmp_path, {"a.zip": data})] == ["回收/a.zip/甲镇1.xlsx"]


def test_a_broken_zip_is_left_to_the_package_guard(tmp_path: Path) -> None:
    """A file cut off in the mail is handed on as it is, to be rejected with its own code."""
    cut = zipped(WORKBOOK_LIKE)[:-30]
    assert found(tmp_path, {"甲.xlsx": cut})[0].data == cut


@pytest.mark.parametrize(
    ("name", "code"),
    [("~$甲.xlsx", "I_LOCKFILE"), (".~lock.甲.xlsx#", "I_LOCKFILE"), ("Thumbs.db", "I_NOT_TABLE")],
)
def test_files_that_programs_leave_behind_are_skipped_by_name(tmp_path: Path, name: str, code: str) -> None:
    """Lock files and folder settings are listed, not read."""
    assert codes(found(tmp_path, {name: b"x"})) == {f"回收/{name}": [code]}


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("../外.xlsx", "E_ARCHIVE_PATH"),
        ("/外.xlsx", "E_ARCHIVE_PATH"),
        ("C:/外.xlsx", "E_ARCHIVE_PATH"),
        ("甲.xlsx.exe", "E_ARCHIVE_NAME"),
        ("甲\u202exslx.xlsx", "E_ARCHIVE_NAME"),
    ],
)
def test_a_dangerous_member_is_named_and_the_rest_goes_on(tmp_path: Path, member: str, code: str) -> None:
    """One bad entry costs only itself."""
    book = zipped(WORKBOOK_LIKE)
    arrived = found(tmp_path, {"a.zip": zipped({member: book, "好.xlsx": book})})
    assert [[f.code for f in a.findings] for a in arrived] == [[code], []]
    assert arrived[0].data is None
    assert arrived[1].data == book


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    """A symbolic link is skipped and named."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("链接.xlsx")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/hostname")
    assert codes(found(tmp_path, {"a.zip": buffer.getvalue()})) == {
        "回收/a.zip/链接.xlsx": ["E_ARCHIVE_SYMLINK"]
    }


def test_a_link_on_disk_is_not_followed(tmp_path: Path) -> None:
    """A link in 回收/ is reported, its target is not read."""
    (tmp_path / "外.xlsx").write_bytes(b"secret")
    (tmp_path / "回收").mkdir()
    (tmp_path / "回收" / "链接.xlsx").symlink_to(tmp_path / "外.xlsx")
    arrived = list(arrivals(tmp_path / "回收", tmp_path))
    assert codes(arrived) == {"回收/链接.xlsx": ["E_FILE_UNREADABLE"]}
    assert arrived[0].data is None


def test_archives_two_deep_are_opened_and_three_deep_are_refused(tmp_path: Path) -> None:
    """Nesting has a limit, and the refusal says how deep it was."""
    two = zipped({"内.zip": zipped({"甲.xlsx": zipped(WORKBOOK_LIKE)})})
    assert [a.path for a in found(tmp_path, {"二.zip": two})] == ["回收/二.zip/内.zip/甲.xlsx"]
    (tmp_path / "回收" / "二.zip").unlink()
    assert codes(found(tmp_path, {"三.zip": zipped({"外.zip": two})})) == {
        "回收/三.zip/外.zip/内.zip": ["E_ARCHIVE_DEPTH"]
    }


def test_an_archive_with_a_password_is_refused_whole(tmp_path: Path) -> None:
    """The encryption flag of one member refuses the archive with a remedy."""
    data = bytearray(zipped({"甲.xlsx": b"x" * 50}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert codes(found(tmp_path, {"密.zip": bytes(data)})) == {"回收/密.zip": ["E_ARCHIVE_ENCRYPTED"]}


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    """Nothing in it is a finding, not silence."""
    assert codes(found(tmp_path, {"空.zip": zipped({})})) == {"回收/空.zip": ["E_ARCHIVE_EMPTY"]}


def test_an_archive_with_too_many_members_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds over all levels of one archive."""
    monkeypatch.setattr(intake, "MEMBER_LIMIT", 3)
    inner = zipped({"a": b"", "b": b""})
    arrived = found(tmp_path, {"多.zip": zipped({"1.zip": inner, "2.zip": inner})})
    assert "E_ARCHIVE_BOMB" in [f.code for a in arrived for f in a.findings]


def test_a_member_that_inflates_enormously_is_not_inflated(tmp_path: Path) -> None:
    """A ratio of more than 100 above 10 MiB is refused before reading."""
    assert codes(found(tmp_path, {"弹.zip": zipped({"甲.xlsx": bytes(11 << 20)})})) == {
        "回收/弹.zip/甲.xlsx": ["E_ZIP_RATIO"]
    }


def test_a_member_that_is_damaged_costs_only_itself(tmp_path: Path) -> None:
    """A checksum that does not match is a broken file, the others are read."""
    data = bytearray(zipped({"坏.xlsx": b"hello" * 9, "好.xlsx": b"fine"}))
    data[data.index("坏.xlsx".encode()) + len("坏.xlsx".encode()) + 1] ^= 0xFF
    arrived = found(tmp_path, {"a.zip": bytes(data)})
    assert [[f.code for f in a.findings] for a in arrived] == [["E_ZIP_BROKEN"], []]


def test_a_file_over_the_limit_is_not_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook of more than 20 MiB is refused with its size."""
    monkeypatch.setattr(intake, "FILE_LIMIT", 10)
    assert codes(found(tmp_path, {"大.xlsx": b"x" * 11})) == {"回收/大.xlsx": ["E_FILE_SIZE"]}


@given(st.dictionaries(st.text("甲乙丙abc", min_size=1, max_size=6), st.binary(max_size=40), max_size=6))
def test_nothing_found_is_ever_left_out(files: dict[str, bytes]) -> None:
    """Any bytes under any name: one arrival each, either with data or with a reason."""
    import tempfile
    from pathlib import Path as RealPath

    with tempfile.TemporaryDirectory() as folder:
        arrived = found(RealPath(folder), {f"{n}.xlsx": d for n, d in files.items()})
    assert sorted(a.path for a in arrived) == sorted(f"回收/{n}.xlsx" for n in files)
    assert all(a.data is not None or a.findings for a in arrived)


def test_a_link_to_a_folder_is_reported(tmp_path: Path) -> None:
    """What lies behind it is not read, and not passed over in silence."""
    (tmp_path / "外").mkdir()
    (tmp_path / "外" / "甲.xlsx").write_bytes(b"secret")
    (tmp_path / "回收").mkdir()
    (tmp_path / "回收" / "链接").symlink_to(tmp_path / "外")
    assert codes(list(arrivals(tmp_path / "回收", tmp_path))) == {"回收/链接": ["E_FILE_UNREADABLE"]}


def test_a_folder_that_cannot_be_listed_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files were not read: a person must know."""
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("锁"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    (tmp_path / "回收" / "锁").mkdir(parents=True)
    monkeypatch.setattr(os, "scandir", scandir)
    arrived = found(tmp_path, {"甲.xlsx": b"1"})
    assert codes(arrived) == {"回收/甲.xlsx": [], "回收/锁": ["E_FILE_UNREADABLE"]}


def test_folders_written_with_backslashes_are_no_files(tmp_path: Path) -> None:
    """Older Windows tools write `子\\` for a folder: it is not an empty file."""
    data = zipped({"A_": b"", "A_b.xlsx": zipped(WORKBOOK_LIKE)}).replace(b"A_", b"A\\")
    assert [a.path for a in found(tmp_path, {"a.zip": data})] == ["回收/a.zip/A/b.xlsx"]


METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@given(
    st.sampled_from(METHODS),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=4),
    st.integers(0, 2000),
)
@settings(max_examples=300, deadline=None)
def test_no_damage_to_an_archive_ends_the_run(method: int, damage: list[tuple[int, int]], cut: int) -> None:
    """Whatever bytes are wrong, by whatever method they were packed: a reason or data, never an exception."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("甲镇.xlsx", b"hello world " * 30)
        archive.writestr("b/c.xlsx", bytes(range(256)))
    data = bytearray(buffer.getvalue())
    for at, value in damage:
        data[at % len(data)] = value
    kept = bytes(data if cut > len(data) else data[:cut])
    arrived = list(intake._open(kept, "回收/a.zip", 0.0, 1, intake._Budget()))
    assert arrived
    assert all(a.data is not None or a.findings for a in arrived)
