"""What the clerk does next, from where a working folder stands: one sentence, as staff read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def next_step(
    forms: int, files: int, held: int, missing: int, summary: Path | None, teams: Sequence[str] = ()
) -> str:
    """One sentence: what the clerk does next. `teams`: the 考核组 whose 考核评分表 is awaited."""
    if not forms:
        return "在工作台里核对指标和单位，然后运行 xlfz generate 生成填报表。"
    if not files:
        return "把“下发”里的填报表发给各单位；收到后放进“回收”，再运行 xlfz check。"
    if held:
        return (
            f"有 {held} 个单位的填报表需要修改：把“退回”里的副本发回，改好后放进“回收”，再运行 xlfz check。"
        )
    if missing:
        return f"还有 {missing} 个单位未报：请催报；也可先运行 xlfz consolidate 看当前汇总。"
    if teams:
        return (
            f"还有 {len(teams)} 个考核组的考核评分表没有采用（{'、'.join(teams)}）："
            "请催交；收到后放进“回收”，再运行 xlfz check。"
        )
    if summary is None:
        return "各单位都已报齐：运行 xlfz consolidate 生成汇总表。"
    return "各单位都已报齐，汇总表在“汇总”里；回收件有变动时再运行 xlfz consolidate。"
