"""The fields of a plan as text: numbers, units and their roles, deadlines, points, figures.

Takes text with its place; gives `Found` values or None. What a rule cannot decide comes out 存疑 with
the question a person has to answer; nothing is repaired in silence.
"""

from xlfz.documents.fields.deadlines import deadline, deadlines_in, is_deadline
from xlfz.documents.fields.figures import points, points_each, thresholds, without_points, word_limit
from xlfz.documents.fields.numbering import (
    Number,
    after_a_sentence,
    chinese_number,
    number_at,
    numbers_inside,
)
from xlfz.documents.fields.units import (
    OPEN_WHY,
    SUSPECT_WHY,
    Duties,
    UnitName,
    cell_of,
    duties,
    everyone,
    first_leads,
    found_names,
    looks_like_unit,
    open_ended,
    units,
    without_everyone,
)

__all__ = [
    "OPEN_WHY",
    "SUSPECT_WHY",
    "Duties",
    "Number",
    "UnitName",
    "after_a_sentence",
    "cell_of",
    "chinese_number",
    "deadline",
    "deadlines_in",
    "duties",
    "everyone",
    "first_leads",
    "found_names",
    "is_deadline",
    "looks_like_unit",
    "number_at",
    "numbers_inside",
    "open_ended",
    "points",
    "points_each",
    "thresholds",
    "units",
    "without_everyone",
    "without_points",
    "word_limit",
]
