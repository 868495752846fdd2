"""The manifest: who made a form and for whom, signed, on a sheet that nobody sees.

Takes what a form is made of; gives the rows of the `_xlfz` sheet and reads them back from a
`SheetContent`, tolerantly: a cell turned from text to number, rows moved, lists split over cells.
Forbids trust without the key: `verify` says whether the signature holds, nothing here judges what
follows from it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfz.form import upward
from xlfz.form.conditions import general
from xlfz.form.tables import fixed_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.excel.content import SheetContent
    from xlfz.form.spec import FormRow, FormSpec, TableSpec
    from xlfz.form.upward import Declared

SHEET = "_xlfz"
FORMAT = 1
"""Version of the manifest's own layout."""

_CELL = 30_000
"""Characters of a list in one cell; Excel takes 32,767."""
_ROWS, _COLUMNS, _BOUNDS, _SIGNATURE = "行标识", "列标识", "上限", "校验"
_UPWARD = "上报方式"
_CORRECTS = "更正文件"
_SCALARS = {
    "format": "格式",
    "period": "期次",
    "kind": "表类",
    "version": "版本",
    "code": "单位编码",
    "unit": "单位名称",
}

Ids = tuple[tuple[str, tuple[str, ...]], ...]
"""(table id, ids) of each table, sorted by table id: the order of the sheet's rows does not count."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a form was when it was sent out. `period` is the round as `heading.period` writes it."""

    period: str
    kind: str
    version: int
    code: str
    unit: str
    rows: Ids
    columns: Ids
    bounds: Ids = ()
    """For each row its 分值 or 字数上限 as text: the office may change them after sending."""
    format: int = FORMAT
    upward: Ids = ()
    """For each column its `form.upward.declared`; empty for kinds that are not reported upward."""
    corrects: str = ""
    """The sha256 of the file of which this is the marked copy; empty in a form."""

    def row_ids(self, table: str) -> tuple[str, ...]:
        """Row ids of a table, empty when the form had no such table."""
        return dict(self.rows).get(table, ())

    def bound_of(self, table: str) -> Mapping[str, str]:
        """Row id -> 分值 or 字数上限 when the form was sent; empty when the form had no such table."""
        return dict(zip(self.row_ids(table), dict(self.bounds).get(table, ()), strict=False))

    def upward_of(self, table: str) -> Mapping[str, Declared]:
        """Column id -> how the level below fills it in."""
        rules = dict(self.upward).get(table, ())
        return {id_: upward.read(r) for id_, r in zip(self.column_ids(table), rules, strict=False)}

    def column_ids(self, table: str) -> tuple[str, ...]:
        """Ids of the columns to fill in of a table."""
        return dict(self.columns).get(table, ())


def manifest(
    rows: tuple[FormRow, ...], spec: FormSpec, period: str, code: str, unit: str, corrects: str = ""
) -> Manifest:
    """The manifest of a form with these rows, or of the marked copy of the file that it corrects."""
    return Manifest(
        period,
        spec.kind,
        spec.version,
        code,
        unit,
        tuple(sorted((t.id, tuple(r.id for r in rows if r.table == t.id)) for t in spec.tables)),
        tuple(sorted((t.id, tuple(c.id for c in t.columns)) for t in spec.tables)),
        tuple(sorted((t.id, tuple(_bound(r, t) for r in rows if r.table == t.id)) for t in spec.tables)),
        upward=_upward(spec),
        corrects=corrects,
    )


def _upward(spec: FormSpec) -> Ids:
    if all(c.upward == upward.OWN for t in spec.tables for c in t.columns):
        return ()
    return tuple(sorted((t.id, tuple(upward.declared(c) for c in t.columns)) for t in spec.tables))


def _bound(row: FormRow, table: TableSpec) -> str:
    return general(fixed_values(row, table).get(table.bound))


def sign(made: Manifest, key: bytes) -> str:
    """HMAC-SHA256 of everything in the manifest, as 64 hexadecimal digits."""
    return seal(frame(made), made.code, made.unit, key, made.corrects)


def frame(made: Manifest) -> bytes:
    """What the forms of all units with the same rows have in common, as signed."""
    fixed = [made.format, made.period, made.kind, made.version, made.rows, made.columns, made.bounds]
    if made.upward:  # forms that went out before there were such rules keep their signature
        fixed.append(made.upward)
    return _json(fixed).encode("utf-8", "surrogatepass")


def seal(common: bytes, code: str, unit: str, key: bytes, corrects: str = "") -> str:
    """The signature of one unit's manifest from the `frame` that it shares."""
    own = _json([code, unit, corrects] if corrects else [code, unit]).encode("utf-8", "surrogatepass")
    return hmac.new(key, common + b"\n" + own, hashlib.sha256).hexdigest()


def verify(made: Manifest, signature: str, key: bytes) -> bool:
    """Whether the signature was made with the key for exactly this manifest."""
    return hmac.compare_digest(sign(made, key).encode(), signature.encode("utf-8", "replace"))


def sheet_rows(made: Manifest, signature: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the `_xlfz` sheet: a word, for lists the table's id, and the value or its pieces."""
    scalars = tuple((word, str(getattr(made, field))) for field, word in _SCALARS.items())
    lists = tuple(
        (word, table, *_pieces(_json(ids)))
        for word, group in (
            (_ROWS, made.rows),
            (_COLUMNS, made.columns),
            (_BOUNDS, made.bounds),
            (_UPWARD, made.upward),
        )
        for table, ids in group
    )
    chain = ((_CORRECTS, made.corrects),) if made.corrects else ()
    return (*scalars, *chain, *lists, (_SIGNATURE, signature))


def said(sheet: SheetContent) -> tuple[str, str]:
    """(period, kind) as the sheet says, unverified; empty texts where it does not."""
    found = {"": ""}
    for row in sheet.rows.values():
        texts = [general(cell.value) for _, cell in sorted(row.items())[:2]]
        if len(texts) > 1:
            found.setdefault(texts[0], texts[1])
    return found.get(_SCALARS["period"], ""), found.get(_SCALARS["kind"], "")


def read(sheet: SheetContent, key: bytes) -> tuple[Manifest, bool] | None:
    """The manifest on a sheet and whether its signature holds; None when there is none to be read."""
    texts = [
        [general(cell.value) for _, cell in sorted(row.items())] for _, row in sorted(sheet.rows.items())
    ]
    words = {*_SCALARS.values(), _CORRECTS, _SIGNATURE}
    scalars = {row[0]: row[1] if len(row) > 1 else "" for row in texts if row and row[0] in words}
    try:
        fields = {field: scalars[word] for field, word in _SCALARS.items()}
        made = Manifest(
            period=fields["period"],
            kind=fields["kind"],
            version=int(fields["version"]),
            code=fields["code"],
            unit=fields["unit"],
            rows=_lists(texts, _ROWS),
            columns=_lists(texts, _COLUMNS),
            bounds=_lists(texts, _BOUNDS),
            format=int(fields["format"]),
            upward=_lists(texts, _UPWARD) if any(row[:1] == [_UPWARD] for row in texts) else (),
            corrects=scalars.get(_CORRECTS, ""),
        )
    except (KeyError, ValueError, RecursionError):
        # Not written by xlfz, or by a hand since: the caller says so and goes by the content.
        return None
    return made, verify(made, scalars.get(_SIGNATURE, ""), key)


def _lists(texts: list[list[str]], word: str) -> Ids:
    found = {row[1]: tuple(_strings("".join(row[2:]))) for row in texts if len(row) > 2 and row[0] == word}
    if not found:
        raise KeyError(word)
    return tuple(sorted(found.items()))


def _strings(text: str) -> list[str]:
    """A JSON list of strings. Raises ValueError for anything else."""
    made = json.loads(text)
    if not isinstance(made, list) or not all(isinstance(item, str) for item in made):
        raise ValueError("not a list of texts")
    return made


def _pieces(text: str) -> tuple[str, ...]:
    # Two UTF-16 units at most a character: a piece of 15,000 characters always fits.
    step = _CELL // 2
    return tuple(text[at : at + step] for at in range(0, len(text), step))


def _json(value: Mapping[str, object] | list[object] | tuple[str, ...]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
