"""Results as pandas DataFrames, for scripts.

Takes the office's results; gives frames whose columns bear the names staff use. pandas is imported
only when a frame is asked for: the command line starts without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.roster import reporter

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from xlfz.check.model import CheckReport
    from xlfz.findings import Finding
    from xlfz.form.spec import TableId
    from xlfz.workbench.model import Workbench


def findings(found: Iterable[Finding]) -> pd.DataFrame:
    """One row a finding; columns as in `--json`: code, severity, file … remedy."""
    import pandas as pd

    names = ["code", "severity", "file", "sheet", "cell", "unit", "indicator", "message", "remedy"]
    return pd.DataFrame([f.as_dict() for f in found], columns=names)


def files(report: CheckReport, workbench: Workbench) -> pd.DataFrame:
    """One row a file found: 文件, 单位, 结论 (accepted, held, rejected, skipped), 大小, sha256."""
    import pandas as pd

    names = {u.code: u.name for u in workbench.roster.units}
    rows = [
        (f.path, reporter(names, f.checked.unit), f.checked.verdict, f.size, f.digest) for f in report.files
    ]
    return pd.DataFrame(rows, columns=["文件", "单位", "结论", "大小", "sha256"])


def rows(
    report: CheckReport, workbench: Workbench, table: TableId = "items", *, held: bool = False
) -> pd.DataFrame:
    """One row a form row of every accepted file (of held ones too with `held`), validated values only.

    Columns: 单位编码, 单位, 编号 (or 资料编号), the form's columns by title, 文件, 工作表, 行.
    A blank is missing (NaN/NaT/None), never zero.
    """
    import pandas as pd

    units = workbench.roster.by_code
    columns = workbench.form.table(table).columns
    wanted = ("accepted", "held") if held else ("accepted",)
    records = [
        (
            f.checked.unit,
            units[f.checked.unit].name,
            row.id,
            *(row.values.get(c.id) for c in columns),
            f.path,
            row.sheet,
            row.number,
        )
        for f in report.files
        if f.checked.verdict in wanted and f.checked.unit in units
        for row in (f.checked.items if table == "items" else f.checked.materials)
    ]
    number = "编号" if table == "items" else "资料编号"
    titles = [c.title for c in columns]
    frame = pd.DataFrame(records, columns=["单位编码", "单位", number, *titles, "文件", "工作表", "行"])
    for column in columns:
        if column.type in ("数字", "整数"):
            frame[column.title] = pd.to_numeric(frame[column.title])
        elif column.type == "日期":
            frame[column.title] = pd.to_datetime(frame[column.title])
    return frame
