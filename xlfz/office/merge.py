"""Reading returned files for scripts that only merge: no folder is touched, nothing is written.

Takes paths of returned forms and the workbench they were made from; gives one DataFrame of
validated rows. What was not accepted is not in the frame: it is in `frame.attrs`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from xlfz.check.engine import Context
from xlfz.office import frames
from xlfz.office.checking import Pool, check_all
from xlfz.office.intake import single
from xlfz.office.service import Office, no_progress
from xlfz.roster import Reporters

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from xlfz.form.spec import TableId


def read_returns(
    paths: Iterable[str | Path],
    workbench: str | Path,
    *,
    table: TableId = "items",
    workers: int | None = None,
) -> pd.DataFrame:
    """The validated rows of returned files (archives too), as `frames.rows` gives them.

    `workbench` is the working folder or its 工作台. `frame.attrs["findings"]` is a DataFrame of all
    findings, `frame.attrs["files"]` one of all files with their verdicts. Raises Refused when the
    workbench is faulty or a path cannot be read at all.
    """
    office = Office.open(workbench)
    model = office.workbench()
    key, _ = office.folder.key()
    report = check_all(
        [arrival for path in paths for arrival in single(Path(path))],
        Context.of(model, key, office.today),
        pool=Pool(workers or os.cpu_count() or 1),
        cache=None,
        progress=no_progress,
        names=Reporters(model.roster),
    )
    frame = frames.rows(report, model, table)
    frame.attrs["findings"] = frames.findings(report.findings)
    frame.attrs["files"] = frames.files(report, model)
    return frame
