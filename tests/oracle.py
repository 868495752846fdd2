"""Second opinions on a workbook: LibreOffice's arithmetic and pictures, the Open XML SDK's rules.

Takes the bytes of a workbook. `recalculate` and `render` need soffice (tests that use them carry
`@libreoffice`), `render` needs pdftoppm too; `sdk_audit` needs node (`@sdk`); `audit` needs nothing
outside Python. Forbids trust: LibreOffice is made to calculate every formula anew, or it would repeat
the cached values.
"""

from __future__ import annotations

import atexit
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import openpyxl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Test = TypeVar("Test", bound="Callable[..., object]")

_FIRST_START = 81
"""What soffice gives when it has only just made its profile: start it again."""
_TIMEOUT = 240
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def libreoffice(test: Test) -> Test:
    """Marks a test that needs LibreOffice, and leaves it out with a reason where there is none."""
    missing = pytest.mark.skipif(shutil.which("soffice") is None, reason="soffice is not on PATH")
    marked: Test = pytest.mark.libreoffice(missing(test))
    return marked


def sdk(test: Test) -> Test:
    """Marks a test that needs node and @ooxml-tools/validate, and says so where they are missing."""
    missing = pytest.mark.skipif(_sdk() is None, reason="npm's @ooxml-tools/validate is not installed")
    marked: Test = missing(test)
    return marked


def recalculate(data: bytes) -> dict[str, dict[str, Any]]:
    """sheet -> address -> value, after LibreOffice has calculated every formula anew.

    Empty cells and empty texts are left out: files do not tell them apart.
    """
    with tempfile.TemporaryDirectory(prefix="xlfz-oracle-") as folder:
        out = Path(folder) / "out"
        _convert(_saved(data, Path(folder)), "xlsx:Calc MS Excel 2007 XML", out)
        return values((out / "book.xlsx").read_bytes())


def recalculate_all(books: Sequence[bytes]) -> list[dict[str, dict[str, Any]]]:
    """`recalculate` for many small workbooks, which one start of LibreOffice serves."""
    with tempfile.TemporaryDirectory(prefix="xlfz-oracle-") as folder:
        names = [f"{n:04}.xlsx" for n in range(len(books))]
        for name, data in zip(names, books, strict=True):
            (Path(folder) / name).write_bytes(data)
        out = Path(folder) / "out"
        _convert([Path(folder) / name for name in names], "xlsx:Calc MS Excel 2007 XML", out)
        return [values((out / name).read_bytes(), quick=True) for name in names]


def values(data: bytes, *, quick: bool = False) -> dict[str, dict[str, Any]]:
    """sheet -> address -> value as the file has it, formulas by their cached values.

    `quick` reads nothing but cells, for hundreds of workbooks.
    """
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, read_only=quick)
    return {
        sheet.title: {
            cell.coordinate: cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        for sheet in book.worksheets
    }


def render(data: bytes, out_dir: Path, *, dpi: int = 70) -> list[Path]:
    """Pictures of the printed pages, in order."""
    out_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="xlfz-oracle-") as folder:
        _convert(_saved(data, Path(folder)), "pdf", Path(folder))
        pdf = str(Path(folder) / "book.pdf")
        subprocess.run(
            ["pdftoppm", "-png", "-r", str(dpi), pdf, str(out_dir / "page")], check=True, timeout=_TIMEOUT
        )
    return sorted(out_dir.glob("page*.png"))


def best_heights(data: bytes) -> dict[str, dict[int, float]]:
    """sheet -> row -> the height in points that shows every wrapped text of the row whole.

    LibreOffice trusts the heights of workbooks; those of its own flat format it reckons anew when
    they are missing.
    """
    with tempfile.TemporaryDirectory(prefix="xlfz-oracle-") as folder:
        first, second = Path(folder) / "first", Path(folder) / "second"
        _convert(_saved(data, Path(folder)), "fods", first)
        flat = first / "book.fods"
        text = flat.read_text(encoding="utf-8")
        flat.write_text(re.sub(r' style:row-height="[^"]*"', "", text), encoding="utf-8")
        _convert(flat, "xlsx", second)
        book = openpyxl.load_workbook(second / "book.xlsx")
    return {
        sheet.title: {row: size.height for row, size in sheet.row_dimensions.items() if size.height}
        for sheet in book.worksheets
    }


def audit(data: bytes) -> list[str]:
    """What the Open XML SDK's rules say against a workbook, add-in or document; empty is good."""
    from openxml_audit import OpenXmlValidator  # type: ignore[import-untyped] # ships no types

    with tempfile.TemporaryDirectory(prefix="xlfz-oracle-") as folder:
        result = OpenXmlValidator().validate(_saved(data, Path(folder)))
    return [str(error) for error in result.errors]


def sdk_audit(data: bytes) -> list[str]:
    """What the Open XML SDK itself says, through npm's @ooxml-tools/validate; empty is good."""
    with tempfile.TemporaryDirectory(prefix="xlfz-oracle-") as folder:
        command = [str(_sdk()), "--output-format", "json", str(_saved(data, Path(folder)))]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT)
    found = json.loads(done.stdout)
    if not isinstance(found, list):
        raise TypeError(f"@ooxml-tools/validate gave {done.stdout[:500]}")
    return [str(error) for error in found]


def _sdk() -> str | None:
    """Where `make` has put the validator, or where it is on PATH."""
    made = Path(sys.prefix) / ".npm" / "node_modules" / ".bin" / "ooxml-validate"
    return str(made) if made.exists() else shutil.which("ooxml-validate")


def _saved(data: bytes, folder: Path) -> Path:
    """The bytes in a file whose name says what they are: both judges go by the name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        types = package.read("[Content_Types].xml").decode()
    suffixes = {
        "wordprocessingml.document.main": ".docx",
        "ms-excel.addin.macroEnabled.main": ".xlam",
        "ms-excel.sheet.macroEnabled.main": ".xlsm",
        "spreadsheetml.sheet.main": ".xlsx",
    }
    path = folder / ("book" + next(suffix for kind, suffix in suffixes.items() if kind in types))
    path.write_bytes(data)
    return path


def _convert(source: Path | Sequence[Path], target: str, out: Path) -> None:
    sources = [source] if isinstance(source, Path) else list(source)
    command = [
        *("soffice", "--headless", "--norestore", f"-env:UserInstallation={_profile().as_uri()}"),
        *("--convert-to", target, "--outdir", str(out), *map(str, sources)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT)
    if done.returncode == _FIRST_START:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT)
    ending = target.partition(":")[0]
    if done.returncode or not all((out / f"{one.stem}.{ending}").exists() for one in sources):
        raise RuntimeError(f"soffice gave {done.returncode}: {done.stdout}{done.stderr}")


@cache
def _profile() -> Path:
    """This process's own profile: two soffice on one profile wait for each other."""
    profile = Path(tempfile.mkdtemp(prefix="xlfz-soffice-"))
    atexit.register(shutil.rmtree, profile, ignore_errors=True)
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    return profile
