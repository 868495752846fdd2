"""`xlfz button`: what the plain buttons on 首页 call where there is no xlwings.

Runs the verb and leaves how it ended in .xlfz/end.txt (see `xlfz.office.ending`), where the macro
that waits for it reads the sentence, the workbook to open and the cells of the state.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from xlfz.deploy.button import examined
from xlfz.errors import Refused
from xlfz.office.buttons import BUTTON_LOCK, broke, press
from xlfz.office.desktop import shown
from xlfz.office.ending import End, forget_end, refused, write_end
from xlfz.storage import RunLock


def button(
    verb: Annotated[str, typer.Argument(help="按钮的操作，如 consolidate")],
    workbench: Annotated[Path, typer.Argument(help="工作台文件")],
) -> None:
    own = Path(os.path.abspath(workbench)).parent / ".xlfz"
    end = _pressed(verb, workbench, own)
    typer.echo(end.message, err=end.code == 2)
    raise typer.Exit(end.code)


def _pressed(verb: str, workbench: Path, own: Path) -> End:
    """How it ended, written down. A press that meets another one leaves that one's file alone."""
    try:
        # Before the lock is taken: a look at the computer is a look at the locks too.
        looked = examined(own.parent) if verb == "doctor" else None
        with RunLock(own, BUTTON_LOCK):
            forget_end(own)
            end = looked or shown(verb, press(verb, workbench))
            write_end(own, end)
    except Refused as error:
        end = refused(verb, error)
    except Exception:  # noqa: BLE001 - a person gets a sentence, the log the traceback
        end = broke(verb, own)
    return end
