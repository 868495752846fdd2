"""The buttons on a sheet of a document that LibreOffice has open: found, pressed, waited for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.program.engine import Uno, spreadsheets
from xlfz.office.ending import KEYS, cell_name

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 90.0
"""The macro waits for a process that waits for its workers; a busy machine takes its time."""


def captions(document: Uno) -> list[str]:
    """The buttons on 首页, in their order."""
    return [shape.Control.Label for shape in _shapes(document)]


def control(document: Uno, caption: str) -> Uno:
    """A button as it stands in the window."""
    shape = next(s for s in _shapes(document) if s.Control.Label == caption)
    return document.CurrentController.getControl(shape.Control)


def press(document: Uno, caption: str) -> None:
    """What a screen reader does: no mouse, no screen. Returns before the macro has ended."""
    assert control(document, caption).AccessibleContext.doAccessibleAction(0)


def place(document: Uno, caption: str) -> tuple[int, int]:
    """The middle of a button on the screen."""
    seen = control(document, caption).AccessibleContext
    corner, size = seen.getLocationOnScreen(), seen.getSize()
    return corner.X + size.Width // 2, corner.Y + size.Height // 2


def state(document: Uno) -> dict[str, str]:
    """Key -> what its cell on 首页 shows."""
    cells = {key: document.NamedRanges.getByName(cell_name(key)).ReferredCells for key in KEYS[:6]}
    return {key: cell.getCellByPosition(0, 0).String for key, cell in cells.items()}


def forget_state(document: Uno) -> None:
    """Empty the cells of the state, so that the next one is seen."""
    for key in KEYS[:6]:
        named = document.NamedRanges.getByName(cell_name(key)).ReferredCells
        named.getCellByPosition(0, 0).String = ""
    document.setModified(False)


def wait_for_state(document: Uno, operation: str) -> dict[str, str]:
    """The state on 首页 as soon as it is that of this operation; what it says instead, if it never is."""
    until = time.monotonic() + PATIENCE_S
    while (left := state(document))["operation"] != operation:
        assert time.monotonic() < until, left
        time.sleep(0.1)
    return left


def wait_for(wanted: Callable[[], Any], what: str) -> Any:
    """What `wanted` gives as soon as it gives something."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if found := wanted():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: nothing after {PATIENCE_S:g} s")


def file_name(document: Uno) -> str:
    """The name of its file."""
    return unquote(document.URL.rpartition("/")[2])


def open_document(desktop: Uno, name: str) -> Uno | None:
    """The open document of that file name."""
    return next((d for d in spreadsheets(desktop) if file_name(d) == name), None)


def _shapes(document: Uno) -> list[Uno]:
    page = document.Sheets.getByName("首页").DrawPage
    shapes = [page.getByIndex(n) for n in range(page.Count)]
    return [s for s in shapes if s.supportsService("com.sun.star.drawing.ControlShape")]
