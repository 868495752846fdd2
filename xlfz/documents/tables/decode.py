"""Which column each line of a torn table belongs to: the most credible way through all lines at once.

Takes lines and columns; gives a column for each line and by how much it beat the next best. A line
scores by what it looks like under a column, a step by what it leaves out: cells run from left to
right, a row ends on the right and the next begins on the left, merged cells on the left are not
printed again. How wide the columns are and which cells are mostly printed is learned from the
lines themselves, in a few rounds. Forbids words of one document: only forms count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfz.documents.tables.looks import FORBIDDEN, Model, looks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.documents.tables.headers import Column, Duty
    from xlfz.documents.tables.lines import Line

ROUNDS = 4
CLOSE = 1.5
"""A column that beats the next best by less is doubtful."""

_SKIP: dict[Duty, float] = {
    "number": 3.0, "level": 0.1, "chapter": 0.3, "section": 0.5, "text": 5.0, "requirement": 1.5,
    "material": 1.5, "lead": 2.0, "responsible": 2.0, "supporting": 0.8, "points": 0.8, "deadline": 1.0,
    "note": 0.1, "person": 0.5, "blank": 0.0, "other": 0.5,
}  # fmt: skip
_BACK: dict[Duty, float] = dict.fromkeys(
    ("lead", "responsible", "supporting", "points", "deadline", "note", "blank", "other", "person"), -6.0
)
"""A row does not begin with these."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A column for each line. `margins`: by how much it beat the next best column."""

    labels: tuple[int, ...]
    margins: tuple[float, ...]
    score: float


def decode(lines: Sequence[Line], columns: tuple[Column, ...]) -> Decoded:
    """The most credible column for every line."""
    duties = [column.duty for column in columns]
    has_path = {d for d in ("chapter", "section") if d in duties}
    headings = sum(line.level > 0 for line in lines)
    ordered = sum(line.ordinal in ("1.", "(1)", "(一)") and line.segments[0] <= 14 for line in lines)
    model = Model(
        columns,
        numbered=sum(line.number is not None for line in lines) >= 3,
        chapters="chapter" in has_path and headings >= 2,
        sections="section" in has_path and ordered >= max(3, headings),
        materials="material" in duties,
    )
    likely = [line for line in lines if line.units > 0.9]
    model.strong = len(likely) >= 8 and sum(line.known > 0.9 for line in likely) >= 0.6 * len(likely)
    result = _viterbi(lines, model)
    for _ in range(ROUNDS - 1):
        _learn(lines, result, model)
        better = _viterbi(lines, model)
        if better.labels == result.labels:
            break
        result = better
    return result


def _learn(lines: Sequence[Line], result: Decoded, model: Model) -> None:
    """Column widths, and how often each column is printed, from a first reading."""
    for c, _ in enumerate(model.columns):
        own = [line for line, label in zip(lines, result.labels, strict=True) if label == c]
        shown = sorted(line.width for line in own if len(line.segments) > 1)
        if len(shown) < 2:
            shown = sorted(line.width for line in own)
        content = model.columns[c].duty in ("text", "requirement", "material")
        if len(shown) >= (3 if content else 2):
            model.widths[c] = max(2.0, float(shown[int(len(shown) * (0.75 if content else 0.9))]))
    for c, column in enumerate(model.columns):
        if column.duty in ("text", "requirement", "material"):
            lasts = [
                line for n, line in enumerate(lines)
                if result.labels[n] == c and (n + 1 == len(lines) or result.labels[n + 1] != c)
            ]  # fmt: skip
            if len(lasts) >= 5:
                whole = sum(line.ends or (column.duty == "material" and line.material) for line in lasts)
                model.stops[c] = whole / len(lasts)
    rows = max(1, _rows(result.labels, model))
    for c, column in enumerate(model.columns):
        cells = sum(
            1 for n, label in enumerate(result.labels) if label == c and (n == 0 or result.labels[n - 1] != c)
        )
        rate = min(1.0, cells / rows)
        if column.duty in ("chapter", "section"):
            # Headings are numbered or stand more than once; what does neither may be text gone astray.
            own = [line for line, label in zip(lines, result.labels, strict=True) if label == c]
            alike = sum(line.times > 1 or line.joins or bool(line.ordinal) for line in own)
            rate *= alike / max(1, len(own))
        base = _SKIP[column.duty]
        if column.duty in ("text", "number"):
            continue
        model.skips[c] = max(0.1, 0.4 * base + 2.4 * rate * rate)


def _rows(labels: Sequence[int], model: Model) -> int:
    main = next(c for c, column in enumerate(model.columns) if column.duty == "text")
    return sum(1 for n, label in enumerate(labels) if label == main and (n == 0 or labels[n - 1] != main))


def _viterbi(lines: Sequence[Line], model: Model) -> Decoded:
    width = len(model.columns)
    enter = [[looks(line, model, c, False) for c in range(width)] for line in lines]
    stay = [[looks(line, model, c, True) for c in range(width)] for line in lines]
    start = [-sum(_skip(model, c) for c in range(j)) * 0.5 for j in range(width)]
    forward = [[start[j] + enter[0][j] for j in range(width)]]
    back: list[list[int]] = [[-1] * width]
    base = _base_steps(model)
    steps: list[list[list[float]]] = []
    for t in range(1, len(lines)):
        step = _between(lines[t - 1], lines[t], model, base)
        for i, row in enumerate(step):
            for j in range(width):
                row[j] += stay[t][j] if i == j else enter[t][j]
        steps.append(step)
        before = forward[-1]
        through = [[before[i] + row[j] for i, row in enumerate(step)] for j in range(width)]
        forward.append([max(scores) for scores in through])
        back.append([scores.index(max(scores)) for scores in through])
    backward = [[0.0] * width for _ in lines]
    for t in range(len(lines) - 2, -1, -1):
        for i in range(width):
            backward[t][i] = max(steps[t][i][j] + backward[t + 1][j] for j in range(width))
    labels = [max(range(width), key=lambda j: forward[-1][j])]
    for t in range(len(lines) - 1, 0, -1):
        labels.append(back[t][labels[-1]])
    labels.reverse()
    margins = []
    for t, label in enumerate(labels):
        ways = [forward[t][j] + backward[t][j] for j in range(width)]
        rest = [score for j, score in enumerate(ways) if j != label]
        margins.append(ways[label] - max(rest, default=FORBIDDEN))
    return Decoded(tuple(labels), tuple(margins), max(forward[-1]))


def _skip(model: Model, c: int) -> float:
    duty = model.columns[c].duty
    if duty == "number" and not model.numbered:
        return 0.2
    return model.skips.get(c, _SKIP[duty])


def _base_steps(model: Model) -> list[list[float]]:
    """What a step from column i to column j leaves out, whatever the lines are."""
    width = len(model.columns)
    skips = [_skip(model, c) for c in range(width)]
    base = [[0.0] * width for _ in range(width)]
    for i, left in enumerate(model.columns):
        for j, right in enumerate(model.columns):
            if j > i:
                base[i][j] = -sum(skips[i + 1 : j])
            elif j < i:
                ahead = sum(skips[:j]) + sum(skips[i + 1 :])
                base[i][j] = _BACK.get(right.duty, -ahead)
                if right.duty == "requirement" and left.holds_units and model.numbered:
                    # One task, several measures, each with its own unit.
                    base[i][j] = max(-ahead, -3.0)
    return base


def _between(a: Line, b: Line, model: Model, base: list[list[float]]) -> list[list[float]]:
    """What every step from a line to the next costs."""
    width = len(base)
    gap = 0.0 if b.gap <= 2 else (0.5 if b.gap <= 4 else 1.0)
    step: list[list[float]] = []
    for i, column in enumerate(model.columns):
        # Where cells mostly end with a stop, one that is left without it has lost its end.
        unfinished = _unfinished(a, column.duty, model.stops.get(i, 0.7))
        row = base[i]
        costs = [
            row[j] - unfinished + (0.1 if j > i else 0.4) * gap if j > i or not _back_to_part(model, i, j)
            else (-0.8 if b.ordinal else -2.2)
            for j in range(width)
        ]  # fmt: skip
        costs[i] = -_staying(a, b, column.duty, model, i) - gap
        step.append(costs)
    return step


def _unfinished(line: Line, duty: Duty, stops: float) -> float:
    """What it costs to leave a cell in the middle of a sentence."""
    if duty not in ("text", "requirement", "material") or line.ends:
        return 0.0
    if duty == "material" and line.material:
        return 0.0
    return 4.0 if line.comma else 2.0 * stops


def _back_to_part(model: Model, i: int, j: int) -> bool:
    """From a unit back to a material: the next part of the same row."""
    return model.columns[j].duty == "material" and model.columns[i].holds_units


def _staying(a: Line, b: Line, duty: Duty, model: Model, c: int) -> float:
    """What it costs to take the next line as one more line of the same cell."""
    if duty == "number":
        return 6.0
    cost = 0.4 + _cell_over(a, model.widths.get(c)) - (3.0 if b.joins else 0.0)
    if duty in ("text", "requirement", "material"):
        whole = duty == "material" and a.material
        if a.ends:
            cost += 1.2 if duty != "material" else 0.0
        elif whole:
            cost += 0.5
        if duty != "material" and b.ordinal == "(1)" and model.materials:
            cost += 1.0
        if not a.ends and not b.ordinal and not b.level and not whole:
            cost -= 0.4
    elif duty in ("lead", "responsible", "supporting"):
        cost += -0.8 if a.comma or a.opens else 0.0
        if a.units > 0.9 and not a.comma:
            cost += 1.0 if a.known <= 0.9 or b.known > 0.9 else 2.5
            # Whole names after whole names, with a column of units to the right: they are its.
            cost += 1.2 if b.units > 0.9 and any(x.holds_units for x in model.columns[c + 1 :]) else 0.0
    elif duty in ("chapter", "section") and (b.level or b.ordinal):
        cost += 0.3
    elif duty == "points":
        cost += 3.0
    return cost


def _cell_over(line: Line, width: float | None) -> float:
    """A line that fills its column is likely to go on; one that stops short of it is likely its last."""
    if width is None:
        return 0.0
    last = line.segments[-1] if line.segments else 0
    if last >= width - 1.5:
        return -1.2
    return 0.8 if last < 0.7 * width else 0.0
