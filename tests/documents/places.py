"""Whether a proposal can be looked up: every field's source text stands at the place it names.

`misplaced(source, proposal)` lists the fields whose place is not in the source, or whose text is not
at its place. A text may run over several blocks: it must begin in the one that the place names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.documents.seeds import plain
from xlfz.documents.model import Paragraph, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfz.documents.model import Found, Proposal, Source

_START = 6
"""Characters of a source text that must stand at its place; what follows may be joined from elsewhere."""
_REACH = 24
"""Lines that one cell of a torn table may be spread over."""
_COUNTED = {"I_IMPORT_COUNTED", "I_IMPORT_RENUMBERED"}
"""Findings that say that numbers were made and not read."""


def misplaced(source: Source, proposal: Proposal) -> list[str]:
    """The fields that a clerk could not look up, each in words."""
    texts = dict(_texts(source))
    counted = any(finding.code in _COUNTED for finding in proposal.findings)
    wrong = []
    for name, found in _founds(proposal):
        if found.value == "" or found.sure == "缺失" or (name == "number" and counted and not found.text):
            continue
        if found.place == Place():
            if found.sure == "确定" and not _of_title(found, source):
                wrong.append(f"{name} {found.value!r}: no place")
            continue
        there = texts.get(found.place)
        if there is None:
            wrong.append(f"{name} {found.value!r}: {found.place} is not in the source")
        elif found.text and not _stands(found.text, there):
            wrong.append(f"{name} {found.value!r}: {found.text!r} is not at {found.place}")
        elif not found.text and found.sure == "确定":
            wrong.append(f"{name} {found.value!r}: no source text")
    return wrong


def _texts(source: Source) -> Iterator[tuple[Place, str]]:
    lines = [plain(b.text) if isinstance(b, Paragraph) else "" for b in source.blocks]
    for n, block in enumerate(source.blocks):
        if isinstance(block, Paragraph):
            yield block.place, "".join(lines[n : n + _REACH])
        else:
            yield block.place, "".join(plain(c.text) for row in block.rows for c in row)
            for row in block.rows:
                for cell in row:
                    yield cell.place, plain(cell.text)


def _stands(text: str, there: str) -> bool:
    """Whether the text's first line begins in what stands there; of a cell cut by a page, its beginning."""
    first = plain(text.strip().splitlines()[0])[:_START]
    return first in there or (len(there) > 1 and plain(text).startswith(there))


def _of_title(found: Found, source: Source) -> bool:
    """Whether it is read off the document's own title, which has no place in a web page."""
    value = f"{found.value:g}" if isinstance(found.value, float) else str(found.value)
    return plain(found.text or value) in plain(source.title)


_JUDGED = {"kind", "state", "level", "needed"}
"""What an import decides by itself: there may be no words that say so."""


def _founds(proposal: Proposal) -> Iterator[tuple[str, Found]]:
    yield from proposal.settings.items()
    yield from proposal.names.items()
    yield from proposal.chapters.items()
    for row in proposal.rows:
        for fields in (row.fields, *row.materials):
            yield from ((name, found) for name, found in fields.items() if name not in _JUDGED)
