"""Workbooks that the office reads for itself: the workbench, its own summary, a form from above.

Takes a path and the code that says it could not be read; gives bytes and content. What is wrong is
worded for the office and not for a unit: a return's finding would ask the unit for another copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.errors import Refused, refuse
from xlfz.excel.address import MAX_ROW
from xlfz.excel.package import Limits
from xlfz.excel.reader import read_workbook
from xlfz.findings import finding
from xlfz.storage import reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlfz.excel.content import BookContent, State

OWN_LIMITS = Limits(file=256 << 20, total=4 << 30, entry=2 << 30, rows=MAX_ROW, cells=40_000_000)
"""For what we wrote ourselves, which may be much larger than any return."""


def opened(
    path: Path,
    code: str,
    *,
    limits: Limits = OWN_LIMITS,
    only: Callable[[str, State], bool] | None = None,
    file: str = "",
) -> tuple[bytes, BookContent]:
    """The bytes and what is in them; `file` is how the finding calls the path (its name, when empty).

    Raises Refused: a finding of `code`, with the fact 原因.
    """
    try:
        data = path.read_bytes()
        return data, read_workbook(data, name=path.name, limits=limits, only=only)
    except OSError as error:
        raise refuse(finding(code, file=file or path.name, 原因=reason(error))) from error
    except Refused as refused:
        cause = next(f for f in refused.findings if f.severity == "error").message.rstrip("。")
        raise refuse(finding(code, file=file or path.name, 原因=cause)) from refused
