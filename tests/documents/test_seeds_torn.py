"""The two torn tables of source document 002, against what a person reads in them line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.documents import seeds
from tests.documents.places import misplaced
from tests.documents.seeds import plain, split
from xlfz.documents.reading import read_document

if TYPE_CHECKING:
    from xlfz.documents.model import ProposedRow

PRINTED = 129
RIGHT = 125
"""Of the first table's printed indicators, with number, lead unit and materials."""
CHAPTERS = [17, 4, 5, 10, 16, 6, 11, 13, 8, 10]
TASKS = 45
"""Of the second table's 48 tasks."""


def bare(text: object) -> str:
    """`plain` without quotation marks and stray stops, which a torn text prints at will."""
    return re.sub("[\"'“”‘’·]", "", plain(text))


def label(text: object) -> str:
    """A number as printed, without the brackets that a torn text loses: `(14` and `(14)` are one."""
    return re.sub(r"[()\s]", "", plain(text)).replace("☆", "★").removeprefix("Q")


def matched() -> list[tuple[dict[str, str], ProposedRow | None]]:
    """Each printed indicator with the row that has its words, before the second table begins."""
    rows = list(seeds.proposal("002").rows)
    pairs = []
    for fact in seeds.truth("002_indicators"):
        row = next((r for r in rows if bare(fact["phrase"]) in bare(seeds.words(r))), None)
        if row is not None:
            rows.remove(row)
        pairs.append((fact, row))
    return pairs


def number_right(fact: dict[str, str], row: ProposedRow) -> bool:
    """The number as printed; the one that is not printed may be absent."""
    got = label(row.fields["number"].value) if "number" in row.fields else ""
    return got == label(fact["number"]) or (not fact["printed"] and got == "")


def lead_right(fact: dict[str, str], row: ProposedRow) -> bool:
    """The lead unit as printed, or that of the cell it is merged with."""
    got = seeds.units(row, "lead")
    by_material = [u for m in row.materials if "lead" in m for u in [plain(m["lead"].value)] if u]
    allowed = [split(fact["lead"]), split(fact["lead_also"])] if fact["lead_also"] else [split(fact["lead"])]
    return got in allowed or (bool(by_material) and by_material in allowed)


def needed(row: ProposedRow) -> list[tuple[str, str]]:
    """Name and word limit of every material that must be handed in."""
    given = []
    for material in row.materials:
        if "needed" in material and plain(material["needed"].value) == "不需提供":
            continue
        limit = material.get("word_limit")
        given.append(
            (bare(material["name"].value), f"{float(limit.value):g}" if limit and limit.value else "")
        )
    return given


def materials_right(fact: dict[str, str], row: ProposedRow, truths: dict[str, dict[str, str]]) -> bool:
    """As many materials as are printed, each with its words and limit; a merged cell may be repeated."""
    got = needed(row)
    if _are(got, fact):
        return True
    return bool(fact["shared"]) and _are(got, truths[fact["shared"]])


def faults() -> list[tuple[str, str, ProposedRow | None]]:
    """number, what is wrong, row."""
    truths = {fact["number"]: fact for fact in seeds.truth("002_indicators")}
    found = []
    for fact, row in matched():
        if row is None:
            found.append((fact["number"], "no row", row))
            continue
        if not number_right(fact, row):
            found.append((fact["number"], "number", row))
        if not lead_right(fact, row):
            found.append((fact["number"], "lead", row))
        if not materials_right(fact, row, truths):
            found.append((fact["number"], "materials", row))
    return found


def test_125_of_the_129_printed_indicators_are_right() -> None:
    """Number, lead unit and materials of the first table."""
    wrong = faults()
    told = [(n, what, _shown(what, row)) for n, what, row in wrong]
    assert PRINTED - len({n for n, _, _ in wrong}) >= RIGHT, told


def test_what_is_wrong_in_the_first_table_is_marked_as_doubtful() -> None:
    """No wrong number, lead unit or material passes for sure."""
    sure = []
    for number, what, row in faults():
        if row is None or row.findings:
            told = row is not None or bool(seeds.proposal("002").findings)
        elif what == "materials":
            told = (
                any(seeds.doubted(m["name"]) for m in row.materials) or seeds.proposal("002").findings != ()
            )
        else:
            found = row.fields.get(what)
            told = found is not None and found.sure != "确定"
        if not told:
            sure.append((number, what, _shown(what, row)))
    assert not sure


def test_an_empty_cell_for_the_lead_unit_is_reported_as_missing() -> None:
    """Where no unit is printed none is made up, and a person is told."""
    for fact, row in matched():
        if row is None or fact["lead"] or fact["lead_also"]:
            continue
        found = row.fields.get("lead")
        assert (found is not None and found.sure != "确定") or row.findings, fact["number"]


def test_a_word_limit_that_is_misprinted_is_doubted() -> None:
    """`l2000字` is 12000, 2000 or neither."""
    row = next(r for f, r in matched() if f["number"] == "56" and r is not None)
    limits = [m["word_limit"] for m in row.materials if "word_limit" in m]
    assert all(found.sure != "确定" for found in limits)


def test_extra_points_and_deductions_are_found() -> None:
    """Two of each, whose numbers begin anew."""
    text = [bare(seeds.words(row)) for row in seeds.proposal("002").rows]
    for phrase in (
        "获得省部级以上表彰",
        "积极创新、深化改革",
        "发生严重违法行政行为",
        "故意编造、虚构有关数据",
    ):
        assert any(phrase in t for t in text), phrase


def test_all_ten_chapters_of_the_second_table_have_their_points() -> None:
    """The points in the headings, broken and misread as they are."""
    proposed = seeds.proposal("002")
    for fact in seeds.truth("002_chapters"):
        points = [f for name, f in proposed.chapters.items() if bare(fact["name"])[-6:] in bare(name)]
        assert [float(f.value) for f in points if f.value != ""] == [float(fact["points"])], fact
    assert [float(f["points"]) for f in seeds.truth("002_chapters")] == CHAPTERS


def test_45_tasks_of_the_second_table_are_right_and_the_others_marked() -> None:
    """Words, chapter and offices; the column is 责任单位 though later pages print 分值 above it."""
    rows = list(seeds.proposal("002").rows)
    first = [row for _, row in matched() if row is not None]
    rows = [row for row in rows if not any(row is r for r in first)]
    chapters = {f["chapter"]: bare(f["name"])[-6:] for f in seeds.truth("002_chapters")}
    right, sure = 0, []
    for fact in seeds.truth("002_tasks"):
        own = [r for r in rows if chapters[fact["chapter"]] in bare(seeds.chapter(r))]
        row = next((r for r in own if bare(fact["phrase"]) in bare(seeds.value(r, "text"))), None)
        row = row or next((r for r in own if bare(fact["phrase"]) in bare(seeds.words(r))), None)
        if row is None:
            sure.append((fact["phrase"], "no row in its chapter"))
            continue
        rows = [r for r in rows if r is not row]
        got = seeds.units(row, "responsible") or seeds.units(row, "lead")
        if got == split(fact["offices"]):
            right += 1
        elif not seeds.doubted(row.fields.get("responsible")) and not row.findings:
            sure.append((fact["phrase"], str(got)))
    assert right >= TASKS, sure
    assert not sure


def test_every_value_of_the_torn_tables_stands_where_it_says() -> None:
    """What nobody can look up, nobody can confirm."""
    assert misplaced(read_document(*seeds.seed("002")), seeds.proposal("002")) == []


def _are(got: list[tuple[str, str]], fact: dict[str, str]) -> bool:
    names = [bare(name) for name in split(fact["materials"])]
    limits = fact["limits"].split("；") if fact["limits"] else [""] * len(names)
    if len(got) != len(names) or len(got) != int(fact["count"]):
        return False
    return all(
        name in there and (limit in ("?", there_limit))
        for (there, there_limit), name, limit in zip(got, names, limits, strict=True)
    )


def _shown(what: str, row: ProposedRow | None) -> object:
    if row is None:
        return ""
    if what == "materials":
        return needed(row)
    return row.fields[what].value if what in row.fields else None
