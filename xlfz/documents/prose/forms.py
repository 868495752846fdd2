"""What lines look like: headings, footers, page numbers, values that go on.

Takes a line; says what it may be by its form alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlfz.documents.fields import numbers_inside
from xlfz.documents.prose.labels import labels_in
from xlfz.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.documents.fields import Number
    from xlfz.documents.model import Paragraph
    from xlfz.documents.prose.labels import Kind, Label
    from xlfz.documents.prose.outline import Labelled, Piece

INLINE_ALWAYS = frozenset({"一、", "(一)", "1.", "章", "节", "条", "部分", "1.1"})
LONG_LINE = 300
_LISTS: frozenset[Kind] = frozenset({"materials", "requirement", "thresholds", "note"})
"""Kinds of labels whose values may be numbered lists of their own."""
PAPER = re.compile(
    r"(?:材料|资料|清单|目录|文件|报告|名单|证明|复印件|台账|记录|照片|图片|截图|方案|总结|制度|计划|纪要|通知|表|证书|责任书|简报|说明)"
    r"(?:等|原件|复印件)?(?:[(（][^（）()]*[)）])?[；;。]?$"
)
"""How names of materials end."""
ROLE_WORD = re.compile(r"牵头|负责|配合|参与|协办|主办|承办|协助|落实|实施")
DASHES = re.compile(r"\s*[—–-]{2,}\s*(?=[一-鿿])")
PAGE = re.compile(r"[-—–_一]?\s*\d{1,3}\s*[-—–_一]|[-—–_一]\s*\d{1,3}\s*[-—–_一]?|第\s*\d+\s*页.{0,12}|X+")
SENTENCE_END = re.compile(r"[。！!？?；;]$")
NO_HEADING = re.compile(
    r"[。！!？?；;，,、：:]$|^\d|^[（(]?(?:此件|联系|电话|附件|抄送|主办|发布|来源|作者|索引|文号|名称)"
    r"|^\S{0,12}[:：]|\d{4}年\d{1,2}月\d{1,2}日|^[—-]"
)
FOOTER = re.compile(
    r"^[\s（(]*(?:20\d\d|二[〇零O○][一二三四五六七八九〇零]{2})\s*年.{1,3}月.{1,3}日\s*(?:印发)?[）)]?$|^抄送|印发$|^附\s*件\s*\d*\s*(?:[:：]|$)"
    r"|技术支持|网站标识码|ICP备|版权所有|发表评论|暂无评论|上一篇|下一篇|关闭窗口|打印本页|分享到|网站地图|公网安备|本类热点"
)
DOCUMENT = re.compile(
    r"(?:方案|计划|要点|意见|清单|分工|分解|分解表|分工表|一览表|办法|规划|体系|细则|安排|台账|任务书|责任书|纲要|通知|报告|综述|任务|标准)"
    r"(?:[（(][^（）()]*[）)])?$"
)
"""How titles of documents end."""
REPORT_HEADING = re.compile(
    r"^(?:[—\s]*)(?:下一步|存在(?:的)?(?:主要)?问题|下步|今后|工作(?:打算|建议)|意见建议)[^。，]{0,16}[:：]?$"
)


def may_head(piece: Piece, paragraph: Paragraph) -> bool:
    """True for a short line that may head the list behind it."""
    text = piece.text
    if len(text) <= 30 and not NO_HEADING.search(text):
        return True
    if paragraph.bold and len(text) <= 40 and not SENTENCE_END.search(text):
        return True
    return bool(re.fullmatch(r"\S{1,8}[:：]\S{2,16}", text)) and "单位" not in text


def short_line(text: str) -> bool:
    """True for a few words without a stop: what stands below a whole sentence is a heading then."""
    return len(visible(text)) <= 16 and not re.search("[。；;，,：:]", text)


def goes_on(label: Labelled) -> bool:
    """True when a label's value stands, or goes on, on the next line."""
    return not label.value or bool(re.search(r"[、，,；;（(和及]$", label.value))


def inside_bracket(text: str, position: int) -> bool:
    """True when an open bracket stands before the position: the label belongs to it."""
    return balance(text[:position]) > 0


def balance(text: str) -> int:
    """Opening brackets less closing ones."""
    return sum(text.count(c) for c in "（(【〔[［") - sum(text.count(c) for c in "）)】〕]］")


def left_open(text: str) -> bool:
    """True when an assignment's bracket is still open at the end of a line."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += text[at] in "）)】〕]］"
        depth -= text[at] in "（(【〔[［"
        if depth < 0:
            # This one was never closed; when it is a bracket within the assignment's, so was that one.
            depth = 0
            tail = text[at + 1 :]
            if len(tail) <= 300 and (labels_in(tail) or ROLE_WORD.search(tail)):
                return True
    return False


def closes_at(text: str, depth: int) -> int:
    """Where a line closes so many open brackets: the position behind the last of them, else its end."""
    for at, char in enumerate(text):
        depth += (char in "（(【〔[［") - (char in "）)】〕]］")
        if depth <= 0:
            return at + 1
    return len(text)


def all_in_one(text: str, first: Number) -> bool:
    """（1）…；（2）… on one line that assigns nothing: the points of the task above, no tasks."""
    if first.style not in ("(1)", "1)", "①") or first.ordinal != 1 or labels_in(text[first.end :]):
        return False
    if ROLE_WORD.search(text) and re.search("[（(【［]", text[first.end :]):
        return False
    return any(n.style == first.style and n.ordinal == 2 for n in numbers_inside(text, first.end))


def listed(text: str, labels: Sequence[Label], shift: int) -> frozenset[int]:
    """Where the numbers of a label's own list stand: 报送材料：1.目录；2.统计表 are materials, no tasks.

    `labels`: those of `text[shift:]`. A list begins right behind its label and ends with the next one.
    """
    spots: set[int] = set()
    ends = [label.start + shift for label in labels[1:]] + [len(text)]
    for label, end in zip(labels, ends, strict=False):
        if label.kind not in _LISTS:
            continue
        at, wanted, style = label.end + shift, 1, ""
        for number in numbers_inside(text, at):
            if number.start >= end or number.ordinal != wanted or (style and number.style != style):
                break
            if wanted == 1 and visible(text[at : number.start]):
                break
            spots.add(number.start)
            wanted, style = wanted + 1, number.style
    return frozenset(spots)
