"""Buttons, ribbon and macros: what is under macros/ put into workbooks.

Takes plans of workbooks; gives them with the VBA project, or the plan of the add-in. Knows where
the sources lie and which verbs there are; knows no workbench.

In the wheel the sources lie beside this module (pyproject.toml puts macros/ there); in a source
tree they lie at the top, where people look for them, and there is only that one copy.
"""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from xlfz.excel import look
from xlfz.excel.plan import Button, Put, Sheet, Style, Workbook
from xlfz.excel.vba import Module, with_project
from xlfz.verbs import GROUPS, TAB, VERBS, Verb, buttons

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXTS = "xlfz"
"""The sheet whose rows (id, text) hold every Chinese word the macros say: VBA text is ASCII."""
HANDLER = "XlfzOnAction"
"""The one procedure behind every control of the ribbon."""
_ADDIN_ONLY = "XlfzRibbon"
_WORKBOOK_ONLY = "XlfzButtons"
_GROUP = re.compile(r'( *)<group id="(\w+)" label="([^"]*)"/>')


@cache
def sources() -> Path:
    """The folder of the sources. Raises FileNotFoundError for a broken installation."""
    here = Path(__file__).parent
    for folder in (here / "macros", here.parent / "macros"):
        if (folder / "ribbon.xml").is_file():
            return folder
    raise FileNotFoundError("macros/ is neither in the package nor beside it: install xlfz again")


def modules(*, addin: bool = False) -> tuple[Module, ...]:
    """The standard modules of a workbook with buttons, or of the add-in, by name."""
    left_out = _WORKBOOK_ONLY if addin else _ADDIN_ONLY
    files = sorted(sources().glob("*.bas"))
    return tuple(
        Module(path.stem, code=path.read_text(encoding="ascii")) for path in files if path.stem != left_out
    )


def texts() -> dict[str, str]:
    """What the macros say, and what the verbs are called: id -> text."""
    with (sources() / "texts.csv").open(encoding="utf-8", newline="") as file:
        said = {row["id"]: row["text"] for row in csv.DictReader(file)}
    return said | {verb.id: verb.caption for verb in VERBS}


def with_macros(plan: Workbook) -> Workbook:
    """The plan with the macros behind its buttons."""
    hidden = replace(_texts_sheet(), state="veryHidden")
    return with_project(replace(plan, sheets=(*plan.sheets, hidden)), modules())


def addin(created: datetime = datetime(2020, 1, 1)) -> Workbook:
    """The plan of the add-in (.xlam): macros, ribbon, and a sheet that nobody ever sees."""
    plan = Workbook((_texts_sheet(),), title=f"{TAB}（xlfz）", created=created, ribbon=ribbon(), addin=True)
    return with_project(plan, modules(addin=True))


def ribbon() -> str:
    """The ribbon's XML: the frame under macros/, each group with the buttons of its verbs."""
    frame = (sources() / "ribbon.xml").read_text(encoding="utf-8")
    if tuple(match[3] for match in _GROUP.finditer(frame)) != GROUPS or f'label="{TAB}"' not in frame:
        raise ValueError("macros/ribbon.xml and xlfz.verbs do not name the same tab and groups")

    def filled(match: re.Match[str]) -> str:
        margin, group, label = match.groups()
        held = "".join(f"{margin}  {_control(verb)}\n" for verb in VERBS if verb.group == label)
        return f'{margin}<group id="{group}" label="{label}">\n{held}{margin}</group>'

    return _GROUP.sub(filled, frame)


def button_row(row: int, widths: Sequence[float]) -> tuple[Button, ...]:
    """The buttons of 首页 over the columns of a row, as wide as there is room for."""
    room = sum(round(width * 7) + 5 for width in widths)
    verbs = buttons()
    gap = 10
    # The emphasised one is half as wide again.
    shares = [1.5 if verb.emphasised else 1.0 for verb in verbs]
    share = (room - gap * (len(verbs) - 1)) / sum(shares)
    made, left = [], 0
    for verb, part in zip(verbs, shares, strict=True):
        width = int(share * part)
        button = Button(row, 1, verb.sub, verb.caption, width, 40, left=left, top=6)
        made.append(replace(button, emphasised=verb.emphasised))
        left += width + gap
    return tuple(made)


def _control(verb: Verb) -> str:
    attributes = {
        "id": verb.id,
        "label": verb.caption,
        "size": "large",
        "imageMso": verb.image,
        "screentip": verb.tip,
        "supertip": verb.help,
        "onAction": HANDLER,
    }
    return "<button " + " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items()) + "/>"


def _texts_sheet() -> Sheet:
    style = Style(font=look.HEITI, number="@")
    cells = [
        Put(row, column, value, style)
        for row, pair in enumerate(texts().items(), 1)
        for column, value in enumerate(pair, 1)
    ]
    return Sheet(TEXTS, cells=tuple(cells), columns=look.columns((20, 80)))
