"""The worksheet functions that the score formulas use, with the semantics of a worksheet.

Takes and gives cell values: a number, a text, a truth value, None for a blank cell; an area is a
sequence of them. Only functions that Excel 2010, WPS and LibreOffice share. Forbids Python's own
rounding and comparing: ROUND goes half away from zero, texts compare without case, any text is
greater than any number, a blank equals both 0 and the empty text.
"""

from __future__ import annotations

import operator
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property, lru_cache
from math import floor
from typing import Final, TypeGuard, cast

Result = str | float | bool
"""What a formula shows."""
Scalar = Result | None
Area = Sequence[Scalar]
Value = Scalar | Area


class CellError(Exception):
    """An error value (#DIV/0!, #N/A, #VALUE!) on its way up to an IFERROR."""


def is_number(value: Value) -> TypeGuard[float]:
    """What ISNUMBER says: truth values, texts and blanks are not numbers."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def numbers(area: Area) -> list[float]:
    """The numbers of an area; SUM, COUNT, MAX and the like see nothing else of it."""
    if isinstance(area, Column):
        return area.numbers
    return [v for v in area if isinstance(v, int | float) and v.__class__ is not bool]


def round_half_up(value: float, digits: int = 0) -> float:
    """Excel's ROUND: half away from zero, on the shortest decimal that means this number."""
    return _rounded(repr(float(value)), digits)


@lru_cache(maxsize=1 << 14)
def _rounded(decimal: str, digits: int) -> float:
    """By the spelling, not the number: thousands of rows share few scores, but 0.0 is not -0.0."""
    return float(Decimal(decimal).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def compare(left: Scalar, right: Scalar) -> int:
    """-1, 0 or 1, ordered as a worksheet orders: numbers, then texts, then truth values."""
    one, other = _comparable(left, right), _comparable(right, left)
    return (one > other) - (one < other)


def _comparable(value: Scalar, beside: Scalar) -> tuple[int, float | str]:
    if value is None:
        value = "" if isinstance(beside, str) else 0.0
    if isinstance(value, bool):
        return (2, float(value))
    return (1, value.casefold()) if isinstance(value, str) else (0, value)


def number(value: Value) -> float:
    """A value where a number is wanted. Raises CellError for text that is none."""
    if value is None:
        return 0.0
    if isinstance(value, int | float):
        return float(value)
    raise CellError("#VALUE!")


def text(value: Value) -> str:
    """A value where text is wanted: 8.0 is 8, as a worksheet shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return f"{value:.15g}"
    if isinstance(value, str):
        return value
    raise CellError("#VALUE!")


def area(value: Value) -> Area:
    """A value where an area is wanted: one cell is an area too."""
    if isinstance(value, list | tuple):
        return value
    return (cast("Scalar", value),)


_CRITERION = re.compile(r"(<>|<=|>=|=|<|>)?(.*)", re.DOTALL)
_COMPARES: Final[dict[str, Callable[[float, float], bool]]] = {
    "": operator.eq,
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def criterion(given: Scalar) -> Callable[[Scalar], bool]:
    """The test of a COUNTIF or SUMIF: `">"&A1` compares numbers only, text is matched whole.

    Wildcards are not supported: our formulas never pass text of other people's as a criterion.
    """
    if given is None or is_number(given):
        wanted = number(given)
        return lambda v: is_number(v) and v == wanted
    match = _CRITERION.fullmatch(text(given))
    sign, rest = (match[1] or "", match[2]) if match else ("", "")
    try:
        limit = float(rest)
    except ValueError:
        if sign in ("", "="):
            folded = rest.casefold()
            return lambda v: isinstance(v, str) and v.casefold() == folded
        raise CellError("#VALUE!") from None
    holds = _COMPARES[sign]
    return lambda v: is_number(v) and holds(v, limit)


class Column(tuple[Scalar, ...]):
    """An area that many formulas look at (all totals): its numbers are picked and sorted once."""

    @cached_property
    def numbers(self) -> list[float]:
        """Its numbers, in order."""
        return numbers(tuple(self))

    @cached_property
    def places(self) -> dict[float, list[int]]:
        """The positions of each of its numbers, from 0."""
        found: dict[float, list[int]] = {}
        for position, value in enumerate(self):
            if is_number(value):
                found.setdefault(value, []).append(position)
        return found

    @cached_property
    def _sorted(self) -> list[float]:
        return sorted(self.numbers)

    def above(self, value: float) -> int:
        """How many of its numbers are greater than `value`."""
        return len(self._sorted) - bisect_right(self._sorted, value)


def _rank(value: Value, of: Value) -> float:
    wanted, among = number(value), area(of)
    if wanted not in among:
        raise CellError("#N/A")
    above = among.above(wanted) if isinstance(among, Column) else sum(v > wanted for v in numbers(among))
    return float(above + 1)


def _countif(of: Value, given: Value) -> float:
    among = area(of)
    if isinstance(among, Column) and isinstance(given, str) and given[:1] == ">" and given[1:2] != "=":
        return float(among.above(float(given[1:])))
    return float(sum(map(criterion(given), among)))  # type: ignore[arg-type]


def _countifs(*pairs: Value) -> float:
    areas = [area(a) for a in pairs[::2]]
    criteria = cast("tuple[Scalar, ...]", pairs[1::2])
    places: Sequence[int] = range(len(areas[0]))
    if isinstance(areas[0], Column) and is_number(criteria[0]):
        places = areas[0].places.get(criteria[0], [])
        areas, criteria = areas[1:], criteria[1:]
    for among, given in zip(areas, criteria, strict=True):
        holds = criterion(given)
        places = [i for i in places if holds(among[i])]
    return float(len(places))


def _sumif(of: Value, given: Value, added: Value) -> float:
    holds = criterion(given)  # type: ignore[arg-type]
    return sum(numbers([a for v, a in zip(area(of), area(added), strict=True) if holds(v)]), 0.0)


def _averageif(of: Value, given: Value, averaged: Value) -> float:
    holds = criterion(given)  # type: ignore[arg-type]
    return _average([a for v, a in zip(area(of), area(averaged), strict=True) if holds(v)])


def _average(*values: Value) -> float:
    found = _all(values)
    if not found:
        raise CellError("#DIV/0!")
    return sum(found, 0.0) / len(found)


def _all(values: tuple[Value, ...]) -> list[float]:
    """Numbers of several arguments: areas give theirs, single values must be numbers."""
    found: list[float] = []
    for value in values:
        if isinstance(value, list | tuple):
            found += numbers(value)
        else:
            found.append(number(value))
    return found


def _index(of: Value, position: Value) -> Scalar:
    among, place = area(of), int(number(position))
    if not 1 <= place <= len(among):
        raise CellError("#REF!")
    return among[place - 1]


def _match(wanted: Value, among: Value, kind: Value) -> float:
    if number(kind) != 0:
        raise ValueError("only the exact MATCH is used")
    for place, found in enumerate(area(among), 1):
        if found is not None and compare(found, wanted) == 0:  # type: ignore[arg-type]
            return float(place)
    raise CellError("#N/A")


FUNCTIONS: Final[dict[str, Callable[..., Value]]] = {
    "ABS": lambda v: abs(number(v)),
    "AND": lambda *v: all(map(number, v)),
    "AVERAGE": _average,
    "AVERAGEIF": _averageif,
    "COUNT": lambda *v: float(sum(len(numbers(area(a))) for a in v)),
    "COUNTA": lambda *v: float(sum(c is not None for a in v for c in area(a))),
    "COUNTIF": _countif,
    "COUNTIFS": _countifs,
    "INDEX": _index,
    "INT": lambda v: float(floor(number(v))),
    "ISNUMBER": is_number,
    "MATCH": _match,
    "MAX": lambda *v: max(_all(v), default=0.0),
    "MIN": lambda *v: min(_all(v), default=0.0),
    "NOT": lambda v: not number(v),
    "OR": lambda *v: any(map(number, v)),
    "RANK": _rank,
    "ROUND": lambda v, digits: round_half_up(number(v), int(number(digits))),
    "SUM": lambda *v: sum(_all(v), 0.0),
    "SUMIF": _sumif,
    "TRIM": lambda v: " ".join(text(v).split(" ")).strip(" "),
}
"""Every function but IF and IFERROR, which look at one branch only and are `formula`'s own."""
