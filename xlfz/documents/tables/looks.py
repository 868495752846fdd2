"""How much a line of a torn table looks like a cell of each column.

Takes one line, what the table is like (`Model`) and a column; gives a score, higher for more alike.
By form alone: length and width, stops, numbers, endings that units or materials have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlfz.documents.model import Place
from xlfz.documents.tables.lines import Line
from xlfz.documents.tables.marks import numeral

if TYPE_CHECKING:
    from xlfz.documents.tables.headers import Column, Duty

FORBIDDEN = -30.0
_POINTS_ONLY = re.compile(r"[(（]\d{1,3}(?:\.\d)?分?[)）]?")
"""The points of a heading on a line of their own: `(10分`."""


@dataclass(slots=True)
class Model:
    """What the lines themselves tell of the table."""

    columns: tuple[Column, ...]
    numbered: bool
    """Rows begin with a number that stands alone."""
    chapters: bool
    """Chapters begin with 一、."""
    sections: bool
    """Sections begin with 1. or (1)."""
    materials: bool
    """There is a column of materials, whose items mostly begin with (1)."""
    strong: bool = False
    """The same few units stand on most lines that are units."""
    widths: dict[int, float] = field(default_factory=dict)
    stops: dict[int, float] = field(default_factory=dict)
    """How often the cells of a text column end with a stop."""
    skips: dict[int, float] = field(default_factory=dict)


def alikeness(text: str, columns: tuple[Column, ...], c: int) -> float:
    """How much a text by itself looks like a cell of a column."""
    duties = [column.duty for column in columns]
    model = Model(columns, "number" in duties, "chapter" in duties, False, "material" in duties)
    number = numeral(text) if duties[c] == "number" else None
    return looks(Line(text, Place(), number=number), model, c, False)


def looks(line: Line, model: Model, c: int, staying: bool) -> float:
    """How much a line looks like the column; `staying`: as a further line of the cell above it."""
    duty = model.columns[c].duty
    if line.number is not None:
        return 6.0 if duty == "number" else (1.0 if duty == "points" and line.points else FORBIDDEN)
    score = _by_duty(line, model, duty, staying)
    if not staying and ((len(line.plain) <= 2 and not line.points) or line.goes_on):
        score -= 2.5  # a character or two begin no cell: they are the rest of one
    width = model.widths.get(c)
    if width and duty != "number":
        if len(line.segments) > 1:
            score -= min(4.0, 8.0 * max(0.0, abs(line.width - width) / width - 0.15))
        elif line.width > width * 1.1:
            score -= min(4.0, 9.0 * (line.width / width - 1.1))
        elif staying and not line.ends and line.width < 0.7 * width:
            score -= 1.5 * model.stops.get(c, 0.0)
    return score


def _by_duty(line: Line, model: Model, duty: Duty, staying: bool) -> float:
    size = len(line.plain)
    if duty == "number":
        return FORBIDDEN
    if duty == "points":
        return 4.0 if line.points else -10.0
    if line.points and duty != "other":
        return -8.0
    if duty == "deadline":
        return 5.0 if line.deadline else (0.0 if staying and size <= 12 else -5.0)
    if duty in ("lead", "responsible", "supporting"):
        return _unit(line, model, staying)
    if duty == "material":
        return _material(line)
    if duty in ("text", "requirement"):
        return _content(line, staying)
    if duty == "chapter":
        return _chapter(line, model, staying)
    if duty == "section":
        return _section(line, model, staying)
    if duty == "person":
        return 2.5 if re.fullmatch(r"[一-鿿·]{2,4}|[\d-]{7,14}", line.plain) and not line.units else -3.0
    return -3.0 if duty == "blank" else -1.0


def _unit(line: Line, model: Model, staying: bool) -> float:
    if line.ends or len(line.plain) > 60 or line.needless:
        return -6.0
    seems = max(line.units, 0.85 if line.opens else 0.0)
    score = 4.0 * seems - 1.0
    if line.units and line.times >= 3:
        score += 1.5
    if seems and not line.opens:
        strange = min(6.0, 0.5 + 1.5 * line.odd) if model.strong and line.odd else 0.0
        score += 1.0 if line.known > 0.4 else -strange
    if not seems:
        score -= 0.5 if staying else 2.0
        score -= 0.1 * max(0, len(line.plain) - 10)
    if line.ordinal or line.level:
        score -= 4.0
    if line.material and not seems:
        score -= 2.0
    return score


def _material(line: Line) -> float:
    score = 0.0
    if line.needless:
        return 6.0
    if line.material:
        score += 2.0
    if line.ordinal == "(1)":
        score += 1.5
    if line.units > 0.9:
        score -= 3.0 if line.times >= 2 or line.known > 0.4 else (1.0 if line.odd else 2.0)
    if line.ends and not line.material and not line.ordinal:
        score -= 0.6
    if line.level:
        score -= 3.0
    if line.opens:
        score -= 2.0
    if len(line.plain) < 5:
        score -= 1.5
    return score


def _content(line: Line, staying: bool) -> float:
    size = len(line.plain)
    score = 1.5 if size >= 20 else (0.6 if size >= 12 else (-0.5 if size >= 7 else -1.5))
    if line.ends:
        score += 0.8
    if line.units > 0.9:
        score -= 4.0
    if line.needless:
        score -= 6.0
    if line.material and size < 24:
        score -= 0.6
    if line.level and not staying:
        score -= 2.5
    return score


def _chapter(line: Line, model: Model, staying: bool) -> float:
    size = len(line.plain)
    if size > 40 or line.needless:
        return -8.0
    score = 0.0
    if _POINTS_ONLY.fullmatch(line.plain):
        return 5.0 if staying else -4.0
    if line.level:
        score += 0.5 if staying else 5.0
    elif model.chapters and not staying:
        # 仁、: the number of a chapter may be misread, its mark is there.
        score += 1.5 if re.match(r"[一-鿿][、.]", line.plain) else -4.0
    else:
        score -= 0.6 if staying else 1.0
    if re.search("[。；;]$", line.plain):
        score -= 2.0
    if line.units > 0.9 and line.times >= 3:
        score -= 3.0
    if line.ordinal in ("1.", "(1)"):
        score -= 3.0
    return score


def _section(line: Line, model: Model, staying: bool) -> float:
    size = len(line.plain)
    if size > 45 or line.needless:
        return -8.0
    score = 0.8 if size <= 22 else -1.0
    if _POINTS_ONLY.fullmatch(line.plain):
        return 2.0 if staying else -4.0
    if line.level == 2:
        score -= 4.0
    elif model.sections:
        if line.ordinal in ("1.", "(1)", "(一)"):
            score += 0.5 if staying else 3.0
        else:
            score -= 0.3 if staying else 3.0
    else:
        # Without numbers of their own, headings are known by being short and no sentences.
        score -= 0.12 * max(0, size - 12) + (1.0 if re.search("[,，]", line.plain) else 0.0)
    if re.search("[。；;]$", line.plain):
        score -= 1.5
    if line.units > 0.9:
        score -= 3.0 if line.times >= 3 else 1.0
    if line.times >= 2 and not line.units:
        score += 0.5
    return score
