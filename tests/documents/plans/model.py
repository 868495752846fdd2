"""An invented plan before it has a format: paragraphs and tables, with what an import must make of them.

`Document` is written in every format by `writers`; `Want` is one task as a person would read it, `judge`
compares. Forbids formats: whether a number is typed or automatic is the writer's business (`Line.label`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.documents.plans.pool import Term

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. `label` is its printed number, which a writer may leave to Word (`1.` or `（一）`)."""

    text: str
    label: str = ""
    heading: int = 0
    """1 for the title, 2 for a chapter; 0 for body text."""

    @property
    def printed(self) -> str:
        """The paragraph as everybody sees it."""
        return self.label + self.text


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, over `rows` rows and `columns` columns: as in HTML, covered cells are left out."""

    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table."""

    rows: tuple[tuple[Cell, ...], ...]

    @property
    def width(self) -> int:
        """Columns of the table."""
        return sum(cell.columns for cell in self.rows[0])


@dataclass(frozen=True, slots=True)
class Material:
    """One thing to hand in, with its limit of words (0: none)."""

    name: str
    limit: int = 0


NONE = Term("")
"""No deadline."""


@dataclass(frozen=True, slots=True)
class Want:
    """A task as a person reads it. Empty: the plan does not say."""

    number: str
    heading: str
    detail: str
    chapter: str = ""
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    term: Term = NONE
    points: float | None = None
    materials: tuple[Material, ...] = ()
    any_role: tuple[str, ...] = ()
    """Units that must be named in whatever role: several assignments stand in one task."""
    open_end: bool = False
    """The list of units goes on without naming them (等): a person must be told."""

    def with_(self, **changes: object) -> Want:
        """The same task, otherwise."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Document:
    """A plan: what stands in it, and what is to be understood."""

    title: str
    blocks: tuple[Line | Grid, ...]
    wants: tuple[Want, ...]
    chapters: Mapping[str, float] = field(default_factory=dict)
    """Points that a chapter's heading states."""
    default_term: str = ""
    """A day that holds for every task without a deadline of its own (ISO)."""


_GAP = re.compile(r"(?<=[\u4e00-\u9fff])(?=\d)|(?<=\d)(?=[\u4e00-\u9fff])")


def gapped(document: Document) -> Document:
    """The same plan with a space between figures and Chinese, as a PDF of an office suite reads."""
    blocks = tuple(
        replace(block, text=_GAP.sub(" ", block.text))
        if isinstance(block, Line)
        else Grid(tuple(tuple(replace(c, text=_GAP.sub(" ", c.text)) for c in row) for row in block.rows))
        for block in document.blocks
    )
    return replace(document, blocks=blocks)
