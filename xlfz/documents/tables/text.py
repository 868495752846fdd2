"""Text of cells put in order: broken lines joined, lists of materials and units taken apart.

Takes the text of a cell or the lines it was torn into; gives text for a workbench cell. Forbids
losing characters: only white space inside and between Chinese words goes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlfz.documents.fields import looks_like_unit, number_at
from xlfz.text import fold, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDE = "[⺀-鿿豈-﫿＀-￯　-〿“”‘’…—]"
_GAP = re.compile(rf"(?<={_WIDE})[ \t]+|[ \t]+(?={_WIDE})")
_SENTENCE_END = re.compile(r"[。；;！!？?:：]$")
_ITEM = re.compile(
    r"(?:[(（﹙]\s*\d{1,2}(?:\s*[)）﹚]|(?=\s*[一-鿿]))"
    r"|[①-⑳]|\d{1,2}\s*[、.．](?!\d)|\d{1,2}[)）])\s*"
)
_NOT_NEEDED = re.compile(
    r"(?:不|无)(?:需|须|用|必|要求)(?:要)?(?:提供|报送|提交|上报|申报|佐证|准备)|^无[。.]?$|^[—-]+$|^/$"
)
_NOUNS = (
    "情况说明|说明|材料|资料|清单|目录|文件|报告|名单|证明|复印件|扫描件|台账|记录"
    "|照片|图片|截图|方案|报道|链接|总结|制度|计划|纪要|通知|案卷|案例|档案|证书"
    "|协议|合同|表|统计表|签到表|课件|成绩单|规定|办法|公告|公示|通报|信息|简报"
    "|决定|批复|意见书|承诺书|责任书|影像|视频|样本|样表|图表|数据|凭证|票据|发票"
    "|规划|预案|讲稿|决算|预算|问卷|回执|附件|原件|网址|证件|指南|手册|海报"
    "|流程图|职责|名册|花名册|登记表|情况|汇报|申请|申请书|会议记录"
)
"""What names of materials end with."""
_NOUN_END = re.compile(rf"(?:{_NOUNS})(?:等|原件|复印件)?(?:[(（][^（()）]*[)）])?$")


def tidy(text: str) -> str:
    """A text without the spaces that copying left between Chinese characters, its lines joined."""
    return joined(text.splitlines())


def joined(lines: Iterable[str]) -> str:
    """Lines as one text: a line that ends a sentence, or that a numbered item follows, stays a line."""
    result = ""
    for line in lines:
        text = _GAP.sub("", visible(line))
        text = re.sub(r"\s{2,}", " ", text)
        if not text:
            continue
        if not result:
            result = text
        elif (_SENTENCE_END.search(result) and len(result) > 1) or _ITEM.match(text):
            result += "\n" + text
        elif result[-1].isascii() and result[-1].isalnum() and text[0].isascii() and text[0].isalpha():
            result += " " + text
        else:
            result += text
    return result


def not_needed(text: str) -> bool:
    """True for 不需提供材料 and its like."""
    return bool(_NOT_NEEDED.search(fold(text))) and len(fold(text)) <= 24


def is_material(text: str) -> bool:
    """True for a text that ends as names of materials do, or says that none is needed."""
    plain = fold(text).rstrip("。；;.,，、")
    return bool(_NOUN_END.search(plain)) or not_needed(text)


def materials(text: str) -> list[str]:
    """A list of materials taken apart: at its numbers, else at its lines, semicolons, or 、.

    The 、 divides only where each part is a short name of a material by itself.
    """
    whole = tidy(text)
    if not whole:
        return []
    parts = _at_items(whole)
    if len(parts) == 1:
        parts = [p for p in re.split(r"[；;\n]+", whole) if visible(p)]
    if len(parts) == 1:
        sides = [p for p in re.split("、", whole.rstrip("。.")) if p]
        if (
            len(sides) > 1
            and all(_NOUN_END.search(p) and len(p) <= 14 for p in sides)
            and not re.search("[，,：:]|包括|本级|以及", whole)
        ):
            parts = sides
    # A part of a list that went on from another cell still has its number: 3.照片.
    bare = (_ITEM.sub("", visible(p), count=1) if _ITEM.match(visible(p)) else visible(p) for p in parts)
    return [part for part in (p.strip("；;。\n ") for p in bare) if part]


def _at_items(text: str) -> list[str]:
    """At (1) (2) …, ① ② …, 1. 2. …, when they count up from 1."""
    spots: list[tuple[int, int]] = []
    style = ""
    wanted = 1
    for match in _ITEM.finditer(text):
        number = number_at(text, match.start())
        if number is None or (match.start() and text[match.start() - 1].isdigit()):
            continue
        if number.ordinal == wanted and (not style or number.style == style):
            style = number.style
            wanted += 1
            spots.append((match.start(), match.end()))
    if wanted <= 2 and not (spots and spots[0][0] == 0):
        return [text]
    head = text[: spots[0][0]].strip()
    parts = [head] if head and not head.endswith(("：", ":")) else []
    ends = [start for start, _ in spots[1:]] + [len(text)]
    return parts + [text[begin:end] for (_, begin), end in zip(spots, ends, strict=True)]


_HEADS = "市县区省局州各国中"
"""What whole names of units mostly begin with."""


def _at_gap(line: str) -> str:
    """A line without its gaps; a gap between two whole names divides them."""
    sides = line.split()
    if len(sides) > 1 and all(looks_like_unit(side) and side[0] in _HEADS for side in sides):
        return "、".join(sides)
    return _GAP.sub("", line)


def unit_lines(lines: Sequence[str], known: frozenset[str] = frozenset()) -> tuple[str, bool]:
    """Lines of a cell of units as one list, and whether a line end left it open where a name ends.

    `known`: names seen whole elsewhere in the document.
    """
    result = ""
    doubtful = False
    width = max((len(fold(line)) for line in lines), default=0)
    above = ""
    for line in lines:
        text = _at_gap(visible(line))
        if not text:
            continue
        filled = len(fold(above)) >= width - 1
        above = text
        if not result:
            result = text
            continue
        last = re.split("[、，,；;]", result)[-1]
        first = re.split("[、，,；;]", text)[0]
        open_bracket = last.count("（") + last.count("(") > last.count("）") + last.count(")")
        if not last or open_bracket or re.match(r"[、，,；;()（）]", text) or last + first in known:
            result += text
        elif not looks_like_unit(last) or len(first) < 2:
            result += text  # 局规划财务和基金 | 监督科: the first line is no name yet
        elif last[-2:] == first[-2:]:
            result += "、" + text  # 东街街道 | 西关街道: two of a kind are no halves of one name
            doubtful = doubtful or (filled and first[0] not in _HEADS)
        elif first[0] in _HEADS or not filled or (last in known and first in known):
            result += "、" + text
            doubtful = doubtful or (filled and last not in known and first not in known)
        elif looks_like_unit(first):
            result += text
            doubtful = True
        else:
            result += text
    return result, doubtful
