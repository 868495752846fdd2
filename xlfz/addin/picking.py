"""Letting a person choose a folder or files, where the program has a dialog for it.

Takes the app; gives what was chosen, which may be nothing. Raises Refused (E_BUTTON_COMMAND) where
there is no such dialog: Excel has one on Windows only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlfz.office.buttons import by_hand

if TYPE_CHECKING:
    import xlwings as xw

_FILE_PICKER, _FOLDER_PICKER = 3, 4
"""msoFileDialogFilePicker, msoFileDialogFolderPicker."""
_CHOSEN = -1


def folder(app: xw.App, verb: str, title: str) -> Path | None:
    """The folder that was chosen."""
    chosen = _chosen(app, verb, title, _FOLDER_PICKER)
    return chosen[0] if chosen else None


def files(app: xw.App, verb: str, title: str) -> tuple[Path, ...]:
    """The files that were chosen, one or several."""
    return _chosen(app, verb, title, _FILE_PICKER)


def _chosen(app: xw.App, verb: str, title: str, kind: int) -> tuple[Path, ...]:
    ask = getattr(app.api, "FileDialog", None)
    if ask is None:
        raise by_hand(verb)
    dialog = ask(kind)
    dialog.Title = title
    dialog.AllowMultiSelect = kind == _FILE_PICKER
    if dialog.Show() != _CHOSEN:
        return ()
    items = dialog.SelectedItems
    return tuple(Path(items(number)) for number in range(1, items.Count + 1))
