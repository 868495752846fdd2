"""填报项: the columns of the form as rows, and the columns that the rows make.

Takes the records of the sheet and the word limits of the settings; gives the form's `Column`s and
the faults. The built-in columns may be renamed, loosened, limited and switched off; their table,
type and options are known to the checks and the summary, and may not change.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, cast

from xlfz.findings import finding
from xlfz.form import progress
from xlfz.form.fixed import FIXED
from xlfz.form.spec import DEFAULT_COLUMNS, POINTS, TABLE_TITLES, Column, form_spec
from xlfz.form.upward import FITS, OWN
from xlfz.text import fold
from xlfz.workbench.tables import ITEMS, NO, YES
from xlfz.workbench.values import read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfz.form.spec import ColumnType, FormSpec, Strictness, TableId
    from xlfz.form.upward import Upward
    from xlfz.workbench.draft import Row
    from xlfz.workbench.model import Settings
    from xlfz.workbench.rows import Faults, Record, Table

_COLUMNS = {progress.NAME: progress.COLUMNS}
"""The built-in columns of a kind of form other than the 自评表."""
_TABLE_IDS: dict[str, TableId] = {title: table for table, title in TABLE_TITLES.items()} | {
    progress.NAME: "items"
}
_ID = re.compile(r"[a-z][a-z0-9_]{0,29}")
_WIDTHS: dict[ColumnType, float] = {"文本": 30, "数字": 11, "整数": 11, "日期": 13, "选择": 14}
_BY_SETTINGS = ("statement", "words")
"""Columns whose empty limits are those of 设置."""
_USUAL, _LIMIT = "〔一般字数〕", "〔字数上限〕"
_LONGEST_LIST = 1000
"""Characters of all options together."""


def built_in(kind: str) -> tuple[Column, ...]:
    """The columns that a form of that kind has by itself."""
    return _COLUMNS.get(kind, DEFAULT_COLUMNS)


def form_of(kind: str, columns: tuple[Column, ...], version: int, *, materials: bool = True) -> FormSpec:
    """The form of that kind that the columns make. `materials`: the catalogue asks for some."""
    if kind == progress.NAME:
        return progress.spec(columns, version, materials=materials)
    return form_spec(columns, kind, version)


def default_rows(kind: str = "自评表") -> tuple[Row, ...]:
    """The rows of a workbench in which nobody changed the columns."""
    return tuple(_row(column, kind) for column in built_in(kind))


def _titled(table: TableId, kind: str) -> str:
    return kind if table == "items" and kind in _COLUMNS else TABLE_TITLES[table]


def _row(column: Column, kind: str) -> Row:
    by_settings = column.id in _BY_SETTINGS
    # The help names the limits by mark, so that it cannot contradict them when they change.
    text = column.help
    if column.usual and column.limit:
        text = text.replace(f"{column.usual} 字", f"{_USUAL}字").replace(f"{column.limit} 字", f"{_LIMIT}字")
    row: Row = {
        "所在表": _titled(column.table, kind),
        "标识": column.id,
        "列名": column.title,
        "类型": column.type,
        "必填": YES if column.required else NO,
        "可选项": "、".join(column.options),
        "级别": column.strictness,
        "填写说明": text,
        "上报方式": column.upward,
    }
    numbers = {
        "最小值": column.minimum,
        "最大值": column.maximum,
        "字数上限": None if by_settings else column.limit,
        "一般字数": None if by_settings else column.usual,
    }
    return {**row, **{title: value for title, value in numbers.items() if value is not None}}


def read_items(table: Table, settings: Settings, faults: Faults) -> tuple[Column, ...]:
    """The form's columns in the order of the rows, those switched off too."""
    known = {c.id: c for c in built_in(settings.form_kind)}
    if not table.complete:
        return tuple(known.values())
    columns: list[Column] = []
    titles: dict[tuple[str, str], Record] = {}
    needed = {f.id for f in ITEMS.read if f.required}
    seen: set[str] = set()
    for record in table.records:
        doubled = record.text("id") in seen
        seen.add(record.text("id"))
        if doubled or record.bad or not needed <= set(record.values):
            continue
        column = _column(record, settings, known)
        fault = _wrong(record, column, known, settings.form_kind)
        if fault is None:
            first = titles.setdefault((column.table, fold(column.title)), record)
            if first is not record:
                fault = ("title", f"列名“{column.title}”与 {first.ref('title')} 重复")
        if fault is not None:
            faults.add(finding("E_WB_ITEM", 原因=fault[1]), table.sheet, record.ref(fault[0]))
        columns.append(column)
    _missing(table, known.values(), faults)
    return tuple(columns)


def _missing(table: Table, known: Iterable[Column], faults: Faults) -> None:
    if any("id" not in r.values for r in table.records):
        return
    present = {r.text("id") for r in table.records}
    for column in known:
        if column.id not in present:
            reason = f"缺少内置项“{column.title}”（标识 {column.id}），不用的请把级别改为“停用”"
            faults.add(finding("E_WB_ITEM", 原因=reason), table.sheet, table.header_ref("id"))


def _column(record: Record, settings: Settings, built: Mapping[str, Column]) -> Column:
    column_id = record.text("id")
    known = built.get(column_id)
    kind = cast("ColumnType", record.text("type"))
    limit, usual = record.whole("limit"), record.whole("usual")
    if column_id in _BY_SETTINGS:
        limit = settings.word_limit if limit is None else limit
        usual = min(settings.word_usual, limit) if usual is None else usual
    text = record.text("help").replace(_LIMIT, f"{limit} ").replace(_USUAL, f"{usual} ")
    return Column(
        id=column_id,
        table=_TABLE_IDS[record.text("table")],
        title=record.text("title"),
        type=kind,
        required=record.text("required") == YES,
        options=record.names("options"),
        minimum=record.number_of("minimum"),
        maximum=_maximum(record),
        limit=limit,
        usual=usual,
        strictness=cast("Strictness", record.text("strictness")),
        help=text.strip(),
        width=known.width if known else _WIDTHS[kind],
        upward=cast("Upward", record.text("upward")) or (known.upward if known else OWN),
    )


def _maximum(record: Record) -> float | Literal["分值"] | None:
    text = record.text("maximum")
    if fold(text) == fold(POINTS):
        return POINTS
    return read_number(text)


def _wrong(record: Record, column: Column, built: Mapping[str, Column], kind: str) -> tuple[str, str] | None:
    """(field id, reason) of the first thing that is wrong with a column, or None."""
    return (
        (_built_in_changed(column, built[column.id], kind) if column.id in built else _custom(column, built))
        or _limits(record, column)
        or _options(column)
        or _upward(column)
    )


def _upward(column: Column) -> tuple[str, str] | None:
    fits = FITS.get(column.upward)
    if fits is not None and column.type not in fits:
        return "upward", f"上报方式“{column.upward}”只能用于{'、'.join(fits)}，本行是{column.type}"
    return None


def _built_in_changed(column: Column, known: Column, kind: str) -> tuple[str, str] | None:
    if column.table != known.table:
        return "table", f"内置项“{column.id}”的所在表不能改，应为“{_titled(known.table, kind)}”"
    if column.type != known.type:
        return "type", f"内置项“{column.id}”的类型不能改，应为“{known.type}”"
    if column.options != known.options:
        words = f"不能改，应为“{'、'.join(known.options)}”" if known.options else "应留空"
        return "options", f"内置项“{column.id}”的可选项{words}"
    if known.maximum == POINTS and column.maximum != POINTS:
        return "maximum", f"内置项“{column.id}”的最大值不能改，应为“{POINTS}”"
    return None


def _custom(column: Column, built: Mapping[str, Column]) -> tuple[str, str] | None:
    reserved = (
        built.keys() | {c.id for c in DEFAULT_COLUMNS} | {f.id for fixed in FIXED.values() for f in fixed}
    )
    if not _ID.fullmatch(column.id) or column.id in reserved:
        return "id", f"标识“{column.id}”应为小写英文字母、数字和下划线，以字母开头，且不与内置标识重名"
    return None


def _limits(record: Record, column: Column) -> tuple[str, str] | None:
    number = column.type in ("数字", "整数")
    high = column.maximum
    if "maximum" in record.values and high is None:
        return "maximum", f"最大值“{record.text('maximum')}”应为数字或“{POINTS}”"
    for part in ("minimum", "maximum"):
        if part in record.values and not number:
            return part, f"“{column.type}”类型没有{ITEMS.field(part).title}"
    if high == POINTS and (column.table != "items" or column.type != "数字"):
        return "maximum", f"最大值写“{POINTS}”的只能是自评表中的数字"
    if isinstance(high, float) and column.minimum is not None and column.minimum > high:
        return "maximum", "最大值小于最小值"
    if column.type != "文本" and column.id not in _BY_SETTINGS:
        for part in ("limit", "usual"):
            if part in record.values:
                return part, f"“{column.type}”类型没有{ITEMS.field(part).title}"
    if column.limit is not None and column.usual is not None and column.usual > column.limit:
        return "usual", "一般字数大于字数上限"
    text = record.text("help")
    if (_LIMIT in text and column.limit is None) or (_USUAL in text and column.usual is None):
        return "help", f"填写说明提到了{_USUAL}或{_LIMIT}，本行却没有填"
    return None


def _options(column: Column) -> tuple[str, str] | None:
    options = column.options
    if column.type != "选择":
        return ("options", f"“{column.type}”类型没有可选项") if options else None
    if not options:
        return "options", "“选择”类型要填可选项"
    if len({fold(o) for o in options}) < len(options):
        return "options", "可选项有重复"
    if sum(map(len, options)) > _LONGEST_LIST:
        return "options", f"可选项合计超过 {_LONGEST_LIST} 字"
    return None
