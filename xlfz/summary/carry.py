"""What staff typed into an earlier summary, read back so that the next one keeps it.

Takes the content of 汇总表.xlsx in whatever order staff left it (sorted, filtered, columns inserted);
gives `Carried`. Rows are found by their key, columns by their headers. Nothing typed is dropped: a
formula or error value (E_CARRY_FORMULA) and two different contents for one place (E_CARRY_DUP) go
to 未对应内容. Raises Refused when a sheet or column that staff type into cannot be found
(E_CARRY_LAYOUT): overwriting such a summary would lose what they typed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from xlfz.consolidation import (
    ASSESSED,
    DEDUCTED,
    DEDUCTION,
    NOTHING,
    OPEN_COLUMNS,
    OPINION,
    REVIEW_COLUMNS,
    REVIEW_DAYS,
    REVIEW_TEXTS,
    Carried,
    CarriedValue,
    Placement,
    Typed,
    as_text,
)
from xlfz.errors import refuse
from xlfz.excel.address import address
from xlfz.findings import Finding, finding
from xlfz.ledger import LEDGER, MEMORY
from xlfz.scoring.functions import round_half_up
from xlfz.summary.detail import COUNTED_SCORE, DETAIL, KEY
from xlfz.summary.lists import LOST
from xlfz.summary.ranking import CODE, RANKING
from xlfz.summary.review import REVIEW
from xlfz.summary.rules import CEILINGS, RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlfz.excel.content import BookContent, Cell, SheetContent, State

__all__ = ["NOTHING", "Carried", "CarriedValue", "is_read", "read"]

_PLACES: dict[str, Placement] = {RANKING: "排名", REVIEW: "考核记录"}
_HEADER_ROWS = 20
"""How far down a header is looked for: staff may have put rows above the table."""


def is_read(sheet: str, state: State) -> bool:  # noqa: ARG001 - a hidden one keeps what was typed
    """Whether anything on a sheet is carried over: the reader may leave the others out."""
    return sheet in (DETAIL, RANKING, REVIEW, RULES, LOST, LEDGER, MEMORY)


def read(content: BookContent) -> Carried:
    """What staff typed. Raises Refused (E_CARRY_LAYOUT)."""
    reading = _Reading(content)
    reading.detail()
    reading.ranking()
    reading.review()
    reading.lost_before()
    for place in reading.disputed:
        reading.lost.append(reading.values.pop(place))
    return Carried(tuple(reading.values.values()), tuple(reading.lost), tuple(reading.findings))


class _Place(NamedTuple):
    """One open cell: where it stands, and whose it is."""

    sheet: SheetContent
    row: int
    column: int
    kind: Placement
    key: str
    name: str
    unit: str
    number: str = ""


class _Reading:
    """One earlier summary while it is being read."""

    def __init__(self, content: BookContent) -> None:
        self.content = content
        self.values: dict[tuple[Placement, str, str], CarriedValue] = {}
        self.places: dict[tuple[Placement, str, str], str] = {}
        self.disputed: set[tuple[Placement, str, str]] = set()
        self.lost: list[CarriedValue] = []
        self.findings: list[Finding] = []

    def detail(self) -> None:
        """The open columns of 明细."""
        sheet = self._sheet(DETAIL)
        header, columns = _header(sheet, (KEY, COUNTED_SCORE, *OPEN_COLUMNS))
        opened = [*OPEN_COLUMNS, *([DEDUCTED] if DEDUCTED in columns else [])]
        self._lines(sheet, DETAIL, header, columns, opened)

    def ranking(self) -> None:
        """The counted facts of 排名; which they are stands in that summary's own 评分办法."""
        facts = tuple(self._facts())
        sheet = self._sheet(RANKING)
        header, columns = _header(sheet, (CODE, "单位", *facts))
        for row, cells in sheet.rows.items():
            if row > header:
                key, unit = _text(cells.get(columns[CODE])), _text(cells.get(columns["单位"]))
                for name in facts:
                    self._take(_Place(sheet, row, columns[name], RANKING, key, name, unit))

    def _facts(self) -> Iterator[str]:
        last = 0
        for row, cells in self._sheet(RULES).rows.items():
            label = _text(cells.get(1))
            if last and row == last + 1 and label:
                last = row
                yield label
            else:
                last = row if label == CEILINGS else 0

    def review(self) -> None:
        """What staff wrote of the assessors' scores; the sheet is there only where some came back."""
        sheet = self.content.sheet(REVIEW)
        if sheet is None:
            return
        header, columns = _header(sheet, (KEY, *REVIEW_COLUMNS))
        self._lines(sheet, REVIEW, header, columns, REVIEW_COLUMNS)

    def _lines(
        self,
        sheet: SheetContent,
        kind: Placement,
        header: int,
        columns: Mapping[str, int],
        opened: Iterable[str],
    ) -> None:
        """The open columns of a sheet with one row a unit and indicator."""
        told = [columns.get(name, 0) for name in ("单位", "编号")]
        for row, cells in sheet.rows.items():
            if row > header:
                key = _text(cells.get(columns[KEY]))
                unit, number = (_text(cells.get(column)) for column in told)
                for name in opened:
                    self._take(_Place(sheet, row, columns[name], kind, key, name, unit, number))

    def lost_before(self) -> None:
        """未对应内容 of that summary: its lines find their place again, or stay lost."""
        sheet = self.content.sheet(LOST)
        if sheet is None:
            return
        header, columns = _header(sheet, ("原表", "键", "位置", "列", "内容"))
        for row, cells in sheet.rows.items():
            cell = cells.get(columns["内容"])
            if row <= header or cell is None:
                continue
            place = _PLACES.get(_text(cells.get(columns["原表"])), DETAIL)
            key, name, label = (_text(cells.get(columns[h])) for h in ("键", "列", "位置"))
            value = _typed(cell, name, self.content.date1904)
            if value is None:
                continue
            carried = CarriedValue(place, key, name, value, label)
            known = self.values.get((place, key, name))
            if known is None and key:
                self.values[place, key, name] = carried
            elif known is None or known.value != value:
                self.lost.append(carried)

    def _sheet(self, name: str) -> SheetContent:
        sheet = self.content.sheet(name)
        if sheet is None:
            raise refuse(finding("E_CARRY_LAYOUT", 表=name, 列=KEY if name == DETAIL else CODE))
        return sheet

    def _take(self, place: _Place) -> None:
        cell = place.sheet.cell(place.row, place.column)
        if cell is None:
            return
        where = address(place.row, place.column)
        label = f"{place.unit} {place.number}".strip()
        if cell.formula is not None or cell.kind == "error":
            shown = "" if cell.value is None else f"（显示 {cell.value}）"
            text = f"={cell.formula}{shown}" if cell.formula is not None else str(cell.value)
            if place.name in (ASSESSED, DEDUCTED) and place.key:
                # As a text it stays where it was typed: the row has no score until a person mends it.
                self.values.setdefault(
                    (place.kind, place.key, place.name),
                    CarriedValue(place.kind, place.key, place.name, text, label),
                )
                return
            # Without a key it stays in 未对应内容: the next run must not put it back.
            self.lost.append(CarriedValue(place.kind, "", place.name, text, f"{label} {where}".strip()))
            self.findings.append(_told("E_CARRY_FORMULA", place))
            return
        value = _typed(cell, place.name, self.content.date1904)
        if value is None:
            return
        carried = CarriedValue(place.kind, place.key, place.name, value, label)
        if not place.key:
            self.lost.append(carried)
            return
        at = (place.kind, place.key, place.name)
        known = self.values.setdefault(at, carried)
        first = self.places.setdefault(at, where)
        if known.value != value:
            self.disputed.add(at)
            self.lost.append(carried._replace(label=f"{label} {where}".strip()))
            self.findings.append(_told("E_CARRY_DUP", place, first))


def _told(code: str, place: _Place, first: str = "") -> Finding:
    """A finding at an open cell; `first` is the other cell of two for one place."""
    where = address(place.row, place.column)
    found = finding(code, sheet=place.kind, cell=where, 另处=first)
    return found.at(unit=place.unit, indicator=place.number)


def _header(sheet: SheetContent, wanted: tuple[str, ...]) -> tuple[int, Mapping[str, int]]:
    """The header row and the columns of its texts. Raises Refused when a wanted one is not there."""
    best: tuple[int, dict[str, int]] = (0, {})
    for row, cells in sheet.rows.items():
        if row > _HEADER_ROWS:
            break
        columns: dict[str, int] = {}
        for column, cell in cells.items():
            columns.setdefault(_text(cell), column)
        if len(columns.keys() & set(wanted)) > len(best[1].keys() & set(wanted)):
            best = row, columns
    absent = [name for name in wanted if name not in best[1]]
    if absent:
        raise refuse(finding("E_CARRY_LAYOUT", 表=sheet.name, 列="、".join(absent)))
    return best


def _typed(cell: Cell, column: str, date1904: bool) -> Typed | None:
    """What a cell holds, as it goes into the next summary; None for nothing but spaces."""
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool | str):
        return value
    if cell.format == "date" and column in (DEDUCTION, OPINION, *REVIEW_TEXTS, *REVIEW_DAYS):
        return _day(value, date1904)
    if cell.format == "percent":
        # 90% is no score of nine: it stays what it looks like, and is not counted.
        return f"{as_text(round_half_up(value * 100, 8))}%"
    return value


def _day(serial: float, date1904: bool) -> date:
    start = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
    moment = start + timedelta(days=serial)
    return moment.date() if serial == int(serial) else moment.replace(microsecond=0)


def _text(cell: Cell | None) -> str:
    """A label or a key: a number that Excel made of it is read as it was written."""
    if cell is None or cell.value is None:
        return ""
    if cell.kind == "number":
        return cell.raw or as_text(cell.value)
    return str(cell.value)
