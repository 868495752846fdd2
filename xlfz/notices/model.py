"""What one notice says, before it has a shape: texts for the placeholders, and blocks between paragraphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

StyleId = Literal[
    "GwTitle", "GwTo", "GwBody", "GwFirst", "GwSecond", "GwSign", "GwDate", "GwTable", "GwFigure"
]
"""Paragraph styles of the templates: 标题, 主送, 正文, 一级标题, 二级标题, 署名, 成文日期, 表格文字, 图."""


@dataclass(frozen=True, slots=True)
class Para:
    """One paragraph."""

    text: str
    style: StyleId = "GwBody"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `widths` are shares of the page's width; without `headers` the first column is the label.

    `fill` colours one cell: (row, column) counted from 0 without the header, and RRGGBB.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    centred: frozenset[int] = frozenset()
    fill: tuple[int, int, str] | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A column chart; `number` is the number format of its values."""

    title: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    number: str = "0"


Block = Para | Grid | Chart
"""What may stand in the place of a paragraph."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One document: which template it is filled into, to whom, and with what."""

    kind: str
    to: str
    texts: Mapping[str, str]
    blocks: Mapping[str, tuple[Block, ...]]
