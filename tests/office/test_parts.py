"""Parts of one unit's form: which files belong together, and what becomes of them."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.office.test_checking import FORMS, KEY, WORKBENCH, faulty, filled, told
from tests.office.test_versions import CONTENTS, CONTEXT, DAY, Desk
from xlfz.check.engine import Context, check
from xlfz.form import generate
from xlfz.form.spec import DONE
from xlfz.office import parts as office_parts
from xlfz.office.simulate import Places
from xlfz.office.typist import Package
from xlfz.report.marked import marked_copy
from xlfz.storage import content_key

if TYPE_CHECKING:
    from xlfz.check.model import CheckReport, FileOutcome


def part(*numbers: str, code: str = "B01", seed: int = 1, **scores: float) -> bytes:
    """A unit's form with these rows filled in; `n1=9.0` gives the first row 已完成 and that score."""
    made = filled(code, seed)
    for row in made.rows:
        if row.id not in numbers:
            for column in [c for _, r, c in list(made.values) if r == row.id]:
                made.clear(row, column)
        elif f"n{row.id}" in scores:
            made.set(row, "status", DONE)
            made.set(row, "done_on", DAY.replace(month=3))
            made.clear(row, "reason")
            made.set(row, "score", scores[f"n{row.id}"])
    return made.save()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def seen(desk: Desk, day: int = 0, **files: bytes) -> dict[str, str]:
    """Put files on the desk and check: name -> verdict and codes."""
    desk.files |= {f"回收/{name}.xlsx": data for name, data in files.items()}
    return desk.verdicts(day)


def counted(report: CheckReport, code: str = "B01") -> dict[str, tuple[str, object]]:
    """Row -> the file in which it stands, and its score."""
    whole: FileOutcome = report.accepted()[code]
    return {r.id: (whole.holder(r).path[3:-5], r.values.get("score")) for r in whole.checked.items}


def test_two_offices_that_share_a_form_are_accepted_together(desk: Desk) -> None:
    """Each file says with which; the rows stand in the form's order, each with its own file."""
    other = part("1", "2", "3", code="B02")
    verdicts = seen(desk, 一=part("1", "3", n1=9.0, n3=8.0), 二=part("2", n2=7.5), 乙=other)
    assert verdicts == {"一": "accepted I_PARTS_MERGED", "二": "accepted I_PARTS_MERGED", "乙": "accepted"}
    report = desk.run()
    assert counted(report) == {"1": ("一", 9.0), "2": ("二", 7.5), "3": ("一", 8.0)}
    told_of = {f.path[3:-5]: f.why for f in report.files}
    assert told_of == {"一": "与“回收/二.xlsx”合并采用。", "乙": "", "二": "与“回收/一.xlsx”合并采用。"}
    assert sorted(report.accepted()) == ["B01", "B02"]
    assert len(report.files) == report.count("accepted") == 3


def test_parts_that_contradict_each_other_are_held(desk: Desk) -> None:
    """Nothing of the unit counts; the third part says why it waits."""
    other = part("1", "2", "3", code="B02")
    verdicts = seen(desk, 一=part("1", "2", n1=9.0), 二=part("1", "2", n1=8.0), 三=part("3"), 乙=other)
    assert verdicts == {
        "一": "held E_PARTS_CONTRADICT",
        "三": "held E_PART_HELD",
        "二": "held E_PARTS_CONTRADICT",
        "乙": "accepted",
    }
    assert sorted(desk.run().accepted()) == ["B02"]


def test_a_part_alone_waits_and_says_how_much_of_the_form_it_is(desk: Desk) -> None:
    """With what is missing, as ever: it may also be a form that was forgotten half-way."""
    verdicts = seen(desk, 一=part("1", "2"))
    assert verdicts["一"].startswith("held E_REQUIRED")
    assert verdicts["一"].endswith("W_PART_WAITS")
    (note,) = [f for f in desk.run().findings if f.code == "W_PART_WAITS"]
    assert "一共填了 2 行，这份填报表有 3 行" in note.message


def test_parts_that_are_not_yet_all_say_what_is_still_missing_together(desk: Desk) -> None:
    """No row is asked for that another part has filled in."""
    verdicts = seen(desk, 一=part("1"), 二=part("2"))
    report = desk.run()
    assert {v.split()[0] for v in verdicts.values()} == {"held"}
    asked = {f.indicator.split()[0] for f in report.findings if f.code == "E_REQUIRED"}
    assert all("3" in a for a in asked)
    assert all("一共填了 2 行" in f.message for f in report.findings if f.code == "W_PART_WAITS")


def test_a_form_that_is_faulty_but_whole_is_no_part(desk: Desk) -> None:
    """It is judged by itself and takes in nothing; beside parts that fit it is passed over."""
    assert seen(desk, 错=faulty("B01"), 一=part("1", "2"))["错"] == "held E_SCORE_RANGE"
    assert seen(desk, 二=part("3")) == {
        "一": "accepted I_PARTS_MERGED",
        "二": "accepted I_PARTS_MERGED",
        "错": "skipped W_SUPERSEDED",
    }


def test_a_later_version_of_a_part_replaces_the_earlier(desk: Desk) -> None:
    """When it fills in at least the same rows; what came on the same day contradicts."""
    seen(desk, 一=part("1", n1=9.0), 二=part("2", "3"))
    assert seen(desk, 1, 一新=part("1", n1=8.0)) == {
        "一": "skipped I_PART_OLDER",
        "一新": "accepted I_PARTS_MERGED",
        "二": "accepted I_PARTS_MERGED",
    }
    assert counted(desk.run(1))["1"] == ("一新", 8.0)
    assert seen(desk, 1, 一又=part("1", n1=7.0)) == {
        "一": "skipped I_PART_OLDER",
        "一又": "held E_PARTS_CONTRADICT",
        "一新": "held E_PARTS_CONTRADICT",
        "二": "held E_PART_HELD",
    }


def test_a_later_part_with_other_rows_replaces_nothing(desk: Desk) -> None:
    """What it says otherwise of one row leaves the rest of the earlier without a word: a contradiction."""
    seen(desk, 一=part("1", "2", n1=9.0))
    verdicts = seen(desk, 1, 二=part("1", "3", n1=8.0))
    assert verdicts == {"一": "held E_PARTS_CONTRADICT", "二": "held E_PARTS_CONTRADICT"}


def test_a_whole_form_is_taken_to_contain_the_parts_that_came_before_or_with_it(desk: Desk) -> None:
    """The usual case: half a form, then all of it, with a score thought over."""
    seen(desk, 一=part("1", n1=9.0))
    expected = {"一": "skipped W_SUPERSEDED", "全": "accepted", "同": "skipped W_SUPERSEDED"}
    assert seen(desk, 1, 全=part("1", "2", "3", n1=8.0), 同=part("1", n1=7.0)) == expected
    assert desk.verdicts(5) == expected


def test_a_part_that_comes_after_the_whole_form_has_to_agree_with_it(desk: Desk) -> None:
    """What it repeats changes nothing; what it says otherwise is for a person to decide."""
    seen(desk, 全=part("1", "2", "3", n1=9.0))
    assert set(seen(desk, 1, 后=part("1", n1=9.0)).values()) == {"accepted I_PARTS_MERGED"}
    assert counted(desk.run(1))["1"][1] == 9.0
    assert seen(desk, 2, 改=part("1", n1=8.0)) == {
        "全": "held E_PARTS_CONTRADICT",
        "后": "skipped I_PART_OLDER",
        "改": "held E_PARTS_CONTRADICT",
    }
    desk.pin("全")
    pin = desk.pins["B01"]
    assert pin.sha256 == desk.run(2).files[0].digest
    assert desk.verdicts(2)["全"] == "accepted I_PICKED"


def test_a_faulty_part_after_the_whole_form_is_passed_over(desk: Desk) -> None:
    """As any faulty file is beside a valid one: it contradicts nothing that is valid."""
    seen(desk, 全=part("1", "2", "3", n1=9.0))
    assert seen(desk, 1, 后=part("1", n1=99.0)) == {"全": "accepted", "后": "skipped W_SUPERSEDED"}


def test_parts_beside_valid_forms_that_contradict_each_other_wait(desk: Desk) -> None:
    """Nobody knows to which of them they would belong."""
    verdicts = seen(desk, 甲=CONTENTS["一"], 乙=CONTENTS["二"], 三=part("1"))
    assert (verdicts["甲"], verdicts["乙"]) == ("held E_DUP_UNIT", "held E_DUP_UNIT")
    assert verdicts["三"].startswith("held E_REQUIRED")


def test_a_pinned_part_counts_for_nothing_by_itself(desk: Desk) -> None:
    """A person chose one file: no other is put to it."""
    seen(desk, 一=part("1"), 二=part("2", "3"))
    desk.pin("一")
    verdicts = desk.verdicts()
    assert verdicts["一"].endswith("E_PICK_FAULTY")
    assert verdicts["二"] == "skipped I_PICK_OTHER"


def crash(*_: object, **__: object) -> bytes:
    """A worker that dies."""
    os.abort()


def test_a_worker_that_dies_costs_these_parts_only(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are held with what is known of each; the next run may go better."""
    monkeypatch.setattr(office_parts, "_job", crash)
    verdicts = seen(desk, 一=part("1"), 二=part("2", "3"), 乙=part("1", "2", "3", code="B02"))
    assert verdicts["乙"] == "accepted"
    assert all(verdicts[n].startswith("held") and "E_WORKER" in verdicts[n] for n in ("一", "二")), verdicts
    monkeypatch.undo()
    assert desk.verdicts()["一"] == "accepted I_PARTS_MERGED"


def test_what_was_put_together_is_remembered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the contents and paths of all its parts: nothing is opened again, and nothing else comes out."""
    seen(desk, 一=part("1"), 二=part("2", "3"))
    before = desk.run()
    monkeypatch.setattr(office_parts, "_job", crash)
    assert desk.run() == before
    monkeypatch.undo()
    desk.files["回收/移/二.xlsx"] = desk.files.pop("回收/二.xlsx")
    whys = [f.why for f in desk.run().files]
    assert whys == ["与“回收/移/二.xlsx”合并采用。", "与“回收/一.xlsx”合并采用。"]


def test_a_contradiction_names_the_other_file_where_it_lies_now(desk: Desk) -> None:
    """A file that was only moved is named by its new place, though its content is remembered."""
    seen(desk, 一=part("1", "2", n1=9.0), 二=part("1", "3", n1=8.0))
    desk.files["回收/二/移.xlsx"] = desk.files.pop("回收/二.xlsx")
    messages = [f.message for f in desk.run().findings if f.code == "E_PARTS_CONTRADICT"]
    assert ["“回收/二/移.xlsx”" in m for m in messages] == [True, False]


def corrected(original: bytes, **scores: float) -> bytes:
    """The marked copy of a file as it comes back, with other scores."""
    created = datetime(2026, 11, 21)
    copy = marked_copy(original, "退回.xlsx", CONTEXT, (), created)
    assert copy is not None
    package = Package.open(copy)
    cells = Places.of(copy).cells
    package.type("自评表", {cells["items", name[1:], "score"]: v for name, v in scores.items()})
    return package.close()


def test_a_marked_copy_that_comes_back_stands_for_the_file_it_corrects(desk: Desk) -> None:
    """On the same day, where days say nothing; the file says what it was replaced by."""
    first = part("1", "2", "3", n1=9.0)
    again = corrected(first, n1=8.0)
    assert seen(desk, 一=first, 二=again) == {"一": "skipped I_CORRECTED", "二": "accepted"}
    assert counted(desk.run())["1"] == ("二", 8.0)
    assert seen(desk, 三=corrected(again, n1=7.0)) == {
        "一": "skipped I_CORRECTED",
        "三": "accepted",
        "二": "skipped I_CORRECTED",
    }


def test_a_corrected_copy_that_is_still_faulty_replaces_a_faulty_file_only(desk: Desk) -> None:
    """The unit mends one file, not two; a valid one is not given up for it."""
    bad, good = part("1", "2", "3", n1=99.0), part("1", "2", "3", n1=9.0)
    assert seen(desk, 一=bad, 二=corrected(bad, n1=98.0)) == {
        "一": "skipped I_CORRECTED",
        "二": "held E_SCORE_RANGE",
    }
    desk.files.clear()
    assert seen(desk, 一=good, 二=corrected(good, n1=98.0)) == {
        "一": "accepted",
        "二": "skipped W_SUPERSEDED",
    }


def test_a_file_handed_in_again_after_its_correction_is_not_given_up(desk: Desk) -> None:
    """Somebody may have changed his mind: a person decides."""
    first = part("1", "2", "3", n1=9.0)
    seen(desk, 一=first, 二=corrected(first, n1=8.0))
    verdicts = seen(desk, 1, 一又=first)
    assert (verdicts["一"], verdicts["二"]) == ("held E_DUP_UNIT", "held E_DUP_UNIT")


def test_a_corrected_part_stands_for_its_part(desk: Desk) -> None:
    """Also on the day on which the contradiction was found."""
    one, two = part("1", "2", n1=9.0), part("1", "3", n1=8.0)
    assert set(seen(desk, 一=one, 二=two).values()) == {"held E_PARTS_CONTRADICT"}
    assert seen(desk, 二改=corrected(two, n1=9.0)) == {
        "一": "accepted I_PARTS_MERGED",
        "二": "skipped I_CORRECTED",
        "二改": "accepted I_PARTS_MERGED",
    }


def test_a_form_of_a_newer_version_is_no_later_answer(desk: Desk) -> None:
    """The version says when the form was made: an old one may be filled in after a new one."""
    newer = dataclasses.replace(WORKBENCH, form=dataclasses.replace(WORKBENCH.form, version=2))
    form = next(f.data for f in generate.forms(newer, KEY, datetime(2026, 11, 1)) if f.unit.code == "B01")
    old, FORMS["B01"] = FORMS["B01"], form
    try:
        again = part("1", "2", "3", n1=8.0)
    finally:
        FORMS["B01"] = old
    verdicts = seen(desk, 一=part("1", "2", "3", n1=9.0), 二=again)
    assert verdicts == {"一": "held E_DUP_UNIT", "二": "held W_OLD_VERSION E_DUP_UNIT"}
    assert Context.of(newer, KEY, DAY).fingerprint != CONTEXT.fingerprint


SHARES = {f"{rows}:{n:g}": (rows, n) for rows in ("1", "12", "23", "3") for n in (9.0, 8.0)}
POOL = {
    **{name: part(*rows, **{f"n{rows[0]}": n}) for name, (rows, n) in SHARES.items()},
    "全": part("1", "2", "3", n1=9.0),
    "错": faulty("B01"),
}
"""Parts, a whole form and a faulty one, of one unit."""
ANSWERS = {
    content_key(data): {
        (row.id, column): value
        for row in check(data, "x.xlsx", CONTEXT).items
        for column, value in row.values.items()
    }
    for data in POOL.values()
}
"""What each says by itself."""
arriving = st.lists(
    st.tuples(st.sampled_from(sorted(POOL)), st.integers(0, 2)),
    min_size=1,
    max_size=5,
    unique_by=lambda f: f[0],
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(arriving)
def test_whatever_comes_is_counted_once_and_never_against_another(found: list[tuple[str, int]]) -> None:
    """Each file has one verdict, the names of the files decide nothing, and a rerun says the same."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        desks = [Desk(Path(folder)), Desk(Path(other))]
        for day in sorted({when for _, when in found}):
            for desk, sign in zip(desks, (1, -1), strict=True):
                for n, (name, when) in enumerate(found):
                    if when <= day:
                        desk.files[f"回收/{50 + sign * n}.xlsx"] = POOL[name]
                desk.run(day)
        report, again, mirrored = desks[0].run(2), desks[0].run(4), desks[1].run(2)
    assert told(again) == told(report)
    assert sum(report.count(v) for v in ("accepted", "held", "rejected", "skipped")) == len(found)
    verdicts = [{f.digest: f.checked.verdict for f in r.files} for r in (report, mirrored)]
    assert verdicts[0] == verdicts[1]
    taken = [f for f in report.files if f.checked.verdict == "accepted"]
    whole = report.accepted().get("B01")
    assert (whole is None) == (not taken)
    if whole is None:
        return
    assert [r.id for r in whole.checked.items] == ["1", "2", "3"]
    assert sorted(r.id for f in taken for r in f.checked.items) == ["1", "2", "3"]
    assert not any(f.checked.verdict == "held" for f in report.files)
    values = {(r.id, c): v for r in whole.checked.items for c, v in r.values.items()}
    for file in taken:
        assert {place: values.get(place) for place in ANSWERS[file.digest]} == ANSWERS[file.digest]
