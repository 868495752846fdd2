"""One row of a table as gathered, before its fields are read: pieces of text under each column.

Both shapes, proper and torn tables, give `Record`s; `rows` makes `ProposedRow`s of them. Forbids
losing text: a piece that no column wants goes to `extra` under the name that its column has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlfz.documents.model import Place, Sureness

if TYPE_CHECKING:
    from xlfz.documents.tables.headers import Duty


_NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one cell, or of one line of a cell, with its place and how sure it is to belong there."""

    text: str
    place: Place = _NOWHERE
    sure: Sureness = "确定"
    why: str = ""
    raw: str = ""
    """The source text where `text` is not it word for word (lines put together)."""
    shared: bool = False
    """True for a merged cell that spans this row and the one above."""

    parts: tuple[Piece, ...] = ()
    """The lines that it was put together from, where there are several."""
    made: bool = False
    """True for what stands nowhere: concluded from its neighbours."""

    @property
    def source(self) -> str:
        """The source text."""
        return "" if self.made else self.raw or self.text


@dataclass(slots=True)
class Part:
    """A part of a row with materials and units of its own: `(1) 说明 | 甲科`, `(2) 名单 | 乙科`."""

    materials: list[Piece] = field(default_factory=list)
    units: dict[Duty, list[Piece]] = field(default_factory=dict)


@dataclass(slots=True)
class Record:
    """One row: the pieces under every column, top to bottom, and the parts that it is divided into."""

    cells: dict[Duty, list[Piece]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    missing: list[tuple[Duty, str]] = field(default_factory=list)
    """Columns that are empty here and nowhere else much, with their titles."""
    extra: list[tuple[str, Piece]] = field(default_factory=list)
    """Column title and piece, for what no field takes: kept in the note."""

    def add(self, duty: Duty, piece: Piece) -> None:
        """One more piece under a column."""
        self.cells.setdefault(duty, []).append(piece)

    def first(self, duty: Duty) -> Piece | None:
        """The first piece under a column."""
        pieces = self.cells.get(duty)
        return pieces[0] if pieces else None

    def text(self, duty: Duty) -> str:
        """All pieces under a column as one text."""
        return "\n".join(piece.text for piece in self.cells.get(duty, ()))


@dataclass(frozen=True, slots=True)
class Gathered:
    """All rows of one or more tables with the same columns, in the order of the document.

    `duties`: what the columns hold, so that an expected field which is empty is told from one that the
    table has no column for. `stated`: totals that header or total rows state. `chapter_points`:
    chapter -> points that its heading states.
    """

    records: tuple[Record, ...]
    duties: frozenset[Duty]
    place: Place
    title: str = ""
    main_title: str = ""
    """The label of the column that is the indicator itself: 工作任务 makes tasks."""
    stated_points: Piece | None = None
    skipped: tuple[Piece, ...] = ()
    """Rows that are no indicators: totals, signatures, notes below the table."""
    torn: bool = False
