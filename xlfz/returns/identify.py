"""Whose file this is and which form: by the signed manifest, else by what the sheets say.

Takes a workbook and the round's `Forms`; gives an `Identity` and findings. Forbids guessing: a name
that means nobody, several units or another unit than the manifest's leaves the file without a
unit, and a finding says why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from xlfz.errors import refuse
from xlfz.excel.address import address
from xlfz.findings import finding
from xlfz.form import manifest
from xlfz.returns.cells import EMPTY, filled, holds_something, shown
from xlfz.text import fold, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlfz.excel.content import BookContent, SheetContent
    from xlfz.findings import Finding
    from xlfz.form.manifest import Manifest
    from xlfz.returns.columns import Header
    from xlfz.returns.expected import Forms
    from xlfz.returns.model import Identified
    from xlfz.roster import Unit

_LABELS = (
    "填报单位名称", "填报单位", "填表单位", "报送单位", "上报单位", "填报部门", "报送部门", "单位名称",
)  # fmt: skip
_LABEL = re.compile(
    r"(?:^|[\s;；|])(?:"
    + "|".join(r"\s*".join(label) for label in _LABELS)
    + r")\s*(?:[(（]\s*(?:盖\s*章|公\s*章|全\s*称)\s*[)）])?\s*(?:[:：]|(?=\s)|$)\s*(?P<value>.*)",
    re.S,
)
_NEXT_LABEL = re.compile(r"\s+\S{2,10}\s*[:：]|[;；|\n\t]")
_PERIOD = re.compile(r"期\s*次\s*[:：]\s*(?P<all>(?P<first>\S+).*)", re.S)
_NEIGHBOURS = 12
"""The value of a label stands within so many columns, or nowhere."""


class Said(NamedTuple):
    """What a sheet says of its unit: the words as typed, and where they stand."""

    sheet: str
    cell: str
    text: str


@dataclass(slots=True)
class Identity:
    """Whose file and which form. `unit` None: it could not be attributed."""

    how: Identified = "content"
    unit: Unit | None = None
    version: int = 0
    manifest: Manifest | None = None
    """The manifest when its signature holds."""
    findings: list[Finding] = field(default_factory=list)


def identify(book: BookContent, placed: Sequence[tuple[SheetContent, Header]], forms: Forms) -> Identity:
    """Whose file it is. `placed`: the sheets on which a table of the form was found.

    Raises Refused when it is a form of another round or kind.
    """
    made = Identity(version=forms.spec.version)
    state = _read_manifest(book, forms, made)
    said = [s for sheet, header in placed if (s := _said(sheet, header)) is not None]
    if made.manifest is not None:
        _by_manifest(made, made.manifest, said, forms)
    else:
        _check_period(placed, forms)
        _by_content(made, said, forms)
        name: dict[str, Any] = {"单位": made.unit.name} if made.unit else {}
        made.findings.insert(0, finding(state, 表=forms.spec.kind, **name))
    for one in said:
        if one.text.strip() and visible(one.text) != _trimmed(one.text):
            made.findings.append(
                finding("W_TEXT_INVISIBLE", sheet=one.sheet, cell=one.cell, 值=visible(one.text))
            )
    if made.unit is not None and forms.of(made.unit.code) is None:
        made.findings.append(finding("E_NOT_ASSIGNED", 单位=made.unit.name))
    return made


def _trimmed(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u3000", " ").strip()


def _read_manifest(book: BookContent, forms: Forms, made: Identity) -> str:
    """Put a manifest whose signature holds into `made`; else the code that says what is wrong with it."""
    sheet = book.sheet(manifest.SHEET)
    if sheet is None:
        return "W_MANIFEST_MISSING"
    read = manifest.read(sheet, forms.key)
    if read is None or not read[1]:
        return "W_MANIFEST_FORGED"
    found = read[0]
    if (found.period, found.kind) != (forms.period, forms.spec.kind):
        raise refuse(
            finding("E_OTHER_ROUND", unit=found.unit, 实=f"{found.period}{found.kind}", 应=_round(forms))
        )
    made.manifest, made.how, made.version = found, "manifest", found.version
    if found.version != forms.spec.version:
        made.findings.append(finding("W_OLD_VERSION", 实=found.version, 应=forms.spec.version))
    return ""


def _round(forms: Forms) -> str:
    return f"{forms.period}{forms.spec.kind}"


def _by_manifest(made: Identity, found: Manifest, said: Iterable[Said], forms: Forms) -> None:
    """The manifest names the unit; what the sheets say must not contradict it."""
    roster = forms.roster
    unit = roster.by_code.get(found.code)
    named = roster.unit(found.unit)
    if unit is None:
        unit = named
    if unit is None:
        made.findings.append(finding("E_UNIT_UNKNOWN", 值=found.unit, 近似=roster.nearest(found.unit)))
        return
    if named is not None and named.code != unit.code:
        # The roster has given the code to another unit since the form was sent out.
        made.findings.append(finding("E_UNIT_MISMATCH", 应=found.unit, 实=unit.name))
        return
    made.unit = unit
    reported: set[str] = set()
    for one in said:
        name = visible(one.text)
        other = _unit(name, forms)
        if fold(name) in (fold(found.unit), fold(unit.name)) or fold(name) in reported:
            continue
        if other is not None and other.code == unit.code:
            continue
        reported.add(fold(name))
        place: dict[str, Any] = {"sheet": one.sheet, "cell": one.cell}
        if not name:
            made.findings.append(finding("W_FIXED_TEXT", **place, 应=unit.name, 实=EMPTY))
        elif other is not None:
            made.unit = None
            made.findings.append(finding("E_UNIT_MISMATCH", **place, 应=unit.name, 实=shorten(name)))
        else:
            near = roster.nearest(name)
            made.findings.append(finding("E_UNIT_UNKNOWN", **place, 值=shorten(name), 近似=near))


def _by_content(made: Identity, said: Sequence[Said], forms: Forms) -> None:
    """The names on the sheets, which must all mean one unit."""
    named = [one for one in said if visible(one.text)]
    if not named:
        missing = finding("E_UNIT_MISSING")
        made.findings.append(missing.at(sheet=said[0].sheet, cell=said[0].cell) if said else missing)
        return
    reported: set[str] = set()
    for one in named:
        name = visible(one.text)
        unit = _unit(name, forms)
        place: dict[str, Any] = {"sheet": one.sheet, "cell": one.cell}
        if unit is None:
            if fold(name) not in reported:
                reported.add(fold(name))
                near = forms.roster.nearest(name)
                made.findings.append(finding("E_UNIT_UNKNOWN", **place, 值=shorten(name), 近似=near))
        elif made.unit is None:
            made.unit = unit
        elif made.unit.code != unit.code:
            made.findings.append(finding("E_UNIT_MISMATCH", **place, 应=made.unit.name, 实=unit.name))
            made.unit = None
            return


def _unit(name: str, forms: Forms) -> Unit | None:
    """The one unit of a name; a retired unit is one too, and has no duty."""
    unit = forms.roster.unit(name)
    if unit is None:
        folded = fold(name)
        unit = next((u for u in forms.roster.units if not u.active and fold(u.name) == folded), None)
    return unit


def _said(sheet: SheetContent, header: Header) -> Said | None:
    """The unit that a sheet names above its table; an empty text where the label has no value."""
    for number, row in sheet.rows.items():
        if number >= max(header.row, header.id_row):
            break
        for column, cell in row.items():
            if cell.kind != "text":
                continue
            label = _LABEL.search(str(cell.value))
            if label is None:
                continue
            if visible(label["value"]):
                return Said(sheet.name, address(number, column), _own_value(label["value"]))
            end = _right_edge(sheet, number, column)
            value = _neighbour(sheet, number, end)
            return Said(sheet.name, address(number, value or end + 1), shown(row.get(value)) if value else "")
    return None


def _own_value(text: str) -> str:
    """The value of a label in its own cell, without the next label and its value."""
    follows = _NEXT_LABEL.search(text.strip())
    return text.strip()[: follows.start()] if follows else text


def _neighbour(sheet: SheetContent, row: int, end: int) -> int:
    """The column of the value to the right of a label, 0 when there is none: the next label is none."""
    cells = sheet.rows.get(row, {})
    for column in range(end + 1, end + 1 + _NEIGHBOURS):
        cell = cells.get(column)
        if filled(cell):
            text = visible(shown(cell))
            return 0 if re.search("[:：]", text) else column
    return 0


def _right_edge(sheet: SheetContent, row: int, column: int) -> int:
    """The last column of the merged area that begins at a cell."""
    return next((right for top, left, _, right in sheet.merges if (top, left) == (row, column)), column)


def _check_period(placed: Iterable[tuple[SheetContent, Header]], forms: Forms) -> None:
    """Without a manifest the head of the form still says its round."""
    for sheet, header in placed:
        for number, row in sheet.rows.items():
            if number >= max(header.row, header.id_row):
                break
            for column, cell in row.items():
                said = _PERIOD.search(str(cell.value)) if cell.kind == "text" else None
                if said and not _same_period(said, forms.period):
                    place: dict[str, Any] = {"sheet": sheet.name, "cell": address(number, column)}
                    raise refuse(finding("E_OTHER_ROUND", **place, 实=said["first"], 应=_round(forms)))


def _same_period(said: re.Match[str], wanted: str) -> bool:
    """A round may contain spaces, and the due date follows it."""
    return fold(said["first"]) == fold(wanted) or fold(said["all"]).startswith(f"{fold(wanted)}请")


def extra_sheets(book: BookContent, tables: Iterable[str]) -> list[Finding]:
    """Sheets beside the form's that hold something: not read, but not passed over in silence."""
    known = {*tables, manifest.SHEET}
    return [
        finding(
            "I_SHEET_EXTRA" if sheet.state == "visible" else "W_HIDDEN_SHEET", sheet=sheet.name, 名=sheet.name
        )
        for sheet in book.sheets
        if sheet.name not in known and holds_something(sheet)
    ]
