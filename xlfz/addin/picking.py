"""Letting a person choose a folder, where the program has a dialog for it.

Takes the app; gives the path, or None when nothing was chosen. Raises Refused (E_BUTTON_COMMAND) where
there is no such dialog: Excel has one on Windows only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlfz.office.buttons import by_hand

if TYPE_CHECKING:
    import xlwings as xw

_FOLDER_PICKER = 4
"""msoFileDialogFolderPicker."""
_CHOSEN = -1


def folder(app: xw.App, verb: str, title: str) -> Path | None:
    """The folder that was chosen."""
    ask = getattr(app.api, "FileDialog", None)
    if ask is None:
        raise by_hand(verb)
    dialog = ask(_FOLDER_PICKER)
    dialog.Title = title
    if dialog.Show() != _CHOSEN:
        return None
    return Path(dialog.SelectedItems(1))
