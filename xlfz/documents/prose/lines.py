"""The lines of a document's running text, and the numbers that stand in them.

Takes a `Source`; gives its paragraphs line by line, with the lines of a text that was cut at a fixed
width put together. Tables and page numbers are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.documents.fields import number_at, numbers_inside
from xlfz.documents.model import Paragraph, SourceTable
from xlfz.documents.prose import forms
from xlfz.documents.prose.labels import label_at
from xlfz.text import line_width, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlfz.documents.model import Source


def _paragraphs(source: Source) -> Iterator[Paragraph]:
    """The paragraphs line by line; those of tables are left to the tables."""
    for block in source.blocks:
        if isinstance(block, SourceTable):
            continue
        for line in block.text.split("\n"):
            text = line.strip()
            if visible(text) and not forms.PAGE.fullmatch(visible(text)):
                yield Paragraph(text, block.place, block.bold, block.level)


def lines(source: Source) -> Iterator[Paragraph]:
    """Lines of a text that was cut at a width put together: a full line goes on in the next."""
    single = list(_paragraphs(source))
    width = _cut_at(single) if source.format == "txt" else 0
    held: Paragraph | None = None
    end = 0
    full = False
    for line in single:
        goes_on = (
            held is not None
            and full
            and not (held is single[0] and forms.DOCUMENT.search(visible(held.text)))  # the title
            and not (forms.SENTENCE_END.search(visible(held.text)) and forms.short_line(line.text))
            and line.place.paragraph == end + 1
            and not line.text.startswith(("\u3000", "  "))
            and number_at(line.text) is None
            and label_at(line.text, bare=False) is None
        )
        if held is not None and goes_on:
            held = Paragraph(held.text + line.text, held.place, held.bold, held.level)
        else:
            if held is not None:
                yield held
            held = line
        end = line.place.paragraph
        full = bool(width) and line_width(line.text) >= width - 5
    if held is not None:
        yield held


def _cut_at(lines: list[Paragraph]) -> int:
    """The width at which lines were cut, 0 when they were not."""
    widths = [line_width(line.text) for line in lines]
    if len(widths) < 6:
        return 0
    longest = max(widths)
    full = sum(width >= longest - 5 for width in widths)
    return longest if 40 <= longest <= 120 and full >= max(3, len(widths) // 4) else 0


def successors(paragraphs: Iterable[Paragraph]) -> dict[tuple[str, int], list[tuple[int, int]]]:
    """(style, ordinal) -> where such numbers stand: (paragraph, position)."""
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for n, paragraph in enumerate(paragraphs):
        for number in numbers_inside(paragraph.text):
            found.setdefault((number.style, number.ordinal), []).append((n, number.start))
    return found
