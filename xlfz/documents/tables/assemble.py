"""Lines with their columns -> the rows of a torn table.

Takes the lines of a region and the column of each; gives `Gathered`. Joins what was torn (the lines
of a cell, a heading cut by a page), and marks whatever a person should look at: lines that might
belong elsewhere, ends that are lost, numbers that are not printed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.documents.tables.decode import CLOSE
from xlfz.documents.tables.marks import ordinal_of
from xlfz.documents.tables.record import Gathered, Part, Piece, Record
from xlfz.documents.tables.text import joined
from xlfz.text import fold, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.documents.tables.decode import Decoded
    from xlfz.documents.tables.headers import Column, Duty
    from xlfz.documents.tables.lines import Line
    from xlfz.documents.tables.marks import Numeral
    from xlfz.documents.tables.regions import Region

_ROWS_NAMED = re.compile(r"\d{1,3}(?:[、,，和]\d{1,3})+")
_LOST = re.compile(r"[“\"'‘（(]\s{2,}[”\"'’）)]|[一-鿿]\s{6,}[；;，,。]")


def assembled(region: Region, lines: Sequence[Line], decoded: Decoded, left: Sequence[Line]) -> Gathered:
    """The rows of one torn table."""
    columns = region.columns
    builder = _Builder(columns)
    for n, line in enumerate(lines):
        before = decoded.labels[n - 1] if n else -1
        builder.take(line, decoded.labels[n], before, _doubtful(decoded, n))
    records = builder.done()
    _mark_lost_ends(records)
    _mark_gaps(records, columns)
    main = next(c.title for c in columns if c.duty == "text")
    skipped = tuple(Piece(visible(line.text), line.place) for line in left)
    return Gathered(
        tuple(records), frozenset(c.duty for c in columns), region.header.place, region.title, main,
        skipped=skipped, torn=True,
    )  # fmt: skip


def _doubtful(decoded: Decoded, n: int) -> bool:
    """True for a line that might belong elsewhere, and for its neighbours in the cells it might belong to."""
    labels, margins = decoded.labels, decoded.margins
    if margins[n] < CLOSE:
        return True
    beside = [m for m in (n - 1, n + 1) if 0 <= m < len(labels) and labels[m] != labels[n]]
    return any(margins[m] < CLOSE for m in beside)


class _Builder:
    """Takes the lines in order and makes records of them."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        self.numbered = any(c.duty == "number" for c in columns)
        self.records: list[Record] = []
        self.path: dict[Duty, Piece] = {}
        self.part = Part()
        self.fresh = True
        """True when the next number or text begins a record."""

    def take(self, line: Line, label: int, before: int, doubtful: bool) -> None:
        """One line under its column; `before`: the column of the line above it."""
        column = self.columns[label]
        why = f"从上下文看这一行属于“{column.title or '序号'}”栏，请对照原文核对。" if doubtful else ""
        piece = Piece(visible(line.text), line.place, "存疑" if doubtful else "确定", why)
        same = label == before
        if column.duty in ("chapter", "section"):
            self._heading(column.duty, piece, same, line)
        elif column.duty == "number":
            self._begin()
            if line.number is not None:
                piece = _number_piece(piece, line.number)
            self.records[-1].add("number", piece)
            self.fresh = False
        elif column.duty == "text":
            self._text(piece, same)
        else:
            self._other(column, piece, same)

    def _begin(self) -> None:
        self._close()
        self.records.append(Record())
        self.fresh = True
        for duty, piece in self.path.items():
            self.records[-1].add(duty, piece)

    def _text(self, piece: Piece, same: bool) -> None:
        last = self.records[-1] if self.records else None
        waiting = last is not None and "text" not in last.cells and not self._filled(last)
        if not (same or waiting):
            self._begin()
        self.records[-1].add("text", piece)
        self.fresh = False

    def _filled(self, record: Record) -> bool:
        """True when anything right of the text stands in the record."""
        return bool(record.cells.keys() - {"number", "level", "chapter", "section"}) or bool(record.extra)

    def _other(self, column: Column, piece: Piece, same: bool) -> None:
        if not self.records:
            self._begin()
        record = self.records[-1]
        if column.duty in ("other", "person"):
            record.extra.append((column.title, piece))
            return
        if column.duty == "blank":
            return
        if column.duty == "material":
            if self.part.units:
                self._close()
            self.part.materials.append(piece)
        elif column.holds_units:
            self._unit(column.duty, piece, same)
            return
        record.add(column.duty, piece)

    def _unit(self, duty: Duty, piece: Piece, same: bool) -> None:
        """Lines of one cell are one piece: the names in it may be torn anywhere."""
        record = self.records[-1]
        for cells in (record.cells, self.part.units):
            pieces = cells.setdefault(duty, [])
            if same and pieces:
                pieces[-1] = _put_together(pieces[-1], piece, f"{pieces[-1].text}\n{piece.text}")
            else:
                pieces.append(piece)

    def _close(self) -> None:
        if self.records and (self.part.materials or self.part.units):
            self.records[-1].parts.append(self.part)
        self.part = Part()

    def _heading(self, duty: Duty, piece: Piece, same: bool, line: Line) -> None:
        """A new heading, a further line of it, or the one above printed again on a new page."""
        old = self.path.get(duty)
        starts = line.level if duty == "chapter" else line.ordinal
        if old and not starts and (same or _open(old.text)):
            text = joined([old.text, piece.text]).replace("\n", "")
            new = _put_together(old, piece, text)
        else:
            new = replace(piece, text=joined([piece.text]))
            if duty == "chapter" and not (old and _same_heading(old.text, new.text)):
                self.path.pop("section", None)
        self.path[duty] = new
        last = self.records[-1] if self.records else None
        if last is not None and not self._filled(last) and "text" not in last.cells:
            # The number stands above its heading.
            for name, value in self.path.items():
                last.cells[name] = [value]

    def done(self) -> list[Record]:
        """All records, with the fullest form of each heading."""
        self._close()
        for duty in ("chapter", "section"):
            self._fullest(duty)
        self._number_holes()
        self._share()
        return self.records

    def _share(self) -> None:
        """根据 90、91、92 项…的说明: a material that names the rows it is for is theirs too."""
        numbers = {piece.text: r for r in self.records if (piece := r.first("number"))}
        for own, record in list(numbers.items()):
            for part in record.parts:
                whole = joined(piece.text for piece in part.materials)
                named = _ROWS_NAMED.search(fold(whole))
                listed = re.findall(r"\d+", named[0]) if named else []
                if own not in listed:
                    continue
                for number in listed:
                    other = numbers.get(number)
                    if other is not None and not any(p.materials for p in other.parts):
                        why = f"这份资料印在第{own}项，写明{named[0] if named else ''}项合用，请核对。"
                        pieces = [replace(p, sure="存疑", why=p.why + why) for p in part.materials]
                        other.parts.append(Part(pieces))

    def _fullest(self, duty: Duty) -> None:
        """One name for a heading that pages cut differently: 一、政府 and 一、政府职能依法全面履行."""
        shown: list[Piece] = []
        for record in self.records:
            piece = record.first(duty)
            if piece is None:
                continue
            for n, other in enumerate(shown):
                if _same_heading(other.text, piece.text):
                    if _fullness(piece) > _fullness(other):
                        shown[n] = piece
                    break
            else:
                shown.append(piece)
        shown = _misread_ordinals(shown)
        for record in self.records:
            piece = record.first(duty)
            if piece is not None:
                best = next(p for p in shown if _same_heading(p.text, piece.text))
                record.cells[duty] = [best]

    def _number_holes(self) -> None:
        """Rows without a number between 4 and 6: the place says 5, and a person is asked."""
        if not self.numbered:
            return
        marks = [_plain_number(record) for record in self.records]
        n = 0
        while n < len(marks):
            if self.records[n].first("number") is not None:
                n += 1
                continue
            end = n
            while end < len(marks) and self.records[end].first("number") is None:
                end += 1
            low = next((marks[k] for k in range(n - 1, -1, -1) if marks[k] is not None), 0) or 0
            high = next((marks[k] for k in range(end, len(marks)) if marks[k] is not None), None)
            if high is not None and high - low - 1 == end - n:
                for k in range(n, end):
                    text = self.records[k].first("text") or Piece("")
                    why = f"编号没有印出，按前后次序应为“{low + 1 + k - n}”，请核对。"
                    self.records[k].add(
                        "number", Piece(f"{low + 1 + k - n}", text.place, "存疑", why, made=True)
                    )
            n = end


def _misread_ordinals(shown: Sequence[Piece]) -> list[Piece]:
    """仁、 between 一、 and 三、: the order says 二、, and a person is asked; it stays as printed."""
    result = list(shown)
    for n in range(1, len(result) - 1):
        before, after = ordinal_of(result[n - 1].text), ordinal_of(result[n + 1].text)
        if before and after and after - before == 2 and ordinal_of(result[n].text) is None:
            why = f"“{shorten(result[n].text, 10)}”的序号按前后次序应为第 {before + 1}，请核对。"
            result[n] = replace(result[n], sure="存疑", why=result[n].why + why)
    return result


def _number_piece(piece: Piece, number: Numeral) -> Piece:
    """A number as it should read, with a question where it is printed otherwise."""
    if number.whole:
        return replace(piece, text=number.proper, raw=piece.text)
    why = f"编号印作“{piece.text}”，按次序读作“{number.proper}”，请核对。"
    return replace(piece, text=number.proper, raw=piece.text, sure="存疑", why=piece.why + why)


def _put_together(first: Piece, second: Piece, text: str) -> Piece:
    """Two lines of one cell as one piece."""
    return replace(
        first,
        text=text,
        raw=f"{first.source}\n{second.source}",
        sure=max(first.sure, second.sure, key=_doubt),
        why=first.why or second.why,
        parts=(*(first.parts or (first,)), second),
    )


def _doubt(sure: str) -> int:
    return ("确定", "存疑", "缺失").index(sure)


def _open(text: str) -> bool:
    """True for a heading that cannot end where it does."""
    return bool(re.search(r"[、，,和及与的]$", visible(text)))


def _fullness(piece: Piece) -> tuple[int, bool, bool]:
    """Of several forms of a heading the longest counts, then one with its points and its number."""
    plain = fold(piece.text)
    pointed = bool(re.search(r"[(（]\d+(\.\d+)?分?[)）]?$", plain))
    return len(_bare(piece.text)), pointed, bool(re.match(r"[(（]?[一二三四五六七八九十\d]", plain))


def _bare(text: str) -> str:
    """A heading without its number, points and marks."""
    plain = re.sub(r"[(（]\d+(\.\d+)?分?[)）]?$", "", fold(text))
    return re.sub(r"^[(（]?[一二三四五六七八九十\d]{0,3}[)）]?[、.．]?", "", plain)


def _same_heading(first: str, second: str) -> bool:
    """True for the same heading, one perhaps cut or with its number lost."""
    a, b = _bare(first), _bare(second)
    if not a or not b:
        return fold(first) == fold(second)
    one, two = ordinal_of(first), ordinal_of(second)
    if one and two and one != two:
        return False
    return a == b or (min(len(a), len(b)) >= 2 and (a.startswith(b) or b.startswith(a)))


def _plain_number(record: Record) -> int | None:
    piece = record.first("number")
    return int(piece.text) if piece and piece.text.isdecimal() else None


def _mark_gaps(records: Sequence[Record], columns: Sequence[Column]) -> None:
    """A column that nearly every row fills: where it is empty, its text may have gone elsewhere."""
    for column in columns:
        if column.duty not in ("requirement", "supporting", "points", "deadline"):
            continue
        empty = [record for record in records if column.duty not in record.cells]
        if empty and len(empty) <= 0.3 * len(records):
            for record in empty:
                record.missing.append((column.duty, column.title))


def _mark_lost_ends(records: Sequence[Record]) -> None:
    """Where nearly every text ends with a stop, one that does not has perhaps lost its end."""
    for duty in ("text", "requirement"):
        lasts = [(record, record.cells[duty][-1]) for record in records if record.cells.get(duty)]
        stopped = sum(bool(re.search(r"[。；;.]$", piece.text)) for _, piece in lasts)
        usual = len(lasts) >= 5 and stopped >= 0.6 * len(lasts)
        for record, piece in lasts:
            why = ""
            if usual and not re.search(r"[。；;.！!）)]$", piece.text):
                why = f"“{shorten(piece.text[-12:], 12)}”之后疑有缺字，请对照原文。"
            elif any(_LOST.search(p.source) for p in record.cells[duty]):
                why = "中间疑有缺字，请对照原文。"
            if why:
                record.cells[duty][-1] = replace(piece, sure="存疑", why=piece.why + why)
    for record in records:
        for part in record.parts:
            for n, piece in enumerate(part.materials):
                last = n + 1 == len(part.materials)
                if last and re.search(r"[一-鿿]$", piece.text) and not _finished(piece.text):
                    why = f"“{shorten(piece.text[-12:], 12)}”之后疑有缺字，请对照原文。"
                    part.materials[n] = replace(piece, sure="存疑", why=piece.why + why)


def _finished(text: str) -> bool:
    from xlfz.documents.tables.text import is_material

    return is_material(text)
