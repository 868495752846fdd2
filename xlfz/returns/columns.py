"""Where a table stands on a sheet: its hidden id row, its header, and which column is which.

Takes a sheet and the shapes of the form's tables; gives a `Place` and what is odd about its columns.
Columns go by their hidden id, else by their header. Forbids taking one of two equal columns: both
are left out, and the finding says so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from xlfz.excel.address import address, column_name
from xlfz.findings import finding
from xlfz.returns.cells import EMPTY, out_of_order
from xlfz.returns.expected import STRICT_FIXED, heading_words
from xlfz.text import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Collection, KeysView, Mapping

    from xlfz.excel.content import Cell, SheetContent
    from xlfz.findings import Finding
    from xlfz.form.spec import TableId
    from xlfz.returns.expected import TableShape

_DEPTH = 80
"""Header rows are looked for in this many rows; nobody puts a longer preface before a table."""
_ENOUGH = 3
"""So many ids or titles in one row make it an id row or a header."""
_LONG = 60
"""No header is as long as this many characters."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where a table's header is on a sheet. `id_row` is 0 when the hidden ids are gone."""

    shape: TableShape
    id_row: int
    row: int
    hits: int


@dataclass(slots=True)
class Place:
    """A table found on a sheet. `columns` id -> column number, of those that are certain."""

    sheet: SheetContent
    shape: TableShape
    header: Header
    columns: dict[str, int] = field(default_factory=dict)
    claimed: frozenset[int] = frozenset()
    """The columns that are the form's, the uncertain ones too."""
    others: dict[int, str] = field(default_factory=dict)
    """Column number -> header text of the columns that are not the form's."""
    start: int = 0
    """The last row of the header."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def inputs(self) -> dict[str, int]:
        """Column number of each column to fill in."""
        return {id_: n for id_, n in self.columns.items() if id_ in self.shape.inputs}

    def add(self, code: str, row: int, column: int, **facts: object) -> None:
        """A finding about a cell of the header."""
        self.findings.append(
            finding(code, sheet=self.sheet.name, cell=address(row, column), **facts)  # type: ignore[arg-type]
        )


def find_header(sheet: SheetContent, shapes: Collection[TableShape]) -> Header | None:
    """The header of the form's table that stands on this sheet, None when there is none."""
    texts = _texts(sheet, shapes)
    found: list[Header] = []
    for shape in shapes:
        id_row, id_hits = _best_row(texts, shape.titles.keys())
        if id_row:
            below = {n: t for n, t in texts.items() if n > id_row}
            row, hits = _best_row(_as_headings(below), shape.by_title.keys())
            # The ids alone still say which column is which; the header is the row below them.
            found.append(Header(shape, id_row, row or id_row + 1, id_hits + hits))
    if not found:
        headings = _as_headings(texts)
        for shape in shapes:
            row, hits = _best_row(headings, shape.by_title.keys())
            if row:
                found.append(Header(shape, 0, row, hits))
    # The tables share some columns: the one of which more is there, the named one if in doubt.
    return max(found, key=lambda h: (h.hits, h.shape.spec.title == sheet.name), default=None)


def _texts(sheet: SheetContent, shapes: Collection[TableShape]) -> dict[int, frozenset[str]]:
    """The texts of each row that may be a header, as far as the first one that is complete."""
    texts: dict[int, frozenset[str]] = {}
    for number, cells in islice(sheet.rows.items(), _DEPTH):
        if len(cells) >= _ENOUGH:
            found = frozenset(str(c.value).strip() for c in cells.values() if c.kind == "text")
            texts[number] = found
            # Ids stand above the header: once they are all there, a complete header ends the search.
            if len(found) >= _ENOUGH and any(
                shape.by_title.keys() <= {heading_words(t) for t in found if len(t) < _LONG}
                for shape in shapes
            ):
                break
    return texts


def _as_headings(texts: Mapping[int, frozenset[str]]) -> dict[int, frozenset[str]]:
    return {n: frozenset(heading_words(t) for t in found if len(t) < _LONG) for n, found in texts.items()}


def _best_row(texts: Mapping[int, frozenset[str]], words: KeysView[str]) -> tuple[int, int]:
    """(row, how many of the words) of the first row with most of them; (0, 0) when none has enough."""
    hits = {number: len(found & words) for number, found in texts.items()}
    best = max(hits, key=lambda n: (hits[n], -n), default=0)
    return (best, hits[best]) if best and hits[best] >= _ENOUGH else (0, 0)


def is_heading(cells: Mapping[int, Cell], shape: TableShape) -> bool:
    """Whether a row repeats the header or the ids."""
    texts = [str(c.value) for c in cells.values() if c.kind == "text"]
    titles = sum(heading_words(t) in shape.by_title for t in texts if len(t) < _LONG)
    return titles >= _ENOUGH or sum(t.strip() in shape.titles for t in texts) >= _ENOUGH


def place(sheet: SheetContent, header: Header, sent: Mapping[TableId, tuple[str, ...]] | None) -> Place:
    """The columns of a table. `sent`: the input columns it had when it was sent out, None if unknown."""
    made = Place(sheet, header.shape, header)
    heads = _heads(made)
    by_id = _ids(made)
    lost = _contradictions(made, heads, by_id)
    found: dict[str, list[int]] = defaultdict(list)
    for column, id_ in by_id.items():
        found[id_].append(column)
    for column, (words, _, _) in heads.items():
        said = header.shape.by_title.get(words)
        if said is None or column in by_id or column in lost:
            continue
        # A second column is a doubt only where something is read from it.
        if said in made.shape.inputs or not found[said]:
            found[said].append(column)
    gone = set(lost.values())
    for id_, title in header.shape.titles.items():
        columns = sorted(found[id_])
        if len(columns) == 1:
            made.columns[id_] = columns[0]
        elif columns:
            _report_double(made, id_, title, columns)
        elif id_ not in gone:
            _report_missing(made, id_, title, sent)
    _report_moved(made, heads)
    made.claimed = frozenset(c for columns in found.values() for c in columns) | lost.keys()
    made.others = {c: text for c, (_, text, _) in heads.items() if c not in made.claimed}
    return made


def _heads(made: Place) -> dict[int, tuple[str, str, int]]:
    """Column -> (words compared, text, row) of its header; headers may be two rows deep.

    Sets `start`, the last row of the header.
    """
    main, shape = made.header.row, made.shape
    heads: dict[int, tuple[str, str, int]] = {}
    made.start = main
    for row in (main, main - 1, main + 1):
        if row <= made.header.id_row:
            continue
        for column, cell in made.sheet.rows.get(row, {}).items():
            if cell.kind != "text":
                continue
            words = heading_words(str(cell.value))
            known = heads.get(column)
            fits = words in shape.by_title and not any(h[0] == words for h in heads.values())
            if row == main or (fits and (known is None or known[0] not in shape.by_title)):
                heads[column] = (words, visible(str(cell.value)), row)
                made.start = max(made.start, row)
    return heads


def _ids(made: Place) -> dict[int, str]:
    """Column -> id by the hidden id row."""
    cells = made.sheet.rows.get(made.header.id_row, {})
    texts = {c: str(cell.value).strip() for c, cell in cells.items() if cell.kind == "text"}
    return {c: text for c, text in texts.items() if text in made.shape.titles}


def _contradictions(
    made: Place, heads: Mapping[int, tuple[str, str, int]], by_id: dict[int, str]
) -> dict[int, str]:
    """Columns whose id says one thing and whose header another: neither is believed.

    Takes them out of `by_id`; gives column -> the id it had. Another wording is only a warning.
    """
    lost: dict[int, str] = {}
    for column, id_ in list(by_id.items()):
        words, text, row = heads.get(column, ("", "", made.header.row))
        title = made.shape.titles[id_]
        said = made.shape.by_title.get(words)
        if said == id_:
            continue
        code = "E_TEMPLATE_TAMPERED" if said else "W_FIXED_TEXT"
        made.add(code, row, column, 应=title, 实=shorten(text) or EMPTY)
        if said:
            lost[column] = by_id.pop(column)
    return lost


def _report_double(made: Place, id_: str, title: str, columns: list[int]) -> None:
    if id_ in made.shape.inputs:
        region = "、".join(column_name(c) for c in columns)
        made.add("E_COLUMN_DUP", made.header.row, columns[1], 表=made.shape.spec.title, 列=title, 区域=region)
    else:
        # Nothing is read from it but a comparison: the first will do.
        made.columns[id_] = columns[0]


def _report_missing(
    made: Place, id_: str, title: str, sent: Mapping[TableId, tuple[str, ...]] | None
) -> None:
    facts: dict[str, Any] = {"sheet": made.sheet.name, "表": made.shape.spec.title, "列": title}
    column = made.shape.spec.column(id_)
    if column is None:
        strict = id_ in STRICT_FIXED
        made.findings.append(finding("E_COLUMN_MISSING", severity=None if strict else "warn", **facts))
    elif sent is None or id_ in sent.get(made.shape.spec.id, ()) or column.required:
        made.findings.append(finding("E_COLUMN_MISSING", **facts))


def _report_moved(made: Place, heads: Mapping[int, tuple[str, str, int]]) -> None:
    """Columns out of the form's order, as few as explain it; a column put in between moves nothing."""
    ids = [id_ for id_ in made.shape.titles if id_ in made.columns]
    for index in sorted(out_of_order([made.columns[id_] for id_ in ids])):
        column = made.columns[ids[index]]
        row = heads[column][2] if column in heads else made.header.row
        made.add("W_COLUMN_MOVED", row, column, 列=made.shape.titles[ids[index]], 区域=column_name(column))


def report_added(made: Place, content: Mapping[int, int]) -> None:
    """Columns that are not the form's and hold something. `content`: column -> its first filled row.

    Far to the right it is stray content, not a column.
    """
    last = max(made.columns.values(), default=0)
    far: list[tuple[int, int]] = []
    for column, row in sorted(content.items()):
        title = made.others.get(column, "")
        if title or column <= last + 1:
            name = shorten(title) or "无标题"
            made.add("W_COLUMN_ADDED", made.header.row, column, 列=name, 区域=column_name(column))
        else:
            far.append((row, column))
    if far:
        made.add("W_FAR_CELL", *min(far))
