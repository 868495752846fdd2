"""Single damages to a filled form: what each does, and the one finding that has to come of it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from tests.returns.build import (
    INDICATORS,
    KEY,
    MATERIALS,
    SETTINGS,
    TODAY,
    UNITS,
    VALUES,
    WORKBENCH,
    Draft,
    DraftSheet,
    spec_with,
    with_form,
)
from xlfz.catalogue import Catalogue
from xlfz.check.engine import Context
from xlfz.excel.content import Cell
from xlfz.form.spec import DONE, NOT_GIVEN
from xlfz.roster import Roster

if TYPE_CHECKING:
    from xlfz.check.model import Answer
    from xlfz.form.tables import Typed
    from xlfz.workbench.model import Workbench

ITEMS, GIVEN_LIST = "自评表", "资料清单"


@dataclass(frozen=True)
class Expected:
    """(code, sheet, cell) of each finding; the values that must come back (None: not looked at)."""

    places: tuple[tuple[str, str, str], ...]
    values: dict[str, dict[str, Answer]] | None = None
    refused: bool = False
    warns: bool = False
    """An error code that is only a reminder here."""
    context: Context | None = None


Mutation = Callable[[Draft], Expected]
MUTATIONS: list[Mutation] = []


def mutation(function: Mutation) -> Mutation:
    """Put a damage on the list."""
    MUTATIONS.append(function)
    return function


def changed(row: str = "", column: str = "", value: Answer | None = None, /) -> dict[str, dict[str, Answer]]:
    """The valid values with one of them changed, or gone."""
    made: dict[str, dict[str, Answer]] = deepcopy(VALUES)  # type: ignore[arg-type]
    if row:
        made[row].pop(column, None)
        if value is not None:
            made[row][column] = value
    return made


def without(*rows: str) -> dict[str, dict[str, Answer]]:
    """The valid values without some rows."""
    return {id_: row for id_, row in changed().items() if id_ not in rows}


def sheet_of(row: str) -> str:
    """The sheet on which a row stands."""
    return GIVEN_LIST if "#" in row else ITEMS


def number(value: float, format_: str = "general") -> Cell:
    """A number with a format."""
    return Cell("number", float(value), f"{value:g}", None, format_)  # type: ignore[arg-type]


def typed(
    name: str, row: str, column: str, value: Cell | Typed, code: str, answer: Answer | None = None
) -> None:
    """A damage that is one cell typed over: the code there, and the answer that is left of it."""

    def damage(draft: Draft) -> Expected:
        cell = draft.set(row, column, value)
        return Expected(((code, sheet_of(row), cell),), changed(row, column, answer))

    damage.__name__ = name
    MUTATIONS.append(damage)


# Numbers.
typed("score_in_words", "1", "score", "满分", "E_NUM_TEXT")
typed("score_with_letter_o", "1", "score", "1O", "E_NUM_TEXT")
typed("score_as_millions", "1", "score", "2000万", "E_NUM_TEXT")
typed("score_with_underscore", "1", "score", "1_9", "E_NUM_TEXT")
typed("score_not_a_number", "1", "score", "NaN", "E_NUM_TEXT")
typed("score_with_comma_for_point", "1", "score", "4,5", "E_NUM_TEXT")
typed("score_with_exponent_sign", "1", "score", "4²", "E_NUM_TEXT")
typed("score_full_width", "1", "score", "４．５", "W_NUM_TEXT", 4.5)
typed("score_with_unit", "1", "score", "4.5 分", "W_NUM_TEXT", 4.5)
typed("score_as_text", "1", "score", "5", "W_NUM_TEXT", 5.0)
typed("words_with_thousands_mark", "1#2", "words", "1,800", "W_NUM_TEXT", 1800.0)
typed("words_with_unit", "1#2", "words", "1800字", "W_NUM_TEXT", 1800.0)
typed("score_as_percent_text", "1", "score", "９５％", "E_SCORE_PERCENT")
typed("score_as_percent", "1", "score", number(0.95, "percent"), "E_SCORE_PERCENT")
typed("score_in_date_format", "1", "score", number(4, "date"), "W_SCORE_DATEFMT", 4.0)
typed("score_as_date", "1", "score", date(2026, 4, 5), "E_SCORE_RANGE")
typed("score_true", "1", "score", Cell("bool", True), "E_NUM_INVALID")
typed("score_error_value", "1", "score", Cell("error", "#REF!"), "E_CELL_ERROR")
typed("score_above_points", "1", "score", 5.01, "E_SCORE_RANGE")
typed("score_negative", "1", "score", -0.5, "E_SCORE_RANGE")
typed("score_three_decimals", "1", "score", 4.125, "W_SCORE_DECIMALS", 4.125)
typed("score_blank", "1", "score", None, "E_REQUIRED")
typed("score_white_space", "1", "score", "　 ", "E_REQUIRED")
typed("words_not_whole", "1#2", "words", 480.5, "E_NUM_WHOLE")
typed("words_above_own_limit", "1#2", "words", 2001.0, "E_TEXT_LIMIT")
typed("words_above_the_usual_limit", "1#1", "words", 1001.0, "E_TEXT_LIMIT")
typed("words_above_usual", "1#1", "words", 501.0, "W_TEXT_USUAL", 501.0)

# Formulas.
typed("score_formula", "1", "score", Cell("number", 5.0, "5", "SUM(J7:J8)"), "E_FORMULA_IN_INPUT")
typed(
    "score_dangerous_formula", "1", "score", Cell("text", "", "", "cmd|' /C calc'!A0"), "E_FORMULA_DANGEROUS"
)
typed(
    "text_calls_the_web",
    "1",
    "statement",
    Cell("text", "甲", "", 'WEBSERVICE("http://a/")'),
    "E_FORMULA_DANGEROUS",
)
typed("score_from_other_workbook", "1", "score", Cell("number", 5.0, "5", "'[1]表'!A1"), "E_EXTERNAL_REF")

# The row may be 不适用 after all: nothing else is demanded of it.
typed(
    "state_formula_where_the_rest_is_blank",
    "★2",
    "status",
    Cell("text", "不适用", "", "D9"),
    "E_FORMULA_IN_INPUT",
)

# Days.
for n, spelling in enumerate(
    ("2026-3-9", "2026/3/9", "2026.03.09", "2026年3月9日", "20260309", "2026年3月9号", "２０２６－３－９",
     "2026 年 3 月 9 日", "2026-03-09 00:00:00", "2026、3、9"), 1,
):  # fmt: skip
    typed(f"day_spelling_{n}", "1", "done_on", spelling, "W_DATE_TEXT", date(2026, 3, 9))
for n, spelling in enumerate(
    (
        "3月9日",
        "26年3月9日",
        "2026年3月",
        "2026-02-30",
        "2026-13-1",
        "9/3/2026",
        "三月",
        "46090.5.1",
        "1899-12-31",
    ),
    1,
):
    typed(f"day_unreadable_{n}", "1", "done_on", spelling, "E_DATE")
typed("day_as_digits", "1", "done_on", number(20260309), "W_DATE_TEXT", date(2026, 3, 9))
typed("day_without_format", "1", "done_on", number(46090), "W_DATE_SERIAL", date(2026, 3, 9))
typed("day_is_a_small_number", "1", "done_on", number(12), "E_DATE")
typed("day_with_hours", "1", "done_on", number(46090.5, "date"), "W_DATE_TIME", date(2026, 3, 9))
typed("day_true", "1", "done_on", Cell("bool", True), "E_DATE")
typed("day_error_value", "1", "done_on", Cell("error", "#VALUE!"), "E_CELL_ERROR")
typed("day_in_future", "1", "done_on", date(2026, 11, 21), "E_DATE_FUTURE")
typed("day_blank", "1", "done_on", None, "E_DONE_NO_DATE")


@mutation
def day_before_the_round(draft: Draft) -> Expected:
    """A reminder: the value is taken."""
    cell = draft.set("1", "done_on", date(2025, 12, 31))
    values = changed("1", "done_on", date(2025, 12, 31))
    return Expected((("W_DATE_EARLY", ITEMS, cell),), values, warns=True)


# Choices.
typed("choice_unknown", "1", "status", "完成了", "E_CHOICE")
typed("choice_spaced", "1", "status", "已 完成", "W_CHOICE_NEAR", DONE)
typed("choice_invisible", "1", "status", "已\u200b完成", "I_TRIMMED", DONE)
typed("choice_outer_space", "1", "status", " 已完成 ", "I_TRIMMED", DONE)
typed("choice_number", "1", "status", 1.0, "E_CHOICE")
typed("choice_blank", "1", "status", None, "E_REQUIRED")
typed("provision_blank", "1#1", "provided", None, "E_REQUIRED")

# Texts.
typed("text_control", "1", "statement", "甲\x07乙", "E_TEXT_CONTROL")
typed("text_bidi", "1", "statement", "甲\u202e乙", "E_TEXT_BIDI")
typed("text_like_formula", "1", "statement", "=1+1", "E_TEXT_FORMULA_LIKE")
typed("text_like_formula_full_width", "1", "statement", "＝SUM(A1)", "E_TEXT_FORMULA_LIKE")
typed("text_at", "1", "statement", "@某局", "E_TEXT_FORMULA_LIKE")
typed("text_plus", "1", "statement", "+86 10", "E_TEXT_FORMULA_LIKE")
typed("text_minus_digit", "1", "statement", "-1+2", "E_TEXT_FORMULA_LIKE")
typed("text_too_long", "1", "statement", "字" * 32_768, "E_TEXT_TOO_LONG")
typed("text_above_limit", "1", "statement", "字" * 1001, "E_TEXT_LIMIT")
typed("text_above_usual", "1", "statement", "字" * 501, "W_TEXT_USUAL", "字" * 501)
typed("text_outer_space", "1", "statement", "　　已办。 ", "I_TRIMMED", "已办。")
typed("text_invisible", "1", "statement", "已\u200b办。", "I_TRIMMED", "已办。")
typed("text_as_date", "1#1", "file_name", date(2026, 3, 9), "W_TEXT_DATE", "2026-03-09")
typed("text_as_long_number", "1#1", "file_name", number(411522199001012345), "E_ID_PRECISION")
typed("text_error_value", "1", "statement", Cell("error", "#N/A"), "E_CELL_ERROR")

# Rules across cells.
typed("reason_blank", "1.1", "reason", None, "E_UNDONE_NO_REASON")
typed("given_unnamed", "1#1", "file_name", None, "E_MATERIAL_UNNAMED")
typed("done_without_material", "1#1", "provided", NOT_GIVEN, "E_DONE_NO_MATERIAL", NOT_GIVEN)
typed("score_for_not_applicable", "★2", "score", 1.0, "E_NA_SCORED", 1.0)
typed("score_without_points", "3", "score", 1.0, "E_SCORE_UNSET")
typed("score_text_without_points", "3", "score", "无", "E_SCORE_UNSET")
typed("undone_with_full_score", "1.10", "score", 4.0, "W_UNDONE_FULL", 4.0)


@mutation
def nothing_filled_in(draft: Draft) -> Expected:
    """One finding for the file, not one for every cell."""
    for row, values in VALUES.items():
        for column in values:
            draft.set(row, column, None)
    return Expected((("E_NOT_FILLED", "", ""),), {})


@mutation
def a_number_in_a_text_column(draft: Draft) -> Expected:
    """Its text, without a word."""
    draft.set("1#1", "note", 3.0)
    return Expected((), changed("1#1", "note", "3"))


@mutation
def a_list_with_dashes(draft: Draft) -> Expected:
    """A leading dash before Chinese text is a list, not a formula."""
    draft.set("1", "statement", "- 已办\n— 已公开")
    return Expected((), changed("1", "statement", "- 已办\n— 已公开"))


# Fixed contents.
def fixed(name: str, row: str, column: str, value: Cell | Typed, code: str) -> None:
    """A damage to a fixed cell; all values still come back."""

    def damage(draft: Draft) -> Expected:
        cell = draft.set(row, column, value)
        return Expected(((code, sheet_of(row), cell),), changed())

    damage.__name__ = name
    MUTATIONS.append(damage)


fixed("points_raised", "1", "points", 50.0, "E_TEMPLATE_TAMPERED")
fixed("points_erased", "1", "points", None, "E_TEMPLATE_TAMPERED")
fixed("points_invented", "3", "points", 5.0, "E_TEMPLATE_TAMPERED")
fixed("points_computed", "1", "points", Cell("number", 5.0, "5", "2+3"), "E_TEMPLATE_TAMPERED")
fixed("number_changed", "1", "number", "1A", "E_TEMPLATE_TAMPERED")
fixed("word_limit_raised", "1#2", "limit", 20000.0, "E_TEMPLATE_TAMPERED")
fixed("indicator_reworded", "1", "text", "公开清单", "W_FIXED_TEXT")
fixed("chapter_erased", "1", "chapter", None, "W_FIXED_TEXT")
fixed("text_computed", "1", "text", Cell("text", "公开权责清单", "", "A1"), "E_TEMPLATE_TAMPERED")


@mutation
def indicator_retyped_with_other_widths(draft: Draft) -> Expected:
    """The same words in other widths and spaces are the same words."""
    draft.set("1", "thresholds", "公开率 １００％")
    return Expected((), changed())


# Rows.
@mutation
def row_deleted(draft: Draft) -> Expected:
    """The missing row is named; its materials do not suffer."""
    draft.items.map_rows(lambda n: None if n == 7 else n - (n > 7))
    return Expected((("E_ROW_MISSING", ITEMS, ""),), without("1.1"))


@mutation
def row_moved(draft: Draft) -> Expected:
    """One row taken to another place is one moved row."""
    order = {6: 9, 7: 6, 8: 7, 9: 8}
    draft.items.map_rows(lambda n: order.get(n, n))
    return Expected((("W_ROW_MOVED", ITEMS, ""),), changed())


@mutation
def row_inserted_with_answers(draft: Draft) -> Expected:
    """Answers that belong to no indicator."""
    draft.items.insert_row(8)
    draft.items["D8"], draft.items["I8"] = "自加指标", DONE
    return Expected((("E_ROW_UNKNOWN", ITEMS, "B8"),), changed())


@mutation
def row_inserted_with_a_remark(draft: Draft) -> Expected:
    """Words between the rows that nobody asked for."""
    draft.items.insert_row(8)
    draft.items["D8"] = "以下为新增工作"
    return Expected((("W_ROW_EXTRA", ITEMS, "B8"),), changed())


@mutation
def row_inserted_empty(draft: Draft) -> Expected:
    """An empty row means nothing."""
    draft.items.insert_row(8)
    return Expected((), changed())


@mutation
def row_copied(draft: Draft) -> Expected:
    """The same row twice counts once."""
    draft.items.insert_row(8)
    draft.items.rows[8] = dict(draft.items.rows[7])
    return Expected((("I_ROW_DUP_SAME", ITEMS, "B8"),), changed())


@mutation
def row_copied_and_changed(draft: Draft) -> Expected:
    """Two different answers to the same question."""
    draft.items.insert_row(8)
    draft.items.rows[8] = dict(draft.items.rows[7])
    draft.items["J8"] = 1.0
    return Expected((("E_ROW_DUP", ITEMS, "B8"),), changed())


@mutation
def row_id_erased(draft: Draft) -> Expected:
    """Number and text say which row it is."""
    draft.items["A7"] = None
    return Expected((("W_ROW_BY_TEXT", ITEMS, ""),), changed())


@mutation
def all_row_ids_gone(draft: Draft) -> Expected:
    """The hidden column deleted."""
    draft.items.map_columns(lambda n: n - 1 if n > 1 else None)
    return Expected((("W_ROW_BY_TEXT", ITEMS, ""),), changed())


@mutation
def row_id_of_another_row(draft: Draft) -> Expected:
    """An id pasted over: the row says that it is another one, and neither is believed."""
    draft.items["A7"] = "1.10"
    places = (("E_TEMPLATE_TAMPERED", ITEMS, "B7"), ("E_ROW_MISSING", ITEMS, ""))
    return Expected(places, without("1.1"))


@mutation
def rows_sorted_without_their_ids(draft: Draft) -> Expected:
    """The visible columns sorted, the hidden ids left behind: all rows are there, their words count."""
    draft.items["A7"] = "1.10"
    draft.items["A8"] = "1.1"
    return Expected((("W_ROW_BY_TEXT", ITEMS, ""),), changed(), warns=True)


@mutation
def header_repeated_between_rows(draft: Draft) -> Expected:
    """A header pasted in again for printing."""
    draft.items.insert_row(8)
    draft.items.rows[8] = dict(draft.items.rows[5])
    return Expected((), changed())


@mutation
def total_row_added(draft: Draft) -> Expected:
    """A total is no row of the form, though it fills an input column."""
    draft.items["B12"], draft.items["J12"] = "合 计", 8.75
    return Expected((), changed())


@mutation
def remarks_below(draft: Draft) -> Expected:
    """Notes and a second signature line below the table."""
    draft.items["B14"] = "注：以上数据截至11月。"
    draft.items["B15"], draft.items["I15"] = "填表人：张三", "联系电话：0000"
    return Expected((), changed())


@mutation
def row_hidden(draft: Draft) -> Expected:
    """A hidden row with answers is read, and said."""
    draft.items.hidden_rows.add(7)
    return Expected((("W_HIDDEN_ROW", ITEMS, "B7"),), changed())


@mutation
def inputs_merged(draft: Draft) -> Expected:
    """What a merged area covers cannot be seen; what it shows could be meant for either row."""
    draft.items.merges.append((6, 11, 7, 11))
    return Expected((("E_MERGED_INPUT", ITEMS, "K6"),), changed("1", "done_on"))


@mutation
def fixed_cells_merged(draft: Draft) -> Expected:
    """Merging the same chapter over several rows hides nothing that is read."""
    draft.items["C7"] = None
    draft.items.merges.append((6, 3, 7, 3))
    return Expected((), changed())


@mutation
def stray_cell_below(draft: Draft) -> Expected:
    """A note far below the table."""
    draft.items["J300"] = "备忘"
    return Expected((("W_FAR_CELL", ITEMS, "J300"),), changed())


@mutation
def stray_cell_to_the_right(draft: Draft) -> Expected:
    """A note far to the right of the table."""
    draft.items["AB8"] = "备忘"
    return Expected((("W_FAR_CELL", ITEMS, "AB8"),), changed())


# Columns.
@mutation
def column_moved(draft: Draft) -> Expected:
    """One column taken to another place is one moved column."""
    order = {9: 12, 10: 9, 11: 10, 12: 11}
    draft.items.map_columns(lambda n: order.get(n, n))
    return Expected((("W_COLUMN_MOVED", ITEMS, "L5"),), changed())


@mutation
def column_inserted(draft: Draft) -> Expected:
    """A new column with something in it is not read, and said."""
    draft.items.insert_column(10)
    draft.items["J5"], draft.items["J7"] = "自查人", "张三"
    return Expected((("W_COLUMN_ADDED", ITEMS, "J5"),), changed())


@mutation
def column_inserted_empty(draft: Draft) -> Expected:
    """A new column with nothing in it means nothing."""
    draft.items.insert_column(10)
    draft.items["J5"] = "自查人"
    return Expected((), changed())


@mutation
def column_inserted_before_the_ids(draft: Draft) -> Expected:
    """The hidden ids are found where they went."""
    draft.items.insert_column(1)
    return Expected((), changed())


@mutation
def column_appended_without_header(draft: Draft) -> Expected:
    """Words right beside the table."""
    draft.items["N7"] = "见附件"
    return Expected((("W_COLUMN_ADDED", ITEMS, "N5"),), changed())


@mutation
def column_deleted(draft: Draft) -> Expected:
    """The column is named once, not every row of it."""
    draft.items.map_columns(lambda n: None if n == 11 else n - (n > 11))
    values = changed()
    for row in values.values():
        row.pop("done_on", None)
    return Expected((("E_COLUMN_MISSING", ITEMS, ""),), values)


@mutation
def column_doubled(draft: Draft) -> Expected:
    """Two columns of the same name: neither is taken."""
    draft.items.insert_column(13)
    for cells in draft.items.rows.values():
        if 12 in cells and 11 in cells:
            cells[13] = cells[12]
    values = changed()
    for row in values.values():
        row.pop("statement", None)
    return Expected((("E_COLUMN_DUP", ITEMS, "M5"),), values)


@mutation
def column_ids_erased(draft: Draft) -> Expected:
    """The headers say which column is which."""
    draft.items.rows.pop(4)
    return Expected((), changed())


@mutation
def header_reworded(draft: Draft) -> Expected:
    """The hidden id says which column it is."""
    draft.items["J5"] = "本单位得分"
    return Expected((("W_FIXED_TEXT", ITEMS, "J5"),), changed())


@mutation
def header_of_another_column(draft: Draft) -> Expected:
    """Id and header contradict each other: the column is not believed."""
    draft.items["L5"] = "未完成原因及下一步打算"
    values = changed()
    for row in values.values():
        row.pop("statement", None)
    return Expected((("E_TEMPLATE_TAMPERED", ITEMS, "L5"),), values)


@mutation
def header_two_rows_deep(draft: Draft) -> Expected:
    """A row put above the header, some titles merged into it; ids gone as well."""
    sheet = draft.items
    sheet.rows.pop(4)
    sheet.insert_row(5)
    for column in range(2, 9):
        sheet.rows.setdefault(5, {})[column] = sheet.rows[6].pop(column)
        sheet.merges.append((5, column, 6, column))
    sheet["I5"] = "填报内容"
    sheet.merges.append((5, 9, 5, 13))
    return Expected((), changed())


@mutation
def header_with_spaces(draft: Draft) -> Expected:
    """Letter-spaced headers, with the ids gone."""
    draft.items.rows.pop(4)
    draft.items["J5"] = "自 评　分\n(必填)".replace("\n(必填)", "")
    return Expected((), changed())


# Sheets.
@mutation
def sheet_renamed(draft: Draft) -> Expected:
    """Known by its contents."""
    draft.items.name = "Sheet1"
    return Expected((("W_SHEET_RENAMED", "Sheet1", ""),), changed())


@mutation
def sheets_moved(draft: Draft) -> Expected:
    """The order of the sheets means nothing."""
    draft.sheets.reverse()
    return Expected((), changed())


@mutation
def sheet_deleted(draft: Draft) -> Expected:
    """The rest can still be read."""
    draft.sheets.remove(draft.materials)
    return Expected((("E_SHEET_MISSING", "", ""),), {r: v for r, v in changed().items() if "#" not in r})


@mutation
def sheet_hidden(draft: Draft) -> Expected:
    """A hidden table is read, and said."""
    draft.materials.state = "hidden"
    return Expected((("W_HIDDEN_TABLE", GIVEN_LIST, ""),), changed())


@mutation
def sheet_added(draft: Draft) -> Expected:
    """A sheet of the unit's own."""
    draft.sheets.insert(0, DraftSheet("工作底稿", {1: {1: Cell("text", "底稿")}}, []))
    return Expected((("I_SHEET_EXTRA", "工作底稿", ""),), changed())


@mutation
def empty_sheet_added(draft: Draft) -> Expected:
    """Sheet2 with nothing on it."""
    draft.sheets.append(DraftSheet("Sheet2", {}, []))
    return Expected((), changed())


@mutation
def hidden_sheet_added(draft: Draft) -> Expected:
    """A hidden sheet with something on it is not passed over in silence."""
    draft.sheets.append(DraftSheet("底稿", {1: {1: Cell("text", "底稿")}}, [], "hidden"))
    return Expected((("W_HIDDEN_SHEET", "底稿", ""),), changed())


@mutation
def sheet_copied(draft: Draft) -> Expected:
    """An exact copy changes nothing."""
    draft.sheets.append(replace(deepcopy(draft.items), name="自评表 (2)"))
    return Expected((("I_SHEET_EXTRA", "自评表 (2)", ""),), changed())


@mutation
def sheet_copied_and_changed(draft: Draft) -> Expected:
    """Two sheets that say different things."""
    copy = replace(deepcopy(draft.items), name="自评表 (2)")
    copy["J6"] = 1.0
    draft.sheets.append(copy)
    return Expected((("E_SHEET_DUP", ITEMS, ""),), changed())


@mutation
def no_table_left(draft: Draft) -> Expected:
    """A form, by its manifest, but with nothing in it to read."""
    draft.items.rows, draft.materials.rows = {}, {}
    return Expected((("E_SHEET_MISSING", "", ""), ("E_SHEET_MISSING", "", "")), refused=True)


@mutation
def another_workbook(draft: Draft) -> Expected:
    """Nothing of a form is in it."""
    draft.sheets = [DraftSheet("Sheet1", {1: {1: Cell("text", "收文登记")}}, [])]
    return Expected((("E_NO_FORM", "", ""),), refused=True)


# The manifest and the unit.
@mutation
def manifest_deleted(draft: Draft) -> Expected:
    """Known by header and content."""
    draft.sheets.remove(draft.manifest)
    return Expected((("W_MANIFEST_MISSING", "", ""),), changed())


@mutation
def manifest_signed_with_another_key(draft: Draft) -> Expected:
    """Not signed by this workbench: the contents decide."""
    draft.sheets[-1] = Draft.of(key=b"x" * 32).manifest
    return Expected((("W_MANIFEST_FORGED", "", ""),), changed())


@mutation
def manifest_of_another_unit(draft: Draft) -> Expected:
    """The code changed by hand: the signature does not hold."""
    row = next(r for r in draft.manifest.rows.values() if r[1].value == "单位编码")
    row[2] = Cell("text", "X02")
    return Expected((("W_MANIFEST_FORGED", "", ""),), changed())


@mutation
def manifest_unreadable(draft: Draft) -> Expected:
    """Something else on the hidden sheet."""
    draft.manifest.rows = {1: {1: Cell("text", "？")}}
    return Expected((("W_MANIFEST_FORGED", "", ""),), changed())


@mutation
def manifest_numbers_retyped(draft: Draft) -> Expected:
    """A spreadsheet that turns digits into numbers has changed nothing."""
    for row in draft.manifest.rows.values():
        if 2 in row and str(row[2].value).isdigit():
            row[2] = number(int(str(row[2].value)))
    return Expected((), changed())


def other(**changes: object) -> Workbench:
    """The workbench with other settings."""
    return replace(WORKBENCH, settings=replace(SETTINGS, **changes))  # type: ignore[arg-type]


@mutation
def form_of_another_round(draft: Draft) -> Expected:
    """Last year's form: refused by its manifest."""
    draft.sheets = Draft.of(workbench=other(year=2025)).sheets
    return Expected((("E_OTHER_ROUND", "", ""),), refused=True)


@mutation
def form_of_another_round_without_manifest(draft: Draft) -> Expected:
    """Last year's form still says so at its head."""
    draft.sheets = Draft.of(workbench=other(year=2025)).sheets[:-1]
    return Expected((("E_OTHER_ROUND", ITEMS, "I2"),), refused=True)


@mutation
def unit_name_of_another_unit(draft: Draft) -> Expected:
    """Sent out to one unit, says that it is another's: nobody's."""
    draft.items["D2"] = "乙街道办事处"
    return Expected((("E_UNIT_MISMATCH", ITEMS, "D2"),), {})


@mutation
def unit_name_unknown(draft: Draft) -> Expected:
    """A name that nobody has registered."""
    draft.items["D2"] = "甲镇政务中心"
    return Expected((("E_UNIT_UNKNOWN", ITEMS, "D2"),), changed())


@mutation
def unit_name_erased(draft: Draft) -> Expected:
    """The manifest knows the unit."""
    draft.items["D2"] = None
    return Expected((("W_FIXED_TEXT", ITEMS, "D2"),), changed())


@mutation
def unit_name_by_alias(draft: Draft) -> Expected:
    """An alias in the roster is the unit's name."""
    draft.items["D2"] = "甲　镇"
    return Expected((), changed())


@mutation
def unit_name_with_invisible_characters(draft: Draft) -> Expected:
    """Taken off, and said."""
    draft.items["D2"] = "甲镇\u200b人民政府"
    return Expected((("W_TEXT_INVISIBLE", ITEMS, "D2"),), changed())


@mutation
def unit_is_a_group(draft: Draft) -> Expected:
    """A group is no unit."""
    draft.items["D2"] = "乡镇街道"
    return Expected((("E_UNIT_UNKNOWN", ITEMS, "D2"),), changed())


@mutation
def unit_without_duty(draft: Draft) -> Expected:
    """The unit's indicators have been given to others since."""
    indicators = tuple(replace(i, lead=("丙县司法局",)) for i in INDICATORS)
    workbench = replace(WORKBENCH, catalogue=Catalogue(indicators, MATERIALS))
    return Expected((("E_NOT_ASSIGNED", "", ""),), {}, context=Context.of(workbench, KEY, TODAY))


@mutation
def unit_retired(draft: Draft) -> Expected:
    """The unit does not report any more."""
    units = (replace(UNITS[0], active=False), *UNITS[1:])
    workbench = replace(WORKBENCH, roster=Roster(units))
    return Expected((("E_NOT_ASSIGNED", "", ""),), {}, context=Context.of(workbench, KEY, TODAY))


# Versions.
@mutation
def form_of_an_old_version(draft: Draft) -> Expected:
    """Mapped, not refused."""
    context = Context.of(with_form(spec_with(version=2)), KEY, TODAY)
    return Expected((("W_OLD_VERSION", "", ""),), changed(), context=context)


@mutation
def old_version_with_a_retired_row(draft: Draft) -> Expected:
    """Answers to an indicator that is not asked any more."""
    catalogue = Catalogue(tuple(i for i in INDICATORS if i.number != "1.10"), MATERIALS[:3] + MATERIALS[4:])
    workbench = replace(with_form(spec_with(version=2)), catalogue=catalogue)
    places = (
        ("W_OLD_VERSION", "", ""),
        ("W_ROW_EXTRA", ITEMS, "B8"),
        ("W_ROW_EXTRA", GIVEN_LIST, "B9"),
    )
    return Expected(places, without("1.10", "1.10#1"), context=Context.of(workbench, KEY, TODAY))


@mutation
def old_version_without_a_new_row(draft: Draft) -> Expected:
    """A new indicator cannot have been answered."""
    catalogue = Catalogue((*INDICATORS, replace(INDICATORS[0], number="99")), MATERIALS)
    workbench = replace(with_form(spec_with(version=2)), catalogue=catalogue)
    places = (("W_OLD_VERSION", "", ""), ("E_ROW_NEW", ITEMS, ""))
    return Expected(places, changed(), context=Context.of(workbench, KEY, TODAY))


@mutation
def reminder_only(draft: Draft) -> Expected:
    """A column that only reminds: the invalid value is not taken, the file is."""
    cell = draft.set("1", "statement", "=1")
    context = Context.of(with_form(spec_with(statement={"strictness": "提醒"})), KEY, TODAY)
    place = ("E_TEXT_FORMULA_LIKE", ITEMS, cell)
    return Expected((place,), changed("1", "statement"), warns=True, context=context)
