"""Simulated returns: issued forms filled in as units fill them in, good and bad.

Takes issued forms and a seed; gives paths below 回收/ and bytes. Deterministic. Knows where the
cells of a form are (by its hidden ids) and how people damage workbooks; knows nothing of the
checks. Used by the demo and the tests only.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from xlfz.excel.address import address
from xlfz.excel.reader import read_workbook
from xlfz.form.spec import DONE, GIVEN, NOT_APPLICABLE, PARTLY, TABLE_TITLES, UNDONE, FormRow, form_rows
from xlfz.office.typist import Package, Raw, Typed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlfz.assignment import Duty
    from xlfz.form.spec import TableId

Defects = Literal["none", "typical"]
DEFECTS: tuple[Defects, ...] = ("none", "typical")
FIRST_DAY = date(2026, 1, 5)
LAST_DAY = date(2026, 10, 30)
_STAMP = (2026, 11, 2, 9, 0, 0)
_STATEMENTS = (
    "已印发实施方案，明确责任科室和完成时限，按季度调度。",
    "已建立工作台账，逐项落实，资料归档齐全。",
    "组织专题培训2期，开展自查1次，发现问题均已整改。",
    "制度已修订并公开，运行正常，群众反映良好。",
    "按要求完成，相关清单已在门户网站公布。",
)
_REASONS = ("人员调整，进度滞后，计划12月上旬完成。", "上级细则尚未印发，待印发后一个月内完成。")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the input cells of a form are: (table, row id, column id) -> address."""

    cells: Mapping[tuple[TableId, str, str], str]

    @classmethod
    def of(cls, form: bytes) -> Places:
        """Read from the form's own hidden ids."""
        book = read_workbook(form)
        cells: dict[tuple[TableId, str, str], str] = {}
        for table, title in TABLE_TITLES.items():
            sheet = book.sheet(title)
            if sheet is None:
                continue
            columns: dict[int, str] = {}
            for number, row in sheet.rows.items():
                texts = {c: str(cell.value) for c, cell in row.items() if cell.kind == "text"}
                if not columns and {"status", "provided"} & set(texts.values()):
                    columns = texts
                elif columns and 1 in row:
                    row_id = row[1].raw or str(row[1].value)
                    for column, column_id in columns.items():
                        cells[table, row_id, column_id] = address(number, column)
        return cls(cells)


@dataclass
class Filled:
    """One unit's form while it is being filled in: what is typed where, and the open package."""

    duty: Duty
    places: Places
    rows: tuple[FormRow, ...]
    values: dict[tuple[TableId, str, str], Typed]
    package: Package
    rng: random.Random
    renamed: str = ""

    def set(self, row: FormRow, column: str, value: Typed) -> None:
        """Type a value into a row's column."""
        self.values[row.table, row.id, column] = value

    def clear(self, row: FormRow, column: str) -> None:
        """Leave a row's column blank."""
        self.values.pop((row.table, row.id, column), None)

    def at(self, row: FormRow, column: str) -> str:
        """The address of a row's column."""
        return self.places.cells[row.table, row.id, column]

    def done(self) -> FormRow:
        """Some indicator row that is filled in as done, with points."""
        rows = [
            r
            for r in self.rows
            if r.table == "items"
            and r.indicator.points is not None
            and self.values[r.table, r.id, "status"] == DONE
        ]
        return self.rng.choice(rows)

    def given(self) -> FormRow:
        """Some material row that is filled in as provided."""
        rows = [
            r for r in self.rows if r.table == "materials" and self.values[r.table, r.id, "provided"] == GIVEN
        ]
        return self.rng.choice(rows)

    def save(self) -> bytes:
        """Type everything and close the package."""
        for table, title in TABLE_TITLES.items():
            typed = {self.places.cells[k]: v for k, v in self.values.items() if k[0] == table}
            if typed:
                sheet = title if title in self.package.sheets else self.renamed
                self.package.type(sheet, typed)
        return self.package.close()

    def rename_items(self, name: str) -> None:
        """Rename the sheet of the indicator table."""
        self.package.rename(TABLE_TITLES["items"], name)
        self.renamed = name


def fill(duty: Duty, form: bytes, places: Places, seed: int) -> Filled:
    """A form of one unit, filled in without a fault."""
    rng = random.Random(f"{seed}:{duty.unit.code}")
    rows = form_rows(duty)
    filled = Filled(duty, places, rows, {}, Package.open(form), rng)
    diligence = rng.uniform(0.75, 1.0)
    statuses: dict[str, str] = {}
    for row in rows:
        if row.table == "items":
            statuses[row.indicator.number] = _fill_item(filled, row, diligence)
        else:
            _fill_material(filled, row, statuses[row.indicator.number])
    return filled


def _fill_item(filled: Filled, row: FormRow, diligence: float) -> str:
    rng, points = filled.rng, row.indicator.points
    draw = rng.random()
    status = (
        DONE if draw < diligence else PARTLY if draw < 0.95 else UNDONE if draw < 0.99 else NOT_APPLICABLE
    )
    filled.set(row, "status", status)
    share = {DONE: rng.choice((1, 1, 1, 0.95, 0.9)), PARTLY: rng.choice((0.7, 0.6, 0.5)), UNDONE: 0.0}
    if points is not None and status in share:
        filled.set(row, "score", int(points * share[status] * 100 + 1e-6) / 100)
    if status == DONE:
        day = FIRST_DAY + timedelta(days=rng.randrange((LAST_DAY - FIRST_DAY).days))
        filled.set(row, "done_on", day)
        filled.set(row, "statement", rng.choice(_STATEMENTS))
    elif status != NOT_APPLICABLE:
        filled.set(row, "reason", rng.choice(_REASONS))
    return status


def _fill_material(filled: Filled, row: FormRow, status: str) -> None:
    provided = {DONE: GIVEN, PARTLY: GIVEN, UNDONE: "未提供", NOT_APPLICABLE: NOT_APPLICABLE}[status]
    filled.set(row, "provided", provided)
    if provided == GIVEN:
        filled.set(row, "file_name", f"附件{row.id.replace('#', '-')} {filled.duty.unit.name}佐证材料.pdf")
        filled.set(row, "words", filled.rng.randrange(120, 480))


def simulate(
    duties: Sequence[Duty], forms: Mapping[str, tuple[str, bytes]], seed: int, defects: Defects
) -> list[tuple[str, bytes]]:
    """(path below 回收/, bytes) of what the units send back.

    `forms` maps unit code -> (file name, issued bytes). With `typical`, about a third of the files
    has one of the usual faults, some units send twice and a few send nothing.
    """
    places: dict[tuple[str, ...], Places] = {}
    order = list(duties)
    random.Random(seed).shuffle(order)
    handed_in = any(item.materials for duty in duties for item in duty.items)
    usual = [fault for fault in _TYPICAL if handed_in or fault is not _NO_FILE_NAME]
    faults = dict(zip([d.unit.code for d in order], usual, strict=False)) if defects == "typical" else {}
    files: list[tuple[str, bytes]] = []
    for duty in duties:
        name, form = forms[duty.unit.code]
        shape = tuple(r.id for r in form_rows(duty))
        if shape not in places:
            places[shape] = Places.of(form)
        filled = fill(duty, form, places[shape], seed)
        fault = faults.get(duty.unit.code)
        files += fault(filled, name) if fault else [(name, filled.save())]
    return files


Fault = Callable[[Filled, str], "list[tuple[str, bytes]]"]


def _one(damage: Callable[[Filled], None]) -> Fault:
    def fault(filled: Filled, name: str) -> list[tuple[str, bytes]]:
        damage(filled)
        return [(name, filled.save())]

    return fault


def _score_too_high(f: Filled) -> None:
    f.set(row := f.done(), "score", (row.indicator.points or 0) + 5)


def _score_with_unit(f: Filled) -> None:
    row = f.done()
    f.set(row, "score", f"{f.values['items', row.id, 'score']}分")


def _score_full_width(f: Filled) -> None:
    row = f.done()
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    f.set(row, "score", str(f.values["items", row.id, "score"]).translate(wide))


def _score_formula(f: Filled) -> None:
    f.set(f.done(), "score", Raw("<f>0.2+0.3</f><v>0.5</v>"))


def _score_error(f: Filled) -> None:
    f.set(f.done(), "score", Raw("<v>#REF!</v>", "e"))


def _score_words(f: Filled) -> None:
    f.set(f.done(), "score", "满分")


def _date_future(f: Filled) -> None:
    f.set(f.done(), "done_on", date(2062, 3, 12))


def _date_as_text(f: Filled) -> None:
    f.set(f.done(), "done_on", "2026年3月12日")


def _date_missing(f: Filled) -> None:
    f.clear(f.done(), "done_on")


def _choice_wrong(f: Filled) -> None:
    f.set(f.done(), "status", "基本完成")


def _name_missing(f: Filled) -> None:
    f.clear(f.given(), "file_name")


def _text_too_long(f: Filled) -> None:
    f.set(f.done(), "statement", "我单位高度重视，多次召开会议研究部署。" * 60)


def _sheet_renamed(f: Filled) -> None:
    f.rename_items(f"{f.duty.unit.name}自评"[:31])


def _nothing_filled(f: Filled) -> None:
    f.values.clear()


def _cut_off(filled: Filled, name: str) -> list[tuple[str, bytes]]:
    data = filled.save()
    return [(name, data[: len(data) * 2 // 3])]


def _web_page(_: Filled, name: str) -> list[tuple[str, bytes]]:
    page = "<html><body><table><tr><td>登录已过期，请重新登录</td></tr></table></body></html>"
    return [(name.replace(".xlsx", ".xls"), page.encode())]


def _scan(_: Filled, name: str) -> list[tuple[str, bytes]]:
    return [(name.replace(".xlsx", "（盖章扫描件）.pdf"), b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n%%EOF\n")]


def _twice_the_same(filled: Filled, name: str) -> list[tuple[str, bytes]]:
    data = filled.save()
    return [(name, data), (name.replace(".xlsx", " - 副本.xlsx"), data)]


def _twice_different(filled: Filled, name: str) -> list[tuple[str, bytes]]:
    first, row = filled.save(), filled.done()
    filled.set(row, "statement", "补充修改后的情况说明。")
    return [(name, first), (name.replace(".xlsx", "（修改）.xlsx"), filled.save())]


def _zipped(filled: Filled, name: str) -> list[tuple[str, bytes]]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name, _STAMP), filled.save(), zipfile.ZIP_DEFLATED)
    return [(f"邮件附件/{filled.duty.unit.name}.zip", buffer.getvalue())]


def _left_open(filled: Filled, name: str) -> list[tuple[str, bytes]]:
    return [(name, filled.save()), (f"~${name[2:]}", b"\x05user" + b" " * 160)]


def _never_sent(_: Filled, __: str) -> list[tuple[str, bytes]]:
    return []


_NO_FILE_NAME = _one(_name_missing)
"""The one fault for which a catalogue must ask for materials."""

_TYPICAL: tuple[Fault, ...] = (
    _one(_score_too_high),
    _one(_score_with_unit),
    _one(_date_missing),
    _never_sent,
    _one(_choice_wrong),
    _one(_score_formula),
    _zipped,
    _cut_off,
    _NO_FILE_NAME,
    _one(_date_future),
    _twice_different,
    _one(_score_full_width),
    _one(_date_as_text),
    _one(_sheet_renamed),
    _web_page,
    _one(_score_error),
    _twice_the_same,
    _one(_nothing_filled),
    _scan,
    _one(_text_too_long),
    _left_open,
    _one(_score_words),
    _never_sent,
)
