"""One raw cell to one validated answer, by the declaration of its column.

Takes a `Cell`, its `Column` and what the row and the round say about it (`About`); gives a `Value`:
the answer, or the fact that it is blank or invalid, and every repair and fault as findings without a
place. Forbids taking a value that was not positively validated: a formula's cached result, a
percentage, an error value and a text that is almost a number are never answers.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from xlfz.check.spellings import SERIALS, is_percent, read_number
from xlfz.excel.days import day_of, read_day
from xlfz.findings import finding
from xlfz.form.conditions import general
from xlfz.form.spec import POINTS
from xlfz.text import characters, fold, half_width, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from xlfz.check.model import Answer
    from xlfz.excel.content import Cell
    from xlfz.findings import Finding
    from xlfz.form.spec import Column

MAX_TEXT = 32_767
_EXACT = 10**15
"""Excel keeps 15 digits: a longer whole number has lost its last ones."""
_DAY = "%Y-%m-%d"
_NOISE = 1e-9

_DANGEROUS = re.compile(
    r"\b(DDE|DDEAUTO|WEBSERVICE|FILTERXML|CALL|REGISTER|REGISTER\.ID|EXEC|RTD|IMPORTXML|IMPORTDATA|IMPORTRANGE)\s*\("
    r"|\b(cmd|msexcel|mshta|powershell|rundll32)\b[^!]*\|"
    r"|\|\s*'[^']*'\s*!",
    re.IGNORECASE,
)
_OTHER_BOOK = re.compile(
    r"\[[^\[\]]*\.(xls\w?|xlt\w?|ods|et|csv)\]|\[\d+\]|file:///|https?://", re.IGNORECASE
)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NEW_LINES = re.compile("\r\n?")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028\u2029\u2060-\u2065\ufeff\ufff9-\ufffb]")
_FORMULA_SIGNS = "=+@"
_MINUS_FORMULA = re.compile(r"-+\s*[0-9A-Za-z(=+@$\"'.]")


class About(NamedTuple):
    """What the column's declaration does not say. `maximum`, `limit` and `usual` are this row's.

    `today` and `start` bound the days of an actual completion; None where they do not apply.
    """

    minimum: float | None = None
    maximum: float | None = None
    limit: int | None = None
    usual: int | None = None
    today: date | None = None
    start: date | None = None
    date1904: bool = False


class Value(NamedTuple):
    """What a cell holds: an answer; or nothing (`blank`); or something that cannot be taken (neither)."""

    answer: Answer | None = None
    blank: bool = False
    findings: tuple[Finding, ...] = ()


BLANK = Value(blank=True)


def validate(cell: Cell, column: Column, about: About) -> Value:
    """The answer in a cell, and every repair and fault."""
    if cell.formula is not None:
        return _fault(formula_fault(cell))
    if cell.kind == "text":
        text = str(cell.value)
        # A text that begins with something to be seen is the usual case, and needs no closer look.
        seen = text[:1] not in ("", " ") and text[0].isprintable()
        if not seen and not visible(text) and not _CONTROL.search(text):
            return BLANK
    elif cell.kind == "blank":
        return BLANK
    elif cell.kind == "error":
        return _fault(finding("E_CELL_ERROR", 值=cell.value))
    return _READERS[column.type](cell, column, about)


def formula_fault(cell: Cell) -> Finding:
    """What is wrong with a formula: in a cell to fill in, every formula is wrong."""
    formula = cell.formula or ""
    if _DANGEROUS.search(formula):
        return finding("E_FORMULA_DANGEROUS", 公式=shorten(f"={formula}", 60))
    if _OTHER_BOOK.search(formula):
        return finding("E_EXTERNAL_REF", 公式=shorten(f"={formula}", 60))
    value = "" if cell.value is None else general(cell.value)
    return finding("E_FORMULA_IN_INPUT", 公式=shorten(f"={formula}", 60), 值=shorten(value) or "空白")


def range_text(low: float | None, high: float | None) -> str:
    """A range of numbers as staff read it."""
    if low is not None and high is not None:
        return f"{low:g}–{high:g}"
    return f"不小于 {low:g}" if low is not None else f"不大于 {high:g}" if high is not None else "有效"


def _fault(found: Finding) -> Value:
    return Value(findings=(found,))


def _number(cell: Cell, column: Column, about: About) -> Value:
    repairs: tuple[Finding, ...] = ()
    span = range_text(about.minimum, about.maximum)
    if cell.kind == "bool":
        return _fault(finding("E_NUM_INVALID", 值=general(cell.value), 范围=span))
    if cell.kind == "text":
        text = str(cell.value)
        if is_percent(text):
            return _fault(finding("E_SCORE_PERCENT", 值=half_width(text)))
        number = read_number(text, column.id, points=column.maximum == POINTS)
        if number is None:
            return _fault(finding("E_NUM_TEXT", 值=shorten(visible(text))))
        repairs = (finding("W_NUM_TEXT", 值=shorten(visible(text)), 数=general(number)),)
    else:
        number = float(cell.value)  # type: ignore[arg-type]
        if cell.format == "percent":
            return _fault(finding("E_SCORE_PERCENT", 值=f"{general(number * 100)}%"))
        if cell.format in ("date", "time"):
            repairs = (finding("W_SCORE_DATEFMT", 数=general(number)),)
    if column.type == "整数" and number != int(number):
        return _fault(finding("E_NUM_WHOLE", 值=general(number)))
    low, high = about.minimum, about.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return _fault(finding("E_SCORE_RANGE", 列=column.title, 值=general(number), 范围=span))
    if about.limit is not None and number > about.limit:
        return _fault(finding("E_TEXT_LIMIT", 列=column.title, n=general(number), 上限=about.limit))
    if about.usual is not None and number > about.usual:
        repairs = (*repairs, finding("W_TEXT_USUAL", 列=column.title, n=general(number), 常=about.usual))
    if column.maximum == POINTS and _finer(number) and not (high is not None and _finer(high)):
        repairs = (*repairs, finding("W_SCORE_DECIMALS", 列=column.title, 值=general(number)))
    return Value(number, findings=repairs)


def _finer(score: float) -> bool:
    """Whether a score has more than two decimals; what binary fractions add is none."""
    return abs(score - round(score, 2)) > _NOISE


def _date(cell: Cell, _: Column, about: About) -> Value:
    found: Finding | None = None
    day: date | None
    if cell.kind == "text":
        text = str(cell.value)
        day = read_day(text)
        if day is not None:
            found = finding("W_DATE_TEXT", 日期=day.strftime(_DAY))
        said = shorten(visible(text))
    elif cell.kind == "number":
        number = float(cell.value)  # type: ignore[arg-type]
        day, found = _day_number(number, cell, about)
        said = general(number)
    else:
        day, said = None, general(cell.value)
    if day is None:
        return _fault(finding("E_DATE", 值=said))
    findings = (found,) if found is not None else ()
    if about.today is not None and day > about.today:
        return _fault(finding("E_DATE_FUTURE", 值=day.strftime(_DAY), 今天=about.today.strftime(_DAY)))
    if about.start is not None and day < about.start:
        early = finding("W_DATE_EARLY", 值=day.strftime(_DAY), 起=about.start.strftime(_DAY))
        findings = (*findings, early)
    return Value(day, findings=findings)


def _day_number(number: float, cell: Cell, about: About) -> tuple[date | None, Finding | None]:
    """The day that a number stands for, and how that was seen when not by its format."""
    if cell.format == "percent":
        return None, None
    day = day_of(number, date1904=about.date1904)
    if day is None:
        # 20260312 typed as a number, in a date's format or not, is no day number of any calendar.
        day = read_day(general(number))
        return day, finding("W_DATE_TEXT", 日期=day.strftime(_DAY)) if day else None
    if cell.format == "date":
        return day, None if number == int(number) else finding("W_DATE_TIME", 日期=day.strftime(_DAY))
    serial = int(number) + (0 if not about.date1904 else 1462)
    return (day, finding("W_DATE_SERIAL", 日期=day.strftime(_DAY))) if serial in SERIALS else (None, None)


def _choice(cell: Cell, column: Column, _: About) -> Value:
    text = str(cell.value) if cell.kind == "text" else general(cell.value)
    if text in column.options:
        return Value(text)
    folded = fold(text)
    option = next((o for o in column.options if fold(o) == folded), None)
    if option is None:
        return _fault(finding("E_CHOICE", 值=shorten(visible(text)), 选项="、".join(column.options)))
    if visible(text) == option:
        return Value(option, findings=(finding("I_TRIMMED"),))
    return Value(option, findings=(finding("W_CHOICE_NEAR", 值=shorten(visible(text)), 选项=option),))


def _text(cell: Cell, column: Column, about: About) -> Value:
    if cell.kind == "text":
        value = clean_text(str(cell.value))
    else:
        value = _text_of_number(cell, about)
    text = value.answer
    if not isinstance(text, str):
        return value
    # Cheaper than counting: white space only makes a text longer.
    most = len(text)
    if (about.limit is None or most <= about.limit) and (about.usual is None or most <= about.usual):
        return value
    n = characters(text)
    if about.limit is not None and n > about.limit:
        over = finding("E_TEXT_LIMIT", 列=column.title, n=n, 上限=about.limit)
        return Value(findings=(*value.findings, over))
    if about.usual is not None and n > about.usual:
        over = finding("W_TEXT_USUAL", 列=column.title, n=n, 常=about.usual)
        return Value(text, findings=(*value.findings, over))
    return value


def clean_text(text: str) -> Value:
    """A text as it may stand in the summary.

    A leading - is usual in lists and stays, unless a digit, a Latin letter or an operator follows:
    then a spreadsheet would take it for a formula as it takes = + @.
    """
    plain = text
    findings: tuple[Finding, ...] = ()
    if not text.isprintable() or text[:1] == " " or text[-1:] == " ":
        if _CONTROL.search(text.replace("\r", "\n")):
            return _fault(finding("E_TEXT_CONTROL"))
        if _BIDI.search(text):
            return _fault(finding("E_TEXT_BIDI"))
        lines = _NEW_LINES.sub("\n", text)
        plain = _INVISIBLE.sub("", lines).strip()
        if plain != lines:
            findings = (finding("I_TRIMMED"),)
        if not plain:
            return BLANK
    units = len(plain) + sum(c > "\uffff" for c in plain) if len(plain) > MAX_TEXT // 2 else 0
    if units > MAX_TEXT:
        return _fault(finding("E_TEXT_TOO_LONG", n=units))
    first = unicodedata.normalize("NFKC", plain[0])
    if first in _FORMULA_SIGNS or (first == "-" and _MINUS_FORMULA.match(half_width(plain[:20]))):
        return _fault(finding("E_TEXT_FORMULA_LIKE", 首字符=plain[0]))
    return Value(plain, False, findings)


def _text_of_number(cell: Cell, about: About) -> Value:
    """A number in a text column is its text; what the program made of a text is said."""
    if cell.kind == "bool":
        return Value(general(cell.value))
    number = float(cell.value)  # type: ignore[arg-type]
    if number == int(number) and abs(number) >= _EXACT:
        return _fault(finding("E_ID_PRECISION"))
    if cell.format == "percent":
        text = f"{general(number * 100)}%"
    elif cell.format == "date" and (day := day_of(number, date1904=about.date1904)) is not None:
        text = day.strftime(_DAY)
    else:
        return Value(general(number))
    return Value(text, findings=(finding("W_TEXT_DATE", 值=text),))


_READERS: Mapping[str, Callable[[Cell, Column, About], Value]] = {
    "文本": _text,
    "数字": _number,
    "整数": _number,
    "日期": _date,
    "选择": _choice,
}
