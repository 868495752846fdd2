"""The working folder: what a path means, and the key that must not be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xlfz.errors import Refused
from xlfz.office.folder import Folder, locate

if TYPE_CHECKING:
    from pathlib import Path


def office(root: Path, *workbenches: str) -> Path:
    """A folder with these (empty) workbenches."""
    root.mkdir(exist_ok=True)
    for name in workbenches:
        (root / name).write_bytes(b"")
    return root


@pytest.mark.parametrize("name", ["工作台.xlsx", "工作台.xlsm"])
def test_the_folder_and_its_workbench_mean_the_same(tmp_path: Path, name: str) -> None:
    """Staff may name either, with macros or without."""
    root = office(tmp_path / "某市2026", name)
    assert locate(root) == locate(root / name) == Folder(root, root / name)


def test_a_workbench_of_another_name_may_be_named(tmp_path: Path) -> None:
    """A renamed workbench is found when it is pointed at."""
    root = office(tmp_path / "某市", "工作台（新）.xlsx")
    assert locate(root / "工作台（新）.xlsx").root == root


@pytest.mark.parametrize(
    ("workbenches", "code"),
    [((), "E_NO_WORKBENCH"), (("工作台.xlsx", "工作台.xlsm"), "E_MANY_WORKBENCHES")],
)
def test_no_workbench_and_two_workbenches_are_refused(
    tmp_path: Path, workbenches: tuple[str, ...], code: str
) -> None:
    """Which one would count is not guessed."""
    with pytest.raises(Refused) as refused:
        locate(office(tmp_path / "某市", *workbenches))
    assert [f.code for f in refused.value.findings] == [code]


@pytest.mark.parametrize("name", ["没有", "没有/更没有", "长" * 300])
def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    """However odd its name is, a person gets a sentence."""
    with pytest.raises(Refused) as refused:
        locate(tmp_path / name)
    assert [f.code for f in refused.value.findings] == ["E_NO_WORKBENCH"]


def test_the_folders_are_made_and_left_alone(tmp_path: Path) -> None:
    """Making them twice keeps what is in them."""
    folder = locate(office(tmp_path / "某市", "工作台.xlsx"))
    folder.make()
    (folder.received / "甲.xlsx").write_bytes(b"1")
    folder.make()
    assert sorted(p.name for p in folder.root.iterdir()) == [
        ".xlfz",
        "下发",
        "回收",
        "工作台.xlsx",
        "汇总",
        "退回",
    ]
    assert folder.history.is_dir()
    assert (folder.received / "甲.xlsx").read_bytes() == b"1"
    assert folder.relative(folder.received / "甲.xlsx") == "回收/甲.xlsx"


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    """The second time it is the same, without a word; others cannot read it."""
    folder = locate(office(tmp_path / "某市", "工作台.xlsx"))
    key, warned = folder.key()
    assert len(key) == 32
    assert warned is None
    assert folder.key() == (key, None)
    assert (folder.own / "key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("left", [None, b"", b"short"])
def test_a_key_that_is_lost_or_damaged_is_replaced_with_a_warning(tmp_path: Path, left: bytes | None) -> None:
    """The forms that are out will not be recognised by it: staff are told."""
    folder = locate(office(tmp_path / "某市", "工作台.xlsx"))
    folder.make()
    old, _ = folder.key()
    (folder.sent / "甲.xlsx").write_bytes(b"")
    (folder.own / "key").unlink()
    if left is not None:
        (folder.own / "key").write_bytes(left)
    new, warned = folder.key()
    assert new != old
    assert warned is not None
    assert (warned.code, warned.file) == ("W_KEY_NEW", ".xlfz/key")
