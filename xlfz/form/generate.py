"""The forms of all units, fast: units with the same rows share one rendered workbook.

Takes the workbench, the key and the moment the documents bear; gives each unit's file name and
bytes one after another, and zips for parent units. The same input gives the same bytes. Writes
nothing to disk.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from xlfz.excel.stamp import Template
from xlfz.excel.writer import write
from xlfz.form import manifest
from xlfz.form.heading import Heading, period
from xlfz.form.layout import plan
from xlfz.form.spec import form_rows
from xlfz.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from xlfz.assignment import Assignment, Duty
    from xlfz.form.spec import FormSpec
    from xlfz.roster import Unit

_UNIT, _CODE, _SIGNATURE = "⟦单位名称⟧", "⟦单位编码⟧", "⟦校验⟧"
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
_MAX_NAME = 120
"""Characters of a file name without its ending: paths of 260 characters are all that Windows takes."""
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


class Settings(Protocol):
    """What a form needs of the 设置 sheet."""

    @property
    def title(self) -> str: ...
    @property
    def organ(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def round(self) -> str: ...
    @property
    def start(self) -> date | None: ...
    @property
    def due(self) -> date | None: ...
    @property
    def password(self) -> str: ...


class Campaign(Protocol):
    """What forms are made from: a workbench, seen from a layer below it."""

    @property
    def settings(self) -> Settings: ...
    @property
    def assignment(self) -> Assignment: ...
    @property
    def form(self) -> FormSpec: ...


class Form(NamedTuple):
    """One unit's form, ready to be written to disk."""

    unit: Unit
    name: str
    data: bytes


def heading(settings: Settings, unit: Unit, key: bytes, created: datetime) -> Heading:
    """The heading of one unit's form, from the 设置 sheet."""
    return Heading(
        title=settings.title,
        organ=settings.organ,
        unit=unit.name,
        code=unit.code,
        period=period(settings.year, settings.round),
        created=created,
        due=settings.due,
        start=settings.start,
        password=settings.password,
        key=key,
    )


def forms(workbench: Campaign, key: bytes, created: datetime) -> Iterator[Form]:
    """One form for each unit that has something to report, in the roster's order."""
    presses: dict[tuple[object, ...], _Press] = {}
    taken: set[str] = set()
    settings = workbench.settings
    for duty in workbench.assignment.duties:
        if not duty.items:
            continue
        unit = duty.unit
        same = _same(duty)
        press = presses.get(same)
        if press is None:
            press = presses[same] = _Press(duty, workbench.form, heading(settings, unit, key, created))
        name = file_name(unit.name, settings.title, period(settings.year, settings.round))
        yield Form(unit, _unique(name, taken), press.form(unit))


def file_name(unit: str, title: str, round_: str) -> str:
    """`单位名称_工作名称_期次.xlsx` without what Windows forbids; the unit's name is kept whole."""
    parts = [safe_name(part) for part in (unit, title, round_)]
    room = max(8, _MAX_NAME - len(parts[0]) - len(parts[2]) - 2)
    parts[1] = parts[1][:room]
    return "_".join(part for part in parts if part)[: _MAX_NAME + 40] + ".xlsx"


def zips(made: Iterable[tuple[Unit, str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """(file name, bytes) of one zip for each parent unit (上级单位), with its units' forms.

    The form of the parent itself goes into its own zip. Units without a parent need none. Names are
    UTF-8; forms are stored as they are, they are compressed already.
    """
    everything = list(made)
    groups: dict[str, list[tuple[Unit, str, bytes]]] = {u.parent: [] for u, _, _ in everything if u.parent}
    for form in everything:
        unit = form[0]
        for name in {unit.parent, unit.name} & groups.keys():
            groups[name].append(form)
    taken: set[str] = set()
    for parent, members in groups.items():
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for _, name, data in members:
                info = zipfile.ZipInfo(name, _ZIP_DAY)
                info.create_system = 0
                archive.writestr(info, data)
        yield _unique(f"{safe_name(parent)}_填报表.zip", taken), buffer.getvalue()


class _Press:
    """One rendered form, and what it takes to make it any other unit's."""

    def __init__(self, duty: Duty, spec: FormSpec, of: Heading) -> None:
        rows = form_rows(duty)
        drawn = plan(rows, spec, replace(of, unit=_UNIT, code=_CODE), signature=_SIGNATURE)
        self._template = Template(write(drawn), (_UNIT, _CODE, _SIGNATURE))
        self._frame = manifest.frame(manifest.manifest(rows, spec, of.period, of.code, of.unit))
        self._key = of.key

    def form(self, unit: Unit) -> bytes:
        signature = manifest.seal(self._frame, unit.code, unit.name, self._key)
        return self._template.stamp({_UNIT: unit.name, _CODE: unit.code, _SIGNATURE: signature})


def _same(duty: Duty) -> tuple[object, ...]:
    """Equal for two units with the same rows: within one catalogue the numbers say everything."""
    return tuple(
        (i.indicator.number, i.role, i.facts, tuple(m.index for m in i.materials)) for i in duty.items
    )


def safe_name(name: str) -> str:
    """A name that Windows takes: no forbidden characters, no blank or dot at the ends, no device name."""
    clean = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", visible(name))).strip(" .")
    return f"_{clean}" if _RESERVED.match(clean) else clean


def _unique(name: str, taken: set[str]) -> str:
    """The name, numbered when another file has it already; case does not tell files apart."""
    stem, dot, ending = name.rpartition(".")
    number = 2
    while name.lower() in taken:
        name = f"{stem}({number}){dot}{ending}"
        number += 1
    taken.add(name.lower())
    return name
