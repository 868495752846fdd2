"""The scripted year on shangcai-57: every step adds up, every figure that is published is reckoned again."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests import oracle
from tests.acceptance.desk import hashes, table
from tests.acceptance.reckoning import GRADES, Year, half_up, reckon
from tests.notices.reading import Document
from xlfz.office import story

if TYPE_CHECKING:
    from pathlib import Path

    from xlfz.office.story.told import Assessment, Step

SEED, UNITS, APPEALS = 1, 57, 2


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """The whole year, played once."""
    return story.year(tmp_path_factory.mktemp("year") / "演示", units=UNITS, seed=SEED).assessment


@pytest.fixture(scope="module")
def reckoned(year: Assessment) -> Year:
    """The same year reckoned again from what people typed."""
    return reckon(year.folder, SEED, year.silent, year.facts, APPEALS)


@pytest.fixture(scope="module")
def circular(year: Assessment) -> Document:
    """The annual 通报."""
    return Document(year.announced.circular.read_bytes())


def on(year: Assessment, month: int, day: int) -> Step:
    """The step of a day."""
    return next(s for s in year.steps if s.day == date(2026, month, day))


def test_at_every_step_each_file_has_one_verdict(year: Assessment) -> None:
    """accepted + held + rejected + skipped = files found = files that had come by then."""
    came = Counter[date]()
    for path in (p for p in (year.folder / "回收").rglob("*") if p.is_file()):
        month, day = map(int, re.findall(r"\d+", path.relative_to(year.folder).parts[1]))
        inside = zipfile.ZipFile(path).namelist() if path.suffix == ".zip" else [path.name]
        came[date(2026, month, day)] += len(inside)
    steps = [s for s in year.steps if "files_found" in s.figures]
    assert len(steps) == 8
    for step in steps:
        verdicts = [step.figures[v] for v in ("accepted", "held", "rejected", "skipped")]
        assert step.figures["files_found"] == sum(verdicts)
        assert step.figures["files_found"] == sum(n for day, n in came.items() if day <= step.day)


def test_the_first_returns_have_the_faults_that_were_put_in(year: Assessment) -> None:
    """22 of 57 units err or are silent: each fault has the verdict that it deserves.

    Nine files are held for what is typed in them, one unit sends two that differ; three cannot be read;
    a copy and a lock file are passed over; two units send nothing, so one is never heard of.
    """
    assert dict(on(year, 11, 10).figures) == {
        "files_found": 58, "accepted": 42, "held": 11, "rejected": 3, "skipped": 2, "退回": 9,
    }  # fmt: skip
    assert on(year, 11, 16).figures["未报待改"] == 15
    assert on(year, 11, 16).figures["催报函"] == on(year, 11, 16).figures["督办单"] == 15
    after = on(year, 11, 20).figures
    assert (after["重报"], after["指定采用"], after["held"]) == (13, 1, 0)
    assert after["accepted"] == UNITS - 1
    assert len(year.silent) == 1


def test_a_deduction_without_its_reason_waits_for_it(year: Assessment) -> None:
    """Two of three 考核评分表 count, the third is held; corrected, it counts."""
    before, held, after = (on(year, *day).figures for day in ((11, 20), (12, 8), (12, 10)))
    assert (held["accepted"] - before["accepted"], held["held"]) == (2, 1)
    assert (after["accepted"] - before["accepted"], after["held"]) == (3, 0)


def test_every_score_that_counts_is_the_assessors_or_what_an_appeal_restored(
    year: Assessment, reckoned: Year
) -> None:
    """Each line of 明细: the returned forms' scores, but for the two that were appealed against."""
    own = {u.code: u.own for u in reckoned.units}
    typed = {(c, n): Fraction(repr(s)) for c, of in year.changed.items() for n, s in of.items()}
    assert len(typed) == on(year, 12, 22).figures["申诉"] == APPEALS
    assert all(score == own[code][number] for (code, number), score in typed.items())
    assert on(year, 12, 15).figures["复核"] == len(reckoned.lowered) + APPEALS
    expected = {
        (u.name, number): float(u.scores[number]) if number in u.scores else "不适用"
        for u in reckoned.units
        for number in u.status
    }
    lines = table(year.announced.summary, "明细", "单位", "编号", "采用分")
    assert {(x["单位"], str(x["编号"]).removesuffix(".0")): x["采用分"] for x in lines} == expected


def test_the_circular_counts_who_reported(reckoned: Year, circular: Document) -> None:
    """Units, those whose return counts, their share, and the silent one by its name."""
    reported = len(reckoned.units)
    share = half_up(Fraction(100 * reported, UNITS), 1)
    assert f"应报单位{UNITS}个，已采用{reported}个，报送率{share}%；已报待改0个，未报1个。" in circular.text
    assert "未报的单位：" in circular.text


def test_the_circular_s_totals_ranks_and_grades(year: Assessment, reckoned: Year, circular: Document) -> None:
    """Each line of the ranking, each figure of the sentence above it, and the chart of the grades."""
    expected = [
        [str(place), u.name, u.team, str(reckoned.in_team(u)), f"{u.total:.2f}", u.grade]
        for place, u in reckoned.ranked
    ]
    assert circular.table("组内名次") == expected
    totals = [Fraction(u.total) for u in reckoned.units]
    mean = half_up(sum(totals, Fraction()) / len(totals), 2)
    assert (
        f"有总分的单位{len(totals)}个，平均{mean}分，最高{float(max(totals)):.2f}分，"
        f"最低{float(min(totals)):.2f}分。" in circular.text
    )
    grades = {name: reckoned.grades[name] for name, _ in GRADES}
    assert "其中" + "，".join(f"{name}{n}个" for name, n in grades.items()) + "。" in circular.text
    assert circular.charts()[0] == grades
    assert grades["优秀"] > 0
    best = reckoned.ranked[0][1]
    assert year.facts[best.code] == {"年度败诉案件数": 2}
    assert (best.total >= 90, best.grade) == (True, "良好")


def test_the_circular_s_shares_of_each_chapter(year: Assessment, reckoned: Year, circular: Document) -> None:
    """What all units got of the points that applied to them."""
    chapters: dict[str, str] = {}
    for row in table(year.announced.summary, "明细", "编号", "一级指标", "采用分"):
        chapters[str(row["编号"]).removesuffix(".0")] = row["一级指标"]
    got, full = Counter[str](), Counter[str]()
    for unit in reckoned.units:
        for number, score in unit.scores.items():
            got[chapters[number]] += score  # type: ignore[assignment]
            full[chapters[number]] += unit.points[number]  # type: ignore[assignment]
    rates = [half_up(Fraction(got[c]) / Fraction(full[c]), 3) for c in sorted(full, key=list(full).index)]
    assert sorted(circular.charts()[1].values()) == sorted(map(float, rates))


def test_the_circular_s_shortfalls(reckoned: Year, circular: Document) -> None:
    """The indicators on which most units fell short: how many, and how many points together."""
    short = Counter(n for u in reckoned.units for n in u.lost)
    lines = circular.table("短板单位")
    assert [int(line[2]) for line in lines] == [n for _, n in short.most_common(len(lines))]
    for number, _, count, lost in lines:
        assert int(count) == short[number]
        assert Fraction(lost) == sum(u.lost.get(number, Fraction()) for u in reckoned.units)


def test_each_unit_is_told_its_own_result(year: Assessment, reckoned: Year) -> None:
    """考核结果反馈: total, both ranks and the grade of every unit; every shortfall of some."""
    documents = {p.stem: p for p in year.announced.feedback}
    assert sorted(documents) == sorted(u.name for u in reckoned.units)
    for count, (place, unit) in enumerate(reckoned.ranked):
        document = Document(documents[unit.name].read_bytes())
        assert (
            f"你单位总分{unit.total:.2f}分，在有总分的{len(reckoned.units)}个单位中列第{place}名，"
            f"在{unit.team}列第{reckoned.in_team(unit)}名，等级为{unit.grade}" in document.text
        )
        if count % 10 == 0:
            lines = document.table("失分")
            told = {line[0]: Fraction(line[4]) for line in lines if line[4] != "—"}
            assert told == {n: lost for n, lost in unit.lost.items() if lost}


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> story.Told:
    """A year of few units, in which every kind of file is small."""
    return _played(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def small(little: story.Told) -> Path:
    """Its folder of the assessment."""
    return little.assessment.folder


def _played(folder: Path) -> story.Told:
    return story.year(folder / "演示", units=4, seed=3, workers=1)


def test_what_the_verifier_saw_is_closed_and_nothing_else(little: story.Told) -> None:
    """整改台账 at the year's end: every item has a number of its own and one state."""
    year = little.assessment
    lines = table(year.announced.summary, "整改台账", "整改号", "状态")
    states = {line["整改号"]: line["状态"] for line in lines}
    assert len(states) == len(lines)
    assert {n for n, state in states.items() if state == "已销号"} == set(year.closed)
    assert len(year.closed) == on(year, 12, 28).figures["销号"] > 0
    waiting = sum(state == "待核验" for state in states.values())
    assert waiting == on(year, 12, 28).figures["待核验"] - len(year.closed)


def test_six_months_are_in_one_table(little: story.Told) -> None:
    """单位报送 says of each unit and month what was played; each file that came counts."""
    months = little.months
    told = {
        line["单位"]: [line[f"{m}"] for m in months.states]
        for line in table(months.consolidated.summary, "单位报送", "单位", f"{next(iter(months.states))}")
    }
    names = {u.unit.name: u.unit.code for u in months.consolidated.consolidation.units}
    assert told == {n: [of[code] for of in months.states.values()] for n, code in names.items()}
    came = sum(state != "未报" for of in months.states.values() for state in of.values())
    figures = months.steps[-1].figures
    assert (figures["files_found"], figures["accepted"]) == (came, came)


KINDS = (
    *("下发/*.xlsx", "下发/考核评分表/*.xlsx", "下发/整改回执/**/*.xlsx", "汇总/汇总表.xlsx"),
    *(f"通知/{kind}/*.docx" for kind in ("催报函", "督办单", "考核结果反馈", "通报")),
)


@pytest.mark.parametrize("pattern", KINDS)
def test_each_kind_of_workbook_and_document_passes_the_sdk_s_rules(small: Path, pattern: str) -> None:
    """One of each that the year leaves in the folder."""
    assert oracle.audit(sorted(small.glob(pattern))[0].read_bytes()) == []


@oracle.libreoffice
def test_the_last_summary_recalculates_to_what_it_says(small: Path) -> None:
    """Every formula."""
    data = (small / "汇总" / "汇总表.xlsx").read_bytes()
    assert oracle.recalculate(data) == oracle.values(data)


def test_one_seed_gives_one_year(small: Path, tmp_path: Path) -> None:
    """File for file the same bytes; 历史 bears the moment in its names, .xlfz may be made anew."""
    assert _contents(_played(tmp_path).assessment.folder) == _contents(small)


def _contents(folder: Path) -> dict[str, str]:
    found = {name.removeprefix(str(folder)): digest for name, digest in hashes(folder).items()}
    return {n: d for n, d in found.items() if not n.startswith(("/.xlfz", "/汇总/历史"))}
