"""An office's desk for the acceptance tests: the command line as staff type it, forms as units fill them.

Nothing here looks inside xlfz for what is right: commands go through the console entry, results are
read from `--json` and with openpyxl. Only filling in a form borrows the product's own simulation.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import openpyxl
from python_calamine import CalamineWorkbook

import xlfz
from xlfz.excel.address import address
from xlfz.office.simulate import Filled, Places, fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.assignment import Duty

DONE_ON = date(2025, 5, 6)
"""A day of completion that is never in the future."""
FINDING = {"code", "severity", "file", "sheet", "cell", "unit", "indicator", "message", "remedy"}
COUNTS = {"files_found", "accepted", "held", "rejected", "skipped"}
CHECK = COUNTS | {"findings"}
CONSOLIDATE = CHECK | {"units", "reported", "missing", "rows", "summary"}
_ENTRY = "from xlfz.cli import main; main()"


@dataclass(frozen=True)
class Ran:
    """What one command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything a person saw."""
        return self.out + self.err

    @cached_property
    def json(self) -> Any:
        """Standard output, which is JSON and nothing else."""
        return json.loads(self.out)


def xlfz_command(*args: str | Path) -> Ran:
    """One command through the console entry, in this process: what staff type after `xlfz`."""
    from xlfz.cli import main

    out, err = io.StringIO(), io.StringIO()
    code: Any = 0
    with (
        mock.patch.object(sys, "argv", ["xlfz", *map(str, args)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as done:
            code = done.code
    return Ran(code if isinstance(code, int) else 0 if code is None else 1, out.getvalue(), err.getvalue())


def xlfz_process(*args: str | Path, cwd: Path, **options: Any) -> Ran:
    """The same in a process of its own, as a shell starts it."""
    path = os.pathsep.join([str(Path(xlfz.__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", _ENTRY, *map(str, args)],
        capture_output=True,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"},
        timeout=120,
        **options,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def duties(folder: Path) -> list[Duty]:
    """Who reports what, in the roster's order."""
    workbench = xlfz.open(folder).workbench()
    return [d for d in workbench.assignment.duties if d.items]


def form_of(folder: Path, unit: str) -> Path:
    """The form that was made for a unit."""
    (path,) = (folder / "下发").glob(f"{unit}_*.xlsx")
    return path


def filled_in(duty: Duty, form: bytes, places: Places | None = None, seed: int = 1) -> Filled:
    """A unit's form filled in without a fault, open for one."""
    filled = fill(duty, form, places or Places.of(form), seed)
    for place in filled.values:
        if place[2] == "done_on":
            filled.values[place] = DONE_ON
    return filled


def receive(folder: Path, files: Mapping[str, bytes]) -> None:
    """Drop files into 回收/."""
    for name, data in files.items():
        path = folder / "回收" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def hashes(*roots: Path) -> dict[str, str]:
    """Every file below some paths with the hash of its bytes."""
    files = [
        p for root in roots for p in ([root] if root.is_file() else sorted(root.rglob("*"))) if p.is_file()
    ]
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def grid(path: Path, sheet: str) -> list[list[Any]]:
    """What a sheet shows, row by row from A1; formulas by their cached values, empty cells as ""."""
    book = CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def table(path: Path, sheet: str, *headers: str) -> list[dict[str, Any]]:
    """The rows of a sheet below the row that holds these headers, by header; empty rows left out."""
    cells = grid(path, sheet)
    top = next(n for n, row in enumerate(cells) if set(headers) <= set(row))
    rows = [dict(zip(cells[top], row, strict=True)) for row in cells[top + 1 :]]
    return [r for r in rows if any(v != "" for v in r.values())]


def place(path: Path, sheet: str, header: str, **where: object) -> str:
    """The address of a column's cell in the row in which other columns have these values."""
    titles: list[Any] = []
    for number, row in enumerate(grid(path, sheet), 1):
        if not titles and {header, *where} <= set(row):
            titles = row
        elif titles and all(row[titles.index(h)] == v for h, v in where.items()):
            return address(number, titles.index(header) + 1)
    raise LookupError(f"{sheet}: {header} {where}")


def edited(path: Path, sheet: str, changes: Mapping[str, object]) -> None:
    """Type into a workbook as staff do, and save it."""
    book = openpyxl.load_workbook(path)
    for at, value in changes.items():
        book[sheet][at] = value
    book.save(path)


def complete(message: str, remedy: str) -> None:
    """A message says what is wrong and what to do: two whole Chinese sentences, every gap filled."""
    for sentence in (message, remedy):
        assert re.search(r"[\u4e00-\u9fff]", sentence), sentence
        assert "{" not in sentence, sentence
        assert "未知" not in sentence, sentence
        assert "Traceback" not in sentence, sentence
    assert message.rstrip().endswith(("。", "：", "）", "！")), message
    assert remedy.rstrip().endswith(("。", "！", "）")) or "：" in remedy, remedy


def well_formed(result: Mapping[str, Any], fields: set[str]) -> None:
    """A JSON result has exactly the published fields, its counts add up, its findings are complete."""
    assert set(result) == fields
    assert result["files_found"] == sum(result[k] for k in ("accepted", "held", "rejected", "skipped"))
    for found in result["findings"]:
        assert set(found) == FINDING
        assert found["severity"] in ("error", "warn", "info")
        complete(found["message"], found["remedy"])
