"""Templates: rendered once, stamped for every unit."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import oracle
from xlfz.excel import look
from xlfz.excel.archive import assemble, members
from xlfz.excel.plan import Block, Formula, Merge, Page, Put, Sheet, Workbook
from xlfz.excel.reader import read_workbook
from xlfz.excel.stamp import Template
from xlfz.excel.writer import write

UNIT, CODE, SEAL = "⟦unit⟧", "⟦code⟧", "⟦seal⟧"
SLOTS = (UNIT, CODE, SEAL)


def form(rows: int = 20, **sheet: object) -> Workbook:
    """A form with the unit in its title, a formula, a block and the hidden manifest."""
    body = Sheet(
        "自评表",
        merges=(Merge(1, 1, 1, 12, f"{UNIT}2026年度自评表", look.TITLE),),
        cells=(
            Put(2, 1, f"填报单位：{UNIT}（{CODE}）", look.SUBTITLE),
            Put(2, 2, UNIT, look.BODY),
            Put(2, 3, Formula("B2", UNIT), look.BODY),
            *(
                Put(row, column, f"第{row}项第{column}列的要求和上报资料说明", look.BODY)
                for row in range(4, rows + 4)
                for column in range(1, 7)
            ),
            *(Put(row, column, None, look.INPUT) for row in range(4, rows + 4) for column in range(7, 13)),
        ),
        blocks=(Block(rows + 5, 1, (look.BODY,), [(f"{UNIT}盖章",)]),),
        **sheet,  # type: ignore[arg-type]
    )
    manifest = Sheet("_", cells=(Put(1, 1, CODE, look.BODY), Put(2, 1, SEAL, look.BODY)), state="veryHidden")
    return Workbook((body, manifest), title=f"{UNIT}自评表")


TEMPLATE = Template(write(form(3)), SLOTS)


def text_of(data: bytes, row: int, column: int) -> object:
    """The text of a cell of the form; openpyxl does not decode _xHHHH_ as Excel does."""
    cell = read_workbook(data).sheets[0].cell(row, column)
    return cell.value if cell else ""


def test_a_stamp_replaces_every_slot():
    """Titles, cells, cached values, blocks and the document's title."""
    data = Template(write(form()), SLOTS).stamp({UNIT: " 市<财政>&局_x0041_", CODE: "U001", SEAL: "ab" * 32})
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    assert text_of(data, 1, 1) == " 市<财政>&局_x0041_2026年度自评表"
    assert text_of(data, 2, 1) == "填报单位： 市<财政>&局_x0041_（U001）"
    assert text_of(data, 2, 2) == text_of(data, 2, 3) == " 市<财政>&局_x0041_"
    assert text_of(data, 25, 1) == " 市<财政>&局_x0041_盖章"
    assert oracle.values(data)["_"] == {"A1": "U001", "A2": "ab" * 32}
    assert book.properties.title == " 市<财政>&局_x0041_自评表"
    assert "⟦" not in "".join(member.content().decode("utf-8", "replace") for member in members(data))
    assert oracle.audit(data) == []


def test_spaces_of_a_value_are_kept():
    """The slot had none at its ends, so XlsxWriter did not ask Excel to keep them."""
    data = TEMPLATE.stamp({UNIT: " 甲 ", CODE: "c", SEAL: "s"})
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        strings = package.read("xl/sharedStrings.xml").decode()
    assert '<t xml:space="preserve"> 甲 </t>' in strings


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40)
)
@settings(max_examples=100, deadline=None)
def test_any_text_arrives(value: str):
    """The stamped file is a sound zip, and the text is read back to the last character."""
    data = TEMPLATE.stamp({UNIT: value, CODE: "c", SEAL: "s"})
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
    assert text_of(data, 2, 2) == value


def test_only_parts_with_a_slot_differ():
    """Everything else is copied as it was deflated, and the same values give the same bytes."""
    source = write(form())
    values = {UNIT: "甲", CODE: "1", SEAL: "x"}
    stamped = Template(source, SLOTS).stamp(values)
    changed = [b.name for a, b in zip(members(source), members(stamped), strict=True) if a != b]
    assert sorted(changed) == ["docProps/core.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"]
    assert stamped == Template(source, SLOTS).stamp(values)


def test_a_long_value_is_stored_in_several_blocks():
    """Deflate stores at most 65,535 bytes in one block; a full cell of Chinese has 98,301."""
    data = Template(write(form(3)), SLOTS).stamp({UNIT: "甲", CODE: "1", SEAL: "印" * 32_767})
    assert oracle.values(data)["_"]["A2"] == "印" * 32_767


def test_one_slot_may_begin_another():
    """The longer one is looked for first."""
    sheet = Sheet("表", (Put(1, 1, "@unit", look.BODY), Put(2, 1, "@unit_code", look.BODY)))
    data = Template(write(Workbook((sheet,))), ("@unit", "@unit_code")).stamp(
        {"@unit": "甲", "@unit_code": "7"}
    )
    assert oracle.values(data)["表"] == {"A1": "甲", "A2": "7"}


@pytest.mark.parametrize(
    ("plan", "slots", "says"),
    [
        (form(1), (*SLOTS, "⟦无⟧"), "the workbook holds no ⟦无⟧"),
        (form(1), (), "a template needs slots"),
        (form(1), (UNIT, UNIT), "a template needs slots"),
        (form(1, page=Page(footer=f"&C{UNIT}")), SLOTS, "outside the text of cells"),
        (
            Workbook((Sheet("表", (Put(1, 1, Formula(f'"{UNIT}"', UNIT), look.BODY),)),)),
            (UNIT,),
            "outside the text",
        ),
        (
            Workbook((Sheet(f"表{UNIT[1:-1]}", (Put(1, 1, "unit", look.BODY),)),)),
            ("unit",),
            "holds unit, which is",
        ),
    ],
)
def test_a_slot_that_cannot_be_replaced_is_an_error(plan: Workbook, slots: tuple[str, ...], says: str):
    """Nowhere, or where another escape would be needed."""
    with pytest.raises(ValueError, match=says):
        Template(write(plan), slots)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({UNIT: "甲"}, "slots are"),
        ({UNIT: "甲", CODE: "1", SEAL: "2", "x": "3"}, "slots are"),
        ({UNIT: "甲\x07", CODE: "1", SEAL: "2"}, "a control character"),
        ({UNIT: "甲", CODE: "1", SEAL: "x" * 32_768}, "a text of 32768"),
        ({UNIT: "甲" * 32_760, CODE: "1", SEAL: "2"}, "would exceed 32767"),
        ({UNIT: "\ud800", CODE: "1", SEAL: "2"}, "half a surrogate"),
    ],
)
def test_values_that_do_not_fit_are_an_error(values: dict[str, str], says: str):
    """Missing, unknown, unprintable or too long."""
    with pytest.raises(ValueError, match=says):
        TEMPLATE.stamp(values)


@oracle.libreoffice
def test_libreoffice_opens_a_stamped_form():
    """Stored and deflated blocks in one stream are read by others too."""
    data = TEMPLATE.stamp({UNIT: "市财政局", CODE: "1", SEAL: "2"})
    assert oracle.recalculate(data)["自评表"]["C2"] == "市财政局"


def test_members_keep_their_bytes():
    """Taken apart and put together again, the archive is the same for every reader."""
    source = write(form())
    again = assemble(members(source))
    assert again == source
    with zipfile.ZipFile(io.BytesIO(again)) as package:
        assert package.testzip() is None
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for info in package.infolist():
            # Python reads the directory only; others read the header before the data.
            local = struct.unpack_from("<3L", again, info.header_offset + 14)
            assert local == (info.CRC, info.compress_size, info.file_size)


def test_foreign_archives_are_refused():
    """Another method than stored or deflated is not copied blindly."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as package:
        package.writestr("a", "b")
    with pytest.raises(ValueError, match="only stored and deflated"):
        members(buffer.getvalue())


@pytest.mark.bench
def test_stamping_is_fast():
    """A form of 134 rows: measured at a fifth of a millisecond."""
    template = Template(write(form(134)), SLOTS)
    start = time.perf_counter()
    for i in range(500):
        data = template.stamp({UNIT: f"第{i}单位", CODE: str(i), SEAL: "ab" * 400})
    spent = (time.perf_counter() - start) / 500
    print(f"\nstamp of 134 rows: {spent * 1000:.2f} ms, {len(data) / 1e3:.0f} kB")
    assert spent < 0.005
