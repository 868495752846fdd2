"""Lines of a torn table and what each looks like by itself.

Takes the paragraphs of a region; gives `Line`s without page marks and rubble, with the numbers that
stand alone told apart from page numbers and figures by their sequence.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from xlfz.documents.fields import is_deadline, looks_like_unit, number_at
from xlfz.documents.tables.marks import Numeral, heading, is_page_mark, numeral
from xlfz.documents.tables.text import is_material, not_needed
from xlfz.text import fold, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.documents.model import Paragraph, Place
    from xlfz.documents.tables.headers import Duty

_NAMES = re.compile("[、，,；;]|以及|及其他|及")
_POINTS = re.compile(r"\d{1,3}(?:\.\d{1,2})?[分%]?")


@dataclass(frozen=True)
class Line:
    """One line. `gap`: how many lines of the source it stands below the line before, 1 for the next."""

    text: str
    place: Place
    gap: int = 1
    number: Numeral | None = None
    """The number that starts a row, when the sequence says that it is one."""
    times: int = 1
    """How often this very line stands in the region."""
    known: float = 0.0
    """How many of its names of units stand elsewhere in the region too, from 0 to 1."""
    joins: bool = False
    """True when the line above and this one together begin like another line of the region."""
    odd: int = 0
    """How many of its names are in no vocabulary and do not even begin as those do."""
    opens: bool = False
    """True when a name of a unit begins on it and ends on the next line, or its end is lost."""

    @cached_property
    def plain(self) -> str:
        """Without white space, half-width."""
        return fold(self.text)

    @cached_property
    def segments(self) -> tuple[int, ...]:
        """Lengths of the pieces between gaps: where the cell's own lines ended, they show its width."""
        return tuple(len(fold(part)) for part in self.text.split())

    @cached_property
    def width(self) -> int:
        """The width of the cell as far as this line shows it."""
        return max(self.segments[:-1] or self.segments, default=0)

    @cached_property
    def ends(self) -> bool:
        """True when a sentence ends with the line."""
        return bool(re.search(r"[。；;！!？?∶]$|\.$", visible(self.text)))

    @cached_property
    def goes_on(self) -> bool:
        """True when it begins with what nothing begins with."""
        return self.plain[:1] in tuple(",，、。；;)）》”")

    @cached_property
    def comma(self) -> bool:
        """True when it ends where a list or a sentence goes on."""
        return self.plain[-1:] in ("、", ",", "，", ";", "；")

    @cached_property
    def level(self) -> int:
        """The level of a chapter heading, 0 for none."""
        return heading(self.text)

    @cached_property
    def ordinal(self) -> str:
        """The style of the number at its head (`1.`, `(1)`), empty for none."""
        found = number_at(visible(self.text))
        if found is None:
            # .优化法治, l3.优化: the digit is lost or misread, the point is there.
            return "1." if re.match(r"[lI.。]\d?[.、]?[一-鿿]", self.plain) else ""
        return found.style

    @cached_property
    def points(self) -> bool:
        """True for a figure that may be points."""
        return bool(_POINTS.fullmatch(self.plain))

    @cached_property
    def deadline(self) -> bool:
        """True for nothing but a time."""
        return is_deadline(self.text)

    @cached_property
    def material(self) -> bool:
        """True when it ends as materials do."""
        return is_material(self.text)

    @cached_property
    def needless(self) -> bool:
        """True for 不需提供."""
        return not_needed(self.text)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its parts between separators."""
        return tuple(name for part in self.text.split() for name in _NAMES.split(fold(part)) if name)

    @cached_property
    def units(self) -> float:
        """How much it looks like names of units: 1 when every part does, 0 when none."""
        if self.ends or self.number or re.search(r"[。：:“”\"《》？！%％]", self.text):
            return 0.0
        names = self.names
        if not names or any(len(name) > 20 for name in names):
            return 0.0
        return sum(looks_like_unit(name.strip("()")) or looks_like_unit(name) for name in names) / len(names)


def vocabulary(paragraphs: Sequence[Paragraph]) -> frozenset[str]:
    """Names of units that stand by themselves on two lines or more of the document."""
    met: Counter[str] = Counter()
    for paragraph in paragraphs:
        line = Line(paragraph.text.replace("\u00a0", " "), paragraph.place)
        if line.units > 0.9:
            met.update(set(line.names))
    return frozenset(name for name, times in met.items() if times >= 2)


def lines_of(
    paragraphs: Sequence[Paragraph],
    known: frozenset[str] = frozenset(),
    duties: frozenset[Duty] = frozenset(),
) -> tuple[list[Line], list[Line]]:
    """The lines that hold something, and those left out: page marks and rubble.

    `known`: the document's vocabulary of units. `duties`: what its columns hold; where there
    are points, a lone figure may be some.
    """
    kept: list[Line] = []
    left: list[Line] = []
    last = paragraphs[0].place.paragraph if paragraphs else 0
    for paragraph in paragraphs:
        text = paragraph.text
        if not visible(text):
            continue
        line = Line(text.replace("\u00a0", " "), paragraph.place, max(1, paragraph.place.paragraph - last))
        last = paragraph.place.paragraph or last
        lone = len(visible(text)) == 1 and visible(text) in "）)》”】。；，、"
        if lone and kept and line.gap <= 2 and not kept[-1].ends:
            # A closing mark alone is the end of the line above.
            kept[-1] = replace(kept[-1], text=kept[-1].text + visible(text))
        elif is_page_mark(text) or not re.search(r"[\w一-鿿]", text):
            left.append(line)
        else:
            kept.append(line)
    counted = Counter(line.plain for line in kept)
    kept = [replace(line, times=counted[line.plain]) for line in kept]
    kept, left = _numbered(kept, left, duties)
    return _with_names(kept, known), left


def _with_names(lines: list[Line], whole: frozenset[str]) -> list[Line]:
    """Lines with what the document's vocabulary tells of their names of units."""
    # Whole names mostly begin alike (局, 市): a line that begins so is no second half of one.
    firsts = Counter(name[0] for name in whole)
    heads = {char for char, times in firsts.items() if times >= 2}
    everything = "\n" + "\n".join(line.plain for line in lines if len(line.plain) <= 40)
    result: list[Line] = []
    for n, line in enumerate(lines):
        names = line.names
        known = sum(name in whole for name in names) / len(names) if names else 0.0
        opens = False
        if names and not line.units > 0.9 and not line.ends and line.number is None and len(line.plain) <= 40:
            last = names[-1]
            below = lines[n + 1] if n + 1 < len(lines) else None
            if below is not None and below.gap <= 2 and below.names and not below.ends:
                both = last + below.names[0]
                second = not (below.names[0] in whole and below.names[0][0] in heads)
                opens = second and looks_like_unit(both) and not looks_like_unit(last) and len(both) <= 16
            lost = any(name.startswith(last) and 0 < len(name) - len(last) <= 2 for name in whole)
            opens = (opens or (lost and len(last) >= 4)) and not line.ordinal and not line.level
        above = lines[n - 1] if n else None
        joins = (
            above is not None and above.number is None and line.number is None and line.gap <= 2
            and len(above.plain) >= 2 and f"\n{above.plain}{line.plain}" in everything
        )  # fmt: skip
        odd = sum(name not in whole and name[0] not in heads for name in names)
        result.append(replace(line, known=known, odd=odd, opens=opens, joins=joins))
    return result


def _numbered(lines: list[Line], left: list[Line], duties: frozenset[Duty]) -> tuple[list[Line], list[Line]]:
    """Lines with the numbers of their sequences; lone figures that fit none go to those left out."""
    figures = "points" in duties
    marks = [numeral(line.plain) for line in lines]
    chosen: dict[int, Numeral] = {}
    for style in ("1", "(", "★", "1.1", "①"):
        at = [n for n, mark in enumerate(marks) if mark and mark.style == style]
        if len(at) > 2 or style in ("★", "("):
            weights = [_begins_row(lines, n) if figures and style == "1" else 0.0 for n in at]
            chain = _chain(at, marks, weights)
            if style == "1" and figures and "number" not in duties and not _counts(chain, at, marks):
                continue  # the figures are points: no column says that there are numbers
            chosen |= {n: mark for n in chain if (mark := marks[n])}
    _fill_holes(marks, chosen)
    kept: list[Line] = []
    for n, line in enumerate(lines):
        if n in chosen:
            kept.append(replace(line, number=chosen[n]))
        elif (mark := marks[n]) and mark.style == "1" and not (figures and line.points):
            left.append(line)
        else:
            kept.append(line)
    return kept, left


def _counts(chain: Sequence[int], at: Sequence[int], marks: Sequence[Numeral | None]) -> bool:
    """True when a chain counts 1, 2, 3 nearly throughout and takes up much of the figures."""
    values = [mark.value for n in chain if (mark := marks[n])]
    steps = [second - first for first, second in pairwise(values)]
    ones = sum(step == 1 for step in steps)
    return len(values) >= 4 and ones >= 0.85 * len(steps) and len(chain) >= 0.4 * len(at)


def _begins_row(lines: Sequence[Line], n: int) -> float:
    """How much a lone figure looks like a row's number rather than its points: words follow it."""
    if n + 1 == len(lines):
        return -0.4
    below = lines[n + 1]
    words = below.units < 0.5 and not below.deadline and not below.points and len(below.plain) >= 4
    return 0.4 if words else -0.4


def _chain(at: Sequence[int], marks: Sequence[Numeral | None], weights: Sequence[float]) -> list[int]:
    """The longest run of numbers that count up, mostly by one; it may begin again from 1 or 2."""
    values = [mark.value for n in at if (mark := marks[n])]
    best: list[float] = []
    back: list[int] = []
    for i, value in enumerate(values):
        score, source = (1.0 if value <= 2 else 0.3) + weights[i], -1
        for j in range(i):
            step = value - values[j]
            if step == 1:
                gain = 2.0
            elif 1 < step <= 6:
                gain = 1.0 - 0.15 * step
            elif step > 6:
                gain = -1.0
            elif value <= 2 and step < 0:
                gain = 0.2
            else:
                continue
            if best[j] + gain + weights[i] > score:
                score, source = best[j] + gain + weights[i], j
        best.append(score)
        back.append(source)
    if not best:
        return []
    i = max(range(len(best)), key=lambda k: best[k])
    chain: list[int] = []
    while i >= 0:
        chain.append(at[i])
        i = back[i]
    return chain[::-1]


def _fill_holes(marks: Sequence[Numeral | None], chosen: dict[int, Numeral]) -> None:
    """A bare 16 between (15) and (17) has lost its brackets."""
    for style in ("(", "★"):
        own = sorted(n for n, mark in chosen.items() if mark.style == style)
        for first, second in pairwise(own):
            low, high = chosen[first].value, chosen[second].value
            if high - low != 2:
                continue
            for n in range(first + 1, second):
                mark = marks[n]
                if mark and mark.value == low + 1 and n not in chosen:
                    chosen[n] = Numeral(mark.printed, style, low + 1, False)
                    break
