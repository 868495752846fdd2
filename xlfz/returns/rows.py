"""The rows of a sheet in the form's order, and what is odd about them.

Takes a `Place` and the rows that the unit's form has; gives `ReturnRow`s and findings about rows that
are not the form's, about fixed cells, merged areas and order. Which row is which is `match`'s.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from xlfz.excel.address import area
from xlfz.findings import finding
from xlfz.form.conditions import general
from xlfz.returns.cells import EMPTY, filled, first_text, out_of_order, quote, shown
from xlfz.returns.columns import report_added
from xlfz.returns.expected import STRICT_FIXED
from xlfz.returns.match import Rows, is_signature, match
from xlfz.returns.model import ReturnRow, ReturnTable
from xlfz.text import fold, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.excel.content import Cell
    from xlfz.findings import Finding
    from xlfz.returns.columns import Place
    from xlfz.returns.expected import ExpectedRow, ExpectedTable

_FAR = 20
"""A row so many rows below the last one of the table does not belong to it."""
_TOTAL = re.compile(r"(合计|总计|小计|总分|得分合计|自评总分|平均分?)([:(].*)?")
_REMARK = re.compile(r"(注|说明|备注|填表说明|填报说明|填写说明)[:.、0-9].*")


def align_rows(
    place: Place, expected: ExpectedTable, sent: Mapping[str, str], *, unit: str
) -> tuple[ReturnTable, list[Finding]]:
    """The rows of one table in the form's order, and what was found about rows and fixed cells.

    `sent`: row id -> 分值 or 字数上限 when the form was sent out, empty if unknown.
    """
    fixed = tuple(place.columns.get(f.id, 0) for f in place.shape.spec.fixed if f.compared)
    work = Rows(place, expected, sent, unit, fixed if all(fixed) else ())
    match(work)
    _sort_out_others(work)
    doubtful = _merged(work)
    _compare_fixed(work)
    _report_order(work)
    _report_hidden(work)
    report_added(place, work.stray)
    inputs = tuple(place.inputs.items())
    certain = frozenset[str]()
    rows = []
    for one in expected.rows:
        at = work.found.get(one.row.id)
        if at is not None:
            number = at[0]
            cells = place.sheet.rows[number]
            kept = {id_: cells[c] for id_, c in inputs if c in cells}
            rows.append(ReturnRow(one.row, number, kept, doubtful.get(number, certain)))
    table = ReturnTable(place.shape.spec.id, place.sheet.name, dict(place.columns), tuple(rows), sent)
    return table, [*place.findings, *work.findings]


def _sort_out_others(work: Rows) -> None:
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
        if number > last and (_REMARK.fullmatch(first) or is_signature(cells)):
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


def _merged(work: Rows) -> dict[int, frozenset[str]]:
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


def _compare_fixed(work: Rows) -> None:
    """What stands in the fixed columns against the workbench's words."""
    place = work.place
    covered = _covered(work)
    columns = place.columns
    for one in work.expected.rows:
        if one.row.id not in work.found:
            continue
        number = work.found[one.row.id][0]
        if number in work.as_sent:
            continue
        cells = place.sheet.rows[number]
        same = bool(work.fixed)
        for id_, text in one.fixed:
            column = columns.get(id_)
            if column is None:
                continue
            cell = cells.get(column)
            if cell is None:
                same = same and not text
                if text and (number, column) not in covered:
                    _report_fixed(work, one, id_, text, cell)
            elif cell.formula is not None or (cell.value != text and not _equal(cell, text)):
                same = False
                _report_fixed(work, one, id_, text, cell)
        if same:
            one.remember(tuple(map(cells.get, work.fixed)))


def _covered(work: Rows) -> frozenset[tuple[int, int]]:
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


def _report_fixed(work: Rows, one: ExpectedRow, id_: str, text: str, cell: Cell | None) -> None:
    bound = work.sent.get(one.row.id) if id_ == work.place.shape.spec.bound else None
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


def _report_order(work: Rows) -> None:
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


def _report_hidden(work: Rows) -> None:
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
