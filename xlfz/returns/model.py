"""What was found in one returned file, cell by cell, aligned to the rows and columns of its form.

Frozen types only. A `Return` passes no judgement on values: that is `check`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.excel.content import Cell
    from xlfz.findings import Finding
    from xlfz.form.spec import FormRow, TableId

Identified = Literal["manifest", "content"]


class ReturnRow(NamedTuple):
    """One form row as it stands in the file: sheet, row number there, and its input cells by column id.

    A column id that is missing from `cells` is blank. `columns` of the table says where it stands.
    `doubtful` are column ids whose cell cannot be judged (merged areas): neither filled nor blank.
    A named tuple, because a return holds hundreds of them.
    """

    row: FormRow
    number: int
    cells: Mapping[str, Cell]
    doubtful: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReturnTable:
    """One table of the form in the file. `columns` maps column id -> column number in the sheet.

    Fixed columns are among them; a column that is missing or stands there twice is not. `rows` are in
    the form's order, without those that are missing or whose identity is contradictory.
    """

    id: TableId
    sheet: str
    columns: Mapping[str, int]
    rows: tuple[ReturnRow, ...]
    sent: Mapping[str, str] = field(default_factory=dict)
    """Row id -> 分值 or 字数上限 as the signed manifest has it; empty when there is no such manifest."""


@dataclass(frozen=True, slots=True)
class Return:
    """One returned file, identified and realigned. `unit` is the roster's code.

    `unit` is empty and there are no tables when the file could not be attributed; `findings` say why.
    """

    unit: str
    identified: Identified
    version: int
    tables: tuple[ReturnTable, ...]
    findings: tuple[Finding, ...] = ()
    """What had to be repaired or could not be placed; errors here hold the file."""
    corrects: str = ""
    """The sha256 of the file of which this was the marked copy, as its signed manifest says."""
