"""The table of codes is whole, and the source and the table say the same."""

from __future__ import annotations

import ast
import csv
import re
import string
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

import xlfz
from xlfz.findings import SEVERITY_NAMES, Scope, Severity, by_weight, codes, finding

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(xlfz.__file__).parent
COLUMNS = ["code", "severity", "scope", "message", "remedy", "to_unit"]
PREFIX = {"error": "E_", "warn": "W_", "info": "I_"}

OFFICE_ONLY = {"E_DUP_UNIT", "E_PICK_GONE", "E_PICK_FAULTY", "E_PART_HELD"}
"""Errors of a file that only the office can mend: no unit is told of them (`office.copies`)."""

RESERVED = {
    "W_CACHED_MISMATCH",  # until returned formulas are recalculated
    "W_BAD_NAME",  # until archives with illegal names are renamed instead of refused
    "I_NORMALISED",  # until many repairs in one column are summed up
}
"""Published codes that nothing uses yet."""

FILLED_IN_BY_THE_PLACE = {"单位", "ref"}
FILLED_IN_LATER = {
    ("E_SUMMARY_UNREADABLE", "名"),  # the name is known after the write
    ("E_INTERNAL", "日志"),  # the folder's log, unless a face knows another place
    ("E_NO_WORKERS", "日志"),
}


def rows() -> list[dict[str, str]]:
    with (PACKAGE / "findings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def syntax_trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def codes_in_the_source() -> dict[str, str]:
    """Code -> where it is used."""
    used: dict[str, str] = {}
    for path, tree in syntax_trees():
        for node in ast.walk(tree):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and re.fullmatch("[EWI]_[A-Z0-9_]+", value):
                used.setdefault(value, f"{path.name}:{node.lineno}")
    return used


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_the_table_has_its_columns_and_no_gaps() -> None:
    """Every code has a severity, a scope, a message and a remedy, and each code stands once."""
    table = rows()
    assert list(table[0]) == COLUMNS
    assert [r["code"] for r in table if any(not r[c] or r[c] != r[c].strip() for c in COLUMNS[:-1])] == []
    names = [r["code"] for r in table]
    assert [n for n in set(names) if names.count(n) > 1] == []


@pytest.mark.parametrize("code", codes().values(), ids=lambda c: c.code)
def test_each_code_is_well_formed(code: object) -> None:
    """The prefix tells the severity; message and remedy are sentences; placeholders are plain words."""
    row = codes()[code.code]  # type: ignore[attr-defined]
    assert row.severity in get_args(Severity)
    assert row.scope in get_args(Scope)
    assert row.code.startswith(PREFIX[row.severity])
    for text in (row.message, row.remedy):
        assert text.endswith("。"), text
        for _, name, form, conversion in string.Formatter().parse(text):
            assert name is None or (name.isidentifier() and not form and not conversion), text


def test_the_source_uses_only_codes_of_the_table() -> None:
    """A code that is not in the table would fail when it is needed most."""
    assert {c: at for c, at in codes_in_the_source().items() if c not in codes()} == {}


def test_the_table_has_only_codes_that_the_source_uses() -> None:
    """Or that are named here as reserved, with the reason."""
    used = set(codes_in_the_source())
    assert set(codes()) - used - RESERVED == set()
    assert used & RESERVED == set(), "no longer reserved"
    assert set(codes()) >= RESERVED


def test_every_finding_gets_the_facts_its_message_needs() -> None:
    """A message with 未知 in it helps nobody."""
    short = []
    for path, tree in syntax_trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "finding" and node.args):
                continue
            code = getattr(node.args[0], "value", None)
            given = {keyword.arg for keyword in node.keywords}
            if code not in codes() or None in given:  # a variable code, or facts in a dict
                continue
            needed = placeholders(codes()[code].message) | placeholders(codes()[code].remedy)
            missing = needed - given - FILLED_IN_BY_THE_PLACE
            short += [
                f"{path.name}:{node.lineno} {code} {name}"
                for name in missing
                if (code, name) not in FILLED_IN_LATER
            ]
    assert short == []


def test_a_finding_says_what_where_and_what_to_do() -> None:
    """The facts and the place fill the placeholders of both sentences."""
    found = finding("E_TIMEOUT", 秒=30).at(file="回收/甲.xlsx", unit="县教育局")
    assert found.message == "读取超过 30 秒已中止，其余文件不受影响。"
    assert found.text == found.message + found.remedy
    assert found.severity_name == SEVERITY_NAMES["error"] == "错误"
    assert "请让县教育局重新发送" in finding("E_EMPTY_FILE", unit="县教育局").remedy
    assert "请让报送单位重新发送" in finding("E_EMPTY_FILE").remedy


def test_an_unknown_fact_shows_as_unknown() -> None:
    """A missing fact must not hide the finding behind a KeyError."""
    assert "未知" in finding("E_TIMEOUT").message


def test_a_code_that_does_not_exist_is_an_error_at_once() -> None:
    """Not when the message is shown."""
    with pytest.raises(KeyError):
        finding("E_NO_SUCH_CODE")


def test_a_place_once_known_is_kept() -> None:
    """The reader knows the cell, the office only the file."""
    found = finding("E_REQUIRED", cell="H12", 列="完成情况").at(cell="A1", sheet="自评表")
    assert (found.cell, found.sheet) == ("H12", "自评表")
    assert "H12" in found.message


def test_errors_sort_first() -> None:
    """The low-value warnings must not drown the errors."""
    found = [finding("I_TRIMMED", file="a"), finding("W_DIM", file="a"), finding("E_EMPTY_FILE", file="z")]
    assert [f.severity for f in sorted(found, key=by_weight)] == ["error", "warn", "info"]


def test_findings_of_a_sheet_come_row_by_row() -> None:
    """As a person works through it: J9 before J10, column Z before AA, the sheet as a whole first."""
    cells = ["", "A2", "Z9", "AA9", "J10", "I100"]
    found = [finding("E_REQUIRED", sheet="自评表", cell=c, 列="自评分") for c in reversed(cells)]
    assert [f.cell for f in sorted(found, key=by_weight)] == cells


@pytest.mark.parametrize("unit", ["", "甲镇人民政府"])
def test_remedies_speak_to_the_unit(unit: str) -> None:
    """The staff's 请让某单位重新填报 is 请重新填报 to the unit itself."""
    assert finding("E_TEMPLATE_TAMPERED", unit=unit).remedy_to_unit.startswith("请用原模板")
    assert finding("E_NOT_FILLED", unit=unit).remedy_to_unit == "请填好各项后报送。"
    assert finding("E_DATE").remedy_to_unit == finding("E_DATE").remedy


def test_no_unit_is_told_to_ask_itself() -> None:
    """What a unit is told to do about its own file names neither itself nor the office's workbench."""
    for code in codes().values():
        if code.scope in ("file", "sheet", "cell", "entry") and code.severity == "error":
            told = finding(code.code, unit="甲镇").remedy_to_unit
            assert code.code in OFFICE_ONLY or not re.search("甲镇|工作台|名册", told), (code.code, told)
