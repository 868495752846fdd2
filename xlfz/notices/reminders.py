"""催报函 and 督办单: what each says, from what a unit still owes.

Takes an `Owing`, the settings and the day; gives a `Notice`. Every error and every missing indicator
is listed: a unit must not have to ask what is meant.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from xlfz.form.heading import day, period
from xlfz.notices.figures import shared
from xlfz.notices.model import Grid, Notice, Para
from xlfz.notices.owing import DAYS_GIVEN, NEAR_DAYS, colour
from xlfz.notices.templates import ORDER, REMINDER

if TYPE_CHECKING:
    from datetime import date

    from xlfz.findings import Finding
    from xlfz.notices.model import Block
    from xlfz.notices.owing import Colour, Owing
    from xlfz.workbench.model import Settings

_FILLS: dict[Colour, str] = {"绿": "C6E0B4", "黄": "FFE699", "红": "FF9B9B"}


def reminder(owed: Owing, settings: Settings, today: date) -> Notice:
    """催报函 to one unit: what was wrong in what it sent, or everything that it has to send."""
    texts = _shared(owed, settings, today)
    problems: tuple[Block, ...] = ()
    missing: tuple[Block, ...] = ()
    if owed.errors:
        problems = (Para("一、需要改正的问题", "GwFirst"), _problems(owed.errors))
    if not owed.held:
        heading = "二、应当报送的内容" if problems else "一、应当报送的内容"
        missing = (Para(heading, "GwFirst"), _items(owed))
    return Notice(REMINDER, owed.duty.unit.name, texts, {"问题清单": problems, "缺报清单": missing})


def order(owed: Owing, settings: Settings, today: date) -> Notice:
    """督办单 to one unit, in the colour that `owing.colour` gives."""
    texts = _shared(owed, settings, today)
    chosen = colour(owed, settings.due, today)
    demand = "改正全部错误后重新报送填报表" if owed.held else f"报送{texts['表名']}及规定的资料"
    contact = " ".join(part for part in (owed.duty.unit.contact, owed.duty.unit.phone) if part)
    rows = (
        ("督办等级", f"{chosen}色督办"),
        ("督办单位", owed.duty.unit.name),
        ("督办事项", f"{settings.title}{texts['期次']}{texts['表名']}报送"),
        ("报送时限", texts["报送时限"]),
        ("目前情况", texts["报送情况"]),
        ("定级依据", _why(owed, settings, today)),
        ("督办要求", f"请于{texts['办理期限']}前{demand}。"),
        ("联系人", contact),
        ("办理结果", "\n\n"),
    )
    grid = Grid((), rows, (22, 78), frozenset({0}), (0, 1, _FILLS[chosen]))
    return Notice(ORDER, owed.duty.unit.name, {**texts, "督办等级": chosen}, {"督办事项": (grid,)})


def _shared(owed: Owing, settings: Settings, today: date) -> dict[str, str]:
    until = today + timedelta(days=DAYS_GIVEN[colour(owed, settings.due, today)])
    if settings.due is not None and settings.due > until:
        until = settings.due
    return {
        **shared(settings, today),
        "标题": f"{settings.title}{period(settings.year, settings.round)}：{owed.duty.unit.name}",
        "单位名称": owed.duty.unit.name,
        "报送时限": day(settings.due) if settings.due else "按通知要求",
        "办理期限": day(until),
        "报送情况": _situation(owed, settings, today),
        "联系人": owed.duty.unit.contact,
        "联系电话": owed.duty.unit.phone,
    }


def _situation(owed: Owing, settings: Settings, today: date) -> str:
    by = f"按照要求，{settings.form_kind}应于{day(settings.due)}前报送。" if settings.due else ""
    names = "、".join(f"“{PurePosixPath(path).name}”" for path in owed.files)
    errors = len(owed.errors)
    if owed.held:
        said = f"你单位报送的{names}经校验有{errors}处错误，暂未计入汇总，需要改正后重新报送。"
    else:
        said = f"截至{day(today)}，尚未收到你单位的有效填报表，应报指标{len(owed.duty.items)}项。"
        if errors:
            said += f"收到的文件有{errors}处错误，不能采用。"
    return by + said


def _why(owed: Owing, settings: Settings, today: date) -> str:
    reasons = []
    if settings.due is not None:
        left = (settings.due - today).days
        if left < 0:
            reasons.append(f"已逾期{-left}天")
        else:
            near = f"，不超过{NEAR_DAYS}天" if left <= NEAR_DAYS else ""
            reasons.append(f"距报送时限{left}天{near}")
    if owed.errors:
        reasons.append(f"错误{len(owed.errors)}处")
    return "，".join(reasons) or "未规定报送时限"


def _problems(errors: tuple[Finding, ...]) -> Grid:
    rows = tuple(
        (str(n), PurePosixPath(f.file).name, f"{f.sheet}\n{f.cell}".strip(), f.message, f.remedy_to_unit)
        for n, f in enumerate(errors, 1)
    )
    return Grid(("序号", "文件", "位置", "问题", "怎么改"), rows, (8, 22, 14, 29, 27), frozenset({0, 2}))


def _items(owed: Owing) -> Grid:
    rows = tuple(
        (
            item.indicator.number,
            item.indicator.text,
            item.role,
            "\n".join(m.name for m in item.materials) or "—",
        )
        for item in owed.duty.items
    )
    return Grid(("编号", "指标内容", "分工", "应交资料"), rows, (12, 42, 10, 36), frozenset({0, 2}))
