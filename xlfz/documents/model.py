"""What a plan document holds, as read and as understood: the types between the stages of an import.

`Source` is a document as its format gives it: paragraphs and tables in reading order, each with its
place, unjudged. `Proposal` is what was understood: rows of indicators and materials in which every
field says where it was found and how sure it is. Forbids values without a place: what nobody can
look up in the document, nobody can confirm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.findings import Finding

Sureness = Literal["确定", "存疑", "缺失"]
"""确定: read by a rule that leaves no choice. 存疑: a person should look. 缺失: expected and not found."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the document, each part empty or 0 where the format has none.

    `page` from 1 (PDF), `paragraph` from 1 (docx, html, txt: the line), `sheet` and `cell` for workbooks
    (`Sheet1`, `B5`), `table` from 1 and `row`, `column` from 1 for tables of documents.
    """

    page: int = 0
    paragraph: int = 0
    table: int = 0
    row: int = 0
    column: int = 0
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        """As a clerk reads it: `第3页`, `第12段`, `表1第5行第2列`, `Sheet1!B5`."""
        if self.sheet:
            return f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        parts = [f"第{self.page}页"] if self.page else []
        if self.table:
            parts.append(f"表{self.table}第{self.row}行" + (f"第{self.column}列" if self.column else ""))
        elif self.paragraph:
            parts.append(f"第{self.paragraph}段")
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or a line of text. `text` has its automatic number written out (docx numbering)."""

    text: str
    place: Place
    bold: bool = False
    level: int = 0
    """Outline level of a heading, 0 for body text or unknown."""


@dataclass(frozen=True, slots=True)
class SourceCell:
    """One cell of a resolved grid. A merged area repeats its first cell with `origin` False."""

    text: str
    place: Place
    origin: bool = True


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A rectangular grid: merges resolved, every row as long as the widest."""

    rows: tuple[tuple[SourceCell, ...], ...]
    place: Place
    title: str = ""
    """A caption or the paragraph right above, where the reader can tell; shapes may look for themselves."""
    unruled: bool = False
    """True where no lines are drawn and the columns were told by where the words stand."""


Block = Paragraph | SourceTable


@dataclass(frozen=True, slots=True)
class Source:
    """One document as read. `findings`: what could not be read (a scanned page, a picture …)."""

    name: str
    format: str
    """docx, doc, html, pdf, txt, xlsx, xls …: by the bytes, not by the name."""
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...] = ()
    title: str = ""
    """The document's own title, where the reader can tell."""


@dataclass(frozen=True, slots=True)
class Found:
    """One field as understood: the value for the workbench's cell, the source text, and how sure."""

    value: str | float
    place: Place = Place()
    text: str = ""
    """The source text that it was read from, as it stands."""
    sure: Sureness = "确定"
    why: str = ""
    """For a field that is not 确定: what a person should decide, in one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """One indicator or task. `fields`: the ids of the 指标 sheet's fields (workbench.tables.INDICATORS)."""

    fields: Mapping[str, Found]
    materials: tuple[Mapping[str, Found], ...] = ()
    """One mapping for each material, ids of the 上报资料 sheet's fields without `indicator`."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was understood of one document, to be confirmed by a person.

    `settings`: setting id -> Found (title, organ, year, declared counts and points …).
    `names`: units and groups as the document calls them -> what is known of them (open-ended ones
    like 各有关部门 are marked 存疑). Contradictions of the source are kept in the rows and flagged in
    `findings`; what is flagged is never repaired.
    """

    source: str
    rows: tuple[ProposedRow, ...] = ()
    settings: Mapping[str, Found] = field(default_factory=dict)
    names: Mapping[str, Found] = field(default_factory=dict)
    chapters: Mapping[str, Found] = field(default_factory=dict)
    """一级指标 as in the rows' `chapter` -> the points that its heading states (17分), for 评分办法."""
    findings: tuple[Finding, ...] = ()
