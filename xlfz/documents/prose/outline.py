"""A document's text as a tree of numbered items with their labels: the types.

`Item`s stand in reading order, each with its number, its parent, the pieces of its text and the labels
behind it; `Outline` finds what stands above and below one. How a text becomes an outline is
`building`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlfz.documents.model import Place

if TYPE_CHECKING:
    from xlfz.documents.fields import Number
    from xlfz.documents.prose.labels import Kind

UNNUMBERED = "无号"
DASHED = "——"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one paragraph. `inline`: it does not begin its line."""

    text: str
    place: Place
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label with its value. `text` is label and value as they stand, for looking up."""

    kind: Kind
    word: str
    value: str
    place: Place
    text: str
    why: str = ""
    note: str = ""


@dataclass(slots=True)
class Item:
    """One numbered (or unnumbered) item. `parent` is an index into the outline, -1 at the top."""

    number: Number | None
    style: str
    depth: int
    parent: int
    pieces: list[Piece] = field(default_factory=list)
    labels: list[Labelled] = field(default_factory=list)
    where: Place = field(default_factory=Place)
    """Where its number stands."""

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.where if self.number or not self.pieces else self.pieces[0].place

    @property
    def inline(self) -> bool:
        """True when it begins inside a paragraph."""
        return bool(self.pieces) and self.pieces[0].inline

    @property
    def label(self) -> str:
        """Its number without punctuation, empty without one."""
        return self.number.label if self.number else ""


@dataclass(frozen=True, slots=True)
class Outline:
    """The items in reading order and the text before, between and behind them."""

    items: tuple[Item, ...]
    loose: tuple[Piece, ...]

    def children(self, index: int) -> tuple[int, ...]:
        """The direct children of an item (-1: those at the top)."""
        within = range(len(self.items)) if index < 0 else self.below(index)
        return tuple(n for n in within if self.items[n].parent == index)

    def ancestors(self, index: int) -> tuple[int, ...]:
        """From the parent to the top."""
        found: list[int] = []
        parent = self.items[index].parent
        while parent >= 0:
            found.append(parent)
            parent = self.items[parent].parent
        return tuple(found)

    def below(self, index: int) -> tuple[int, ...]:
        """Every descendant, in reading order: the deeper items that follow at once."""
        found: list[int] = []
        for n in range(index + 1, len(self.items)):
            if self.items[n].depth <= self.items[index].depth:
                break
            found.append(n)
        return tuple(found)
