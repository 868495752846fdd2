"""The header names that offices use, and what the column under each of them holds.

Takes the label of a header cell; gives a `Column`. Knows names only: cells, merges and lines of text
are the business of the modules beside it. Forbids guessing: a label that is in no list is 其他, and
what stands under it is kept under its own name.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, cast

from xlfz.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

Duty = Literal[
    "number", "level", "chapter", "section", "text", "requirement", "material",
    "lead", "responsible", "supporting", "points", "deadline", "note", "person", "blank", "other",
]  # fmt: skip
"""What a column holds. person: names of people, kept in the note. blank: left for the unit to fill in
(自评得分). other: a label in no list, kept in the note under its own name."""

UNIT_DUTIES: tuple[Duty, ...] = ("lead", "responsible", "supporting")

_ENDINGS: tuple[tuple[str, Duty], ...] = (
    (r"(自评|考核|考评|评审|审核|实际|最终).{0,3}(得分|评分)$", "blank"),
    (r"(牵头|主办|主责|主管).{0,4}(单位|部门|科室|处室|股室|机关|主体)$", "lead"),
    (r"(配合|协办|协助|协同|参与|参加|协作).{0,4}(单位|部门|科室|处室|股室|机关)$", "supporting"),
    (r"(责任|承办|落实|实施|负责|完成|执行|承担).{0,4}(单位|部门|科室|处室|股室|机关|主体)$", "responsible"),
    (r"(领导|责任人|负责人|联系人|联络员|电话)$", "person"),
    (r"(材料|资料|档案|台账)(清单|目录|名称)?$", "material"),
    (r"(时限|期限|时间|时间节点|日期)(要求|安排)?$", "deadline"),
    (r"(分值|权重)$", "points"),
    (r"(标准|办法|细则|要求|措施|举措|方法)$", "requirement"),
    (r"(任务|内容|事项|指标)$", "text"),
)
_BRACKET = re.compile(r"[(\[{（【].*?[)\]}）】]|[(（].*$")
_POINTS = re.compile(r"(?:总分|满分|共|合计)?(\d+(?:\.\d+)?)分?")
_TRIMMED = re.compile(r"[:*※●·.]+")

_PEOPLE = re.compile("姓名|职务|性别|单位|地区|乡镇|街道|地点|地址|名单")
"""Labels in no list that are certainly no task."""

HEADER_LENGTH = 16
"""Longer labels are sentences."""


@cache
def known_names() -> dict[str, Duty]:
    """Every header name in use -> what its column holds, from headers.csv."""
    text = resources.files("xlfz.documents.tables").joinpath("headers.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {name: cast("Duty", row["duty"]) for row in rows for name in row["names"].split()}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds and how the document calls it."""

    duty: Duty
    title: str

    @property
    def holds_units(self) -> bool:
        """True for 牵头, 责任 and 配合单位."""
        return self.duty in UNIT_DUTIES


def label(text: str) -> str:
    """A header label as compared: no spaces, brackets and what is in them, no marks."""
    return _TRIMMED.sub("", _BRACKET.sub("", fold(text)))


def duty_of(text: str) -> Duty | None:
    """What a column under this label holds; None for a label in no list."""
    plain = label(text)
    if not plain or len(plain) > HEADER_LENGTH:
        return None
    if plain in known_names():
        return known_names()[plain]
    if re.search(r"[。；;，,！？]|^\d", plain):
        return None
    if re.search("牵头", plain) and re.search("责任单位|责任部门|配合", plain.replace("牵头责任", "")):
        return "responsible"  # 牵头单位及责任单位: whose part is which stands in the cell
    # Endings alone make headers of sentences: only short labels count.
    if len(plain) <= 10:
        for pattern, duty in _ENDINGS:
            if re.search(pattern, plain):
                return duty
    return None


def sure_label(text: str) -> bool:
    """True when the label is one of the names in use, word for word."""
    return label(text) in known_names()


def columns(titles: Sequence[str]) -> tuple[Column, ...]:
    """The columns of a header, with the order of 一级 to 三级 settled among them."""
    found = [Column(duty_of(title) or "other", " ".join(title.split())) for title in titles]
    return tuple(_settled(found))


def _settled(found: list[Column]) -> list[Column]:
    """One column only is the indicator itself; what stands above it is its path, below it what it asks."""
    texts = [n for n, column in enumerate(found) if column.duty == "text"]
    if not texts:
        # 一级指标, 二级指标, 评分标准: the last step of the path is the indicator.
        path = [n for n, c in enumerate(found) if c.duty in ("section", "chapter")]
        if not path:
            wanted = [n for n, c in enumerate(found) if c.duty == "requirement"]
            if not wanted or not any(c.holds_units or c.duty in ("points", "deadline") for c in found):
                wanted = _unnamed(found)
            if not wanted:
                return found
            path = wanted[:1]
        texts = [path[-1]]
    main = _main(found, texts)
    above = [n for n in range(main) if found[n].duty in ("text", "section", "chapter")]
    result = list(found)
    result[main] = replace(found[main], duty="text")
    for n in texts:
        if n > main:
            result[n] = replace(found[n], duty="requirement")
    steps: list[Duty] = ["chapter", "section"]
    if len(above) == 1 and label(found[above[0]].title).startswith("二级"):
        steps = ["section"]
    for place, n in enumerate(above):
        result[n] = replace(found[n], duty=steps[min(place, len(steps) - 1)])
    return result


def _unnamed(found: list[Column]) -> list[int]:
    """序号 | 实事 | 责任单位 | 完成时限: what stands behind the number is the task, however called."""
    duties = [column.duty for column in found]
    if "deadline" not in duties or not any(c.holds_units for c in found) or duties[:1] != ["number"]:
        return []
    title = label(found[1].title) if len(found) > 1 and duties[1] == "other" else ""
    return [1] if title and not _PEOPLE.search(title) else []


def _main(found: list[Column], texts: list[int]) -> int:
    """Which of several text columns is the indicator: the deepest 级指标, else the last."""
    for word in ("四级", "三级"):
        for n in texts:
            if label(found[n].title).startswith(word):
                return n
    # 考核指标 | 考核内容, 重点任务 | 具体措施: the left one names, unless both are tasks.
    return texts[-1]


def stated_points(title: str) -> float | None:
    """The total that a header states: 分值（100分）."""
    inside = re.search(r"[(（](.*?)[)）]", fold(title))
    match = _POINTS.fullmatch(inside[1]) if inside else None
    return float(match[1]) if match else None
