"""Work in a thread of its own, told on the status bar by the caller's.

Excel's objects belong to the thread that called: the worker never touches them, it only says how far
it is, and the caller's thread writes that down.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from xlfz.verbs import TAB

if TYPE_CHECKING:
    from collections.abc import Callable

    import xlwings as xw

    from xlfz.office.checking import Progress

Result = TypeVar("Result")

_PAUSE_S = 0.2
"""Between two texts on the status bar: more often nobody can read it, and Excel has to answer each."""
_LOGGER = logging.getLogger("xlfz")


def watched(app: xw.App, name: str, work: Callable[[Progress], Result]) -> Result:
    """What `work` gives (or raises), while the status bar shows `name` and how far it is."""
    heard: SimpleQueue[str] = SimpleQueue()

    def progress(stage: str, done: int, total: int) -> None:
        heard.put(f"{stage} {done} / {total}" if total else stage)

    shown = ""
    with ThreadPoolExecutor(1, "xlfz") as pool:
        future = pool.submit(work, progress)
        try:
            text = "请稍候……"
            while True:
                if text != shown:
                    _tell(app, f"{TAB} · {name}：{text}")
                    shown = text
                if future.done():
                    return future.result()
                text = _latest(heard, shown)
        finally:
            _tell(app, False)


def _latest(heard: SimpleQueue[str], shown: str) -> str:
    """The newest text, after a pause; the one that is shown when there is none."""
    text = shown
    try:
        text = heard.get(timeout=_PAUSE_S)
        while True:
            text = heard.get_nowait()
    except Empty:
        return text


def _tell(app: xw.App, text: str | bool) -> None:
    """Write to the status bar; False gives it back. A busy Excel (a cell being edited) misses a text."""
    try:
        app.status_bar = text
    except Exception:  # a text on the status bar is not worth the run
        _LOGGER.debug("the status bar refused %r", text, exc_info=True)
