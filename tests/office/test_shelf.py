"""The workbooks in the repository are what the source makes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from xlfz.office import shelf

KEPT = Path(__file__).resolve().parents[2] / "workbooks"


def parts(data: bytes) -> dict[str, bytes]:
    """Part name -> content. Compared instead of the bytes: zlib may deflate differently elsewhere."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """What `make workbooks` writes."""
    return dict(shelf.workbooks())


def test_workbooks_are_not_stale(made: dict[str, bytes]) -> None:
    """Every workbook under workbooks/ is what the source makes now; else run `make workbooks`."""
    kept = {path.name: path.read_bytes() for path in KEPT.glob("*.xl*")}
    assert sorted(kept) == sorted(made), "run `make workbooks`"
    stale = [name for name, data in made.items() if parts(data) != parts(kept[name])]
    assert not stale, "run `make workbooks`"


def test_building_twice_gives_the_same_bytes(made: dict[str, bytes]) -> None:
    """No clock, no chance, no order of a set gets into a workbook."""
    assert dict(shelf.workbooks()) == made


def test_workbooks_no_longer_made_are_removed(tmp_path: Path) -> None:
    """A renamed preset leaves nothing behind; files of others stay."""
    (tmp_path / "旧_工作台.xlsx").write_bytes(b"x")
    (tmp_path / "README.md").write_text("x")
    shelf.main(tmp_path)
    assert not (tmp_path / "旧_工作台.xlsx").exists()
    assert (tmp_path / "README.md").exists()
