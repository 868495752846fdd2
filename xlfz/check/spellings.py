"""How people write numbers in forms: the spellings that mean exactly one value.

Takes text, gives a number or None. Forbids guessing: `9,5`, `九点五`, `2000万` and the letter O for 0
give None, because they need somebody to decide.
"""

from __future__ import annotations

import re

from xlfz.text import half_width

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,15})?(\.\d{1,15})?", re.ASCII)
_SCORE_UNITS, _WORD_UNITS = ("分",), ("字",)
_COUNT_UNITS = ("分", "字", "个", "项", "件", "次", "人", "份", "篇", "条")

SERIALS = range(36_526, 73_051)
"""Day numbers that are taken for days without a date's format: 2000-01-01 to 2099-12-31."""


def read_number(text: str, column: str, *, points: bool) -> float | None:
    """`９．５`, `9.5分`, `1,234` -> the number. `points`: the column holds a score."""
    plain = half_width(text)
    units = _SCORE_UNITS if points else _WORD_UNITS if column == "words" else _COUNT_UNITS
    if plain.endswith(units):
        plain = plain[:-1].rstrip()
    match = _NUMBER.fullmatch(plain)
    # At least one digit, before the point or after it.
    if match is None or (match[1] is None and match[3] is None):
        return None
    return float(plain.replace(",", ""))


def is_percent(text: str) -> bool:
    """Whether a text is a percentage: `95%`, `95％`."""
    plain = half_width(text)
    return plain.endswith("%") and read_number(plain[:-1], "", points=True) is not None
