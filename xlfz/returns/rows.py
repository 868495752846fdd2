"""Which row of a sheet is which row of the form, and what is odd about the rows.

Takes a `Place` and the rows that the unit's form has; gives `ReturnRow`s. Rows go by their hidden
id, else by number and text together. Forbids believing an id against what the row says of itself:
then neither is taken, and the finding says so.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlfz.excel.address import address, area
from xlfz.findings import finding
from xlfz.form.conditions import general
from xlfz.form.tables import BOUNDS
from xlfz.returns.cells import EMPTY, filled, first_text, out_of_order, quote, shown
from xlfz.returns.columns import is_heading, report_added
from xlfz.returns.expected import SAYS, STRICT_FIXED
from xlfz.returns.model import ReturnRow, ReturnTable
from xlfz.text import fold, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfz.excel.content import Cell
    from xlfz.findings import Finding
    from xlfz.returns.columns import Place
    from xlfz.returns.expected import ExpectedRow, ExpectedTable

_FAR = 20
"""A row so many rows below the last one of the table does not belong to it."""
_TOTAL = re.compile(r"(合计|总计|小计|总分|得分合计|自评总分|平均分?)([:(].*)?")
_REMARK = re.compile(r"(注|说明|备注|填表说明|填报说明|填写说明)[:.、0-9].*")
_SIGNATURE = re.compile(
    r"(填[表报]人|联系人|联系电话|审核人|负责人|经办人|填[表报]日期|单位|领导)(签字|签名|签章)?[(（]?(签字|签名|签章|盖章|公章)?[)）]?[:：]"
    r"|[(（](盖章|公章|签字|签章)[)）]|年\s*月\s*日"
)


@dataclass(slots=True)
class _Rows:
    """The rows of one table while they are being told apart."""

    place: Place
    expected: ExpectedTable
    sent: Mapping[str, str]
    """Row id -> 分值 or 字数上限 when the form was sent out, empty if unknown."""
    unit: str
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
        indicator = about.row.indicator.number if about else ""
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


def align_rows(
    place: Place, expected: ExpectedTable, sent: Mapping[str, str], *, unit: str
) -> tuple[ReturnTable, list[Finding]]:
    """The rows of one table in the form's order, and what was found about rows and fixed cells.

    `sent`: row id -> 分值 or 字数上限 when the form was sent out, empty if unknown.
    """
    work = _Rows(place, expected, sent, unit)
    _match(work)
    _sort_out_others(work)
    doubtful = _merged(work)
    _compare_fixed(work)
    _report_order(work)
    _report_hidden(work)
    report_added(place, work.stray)
    inputs = place.inputs
    rows = []
    for one in expected.rows:
        if one.row.id in work.found:
            number = work.found[one.row.id][0]
            cells = place.sheet.rows[number]
            kept = {id_: cells[c] for id_, c in inputs.items() if c in cells}
            rows.append(ReturnRow(one.row, number, kept, doubtful.get(number, frozenset())))
    table = ReturnTable(place.shape.spec.id, place.sheet.name, dict(place.columns), tuple(rows), sent)
    return table, [*place.findings, *work.findings]


def _match(work: _Rows) -> None:
    """Give every row of the sheet to a row of the form, or to `others`."""
    place, expected = work.place, work.expected
    columns = place.columns
    id_column = _id_column(work)
    number_column, text_column = columns.get("number"), columns.get(SAYS[place.shape.spec.id])
    known = {*place.claimed, id_column}
    inputs = tuple(place.inputs.values())
    by_id = {} if _belied(work, id_column) else expected.by_id
    for number, cells in place.sheet.rows.items():
        if number <= place.start:
            continue
        id_ = shown(cells.get(id_column))
        if id_.startswith("_"):
            # The signature line, or the line that says there are no rows: nobody should type there.
            if any(filled(cells.get(c)) for c in inputs) and not _is_signature(cells):
                work.others.append(number)
            continue
        one = by_id.get(id_) or by_id.get(id_.strip())
        if one is None and is_heading(cells, place.shape):
            continue
        own = (shown(cells.get(number_column or 0)), shown(cells.get(text_column or 0)))
        by_text = one is None
        if one is None:
            if id_ in work.sent and id_ not in expected.by_id:
                _report_retired(work, number, cells, inputs)
                continue
            one = expected.by_key.get((fold(own[0]), fold(own[1])))
        elif _says_another(work, one, number, own):
            continue
        if one is None:
            work.others.append(number)
            continue
        if not cells.keys() <= known:
            for column in cells.keys() - known:
                if filled(cells[column]):
                    work.stray.setdefault(column, number)
        first = work.found.setdefault(one.row.id, (number, by_text))
        if first[0] != number:
            _report_double(work, one, number, first[0])


def _id_column(work: _Rows) -> int:
    """The column with the hidden ids: A, or where it went when columns were put before it; else 0."""
    by_id = work.expected.by_id
    below = [cells for number, cells in work.place.sheet.rows.items() if number > work.place.start]
    taken = frozenset(work.place.columns.values())
    if 1 not in taken and 2 * sum(shown(cells.get(1)) in by_id for cells in below) >= len(by_id):
        return 1
    hits = Counter(
        column
        for cells in below
        for column, cell in cells.items()
        if column not in taken and shown(cell) in by_id
    )
    return max(hits, key=lambda c: (hits[c], -c), default=0)


def _belied(work: _Rows, id_column: int) -> bool:
    """Whether the hidden ids were left behind: rows sorted without them, all rows there, each once.

    Then what the rows say of themselves is complete and certain, and the ids are not.
    """
    place, expected = work.place, work.expected
    number_column, text_column = place.columns.get("number"), place.columns.get(SAYS[place.shape.spec.id])
    seen: list[str] = []
    apart = 0
    for number, cells in place.sheet.rows.items():
        if number <= place.start:
            continue
        own = (fold(shown(cells.get(number_column or 0))), fold(shown(cells.get(text_column or 0))))
        said = expected.by_key.get(own)
        if said is not None:
            seen.append(said.row.id)
            apart += shown(cells.get(id_column)).strip() not in ("", said.row.id)
    return apart > 1 and sorted(seen) == sorted(r.row.id for r in expected.rows)


def _says_another(work: _Rows, one: ExpectedRow, number: int, own: tuple[str, str]) -> bool:
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


def _report_retired(work: _Rows, number: int, cells: Mapping[int, Cell], inputs: Iterable[int]) -> None:
    """A row that the present form does not ask for any more."""
    if any(filled(cells.get(c)) for c in inputs):
        said = shorten(first_text(c for n, c in sorted(cells.items()) if n >= work.key_column))
        work.add("W_ROW_EXTRA", number, work.key_column, 行=number, 值=said)


def _report_double(work: _Rows, one: ExpectedRow, number: int, first: int) -> None:
    rows = work.place.sheet.rows
    same = all(_same(rows[number].get(c), rows[first].get(c)) for c in work.place.inputs.values())
    code = "I_ROW_DUP_SAME" if same else "E_ROW_DUP"
    work.add(code, number, work.key_column, one, 名=one.row.name, 行=number, 另行=first)


def _same(one: Cell | None, other: Cell | None) -> bool:
    if one is None or other is None or not filled(one) or not filled(other):
        return filled(one) == filled(other)
    return (one.kind, one.value, one.formula) == (other.kind, other.value, other.formula)


def _sort_out_others(work: _Rows) -> None:
    """Rows that are none of the form's: totals, remarks and signatures are passed over, the rest named."""
    sheet, columns = work.place.sheet, work.place.columns
    inputs = sorted(work.place.inputs.values())
    last = max((n for n, _ in work.found.values()), default=work.place.start)
    far: list[tuple[int, int]] = []
    for number in work.others:
        cells = {c: cell for c, cell in sheet.rows[number].items() if filled(cell)}
        said = [c for c in sorted(cells) if c in columns.values()]
        first = fold(first_text(cells[c] for c in sorted(cells)))
        if not cells or _TOTAL.fullmatch(first):
            continue
        if number > last and (_REMARK.fullmatch(first) or _is_signature(cells)):
            continue
        if number > last + _FAR or not said:
            far.append((number, min(cells)))
        elif any(c in cells for c in inputs):
            text = shorten(first_text(cells[c] for c in said))
            work.add("E_ROW_UNKNOWN", number, work.key_column, 行=number, 值=text)
        elif number < last:
            text = shorten(first_text(cells[c] for c in said))
            work.add("W_ROW_EXTRA", number, work.key_column, 行=number, 值=text)
    if far:
        work.add("W_FAR_CELL", *far[0])


def _is_signature(cells: Mapping[int, Cell]) -> bool:
    return any(_SIGNATURE.search(visible(shown(c))) for c in cells.values())


def _merged(work: _Rows) -> dict[int, frozenset[str]]:
    """Row number -> input columns whose cells lie in a merged area; each area is reported once."""
    inputs = {c: id_ for id_, c in work.place.inputs.items()}
    numbers = {n: id_ for id_, (n, _) in work.found.items()}
    doubtful: dict[int, frozenset[str]] = {}
    for top, left, bottom, right in work.place.sheet.merges:
        columns = {id_ for c, id_ in inputs.items() if left <= c <= right}
        rows = [n for n in range(top, min(bottom, top + 100_000) + 1) if n in numbers] if columns else []
        if not rows:
            continue
        for number in rows:
            doubtful[number] = doubtful.get(number, frozenset()) | columns
        about = work.expected.by_id[numbers[rows[0]]]
        work.add("E_MERGED_INPUT", top, left, about, 区域=area(top, left, bottom, right))
    return doubtful


def _compare_fixed(work: _Rows) -> None:
    """What stands in the fixed columns against the workbench's words."""
    place = work.place
    covered = _covered(work)
    columns = place.columns
    for one in work.expected.rows:
        if one.row.id not in work.found:
            continue
        number = work.found[one.row.id][0]
        cells = place.sheet.rows[number]
        for id_, text in one.fixed:
            column = columns.get(id_)
            if column is None:
                continue
            cell = cells.get(column)
            if cell is None:
                if text and (number, column) not in covered:
                    _report_fixed(work, one, id_, text, cell)
            elif cell.formula is not None or (cell.value != text and not _equal(cell, text)):
                _report_fixed(work, one, id_, text, cell)


def _covered(work: _Rows) -> frozenset[tuple[int, int]]:
    """Fixed cells under a merged area: they show what the area's first cell says."""
    fixed = [c for id_, c in work.place.columns.items() if id_ not in work.place.shape.inputs]
    numbers = {n for n, _ in work.found.values()}
    return frozenset(
        (row, column)
        for top, left, bottom, right in work.place.sheet.merges
        for row in range(top, min(bottom, top + 100_000) + 1)
        if row in numbers
        for column in fixed
        if left <= column <= right and (row, column) != (top, left)
    )


def _equal(cell: Cell, text: str) -> bool:
    """Whether a fixed cell says what it should; a number turned into text is the same."""
    if cell.kind in ("number", "bool"):
        return general(cell.value) == text
    return cell.kind != "error" and fold(shown(cell)) == fold(text)


def _report_fixed(work: _Rows, one: ExpectedRow, id_: str, text: str, cell: Cell | None) -> None:
    bound = work.sent.get(one.row.id) if id_ == BOUNDS[work.place.shape.spec.id] else None
    if bound is not None and (not bound if cell is None else cell.formula is None and _equal(cell, bound)):
        work.changed += 1  # as it was sent: the office changed it since, not the unit
        return
    tampered = id_ in STRICT_FIXED or (cell is not None and cell.formula is not None)
    work.add(
        "E_TEMPLATE_TAMPERED" if tampered else "W_FIXED_TEXT",
        work.found[one.row.id][0],
        work.place.columns[id_],
        one,
        应=shorten(text) or EMPTY,
        实=quote(cell),
    )


def _report_order(work: _Rows) -> None:
    """Missing rows one by one; moved rows and rows without their id by their number."""
    place = work.place
    sheet, title = place.sheet.name, place.shape.spec.title
    for one in work.expected.rows:
        if one.row.id not in work.found and one.row.id not in work.lost:
            number = one.row.indicator.number
            facts: dict[str, Any] = {"unit": work.unit, "indicator": number, "表": title, "名": one.row.name}
            code = "E_ROW_NEW" if work.sent and one.row.id not in work.sent else "E_ROW_MISSING"
            work.findings.append(finding(code, sheet=sheet, **facts))
    order = work.expected.order
    in_file = sorted(work.found, key=lambda id_: work.found[id_][0])
    moved = out_of_order([order[id_] for id_ in in_file])
    for code, n in (
        ("W_BOUND_CHANGED", work.changed),
        ("W_ROW_MOVED", len(moved)),
        ("W_ROW_BY_TEXT", sum(by_text for _, by_text in work.found.values())),
    ):
        if n:
            work.findings.append(finding(code, sheet=sheet, unit=work.unit, 表=title, n=n))


def _report_hidden(work: _Rows) -> None:
    """Hidden rows in which something is filled in, as one finding."""
    sheet = work.place.sheet
    if not sheet.hidden_rows:
        return
    inputs = work.place.inputs.values()
    numbers = sorted(
        n
        for n, _ in work.found.values()
        if n in sheet.hidden_rows and any(filled(sheet.rows[n].get(c)) for c in inputs)
    )
    if numbers:
        named = "、".join(map(str, numbers[:5])) + (f" 等 {len(numbers)}" if len(numbers) > 5 else "")
        work.add("W_HIDDEN_ROW", numbers[0], work.key_column, 行=named)
