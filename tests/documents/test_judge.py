"""The judge of the invented plans, judged: it must see each kind of mistake and tell if it is honest."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.documents.places import misplaced
from tests.documents.plans import writers
from tests.documents.plans.judge import judge, ordinal
from tests.documents.plans.shapes import Style, prose_joint, prose_points, table_grouped, table_indicators
from xlfz.documents.model import Found, Place, Proposal, ProposedRow, Source
from xlfz.documents.reading import read_document

if TYPE_CHECKING:
    from tests.documents.plans.model import Document, Want

AT = Place(paragraph=1)


def faultless(document: Document) -> Proposal:
    """What a perfect import would propose."""
    rows = tuple(_row(document, want) for want in document.wants)
    chapters = {name: Found(points, AT, name) for name, points in document.chapters.items()}
    return Proposal("made", rows, chapters=chapters)


def changed(proposal: Proposal, field: str, found: Found | None, at: int = 0) -> Proposal:
    """The proposal with one field of one row otherwise."""
    fields = {**proposal.rows[at].fields, field: found}
    kept = {name: value for name, value in fields.items() if value is not None}
    rows = list(proposal.rows)
    rows[at] = replace(rows[at], fields=kept)
    return replace(proposal, rows=tuple(rows))


@cache
def tables() -> Document:
    """A plan in a table with every field but points."""
    return table_grouped(Style())


def test_a_faultless_proposal_is_neither_wrong_nor_dishonest() -> None:
    """The judge asks for nothing that a person does not read there."""
    for document in (tables(), table_indicators(Style()), prose_points(Style())):
        verdict = judge(document, faultless(document))
        assert (verdict.wrong, verdict.dishonest) == ([], [])


@pytest.mark.parametrize(
    "field",
    ["number", "chapter", "text", "lead", "responsible", "supporting", "deadline", "day", "recurrence"],
)
def test_a_wrong_value_is_seen_and_is_honest_only_when_marked(field: str) -> None:
    """Any field: 确定 is dishonest, 存疑 is wrong and honest."""
    right = faultless(tables())
    at = next(n for n, row in enumerate(right.rows) if row.fields[field].value)
    other = f"错字{right.rows[at].fields[field].value}" if field == "text" else "别的77"
    for sure, dishonest in (("确定", True), ("存疑", False)):
        bad = changed(right, field, Found(other, AT, other, sure), at)  # type: ignore[arg-type]
        verdict = judge(tables(), bad)
        assert verdict.wrong
        assert bool(verdict.dishonest) == dishonest, verdict


def test_a_value_that_is_missing_without_a_word_is_dishonest() -> None:
    """A field that is not there, a unit too few, a task without a row."""
    right = faultless(tables())
    row = right.rows[1]
    assert len(str(row.fields["responsible"].value).split("、")) > 1
    few = Found(str(row.fields["responsible"].value).split("、")[0], AT, "x")

    assert judge(tables(), changed(right, "lead", None)).dishonest
    assert judge(tables(), changed(right, "responsible", few, 1)).dishonest
    assert judge(tables(), replace(right, rows=right.rows[1:])).dishonest
    assert not judge(tables(), changed(right, "lead", Found("", AT, "", "缺失"))).dishonest


def test_what_is_made_up_is_dishonest() -> None:
    """A unit, points or a row that the plan does not have; tasks out of order."""
    right = faultless(tables())
    extra = ProposedRow({"number": Found("99", AT, "99"), "text": Found("另一件事", AT, "另一件事")})
    none = next(n for n, want in enumerate(tables().wants) if not want.supporting)

    assert judge(tables(), changed(right, "supporting", Found("市财政局", AT, "x"), none)).dishonest
    assert judge(tables(), changed(right, "points", Found(5.0, AT, "5"))).dishonest
    assert judge(tables(), replace(right, rows=(*right.rows, extra))).dishonest
    assert judge(tables(), replace(right, rows=right.rows[::-1])).dishonest


def test_labels_left_in_the_text_and_a_text_cut_off_are_seen() -> None:
    """The text is the task's, all of it and nothing else."""
    document = prose_points(Style())
    right = faultless(document)
    want = document.wants[0]

    with_label = Found(f"{want.heading}。{want.detail}。责任单位：市民政局", AT, want.heading)
    assert judge(document, changed(right, "text", with_label)).dishonest
    assert judge(document, changed(right, "text", Found(want.heading, AT, want.heading))).dishonest


def test_materials_points_and_chapters_are_compared() -> None:
    """One material too few, a limit that is lost, points of a task and of a chapter."""
    document = table_indicators(Style())
    right = faultless(document)
    at = next(n for n, want in enumerate(document.wants) if want.materials[-1].limit)
    rows = list(right.rows)
    rows[at] = replace(rows[at], materials=rows[at].materials[:-1])
    assert judge(document, replace(right, rows=tuple(rows))).dishonest
    bare = [{"name": material["name"]} for material in right.rows[at].materials]
    rows[at] = replace(rows[at], materials=tuple(bare))
    assert judge(document, replace(right, rows=tuple(rows))).dishonest
    assert judge(document, changed(right, "points", Found(99.0, AT, "99"))).dishonest

    grouped = faultless(tables())
    assert judge(tables(), replace(grouped, chapters={})).dishonest


def test_an_open_unit_must_be_marked() -> None:
    """各有关部门 for sure is dishonest though the words are right; so is a list that ends with 等."""
    at = next(n for n, want in enumerate(tables().wants) if "市直有关单位" in want.responsible)
    right = faultless(tables())
    sure = replace(right.rows[at].fields["responsible"], sure="确定", why="")
    assert judge(tables(), changed(right, "responsible", sure, at)).dishonest

    joint = prose_joint(Style())
    assert any("nobody is told" in words for words in judge(joint, faultless(joint)).dishonest)


def test_numbers_are_compared_in_whatever_digits() -> None:
    """Labels end in their own number."""
    labels = ("3.", "（三）", "第三条", "⒊", "③", "2.3", "一.3", "★3")

    assert {ordinal(label) for label in labels} == {3}
    assert [ordinal(label) for label in ("第十三条", "二十", "无")] == [13, 20, 0]


def test_a_place_that_does_not_hold_the_text_is_seen() -> None:
    """Wrong paragraph, no such paragraph, no place, no text."""
    source = read_document(writers.text(prose_points(Style())), "a.txt")
    right = Found("发放救助资金", Place(paragraph=4), "发放救助资金")

    assert misplaced(source, _only(source, right)) == []
    for bad in (
        replace(right, place=Place(paragraph=8000)),
        replace(right, place=Place()),
        replace(right, text=""),
        replace(right, text="没有的话"),
    ):
        assert misplaced(source, _only(source, bad))
    assert misplaced(source, _only(source, replace(right, place=Place(), sure="存疑"))) == []


def _only(source: Source, found: Found) -> Proposal:
    return Proposal(source.name, (ProposedRow({"text": found}),))


def _row(document: Document, want: Want) -> ProposedRow:
    values: dict[str, str | float] = {
        "number": want.number,
        "chapter": want.chapter,
        "text": f"{want.heading}。{want.detail}。",
        "lead": "、".join(want.lead or want.any_role[:1]),
        "responsible": "、".join(want.responsible or want.any_role[1:]),
        "supporting": "、".join(want.supporting),
        "deadline": want.term.text,
        "day": want.term.day,
        "recurrence": want.term.recurrence,
        "thresholds": want.detail,
    }
    if want.points is not None:
        values["points"] = want.points
    fields = {name: Found(value, AT, str(value)) for name, value in values.items()}
    for role in ("lead", "responsible"):
        if any(name in str(values[role]) for name in ("各有关部门", "市直有关单位")):
            fields[role] = replace(fields[role], sure="存疑", why="请写明是哪些单位。")
    materials = tuple(
        {
            "name": Found(m.name, AT, m.name),
            **({"word_limit": Found(float(m.limit), AT, "字")} if m.limit else {}),
        }
        for m in want.materials
    )
    return ProposedRow(fields, materials)
