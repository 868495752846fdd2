"""The columns of a form that are not filled in: what they are called and how wide they stand.

Gives `Fixed` and the fixed columns of the two tables of the 自评表; further kinds of form declare
their own. Whoever writes a form and whoever reads one back uses the same declaration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlfz.excel import look

if TYPE_CHECKING:
    from xlfz.excel.plan import Style
    from xlfz.form.spec import TableId


class Fixed(NamedTuple):
    """A column that is not filled in. `keep` False: out of sight when no row has anything in it.

    `compared` False: what it shows is for the reader's convenience and may be out of date when the
    form comes back, so that nobody is told of a difference.
    """

    id: str
    title: str
    width: float
    style: Style
    keep: bool = True
    compared: bool = True


KEY = look.KEY
TEXT = look.BODY_LEFT
WORD = look.BODY_CENTER
NUMBER = look.BODY_CENTER.but(wrap=False, number="General")

FIXED: dict[TableId, tuple[Fixed, ...]] = {
    "items": (
        Fixed("number", "编号", 6.5, KEY),
        Fixed("chapter", "一级指标", 11, TEXT, keep=False),
        Fixed("section", "二级指标", 12, TEXT, keep=False),
        Fixed("text", "指标内容", 29, TEXT),
        Fixed("thresholds", "量化要求", 25, TEXT, keep=False),
        Fixed("role", "分工", 6, WORD),
        Fixed("points", "分值", 6, NUMBER, keep=False),
    ),
    "materials": (
        Fixed("number", "编号", 10, KEY),
        Fixed("text", "指标内容", 34, TEXT),
        Fixed("material", "资料名称", 40, TEXT),
        Fixed("limit", "字数上限", 10, NUMBER, keep=False),
    ),
}
