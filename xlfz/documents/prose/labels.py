"""Labels in running text: 牵头单位：… on a line of its own, behind a sentence, or inside a bracket.

Takes a text; gives where each label stands, what it labels, and where its value ends. A label that
lost its first character in copying (任单位：) is read at the start of a line, with a doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "lead", "responsible", "supporting", "duty", "deadline", "requirement", "text", "materials", "points",
    "thresholds", "note",
]  # fmt: skip
"""What a label announces. `duty`: units whose roles the value itself says."""

_WORDS: dict[Kind, str] = {
    "lead": (
        "牵头单位 牵头部门 牵头责任单位 牵头责任部门 主办单位 主办部门 牵头科室 牵头处室 牵头股室 "
        "总牵头单位 主责单位 主责部门 第一责任单位 主要责任单位 主体责任单位 牵头机关 牵头组织 "
        "牵头"
    ),
    "responsible": (
        "责任单位 责任部门 负责单位 负责部门 承办单位 承办部门 落实单位 落实部门 责任科室 "
        "责任处室 责任股室 实施单位 实施部门 实施主体 责任主体 完成单位 承担单位 主办科室 "
        "承办科室 责任机关 责任镇街 具体负责单位 工作责任单位 任务承担单位 考核单位 评价单位 "
        "申报单位 填报单位 报送单位 责任单位及部门"
    ),
    "supporting": (
        "配合单位 配合部门 协办单位 协办部门 协助单位 协助部门 参与单位 参与部门 参加单位 "
        "参加部门 协同单位 协同部门 支持单位 配合科室 协办科室 协作单位 联办单位 协同配合单位 "
        "责任配合单位 配合责任单位 配合"
    ),
    "duty": (
        "责任分工 任务分工 职责分工 分工 责任单位及分工 单位分工 牵头及责任单位 牵头和责任单位 "
        "牵头责任 牵头单位及责任单位 牵头单位和责任单位 牵头、责任单位 牵头（责任）单位 "
        "牵头(责任)单位 责任（牵头）单位 责任(牵头)单位 牵头配合单位 牵头及配合单位 "
        "牵头单位及配合单位 牵头单位和配合单位 责任单位及配合单位 任务分工单位"
    ),
    "deadline": (
        "完成时限 完成时间 完成期限 时限要求 时间要求 办结时限 时间节点 时限 进度安排 时间进度 "
        "实施时间 工作时限 整改时限 完成时间节点 时间安排 计划完成时间 推进时间 期限 进度要求 "
        "完成日期 整改期限 落实时限 预计完成时间 时间进度安排"
    ),
    "requirement": (
        "工作要求 具体要求 工作措施 主要措施 具体措施 推进措施 任务要求 工作标准 工作目标 "
        "目标任务 年度目标 目标要求 考核标准 评分标准 评价标准 考核要点 落实措施 整改措施 "
        "实施内容 具体内容 具体任务 保障措施 实施路径 改革举措 具体举措 工作举措 评估标准 "
        "考评标准 考核细则"
    ),
    "text": (
        "工作任务 重点任务 工作内容 主要内容 任务内容 重点工作 任务名称 指标内容 主要任务 "
        "指标名称 任务 内容 考核内容 考核指标"
    ),
    "materials": (
        "上报资料 上报材料 报送材料 报送资料 佐证材料 佐证资料 提供材料 提供资料 成果形式 "
        "申报材料 印证资料 印证材料 验收材料 工作成果 成果 证明材料 支撑材料 备查资料 备查材料 "
        "提交材料 需提供材料 应提供材料 佐证 可检验成果形式 可检验的成果形式 成果要求 预期成果 "
        "资料清单 材料清单 申报资料 需提交材料 需报材料"
    ),
    "points": "分值 标准分 权重 考核分值 指标分值 满分",
    "thresholds": "量化指标 量化要求 目标值 指标值 年度目标值 量化目标",
    "note": (
        "备注 适用范围 说明 责任领导 牵头领导 责任人 负责人 分管领导 联系人 责任人员 包联领导 "
        "牵头市领导 市级责任领导 责任县领导 市级牵头领导 牵头负责人 考核方式 评价方式 考核对象 "
        "适用对象 完成情况 实际完成情况 进展情况 工作进展 落实情况 目前进展 存在问题 下一步打算 "
        "项目负责人 项目责任人 联系电话 督办领导 挂牌领导"
    ),
}  # fmt: skip

_COMPOSED: tuple[tuple[Kind, str, str, str, str], ...] = (
    # What may stand before, the word, what may stand between, and the end: 总牵头责任单位, 协同责任单位.
    ("lead", "总 共同 市级 县级", "牵头 主办 主责 主管", "负责 责任 落实 实施 组织", "@"),
    ("responsible", "具体 主要 直接 市级 县级", "责任 负责 承办 承担", "责任", "@"),
    ("supporting", "主要 市级 县级", "配合 协同 协办 协助 参与 参加 支持 协作 联办", "责任 配合 落实", "@"),
    (
        "note",
        "市级 县级 区级 市 县 区 镇 主要 具体 直接 第一",
        "牵头 责任 负责 分管 包联 联系",
        "负责 责任",
        "领导 领导同志 人 负责人 联系人 人员",
    ),
)
_BODIES = "单位及部门 单位或部门 单位 部门 科室 处室 股室 机关"


_ALONE: frozenset[str] = frozenset({"牵头", "配合", "分工", "任务", "内容", "说明", "成果", "期限", "时限"})
"""Words that label only at the start of a line or a bracket: elsewhere they are part of a sentence."""
_BARE: frozenset[Kind] = frozenset({"lead", "responsible", "supporting", "deadline", "materials"})
"""Kinds whose words label the next line even without a colon."""
_ENDED: frozenset[Kind] = frozenset({"lead", "responsible", "supporting", "duty", "deadline", "note"})
"""Kinds whose values hold no label of their own."""


_NO_GAP, _GAP, _MAYBE = "", r"[ \u3000]", r"[ \u3000]{0,2}"


def _any(words: str, gap: str = _MAYBE) -> str:
    """One of these words with the gap between its characters, the longest first."""
    longest = sorted(words.split(), key=len, reverse=True)
    return "|".join(gap.join(re.escape(char) for char in word) for word in longest)


def _composed(before: str, word: str, between: str, end: str) -> str:
    """Tight, or letter-spaced all through: …底前完成 责任单位： is no 完成责任单位."""
    body = _BODIES if end == "@" else end
    return "|".join(
        f"(?:(?:{_any(before, gap)}){gap})?(?:{_any(word, gap)}){gap}"
        f"(?:(?:{_any(between, gap)}){gap})?(?:{_any(body, gap)})"
        for gap in (_NO_GAP, _GAP)
    )


_KIND_OF: dict[str, Kind] = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_SHAPES: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(_composed(*parts))) for kind, *parts in _COMPOSED
)
_ANY = "|".join([_any(" ".join(_KIND_OF)), *(shape.pattern for _, shape in _SHAPES)])
_LABEL = re.compile(
    rf"(?P<open>[【\[〔［]\s*)?(?P<word>{_ANY})(?=\s*(?:[(（【】\]〕］:：]|$))(?P<note>\s*[(（][^（）()：:]{{1,40}}[)）])?"
    r"\s*(?P<close>[】\]〕］])?\s*(?P<colon>[:：])?[ \u3000]*"
)
_BULLET = re.compile(r"[\s●■□◆◇▲△•·*※\-—–►▶]*")
_BEFORE = re.compile(r"[。；;，,、！!？?\s）)】\]〕］”》(（【\[〔［■●]$")
_UNKNOWN = re.compile(r"(?<=[ \u3000])(?P<word>[一-鿿]{4,10})[:：][ \u3000]*")
"""What no list of labels holds, but stands as they do behind a label's value: 甲局 现场督导人：…"""
_REFERENCE = re.compile(r"[为是的各由作被即向与和]$")


@dataclass(frozen=True, slots=True)
class Label:
    """One label: its kind, its word as printed, where it starts and where its value starts."""

    kind: Kind
    word: str
    start: int
    end: int
    note: str = ""
    why: str = ""


def kind_of(word: str) -> Kind | None:
    """What a word labels, None when it is no label."""
    plain = re.sub(r"\s", "", word)
    written = _KIND_OF.get(plain)
    return written or next((kind for kind, shape in _SHAPES if shape.fullmatch(plain)), None)


def label_at(text: str, known: frozenset[str] = frozenset(), *, bare: bool = True) -> Label | None:
    """The label with which a line begins, bullets before it passed over.

    `bare`: words that are alone on the line label what follows even without a colon.

    `known`: label words of the document, from which one character may be lost (任单位：).
    """
    bullet = _BULLET.match(text)
    start = bullet.end() if bullet else 0
    match = _LABEL.match(text, start)
    if match is not None and (found := _label(match, inline=not bare)) is not None:
        return found
    lost = re.match(r"(?P<word>[一-鿿]{2,6})\s*[:：]\s*", text[start:])
    if lost is None:
        return None
    for word in sorted(known):
        if len(word) >= 4 and len(lost["word"]) == len(word) - 1 and _lost_one(lost["word"], word):
            why = f"原文作“{lost['word']}”，按“{word}”读，请确认。"
            kind = kind_of(word)
            return Label(kind, word, start, start + lost.end(), why=why) if kind else None
    return None


def _lost_one(short: str, word: str) -> bool:
    return any(word[:n] + word[n + 1 :] == short for n in range(len(word)))


def _label(match: re.Match[str], inline: bool = False) -> Label | None:
    """The label of a match; None without a colon, unless brackets or a line of its own make it one."""
    word = re.sub(r"\s", "", match["word"])
    kind = kind_of(word)
    if kind is None:
        return None
    boxed = bool(match["open"] and match["close"])
    text = match.string
    alone = not inline and not text[match.end() :].strip() and match.end() - match.start() <= 14
    # 重点任务 alone on a line is a heading; 责任单位 alone announces the next line.
    announces = alone and len(word) >= 4 and kind in _BARE
    if not match["colon"] and not boxed and not announces:
        return None
    if match["open"] and not match["close"] and not match["colon"]:
        return None
    start = match.start() if boxed or not match["open"] else match.start("word")
    return Label(kind, word, start, match.end(), match["note"] or "")


def labels_in(text: str, known: frozenset[str] = frozenset(), *, bare: bool = True) -> tuple[Label, ...]:
    """Every label of a text: at its start, behind a sentence or a bracket, and inside brackets."""
    found: list[Label] = []
    first = label_at(text, known, bare=bare)
    if first is not None:
        found.append(first)
    for match in _LABEL.finditer(text, first.end if first else 0):
        before = text[max(0, match.start() - 1) : match.start()]
        label = _label(match, inline=True)
        if label is None or (before and _REFERENCE.search(before)):
            continue
        if label.word in _ALONE and before not in ("(", "（", "。", "；", ";"):
            continue
        # 作为牵头单位：… is a sentence; a label stands behind a sentence, or is long enough to be one.
        if before and not _BEFORE.search(before) and len(label.word) < 4:
            continue
        found.append(label)
    return _with_unknown(text, found)


def _with_unknown(text: str, found: list[Label]) -> tuple[Label, ...]:
    """The labels, and words with a colon that end the value of a unit or of a deadline behind a gap."""
    more: list[Label] = []
    ends = [*(label.start for label in found[1:]), len(text)]
    for label, end in zip(found, ends, strict=False):
        if label.kind in _ENDED:
            for match in _UNKNOWN.finditer(text, label.end, end):
                more.append(Label("note", match["word"], match.start(), match.end()))
    return tuple(sorted([*found, *more], key=lambda label: label.start)) if more else tuple(found)
