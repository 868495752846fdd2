"""Which row of a sheet is which row of the form.

Takes a `Place` and the rows that the unit's form has; fills `Rows`. Rows go by their hidden id, else
by number and text together. Forbids believing an id against what the row says of itself: then
neither is taken, and the finding says so.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from xlfz.excel.address import address
from xlfz.findings import finding
from xlfz.returns.cells import filled, first_text, shown
from xlfz.returns.columns import is_heading
from xlfz.text import fold, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfz.excel.content import Cell
    from xlfz.findings import Finding
    from xlfz.returns.columns import Place
    from xlfz.returns.expected import ExpectedRow, ExpectedTable, Key

_SIGNATURE = re.compile(
    r"(填[表报]人|联系人|联系电话|审核人|负责人|经办人|填[表报]日期|单位|领导)(签字|签名|签章)?[(（]?(签字|签名|签章|盖章|公章)?[)）]?[:：]"
    r"|[(（](盖章|公章|签字|签章)[)）]|年\s*月\s*日"
)


@dataclass(slots=True)
class Rows:
    """The rows of one table while they are being told apart."""

    place: Place
    expected: ExpectedTable
    sent: Mapping[str, str]
    """Row id -> 分值 or 字数上限 when the form was sent out, empty if unknown."""
    unit: str
    fixed: tuple[int, ...] = ()
    """The columns of all fixed cells in the form's order; empty when one of them is missing."""
    as_sent: dict[int, ExpectedRow] = field(default_factory=dict)
    """Row number -> the row whose id and fixed cells stand there, as they stood in an earlier file.

    Such a row needs no closer look: that file was compared the long way, with this outcome.
    """
    found: dict[str, tuple[int, bool]] = field(default_factory=dict)
    """Row id -> row number in the file, and whether it went by its text."""
    lost: set[str] = field(default_factory=set)
    """Row ids that stand at a row which says that it is another one."""
    others: list[int] = field(default_factory=list)
    stray: dict[int, int] = field(default_factory=dict)
    """Column that is not the form's -> its first filled row."""
    changed: int = 0
    """Rows whose 分值 or 字数上限 the office changed after sending."""
    findings: list[Finding] = field(default_factory=list)

    def add(
        self, code: str, row: int, column: int, about: ExpectedRow | None = None, **facts: object
    ) -> None:
        """A finding about one cell."""
        indicator = about.row.label if about else ""
        self.findings.append(
            finding(
                code,
                sheet=self.place.sheet.name,
                cell=address(row, column),
                unit=self.unit,
                indicator=indicator,
                **facts,  # type: ignore[arg-type]
            )
        )

    @property
    def key_column(self) -> int:
        """The column in which a row as a whole is pointed at: 编号, else the first there is."""
        columns = self.place.columns
        return columns.get("number") or min(columns.values(), default=1)


def match(work: Rows) -> None:
    """Give every row of the sheet to a row of the form, or to `others`."""
    place = work.place
    id_column = _id_column(work)
    known = {*place.claimed, id_column}
    work.as_sent = _recalled(work, id_column)
    by_id = work.expected.by_id
    if _belied(work, id_column):
        by_id, work.as_sent = {}, {}
    inputs = tuple(place.inputs.values())
    for number, cells in place.sheet.rows.items():
        if number <= place.start:
            continue
        one, by_text = work.as_sent.get(number), False
        if one is None:
            one, by_text = _told(work, number, shown(cells.get(id_column)), by_id, inputs)
            if one is None:
                continue
        if not cells.keys() <= known:
            for column in cells.keys() - known:
                if filled(cells[column]):
                    work.stray.setdefault(column, number)
        first = work.found.setdefault(one.row.id, (number, by_text))
        if first[0] != number:
            _report_double(work, one, number, first[0])


def _recalled(work: Rows, id_column: int) -> dict[int, ExpectedRow]:
    """The rows that need no closer look, see `Rows.as_sent`."""
    found: dict[int, ExpectedRow] = {}
    if not work.fixed:
        return found
    by_id, start = work.expected.by_id, work.place.start
    for number, cells in work.place.sheet.rows.items():
        id_ = cells.get(id_column)
        one = by_id.get(id_.value) if id_ is not None and number > start else None  # type: ignore[arg-type]
        if one is not None and tuple(map(cells.get, work.fixed)) in one.seen:
            found[number] = one
    return found


def _told(
    work: Rows, number: int, id_: str, by_id: Mapping[str, ExpectedRow], inputs: Iterable[int]
) -> tuple[ExpectedRow | None, bool]:
    """Which row of the form a row is, by its id or else by its text, and whether it was by its text.

    None when it is none, or contradicts itself: what there is to say of that is said here.
    """
    place, expected = work.place, work.expected
    cells = place.sheet.rows[number]
    if id_.startswith("_"):
        # The signature line, or the line that says there are no rows: nobody should type there.
        if any(filled(cells.get(c)) for c in inputs) and not is_signature(cells):
            work.others.append(number)
        return None, False
    one = by_id.get(id_) or by_id.get(id_.strip())
    if one is None and is_heading(cells, place.shape):
        return None, False
    own = _own(work, cells)
    if one is not None:
        return (None if _says_another(work, one, number, own) else one), False
    if id_ in work.sent and id_ not in expected.by_id:
        _report_retired(work, number, cells, inputs)
        return None, False
    one = expected.by_key.get((fold(own[0]), fold(own[1])))
    if one is None:
        work.others.append(number)
    return one, True


def _own(work: Rows, cells: Mapping[int, Cell]) -> Key:
    """The number and the text that a row bears."""
    columns = work.place.columns
    number, text = columns.get("number", 0), columns.get(work.place.shape.spec.says, 0)
    return shown(cells.get(number)), shown(cells.get(text))


def _id_column(work: Rows) -> int:
    """The column with the hidden ids: A, or where it went when columns were put before it; else 0."""
    by_id = work.expected.by_id
    below = [cells for number, cells in work.place.sheet.rows.items() if number > work.place.start]
    taken = frozenset(work.place.columns.values())
    half = (len(by_id) + 1) // 2
    if 1 not in taken and sum(islice((1 for cells in below if shown(cells.get(1)) in by_id), half)) == half:
        return 1
    hits = Counter(
        column
        for cells in below
        for column, cell in cells.items()
        if column not in taken and shown(cell) in by_id
    )
    return max(hits, key=lambda c: (hits[c], -c), default=0)


def _belied(work: Rows, id_column: int) -> bool:
    """Whether the hidden ids were left behind: rows sorted without them, all rows there, each once.

    Then what the rows say of themselves is complete and certain, and the ids are not.
    """
    place, expected = work.place, work.expected
    seen: list[str] = []
    apart = 0
    for number, cells in place.sheet.rows.items():
        if number <= place.start or number in work.as_sent:
            continue
        own = _own(work, cells)
        said = expected.by_key.get((fold(own[0]), fold(own[1])))
        if said is not None:
            seen.append(said.row.id)
            apart += shown(cells.get(id_column)).strip() not in ("", said.row.id)
    # A row as sent says of itself what its id says.
    seen += (one.row.id for one in work.as_sent.values() if one.key in expected.by_key)
    return apart > 1 and sorted(seen) == sorted(r.row.id for r in expected.rows)


def _says_another(work: Rows, one: ExpectedRow, number: int, own: tuple[str, str]) -> bool:
    """Whether the row with this id says that it is another row; reports it then."""
    if own == one.says:
        return False
    other = work.expected.by_key.get((fold(own[0]), fold(own[1])))
    if other is None or other is one:
        return False
    work.add(
        "E_TEMPLATE_TAMPERED",
        number,
        work.key_column,
        one,
        应=one.row.name,
        实=other.row.name,
    )
    work.lost.add(one.row.id)
    return True


def _report_retired(work: Rows, number: int, cells: Mapping[int, Cell], inputs: Iterable[int]) -> None:
    """A row that the present form does not ask for any more."""
    if any(filled(cells.get(c)) for c in inputs):
        said = shorten(first_text(c for n, c in sorted(cells.items()) if n >= work.key_column))
        work.add("W_ROW_EXTRA", number, work.key_column, 行=number, 值=said)


def _report_double(work: Rows, one: ExpectedRow, number: int, first: int) -> None:
    rows = work.place.sheet.rows
    same = all(_same(rows[number].get(c), rows[first].get(c)) for c in work.place.inputs.values())
    code = "I_ROW_DUP_SAME" if same else "E_ROW_DUP"
    work.add(code, number, work.key_column, one, 名=one.row.name, 行=number, 另行=first)


def _same(one: Cell | None, other: Cell | None) -> bool:
    if one is None or other is None or not filled(one) or not filled(other):
        return filled(one) == filled(other)
    return (one.kind, one.value, one.formula) == (other.kind, other.value, other.formula)


def is_signature(cells: Mapping[int, Cell]) -> bool:
    return any(_SIGNATURE.search(visible(shown(c))) for c in cells.values())
