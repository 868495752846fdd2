"""The templates as xlfz writes them first; from then on their wording is the office's own.

Gives the bytes of each template. What stands here is what every office may say; names, figures and
days come through the placeholders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.notices.layout import package
from xlfz.notices.model import Para

if TYPE_CHECKING:
    from collections.abc import Mapping

REMINDER, ORDER = "催报函", "督办单"

_SIGNED = (Para("〔主办单位〕", "GwSign"), Para("〔日期〕", "GwDate"))

_TEXTS: Mapping[str, tuple[Para, ...]] = {
    REMINDER: (
        Para("关于报送〔工作名称〕\n〔期次〕〔表名〕的催报函", "GwTitle"),
        Para("〔单位名称〕：", "GwTo"),
        Para("〔报送情况〕"),
        Para("〔问题清单〕"),
        Para("〔缺报清单〕"),
        Para("请对照以上清单逐项办理，于〔办理期限〕前把填报表电子版报送我单位。已经报送的，请来电核对。"),
        *_SIGNED,
    ),
    ORDER: (
        Para("督　办　单", "GwTitle"),
        Para("〔督办事项〕"),
        Para("请按以上要求办理，并在期限内反馈办理结果。"),
        *_SIGNED,
    ),
}


def template(kind: str) -> bytes:
    """The template of one kind of notice, the same bytes whenever it is made."""
    return package(_TEXTS[kind])
