"""A proper table (cells in rows) -> gathered rows: header found, merges understood, the rest told apart.

Takes a `SourceTable` whose merges the reader has resolved; gives `Gathered`. A header may be one to
five rows deep, may stand below titles, and may come again in mid-table. Forbids reading a table
whose columns are not known: it gives None and the caller says so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.documents.fields.numbering import number_at
from xlfz.documents.tables.header_rows import (
    Header,
    Row,
    distinct,
    find_header,
    measures_as_rows,
    same_cell,
)
from xlfz.documents.tables.headers import UNIT_DUTIES, Column, stated_points
from xlfz.documents.tables.marks import heading, is_number, is_total
from xlfz.documents.tables.record import Gathered, Part, Piece, Record
from xlfz.documents.tables.text import is_material
from xlfz.text import fold, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.documents.model import SourceCell, SourceTable
    from xlfz.documents.tables.headers import Duty

_FOOTER = re.compile(
    r"^(注|备注|说明|填表|填报|制表|审核|审批|联系|单位负责|负责人|分管|签字|盖章|日期|报送|打印|统计|经办|抄送|主办"
    r"|[(（]?注)[^|]{0,14}?[:：]|^注[\d一二三四五]?[、.．:：]|^(填表人|制表人|审核人|联系人|联系电话|签字|盖章)"
)


def gather(
    table: SourceTable,
    carried: tuple[Column, ...] | None = None,
    above: Gathered | None = None,
    chapter: Piece | None = None,
) -> Gathered | None:
    """The rows of a table.

    `carried`: the columns of the table `above`, which this one goes on with when it has the same header
    or none: its first row may be the rest of that one's last (which then gets it), and a path that is
    not printed again is that one's. `chapter`: the heading that stands right above the table.
    """
    rows = table.rows
    header = find_header(rows)
    if header is None:
        if not carried or not rows or len(carried) != len(rows[0]):
            return None
        header = Header(-1, -1, carried)
    if not any(c.duty == "text" for c in header.columns):
        return None
    header = replace(header, columns=measures_as_rows(rows, header))
    last = above.records[-1] if above and above.records and header.columns == carried else None
    return _Gatherer(table, header, last, _above_header(rows, header) or chapter).run()


def _above_header(rows: Sequence[Row], header: Header) -> Piece | None:
    """一、… across the row right above the header: the chapter of the rows below, as it is further down."""
    if header.first < 1:
        return None
    texts = distinct(rows[header.first - 1])
    cell = rows[header.first - 1][0]
    return Piece(texts[0], cell.place) if len(texts) == 1 and heading(texts[0]) else None


def header_columns(table: SourceTable) -> tuple[Column, ...] | None:
    """The columns of the table's own header, None when it has none."""
    header = find_header(table.rows)
    return header.columns if header else None


class _Gatherer:
    """Walks the rows below a header once."""

    def __init__(
        self, table: SourceTable, header: Header, last: Record | None, chapter: Piece | None
    ) -> None:
        self.heading = chapter
        self.table, self.columns = table, header.columns
        self.header = header
        self.records: list[Record] = [last] if last else []
        self.before = len(self.records)
        self.skipped: list[Piece] = []
        self.across: dict[Duty, Piece] = {}
        self.columned: dict[Duty, Piece] = {}
        """The path as headings across the table and as the columns give it."""
        self.carried: dict[Duty, Piece] = {}
        """The path of the row above a table that goes on, until this one gives its own."""
        for duty in ("chapter", "section"):
            if last and chapter is None and last.first(duty):
                self.carried[duty] = last.cells[duty][0]
        self.stated: Piece | None = None
        self.by_duty: dict[Duty, list[int]] = {}
        for c, column in enumerate(self.columns):
            self.by_duty.setdefault(column.duty, []).append(c)

    def run(self) -> Gathered:
        rows = self.table.rows
        n = self.header.last + 1
        for c in self.by_duty.get("points", ()):
            stated = stated_points(self.columns[c].title)
            if stated is not None:
                cell = rows[max(self.header.last, 0)][c]
                self.stated = Piece(f"{stated:g}", cell.place, raw=self.columns[c].title)
        while n < len(rows):
            again = find_header(rows, n, 1)
            if again is not None and self._same_header(again):
                n = again.last + 1
                continue
            self._row(n)
            n += 1
        self._mark_cut_end()
        main = next((c.title for c in self.columns if c.duty == "text"), "")
        return Gathered(
            tuple(self.records[self.before :]),
            frozenset(self.by_duty),
            self.table.place,
            self._table_title(),
            main,
            self.stated,
            tuple(self.skipped),
        )

    def _mark_cut_end(self) -> None:
        """Where every other text ends with a stop, the last one that does not was cut by the page."""
        for duty in ("text", "requirement"):
            ends = [record.cells[duty][-1] for record in self.records if record.cells.get(duty)]
            if len(ends) < 4 or duty not in self.records[-1].cells:
                continue
            stopped = [bool(re.search(r"[。；;.！!）)]$", piece.text)) for piece in ends[:-1]]
            if sum(stopped) >= 0.8 * len(stopped) and not re.search(r"[。；;.！!）)]$", ends[-1].text):
                why = "这一格到表末没有写完，可能被分页截断，请对照原文补全。"
                self.records[-1].cells[duty][-1] = replace(ends[-1], sure="存疑", why=why)

    def _same_header(self, again: Header) -> bool:
        known = {c.duty for c in again.columns} - {"other"}
        return len(known & set(self.by_duty)) >= 2

    def _table_title(self) -> str:
        if self.table.title:
            return self.table.title
        for row in self.table.rows[: max(self.header.first, 0)]:
            texts = distinct(row)
            if len(texts) == 1 and not re.match(r"(附件|附表|单位)[^一-鿿]", texts[0] + " "):
                return " ".join(texts[0].split())
        return ""

    def _row(self, n: int) -> None:
        row = self.table.rows[n]
        texts = distinct(row)
        if not texts:
            return
        first = next(cell for cell in row if visible(cell.text))
        if is_total(texts[0]) or (len(texts) > 1 and is_number(texts[0]) and is_total(texts[1])):
            self._total(row, first)
            return
        if len(texts) == 1 and len(row) > 2 and self._across(row, first, texts[0]):
            return
        if _FOOTER.match(texts[0]) and len(texts) <= 4 and not self._has_number(row):
            self.skipped.append(Piece(" ".join(texts), first.place))
            return
        self._data(n, row)

    def _total(self, row: Row, first: SourceCell) -> None:
        self.skipped.append(Piece(" ".join(distinct(row)), first.place))
        for c in self.by_duty.get("points", ()):
            number = re.fullmatch(r"(\d+(?:\.\d+)?)分?", fold(row[c].text))
            if number and not is_total_part(distinct(row)[0]):
                self.stated = Piece(number[1], row[c].place, raw=row[c].text)

    def _has_number(self, row: Row) -> bool:
        return any(is_number(row[c].text) for c in self.by_duty.get("number", ()))

    def _across(self, row: Row, cell: SourceCell, text: str) -> bool:
        """A row with one text only: a heading, a footer, or part of the row above."""
        merged = sum(visible(c.text) == text for c in row) >= max(2, len(row) // 2)
        step = heading(text)
        column = next(c for c, found in enumerate(row) if visible(found.text))
        if _FOOTER.match(text):
            self.skipped.append(Piece(text, cell.place))
            return True
        leading = column == 0 or all(
            self.columns[c].duty in ("number", "chapter", "section", "text") for c in range(column + 1)
        )
        continues = not merged and not step and self.records and self.columns[column].duty not in ("chapter",)
        if merged and not step and len(fold(text)) > 60:
            self.skipped.append(Piece(text, cell.place))
            return True
        if (merged or (step and leading)) and not continues:
            self._heading(step, Piece(text, cell.place))
            return True
        return False

    def _heading(self, step: int, piece: Piece) -> None:
        """A heading across the table: 一、 is a chapter, （一） below it a section."""
        below = step > 1 and "chapter" in self.across and heading(self.across["chapter"].text) < step
        if below:
            self.across["section"] = piece
        else:
            self.across.pop("section", None)
            self.across["chapter"] = piece

    def _data(self, n: int, row: Row) -> None:
        fresh = self._begins(n, row)
        if not fresh and self.records:
            self._continue(row, n)
            return
        record = Record()
        self._paths(row, record)
        for c, column in enumerate(self.columns):
            cell = row[c]
            if column.duty in ("chapter", "section") or not visible(cell.text):
                continue
            if self._repeats(row, c):
                continue
            piece = Piece(visible(cell.text), cell.place, shared=self._merged_down(n, c))
            if column.duty in ("other", "person"):
                record.extra.append((column.title, piece))
            else:
                record.add(column.duty, piece)
        part = self._part(record)
        if part.materials or part.units:
            record.parts.append(part)
        self.records.append(record)

    def _repeats(self, row: Row, c: int) -> bool:
        """True for the right part of a cell merged across columns."""
        return bool(c and not row[c].origin and row[c - 1].text == row[c].text)

    def _merged_down(self, n: int, c: int) -> bool:
        return bool(n) and same_cell(self.table.rows[n][c], self.table.rows[n - 1][c])

    def _begins(self, n: int, row: Row) -> bool:
        """True when the row begins an indicator, False when it goes on with the one above."""
        texts = [c for c in self.by_duty.get("text", ()) if visible(row[c].text)]
        numbers = [c for c in self.by_duty.get("number", ()) if visible(row[c].text)]
        if any(not self._merged_down(n, c) for c in numbers):
            return True
        if not texts:
            return False
        if all(self._merged_down(n, c) for c in texts):
            return False
        if "number" in self.by_duty and not numbers:
            # Other rows have numbers and this one has none: is it a cell cut by the end of a page?
            return not self._cut_above(row)
        return True

    def _cut_above(self, row: Row) -> bool:
        """True when this row finishes sentences that the row above left open."""
        if not self.records or self.records[-1].first("number") is None:
            return False
        above = self.records[-1].text("text")
        below = visible(row[self.by_duty["text"][0]].text)
        return not re.search(r"[。；;!！?？.)）]$", above) and not heading(below) and number_at(below) is None

    def _paths(self, row: Row, record: Record) -> None:
        """Chapter and section: from their columns, else from the headings across the table."""
        for duty in ("chapter", "section"):
            cells = [row[c] for c in self.by_duty.get(duty, ()) if visible(row[c].text)]
            if not cells:
                continue
            piece = Piece(" ".join(dict.fromkeys(visible(c.text) for c in cells)), cells[0].place)
            if duty == "chapter" and fold(piece.text) != fold(self.columned.get(duty, piece).text):
                self.columned.pop("section", None)
            self.columned[duty] = piece
        own = self.across.get("chapter") or self.columned.get("chapter")
        chapter = own or self.carried.get("chapter") or self.heading
        sections = [self.across.get("section"), self.columned.get("section")]
        if "chapter" in self.across:
            sections.insert(1, self.columned.get("chapter"))
        if chapter:
            record.add("chapter", chapter)
        named = [piece for piece in sections if piece]
        if not named and own is None and "section" in self.carried:
            named = [self.carried["section"]]
        if named:
            text = " ".join(piece.text for piece in named)
            record.add("section", Piece(text, named[-1].place, raw=named[-1].source))

    def _join_cut(self, row: Row, record: Record) -> None:
        """The first row of a new page that goes on with the last: each cell is the rest of the one above."""
        for c, column in enumerate(self.columns):
            if not visible(row[c].text) or self._repeats(row, c):
                continue
            piece = Piece(visible(row[c].text), row[c].place)
            if column.duty in ("chapter", "section"):
                continue  # a merged cell printed again
            if column.duty in ("other", "person"):
                record.extra.append((column.title, piece))
                continue
            lists = [record.cells.setdefault(column.duty, [])]
            if column.duty == "material":
                record.parts = record.parts or [Part()]
                lists.append(record.parts[-1].materials)
            elif column.holds_units:
                record.parts = record.parts or [Part()]
                lists.append(record.parts[-1].units.setdefault(column.duty, []))
            for pieces in lists:
                _extend(pieces, piece)

    def _part(self, record: Record) -> Part:
        return Part(
            list(record.cells.get("material", ())),
            {duty: list(record.cells[duty]) for duty in UNIT_DUTIES if duty in record.cells},
        )

    def _continue(self, row: Row, n: int) -> None:
        """A further row of the same indicator: more materials, other units, or a cell cut in two."""
        record = self.records[-1]
        if self.before and n == self.header.last + 1 and len(self.records) == self.before:
            self._join_cut(row, record)
            return
        part = Part()
        for c, column in enumerate(self.columns):
            cell = row[c]
            if not visible(cell.text) or self._repeats(row, c) or self._merged_down(n, c):
                continue
            piece = Piece(visible(cell.text), cell.place)
            if column.duty == "material":
                part.materials.append(piece)
            if column.holds_units:
                part.units.setdefault(column.duty, []).append(piece)
            if column.duty in ("other", "person"):
                record.extra.append((column.title, piece))
            else:
                record.add(column.duty, piece)
        if part.materials or part.units:
            record.parts.append(part)


def _extend(pieces: list[Piece], piece: Piece) -> None:
    """The rest of a cell put to its first part; two whole materials stay two."""
    if not pieces or (is_material(pieces[-1].text) and is_material(piece.text)):
        pieces.append(piece)
        return
    old = pieces[-1]
    pieces[-1] = replace(
        old,
        text=f"{old.text}\n{piece.text}",
        raw=f"{old.source}\n{piece.source}",
        parts=(*(old.parts or (old,)), piece),
    )


def is_total_part(text: str) -> bool:
    """True for a 小计, which is no total of the whole table."""
    return fold(text).startswith("小计")
