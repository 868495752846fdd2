"""xlfz: from a responsibility plan to a live summary workbook.

    import xlfz

    made = xlfz.new("某市2026", preset="puyang-130")
    office = xlfz.open("某市2026")
    office.generate()                       # one form for each unit into 下发/
    checking = office.check()               # what came back into 回收/
    checking.findings_frame()               # a pandas DataFrame
    result = office.consolidate()           # 汇总/汇总表.xlsx
    rows = xlfz.read_returns(["a.xlsx"], "某市2026")   # only merge, write nothing

Everything that cannot go on raises `Refused`, which lists its `Finding`s with code, place, message
and remedy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.errors import Refused, XlfzError
from xlfz.findings import Finding
from xlfz.office.demo import demo
from xlfz.office.merge import read_returns
from xlfz.office.service import Office, new

if TYPE_CHECKING:
    from pathlib import Path

__version__ = "0.1.0"
__all__ = ["Finding", "Office", "Refused", "XlfzError", "demo", "new", "open", "read_returns"]


def open(path: str | Path) -> Office:
    """The office of an existing working folder (or of the workbench in it).

    Raises Refused (E_NO_WORKBENCH, E_MANY_WORKBENCHES).
    """
    return Office.open(path)
