"""Where torn tables stand in a text: header words one after another, and what follows them.

Takes the paragraphs of a document; gives `Region`s: columns and the lines below, repeated headers taken
out. A header's labels stand on lines of their own, several on one line, or a label is cut in two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfz.documents.tables.headers import Column, columns, duty_of, label, sure_label
from xlfz.text import fold, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.documents.model import Paragraph

ENOUGH = 3
"""So many labels in a row are a header."""
_SHORT = ("一级", "二级", "三级", "四级", "牵头", "责任", "配合", "协办", "佐证")
"""Labels that are mostly the first half of a longer one."""
_END = re.compile(
    r"附(件|表|录)?[\d一二三四五六七八九十]{0,2}[:：]?|附(件|表|录)\d{1,2}[:：.]?.{0,30}|抄送[:：].*"
    r"|.{0,20}办公室\d{4}年\d{1,2}月\d{1,2}日印发"
    r"|(主办|承办|版权所有|主办单位|网站标识码|技术支持)[:：].{0,60}|copyright.*|(上一篇|下一篇)[:：].*"
    r"|(打印本页|关闭窗口|返回顶部|分享到|扫一扫).{0,20}|相关(链接|阅读|文章|附件)|责任编辑[:：].*"
)


@dataclass(frozen=True, slots=True)
class Region:
    """One torn table. `titles` are the header's labels in their order."""

    columns: tuple[Column, ...]
    paragraphs: tuple[Paragraph, ...]
    header: Paragraph
    title: str = ""
    renamed: tuple[tuple[str, str], ...] = ()
    """Labels that a repeated header prints otherwise: (first, later)."""


def regions(paragraphs: Sequence[Paragraph]) -> list[Region]:
    """Every torn table of a text, in order."""
    found: list[Region] = []
    n = 0
    open_titles: list[str] = []
    while n < len(paragraphs):
        header = header_at(paragraphs, n)
        if header is None:
            n += 1
            continue
        open_titles, after = header
        lines, n, renamed = _body(paragraphs, after, open_titles)
        if lines:
            title = _title(paragraphs, after - len(open_titles))
            header_line = paragraphs[max(0, after - 1)]
            found.append(Region(columns(open_titles), tuple(lines), header_line, title, tuple(renamed)))
    return found


def header_at(paragraphs: Sequence[Paragraph], start: int) -> tuple[list[str], int] | None:
    """The labels of a header that begins at a paragraph, and the first paragraph behind it."""
    titles: list[str] = []
    n = start
    while n < len(paragraphs):
        text = visible(paragraphs[n].text)
        if not text:
            n += 1
            continue
        labels = _labels(text)
        if n + 1 < len(paragraphs) and _cut(fold(text), fold(paragraphs[n + 1].text)):
            labels, n = [fold(text) + fold(paragraphs[n + 1].text)], n + 1
        if labels is None and [duty_of(title) for title in titles] == ["number"]:
            # The column behind the number may be called anything; `columns` says whether it is the task.
            labels = [text] if re.fullmatch(r"[一-鿿“”]{2,8}", fold(text)) else None
        if labels is None or any(label(t) in map(label, titles) for t in labels):
            break
        titles += labels
        n += 1
    duties = {duty_of(title) for title in titles}
    if len(titles) < ENOUGH or len(duties) < ENOUGH or not any(c.duty == "text" for c in columns(titles)):
        return None
    return titles, n


def _cut(first: str, second: str) -> bool:
    """True for a label cut in two: 牵头 | 单位, 完成 | 时限."""
    both = first + second
    if len(both) > 12 or not second:
        return False
    if first in _SHORT:
        return sure_label(both)
    return not duty_of(first) and not duty_of(second) and duty_of(both) is not None


def _labels(text: str) -> list[str] | None:
    """The header labels that a line is made of, None when it holds anything else."""
    if len(fold(text)) > 60 or re.search("[。；;]", text):
        return None
    parts = text.split()
    if len(parts) > 1 and not sure_label(text) and all(duty_of(part) for part in parts):
        return parts
    return [text] if duty_of(text) else None


def _body(
    paragraphs: Sequence[Paragraph], start: int, titles: list[str]
) -> tuple[list[Paragraph], int, list[tuple[str, str]]]:
    """The lines below a header up to the end of its table, without repeated headers."""
    lines: list[Paragraph] = []
    renamed: list[tuple[str, str]] = []
    n = start
    while n < len(paragraphs):
        text = fold(paragraphs[n].text)
        if _END.fullmatch(text):
            break
        again = header_at(paragraphs, n)
        if again is not None:
            if not _same(titles, again[0]):
                break
            renamed += [(a, b) for a, b in zip(titles, again[0], strict=False) if label(a) != label(b)]
            n = again[1]
            continue
        lines.append(paragraphs[n])
        n += 1
    return lines, n, list(dict.fromkeys(renamed))


def _same(first: Sequence[str], second: Sequence[str]) -> bool:
    """True for the same header again: most labels are the same, in the same places."""
    same = sum(label(a) == label(b) for a, b in zip(first, second, strict=False))
    return same >= 0.6 * max(len(first), len(second))


def _title(paragraphs: Sequence[Paragraph], first: int) -> str:
    """The title above a header: the nearest line that calls itself a table, list or system."""
    for paragraph in reversed(paragraphs[max(0, first - 12) : first]):
        text = " ".join(visible(paragraph.text).split())
        if re.search(r"(表|清单|体系|方案|台账|目录)$", text) and len(text) <= 60:
            return text
    return ""
