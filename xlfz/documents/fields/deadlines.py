"""Deadlines as fields: the words as written, the last day they allow, the recurrences they mean.

Takes text, its place and the year of the document; gives `Found` values by field id (`deadline`,
`day`, `recurrence`). The reading itself is `xlfz.workbench.deadline.read_deadline`: there is no second
way. Forbids a day without doubt where the year, or a character, is not in the text.
"""

from __future__ import annotations

import re

from xlfz.documents.model import Found, Place
from xlfz.text import visible
from xlfz.workbench.deadline import read_deadline

_LOST_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*(1[0-2]|[1-9])\s*月")
_OWN_YEAR = re.compile(r"\d{4}\s*[-年./]")
_DAY = r"(?:\d{1,2}\s*[日号]|[底末初]|[上中下]旬)"
_IN_TEXT = re.compile(
    r"(20\d\d\s*年\s*年?\s*[底末]"
    rf"|(?:20\d\d\s*年\s*|[今当本明]年\s*)?(?:(?:1[0-2]|0?[1-9])\s*月\s*(?:份)?\s*{_DAY}?"
    r"|年\s*[底末终]|第?[一二三四1-4]季度末?|[上下]半年)"
    r")\s*(?:以前|之前|前)"
)
_OPEN = re.compile(
    r"(?:年内|全年|今年|当年)?(?:并)?(?:长期|持续|常态化?)(?:推进|坚持|开展|实施|落实|深化|抓好)?"
    r"|全年(?:推进|开展)?|年内"
)
_AND_DONE = re.compile(
    r"(?:20\d\d年)?(?:1[0-2]|0?[1-9])月[底末初上中下旬\d日]*[以之]?前"
    r"(?:出台|制定|印发|启动|形成|建成|提出|取得|发布|公布|修订|开工|动工|上线|投用|投入)[^、，,。；;]{0,12}"
)
"""6月底前出台相关政策: a time with what is to be done by then, in so few words that no name is among them."""


def deadline(text: str, place: Place | None = None, year: int | None = None) -> dict[str, Found]:
    """`deadline`, and where they can be read `day` (ISO) and `recurrence` (as the workbench writes it).

    Empty for an empty text. A day that needs the document's `year` is 存疑, as is one that needs a
    lost 年 (`20176月底前`). A text that names a time of which no day can be read keeps its words, and the
    day is 缺失.
    """
    where = place or Place()
    words = visible(text).strip("，,；;")
    if not words:
        return {}
    words = words.removesuffix("。")
    repaired = _LOST_YEAR.sub(r"\1年\2月", words)
    sure = read_deadline(repaired)
    guess = sure if sure.day else read_deadline(repaired, year)
    found = {"deadline": Found(words, where, visible(text))}
    if repaired != words and guess.day:
        why = f"原文疑脱“年”字，按 {guess.day} 读，请确认。"
        found["day"] = Found(guess.day.isoformat(), where, words, "存疑", why)
    elif guess.day and not _OWN_YEAR.search(words) and set(guess.recurrence) - {"一次性"}:
        pass  # 每年1月底前: every year has its day
    elif guess.day and not _OWN_YEAR.search(words):
        why = f"原文没有写年份，按文件的年份（{year} 年）推算，请确认。"
        found["day"] = Found(guess.day.isoformat(), where, words, "存疑", why)
    elif guess.day:
        found["day"] = Found(guess.day.isoformat(), where, words)
    if guess.recurrence:
        found["recurrence"] = Found("、".join(guess.recurrence), where, words)
    if "day" not in found and re.search(r"\d|年[底末]|月|季度", words) and not guess.recurrence:
        found["day"] = Found("", where, words, "缺失", "从时限的写法读不出唯一的日期，请填写截止日期。")
    return found


def deadlines_in(text: str) -> tuple[str, ...]:
    """The deadlines that a running text names (`2021年6月底前`), in order, each once."""
    spans: dict[str, None] = {}
    for match in _IN_TEXT.finditer(text):
        spans[visible(match[0])] = None
    return tuple(spans)


def is_deadline(text: str) -> bool:
    """True for a clause that is nothing but a deadline: `2021年6月底前完成`, `长期坚持`, `每年12月底前`."""
    plain = visible(text).strip("。，,；; ")
    if not plain or len(plain) > 40:
        return False
    if (
        _OPEN.fullmatch(plain)
        or _AND_DONE.fullmatch(plain)
        or re.fullmatch(r"每(?:年|月|季度?|半年)(?:开展|完成|一次|1次)?", plain)
    ):
        return True
    return bool(
        re.fullmatch(
            r"(?:力争|争取|确保|计划|应当|须|要)?(?:于|在|到|至)?(?:每年|每月|每季度?|今年|当年|本年)?"
            r"[\d\s年月日号底末初前旬上中下半第一二三四季度以之内份、至到—~-]+(?:前)?"
            r"(?:基本)?(?:全面)?(?:完成|办结|到位|落实|取得.{0,8}|报送)?(?:并(?:长期坚持|持续推进))?",
            plain,
        )
        and re.search(r"\d|年[底末]|半年|季度|每[年月]", plain)
    )
