"""The shelf: ready workbooks of every preset, as they lie under workbooks/ in the repository.

`python -m xlfz.office.shelf FOLDER` writes them (that is what `make workbooks` calls). Deterministic:
a fixed day and a fixed key, so that the same source gives the same bytes. The key is published here
and signs nothing that counts: a real folder makes its own.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlfz import controls, duty
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.form import generate
from xlfz.office.folder import WITH_MACROS
from xlfz.workbench import presets, reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDIN = "xlfz.xlam"
CREATED = datetime(2026, 1, 1)
_SAMPLE_KEY = b"xlfz sample, signs nothing real."


def workbooks() -> Iterator[tuple[str, bytes]]:
    """(file name, bytes): workbench, 责任分工表 and a sample form of each preset; then what has macros.

    The workbenches of the presets have none, so that they open anywhere: `xlfz new --preset` makes the
    same ones with buttons. The empty one shows the buttons.
    """
    for preset, _ in presets.names():
        data = write(writing.plan(presets.load(preset), CREATED))
        yield f"{preset}_工作台.xlsx", data
        workbench = reading.read(read_workbook(data))
        if not workbench.catalogue.live:
            continue
        yield f"{preset}_责任分工表.xlsx", write(duty.plan(workbench, CREATED))
        sample = next(iter(generate.forms(workbench, _SAMPLE_KEY, CREATED)), None)
        if sample is not None:
            yield f"{preset}_填报表样.xlsx", sample.data
    yield WITH_MACROS, write(writing.plan(presets.empty(), CREATED, macros=True))
    yield ADDIN, write(controls.addin(CREATED))


def main(folder: Path) -> None:
    """Write all of them into `folder`, and remove workbooks that are made no more."""
    folder.mkdir(parents=True, exist_ok=True)
    made = set()
    for name, data in workbooks():
        (folder / name).write_bytes(data)
        made.add(name)
    for path in folder.glob("*.xl*"):
        if path.name not in made:
            path.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
