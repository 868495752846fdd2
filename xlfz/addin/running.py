"""One press of a button inside Excel, from the click to the sentence.

Asks what has to be asked (`conversation`), lets the office work while the status bar tells how far it
is (`working`), leaves the state on 首页 (`state`), opens what was made (`opening`) and says one
sentence. What is done and said is the office's (`xlfz.office.buttons`), the same as without xlwings.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from xlfz.addin import conversation, opening, picking, state, working
from xlfz.addin.books import open_books
from xlfz.deploy.button import examined
from xlfz.errors import Refused
from xlfz.findings import finding
from xlfz.office.buttons import BUTTON_LOCK, RUNS, broke, make, press, results, take_in
from xlfz.office.desktop import shown
from xlfz.office.ending import End, caption, refused
from xlfz.storage import RunLock
from xlfz.verbs import TAB

if TYPE_CHECKING:
    import xlwings as xw

    from xlfz.office.checking import Progress


def run(verb: str) -> None:
    """Do what a button says, on the workbook that called. Shows one sentence and never a traceback."""
    app: xw.App | None = None
    try:
        app = conversation.active_app()
        book = conversation.caller()
        app = book.app
        if verb == "new":
            end = _made(app)
        elif verb == "import":
            end = _imported(app, book)
        elif verb == "doctor":
            end = examined(conversation.folder_of(book))
        else:
            end = _on_workbench(verb, app, book)
    except Refused as error:
        end = refused(verb, error)
    except Exception:  # noqa: BLE001 - a person gets a sentence, the log the traceback
        end = broke(verb, Path(tempfile.gettempdir()) / ".xlfz")
    if app is None:
        sys.exit(end.message)  # no Excel to show it: xlwings shows what its Python says at the end
    app.alert(end.message, title=TAB, mode="critical" if end.code == 2 else "info")


def _made(app: xw.App) -> End:
    folder = picking.folder(app, "new", "选一个空文件夹，工作台建在里面")
    if folder is None:
        return End(0, finding("I_ADDIN_NOTHING_CHOSEN").text)
    return opening.open_all(app, make(folder))


def _imported(app: xw.App, book: xw.Book) -> End:
    """Into the folder of the workbench, or into a new one beside the first document."""
    files = picking.files(app, "import", "选方案文件，可选几个")
    if not files:
        return End(0, finding("I_ADDIN_NOTHING_CHOSEN").text)
    try:
        folder = conversation.path_of(book).parent
    except Refused:
        folder = files[0].parent / files[0].stem

    def work(progress: Progress) -> End:
        return take_in(files, folder, progress=progress)

    return opening.open_all(app, working.watched(app, caption("import"), work))


def _on_workbench(verb: str, app: xw.App, book: xw.Book) -> End:
    """Nothing else is done to this workbench by a button until everything is shown."""
    path = conversation.path_of(book)
    own = path.parent / ".xlfz"
    with RunLock(own, BUTTON_LOCK):
        try:
            return _pressed(verb, app, book, path)
        except Refused:
            raise
        except Exception:  # noqa: BLE001 - into this folder's log, where its maintainer looks
            return broke(verb, own)


def _pressed(verb: str, app: xw.App, book: xw.Book, path: Path) -> End:
    if verb not in RUNS:
        return opening.open_all(app, shown(verb, press(verb, path)))
    aside = open_books(app, results(verb, path))
    declined = conversation.save_first(app, [book, *aside])
    if declined is not None:
        return End(0, declined.text)
    closed = opening.close(aside)

    def work(progress: Progress) -> End:
        return press(verb, path, progress=progress)

    end = working.watched(app, caption(verb), work)
    end = state.leave(app, book, path, end)
    return opening.open_all(app, shown(verb, end), closed)
