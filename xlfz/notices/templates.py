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

REMINDER, ORDER, FEEDBACK, CIRCULAR = "催报函", "督办单", "考核结果反馈", "通报"

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
    FEEDBACK: (
        Para("关于反馈〔工作名称〕\n〔期次〕结果的函", "GwTitle"),
        Para("〔单位名称〕：", "GwTo"),
        Para("现将你单位的考核结果反馈如下。〔结果综述〕"),
        Para("一、各部分得分", "GwFirst"),
        Para("〔分项得分〕"),
        Para("二、失分和审核意见", "GwFirst"),
        Para("〔失分情况〕"),
        Para("三、有关要求", "GwFirst"),
        Para(
            "请对照失分和审核意见逐项整改。对结果有异议的，请在收到本函后5个工作日内书面提出，并附有关材料。"
        ),
        *_SIGNED,
    ),
    CIRCULAR: (
        Para("关于〔工作名称〕\n〔期次〕情况的通报", "GwTitle"),
        Para("各有关单位：", "GwTo"),
        Para("现将〔工作名称〕〔期次〕有关情况通报如下。"),
        Para("一、报送情况", "GwFirst"),
        Para("〔报送情况〕"),
        Para("二、考核结果", "GwFirst"),
        Para("〔结果综述〕"),
        Para("〔排名表〕"),
        Para("〔得分图〕"),
        Para("三、共性问题", "GwFirst"),
        Para("〔共性问题〕"),
        Para("四、下一步要求", "GwFirst"),
        Para("各单位要对照通报的问题抓紧整改；未报和待改的单位要尽快补报，补报结果计入下一次汇总。"),
        *_SIGNED,
    ),
}


def template(kind: str) -> bytes:
    """The template of one kind of notice, the same bytes whenever it is made."""
    return package(_TEXTS[kind])
