"""The benchmark: `make bench N=200`. Fresh processes, medians of three; figures, no assertions on time."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from xlfz.office.demo import demo

pytestmark = pytest.mark.bench

N = int(os.environ.get("XLFZ_BENCH_N", "200"))
ROUNDS = 3
SCRIPTS = Path(__file__).with_name("scripts.py")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with N valid returns, saved again as an office program saves them."""
    root = tmp_path_factory.mktemp("bench") / "演示"
    demo(root, units=N, defects="none")
    for path in (root / "回收").glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        book.save(path)
    return root


def seconds(script: str, folder: Path) -> float:
    """The median time of a fresh process, starting Python included."""
    times = []
    for _ in range(ROUNDS):
        for made in ("对照", "汇总", ".xlfz/cache.db", ".xlfz/cache"):
            path = folder / made
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        start = time.perf_counter()
        subprocess.run([sys.executable, str(SCRIPTS), script, str(folder)], check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


@pytest.mark.parametrize(
    ("ours", "theirs", "what"),
    [
        ("xlfz_generate", "openpyxl_generate", "生成填报表，对照 openpyxl 打开-填写-保存"),
        ("xlfz_consolidate", "pandas_consolidate", "校验并汇总，对照 pandas + openpyxl 脚本（不校验）"),
    ],
)
def test_pair(folder: Path, ours: str, theirs: str, what: str) -> None:
    """Both do the work, and the figures are printed."""
    slow, fast = seconds(theirs, folder), seconds(ours, folder)
    print(f"\n{date.today()} {what}：{N} 份，{slow:.2f} 秒 对 {fast:.2f} 秒，{slow / fast:.1f} 倍")
    assert (folder / "对照").exists() or (folder / "汇总").exists()
