"""What a document says once for all: who leads, until when, how many, and its own title and year.

Takes the sentences that belong to no task; gives `Standing` and the settings. Forbids applying such a
rule without a doubt in the field it fills.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfz.documents import fields
from xlfz.documents.model import Found, Place, SourceTable
from xlfz.documents.prose.forms import DOCUMENT
from xlfz.text import half_width, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlfz.documents.model import Source
    from xlfz.documents.prose.outline import Piece

_GENERAL = re.compile(
    r"除[^。]{0,30}?(?:时间|时限|期限)[^。]{0,12}?外|(?:没有|无|未)(?:明确|注明|标明|特别注明|规定|写明)[^。]{0,6}?(?:时间|时限|期限)"
    r"|(?:各项|所有|上述|以上|以下)[^。，]{0,10}?(?:任务|工作)[^。]{0,12}?(?:原则上|均应|一律|统一)"
)
_ISSUED = re.compile(r"关于印发\s*[《<〈]?\s*(?P<title>[^》>]+?)\s*[》>〉]?\s*的通知")
_YEAR = re.compile(r"(20\d\d)\s*年(?:度)?")
_SPAN = re.compile(r"20\d\d\s*年?\s*[-—–~至]?\s*20\d\d\s*年")
_DATED = re.compile(
    r"(20\d\d)\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}"
    r"|[〔\[［](20\d\d)|[(（](20\d\d)[)）]\s*\d+\s*号"
)
_ORGAN = re.compile(r"^(?P<organ>[一-鿿（）()]{3,30}?)(?:关于|印发|20\d\d)")
_N = r"(\d{1,4})\s*(?:项|个|条)"
_COUNTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("declared_first", re.compile(rf"{_N}\s*一级指标|一级指标\s*(?:共|为|有)?\s*{_N}")),
    ("declared_second", re.compile(rf"{_N}\s*二级指标|二级指标\s*(?:共|为|有)?\s*{_N}")),
    (
        "declared_indicators",
        re.compile(
            rf"{_N}\s*三级指标|三级指标\s*(?:共|为|有)?\s*{_N}"
            rf"|(?:确定|明确|提出|部署|安排)(?:的|了)?(?:\s*\d+\s*个方面)?[，,]?\s*{_N}"
            r"\s*(?:具体|重点|主要)+(?:任务|工作|事项)"
            rf"|(?:共|合计|总共|共有|共计|细化为|分解为|分为)\s*{_N}"
            r"\s*(?:具体|重点|主要|工作|改革|考核|年度)*(?:任务|指标|事项|措施|举措|工作)"
        ),
    ),
    (
        "declared_points",
        re.compile(r"(?:满分|总分|总分值|基础分|共计?)\s*(?:为|是|计)?\s*(\d{2,4})\s*分(?!\s*以)"),
    ),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for every task. `everyone`: units that answer for each of them besides its own."""

    year: int | None = None
    first_leads: bool = False
    everyone: tuple[str, Place, str] | None = None
    """The name, where it stands, and the text there."""
    deadline: tuple[str, Piece] | None = None


def standing(source: Source, pieces: Iterable[Piece], year: int | None) -> Standing:
    """The rules said once for all: of units anywhere, of the deadline in the text that is no task's."""
    leads = False
    everyone: tuple[str, Place, str] | None = None
    for text, place in _lines(source):
        leads = leads or fields.first_leads(text)
        if everyone is None and "不再" in text and (who := fields.everyone(text)):
            everyone = (who, place, text)
    general: tuple[str, Piece] | None = None
    for piece in pieces:
        for sentence in re.split(r"(?<=[。；;])", piece.text):
            match = _GENERAL.search(sentence)
            if match and general is None:
                found = fields.deadlines_in(sentence[match.start() :])
                if len(found) == 1:
                    general = (found[0], piece)
    return Standing(year, leads, everyone, general)


def settings(source: Source) -> dict[str, Found]:
    """Title, organ, year and what the document declares of itself, as far as it says so."""
    lines = list(_lines(source))
    found: dict[str, Found] = {}
    title = _title(source, lines)
    if title:
        found["title"] = title
        organ = _ORGAN.match(str(title.value)) or _ORGAN.match(title.text)
        if organ and re.search("[^省市县区州]$", organ["organ"]) and fields.looks_like_unit(organ["organ"]):
            found["organ"] = Found(organ["organ"], title.place, title.text)
    year = _year(lines, title)
    if year:
        found["year"] = year
    for key, pattern in _COUNTS:
        hits = [(m, text, place) for text, place in lines for m in pattern.finditer(half_width(text))]
        values = {float(next(g for g in m.groups() if g)) for m, _, _ in hits}
        if values:
            match, text, place = hits[0]
            value = float(next(g for g in match.groups() if g))
            if len(values) > 1:
                found[key] = Found(value, place, visible(text), "存疑", "文件里写了几个不同的数，请核对。")
            else:
                found[key] = Found(value, place, visible(text))
    return found


def _lines(source: Source) -> Iterator[tuple[str, Place]]:
    for block in source.blocks:
        if isinstance(block, SourceTable):
            continue
        for line in block.text.split("\n"):
            if visible(line):
                yield visible(line), block.place


def _title(source: Source, lines: list[tuple[str, Place]]) -> Found | None:
    head = lines[:40]
    for text, place in head:
        issued = _ISSUED.search(text)
        if issued and len(text) <= 80 and not re.search("[。；]", text) and DOCUMENT.search(issued["title"]):
            return Found(_clean(issued["title"]), place, text)
    for text, place in head:
        if 6 <= len(text) <= 60 and DOCUMENT.search(text) and not re.search(r"[。，；]|>>|＞", text):
            bare = re.sub(r"^(?:(?:名称|标题|文件名称)\s*[:：]\s*|[—-]+)", "", text)
            return Found(_clean(bare), place, text)
        first = re.split(r"\s|一、", text, maxsplit=1)[0]
        if len(text) > 60 and 6 <= len(first) <= 60 and DOCUMENT.search(first) and "。" not in first:
            return Found(_clean(first), place, first)
    for text, place in _cells(source):
        if 6 <= len(text) <= 60 and DOCUMENT.search(text) and not re.search(r"[。，；]", text):
            return Found(_clean(text), place, text)
    if source.title and DOCUMENT.search(source.title):
        why = "正文里没有找到标题，这是文件属性或网页里写的，请确认。"
        return Found(_clean(source.title), Place(), source.title, "存疑", why)
    return None


def _cells(source: Source) -> Iterator[tuple[str, Place]]:
    """The cells of the first rows of the first table: a title may stand there."""
    for block in source.blocks:
        if isinstance(block, SourceTable):
            for line in block.rows[:3]:
                for cell in line[:1]:
                    yield visible(cell.text), cell.place
            return


def _clean(title: str) -> str:
    return fields.without_points(re.sub(r"\s+", "", title).strip("《》<>"))[:60]


def _year(lines: list[tuple[str, Place]], title: Found | None) -> Found | None:
    if title:
        own = _YEAR.findall(title.text)
        if len(set(own)) == 1 and not _SPAN.search(title.text):
            return Found(float(own[0]), title.place, title.text)
    for text, place in lines[:40] + lines[-8:]:
        match = _DATED.search(half_width(text))
        if match and len(text) <= 80:
            year = match[1] or match[2] or match[3]
            why = "年度按文件的日期或文号推算，请确认。"
            return Found(float(year), place, text, "存疑", why)
    return None
