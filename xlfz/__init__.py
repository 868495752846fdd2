"""xlfz: from a responsibility plan to a live summary workbook.

    import xlfz

    made = xlfz.new("某市2026", preset="puyang-130")
    xlfz.import_plan(["方案.docx"], "某市2026")  # or from an issued document: 导入核对.xlsx …
    xlfz.confirm("某市2026")                     # … and, once a person has confirmed it, 工作台.xlsx
    office = xlfz.open("某市2026")
    office.generate()                       # one form for each unit into 下发/
    checking = office.check()               # what came back into 回收/
    checking.findings_frame()               # a pandas DataFrame
    result = office.consolidate()           # 汇总/汇总表.xlsx
    rows = xlfz.read_returns(["a.xlsx"], "某市2026")   # only merge, write nothing

Everything that cannot go on raises `Refused`, which lists its `Finding`s with code, place, message
and remedy. The names are loaded when they are first used: a worker process that only reads files
does not pay for the writer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from xlfz.errors import Refused, XlfzError
    from xlfz.findings import Finding
    from xlfz.office.demo import demo
    from xlfz.office.importing import confirm, import_plan
    from xlfz.office.making import new
    from xlfz.office.merge import read_returns
    from xlfz.office.service import Office

__version__ = "0.1.0"
__all__ = [
    "Finding",
    "Office",
    "Refused",
    "XlfzError",
    "confirm",
    "demo",
    "import_plan",
    "new",
    "open",
    "read_returns",
]

_HOMES = {
    "Finding": "xlfz.findings",
    "Office": "xlfz.office.service",
    "Refused": "xlfz.errors",
    "XlfzError": "xlfz.errors",
    "confirm": "xlfz.office.importing",
    "demo": "xlfz.office.demo",
    "import_plan": "xlfz.office.importing",
    "new": "xlfz.office.making",
    "read_returns": "xlfz.office.merge",
}


def open(path: str | Path) -> Office:  # noqa: A001 - xlfz.open reads like io.open and gzip.open
    """The office of an existing working folder (or of the workbench in it).

    Raises Refused (E_NO_WORKBENCH, E_MANY_WORKBENCHES, E_IMPORT_OPEN).
    """
    from xlfz.office.service import Office

    return Office.open(path)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'xlfz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
