"""Figures in the text: points, word limits, thresholds, and what a document declares of itself.

Takes text and its place; gives `Found` values in the words of the source, or None. Forbids sums and
conversions: a figure is proposed as it is printed.
"""

from __future__ import annotations

import re

from xlfz.documents.model import Found, Place
from xlfz.text import half_width, visible

_FIGURE = r"(?P<points>\d{1,4}(?:\.\d{1,2})?)"
_POINTS = (
    re.compile(rf"[(（【\[［]\s*(?:共|计|满分|分值|总分|权重)?[:：]?\s*{_FIGURE}\s*分\s*(?:[)）】\]］]|$)"),
    re.compile(rf"(?:分值|满分|标准分|总分|分数|权重)\s*(?:为|是|共)?\s*[:：]?\s*{_FIGURE}\s*分?(?![\d%％])"),
    re.compile(rf"^\s*{_FIGURE}\s*分?\s*$"),
)
_POINTS_BARE = re.compile(rf"(?<![\d.每一第]){_FIGURE}\s*分(?![之钟期别组管局公类级析散支])")
_BRACKETED_POINTS = re.compile(
    r"\s*[(（【\[［]\s*(?:共|计|满分|分值|总分|权重)?[:：]?\s*\d{1,4}(?:\.\d{1,2})?\s*分\s*(?:[)）】\]］]|$)"
)
_EACH = re.compile(r"每\s*(?:小?项|条|个|处|次|件)\s*(?:得|计|为|扣|加)?\s*(\d{1,3}(?:\.\d{1,2})?)\s*分")

_WORDS = (
    re.compile(
        r"(?:不\s*(?:得|能|应|要|宜)?\s*(?:超\s*过?|多于|高于|大于)|控制在|限(?:定)?(?:在)?|最多|至多|≤)"
        r"\s*(?P<n>\d{2,5}|[一二两三四五六七八九]千(?:[一二三四五六七八九]百)?|[一二两三四五六七八九]百)\s*(?P<unit>个?字)?"
    ),
    re.compile(
        r"(?P<n>\d{2,5}|[一二两三四五六七八九]千(?:[一二三四五六七八九]百)?|[一二两三四五六七八九]百)"
        r"\s*(?P<unit>个?字)\s*(?:以内|之内|以下|内|左右)"
    ),
)
_SOME = r"(?:(?<!\d)\d{1,12}(?:\.\d{1,4})?|(?<![一二两三四五六七八九十])[一二两三四五六七八九十]{1,5})"
"""A figure, from its first digit on."""
_THRESHOLD = re.compile(
    r"(?<![\d.])\d{1,12}(?:\.\d{1,4})?\s*[%％‰]|百分之[一二三四五六七八九十百零点]+"
    r"|(?<!\d)\d{1,6}\s*(?:个)?\s*(?:工作日|学时|课时|小时|自然日)"
    r"|(?:不(?:得|应)?(?:低于|少于|高于|超过|多于|小于|大于)|至少|最多|控制在|达到?|高于|低于|以上|以下|以内|确保)"
    rf"[^，。；;、]{{0,14}}?{_SOME}\s*"
    r"(?:个|名|次|期|件|场|人|天|日|项|家|篇|分|年|万|亿|元|处|种|部|台|户|公里|吨|字|倍|所|座|亩|公顷|成)"
    rf"|{_SOME}\s*(?:个|名|次|期|件|场|人|天|日|项|家|篇|处|户|字)\s*(?:以上|以下|以内)"
    rf"|每(?:年|季度?|月|半年|周|两年)[^，。；;、]{{0,12}}?{_SOME}\s*(?:次|期|场|件|篇|项|个|名|学时)"
)
_NOT_THRESHOLD = re.compile(r"不\s*超\s*过?\s*\d+\s*字")
_CLAUSE = re.compile(r"[^，,。；;！？\n]+")


def points(text: str, place: Place | None = None) -> Found | None:
    """`一、…（17分）`, `分值：5`, `(17分` with its bracket lost, a cell `2.5分`: the points, else None.

    A figure with 分 that is neither bracketed nor labelled is 存疑. `每项2分` is not the points of an
    item: see `points_each`.
    """
    where = place or Place()
    # The same length, so that a place in one is the place in the other.
    plain, shown = half_width(text), visible(text)
    for pattern in _POINTS:
        found = list(pattern.finditer(plain))
        if len(found) == 1:
            return Found(float(found[0]["points"]), where, shown[slice(*found[0].span())].strip())
        if found:
            return Found(float(found[0]["points"]), where, shown, "存疑", "这里写了几个分值，请选定一个。")
    if _EACH.search(plain):
        return None
    bare = _POINTS_BARE.search(plain)
    if bare:
        return Found(
            float(bare["points"]),
            where,
            shown[slice(*bare.span())],
            "存疑",
            "分值不在括号里，请确认它是本项的分值。",
        )
    return None


def points_each(text: str, place: Place | None = None) -> Found | None:
    """`每项2分` -> 2: the points of every item below, else None."""
    match = _EACH.search(half_width(text))
    if match is None:
        return None
    return Found(float(match[1]), place or Place(), visible(text)[slice(*match.span())])


def without_points(text: str) -> str:
    """A heading without its bracketed points: `一、依法行政（17分）` -> `一、依法行政`."""
    return visible(_BRACKETED_POINTS.sub("", text))


def word_limit(text: str, place: Place | None = None) -> Found | None:
    """`不超过1500字`, `2000字以内`, `两千字以内` -> the limit, else None.

    Where 字 or 过 has been lost in copying (`字数不超 2000`), the figure is 存疑; of several limits the
    first counts and is 存疑.
    """
    plain, shown = half_width(text), visible(text)
    limits: list[tuple[int, str, bool]] = []
    for pattern in _WORDS:
        for match in pattern.finditer(plain):
            near = plain[max(0, match.start() - 8) : match.start()]
            if not match["unit"] and "字" not in near:
                continue
            limits.append((_count(match["n"]), shown[slice(*match.span())], bool(match["unit"])))
    if not limits:
        return None
    value, source, whole = limits[0]
    where = place or Place()
    if len({n for n, _, _ in limits}) > 1:
        return Found(float(value), where, shown, "存疑", "这里写了几个字数上限，请选定一个。")
    if not whole or "左右" in source:
        return Found(float(value), where, source, "存疑", "字数的写法不完整，请确认上限是多少字。")
    return Found(float(value), where, source)


def _count(text: str) -> int:
    if text.isdecimal():
        return int(text)
    digits = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
    thousands = re.match("([一二两三四五六七八九])千", text)
    hundreds = re.search("([一二两三四五六七八九])百", text)
    return 1000 * (digits[thousands[1]] if thousands else 0) + 100 * (digits[hundreds[1]] if hundreds else 0)


def thresholds(text: str, place: Place | None = None) -> Found | None:
    """The clauses that hold a binding figure (`合格率不低于80%`, `5个工作日`), joined by ；; else None."""
    clauses: list[str] = []
    for match in _CLAUSE.finditer(text):
        clause = visible(match[0])
        if _THRESHOLD.search(half_width(clause)) and not _NOT_THRESHOLD.search(half_width(clause)):
            clauses.append(clause)
    kept = list(dict.fromkeys(clauses))
    if not kept:
        return None
    return Found("；".join(kept), place or Place(), visible(text))
