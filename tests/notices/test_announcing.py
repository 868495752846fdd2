"""考核结果反馈 and 通报: every figure is reckoned again here, from what the units typed."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.acceptance.desk import xlfz_command
from tests.notices.reading import Document
from tests.office.small import UNITS, filled_forms, send_back, working_folder
from tests.oracle import audit
from tests.summary.build import report, workbench
from xlfz.check.model import CheckReport
from xlfz.consolidation import Carried, CarriedValue, consolidate, row_key
from xlfz.notices import filling
from xlfz.notices.circular import COMMON, circular
from xlfz.notices.results import feedback
from xlfz.notices.templates import CIRCULAR, FEEDBACK, template
from xlfz.office.service import Office

if TYPE_CHECKING:
    from pathlib import Path

    from xlfz.notices.model import Notice
    from xlfz.workbench.model import Workbench

DAY = date(2026, 12, 1)
CREATED = datetime(2026, 12, 1)
BOOK = workbench(23, 20)
_NAME = {u.code: u.name for u in BOOK.roster.units}


def document(notice: Notice) -> Document:
    return Document(filling.fill(template(notice.kind), notice, CREATED))


def up(value: Decimal, digits: str = "0.01") -> Decimal:
    return value.quantize(Decimal("1e-10"), ROUND_HALF_UP).quantize(Decimal(digits), ROUND_HALF_UP)


def dec(value: object) -> Decimal:
    return Decimal(repr(value))


class Reckoned:
    """Totals, losses and rates of a report, by the rules as the scheme words them and nothing of xlfz's."""

    def __init__(self, book: Workbench, checked: CheckReport) -> None:
        points = {i.number: i for i in book.catalogue.indicators}
        self.totals: dict[str, Decimal] = {}
        self.units: Counter[str] = Counter()
        self.lost: dict[str, Decimal] = {}
        self.got: dict[str, list[Decimal]] = {}
        for file in checked.files:
            if file.checked.verdict != "accepted":
                continue
            scored, base, extra = Decimal(0), Decimal(0), Decimal(0)
            for row in file.checked.items:
                indicator, score = points[row.id], row.values.get("score")
                if indicator.points is None or score is None:
                    continue
                if indicator.kind == "加分":
                    extra += min(dec(score), Decimal(3))
                elif indicator.kind == "减分":
                    extra -= min(dec(score), Decimal(5))
                    self._lose(row.id, dec(score))
                else:
                    scored += dec(score)
                    base += dec(indicator.points)
                    self._lose(row.id, dec(indicator.points) - dec(score))
                    pot = self.got.setdefault(indicator.chapter, [Decimal(0), Decimal(0)])
                    pot[0] += dec(score)
                    pot[1] += dec(indicator.points)
            self.totals[file.checked.unit] = up(scored * 100 / base + extra)

    def _lose(self, number: str, points: Decimal) -> None:
        if points:
            self.units[number] += 1
            self.lost[number] = self.lost.get(number, Decimal(0)) + points

    def rank(self, total: Decimal) -> int:
        return 1 + sum(other > total for other in self.totals.values())


def grade(total: Decimal) -> str:
    return "优秀" if total >= 90 else "良好" if total >= 80 else "合格" if total >= 60 else "不合格"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_every_figure_of_the_circular_is_right(seed: int) -> None:
    """Reporting, totals, ranks, grades, rates and shortfalls, from the raw answers of the forms."""
    checked = report(BOOK, seed)
    own = Reckoned(BOOK, checked)
    shown = document(circular(consolidate(BOOK, checked), BOOK, DAY))

    states = {f.checked.unit: f.checked.verdict for f in checked.files if f.checked.unit}
    held = [c for c in _NAME if states.get(c) == "held"]
    missing = [c for c in _NAME if c not in states]
    n, good = len(_NAME), len(own.totals)
    rate = up(Decimal(100 * good) / n, "0.1")
    assert (
        f"应报单位{n}个，已采用{good}个，报送率{rate}%；已报待改{len(held)}个，未报{len(missing)}个"
        in shown.text
    )
    for word, units in (("已报待改", held), ("未报", missing)):
        assert f"{word}的单位：{'、'.join(_NAME[c] for c in units)}。" in shown.text

    totals = own.totals.values()
    mean, best, worst = up(sum(totals, Decimal(0)) / good), max(totals), min(totals)
    assert f"有总分的单位{good}个，平均{mean}分，最高{best}分，最低{worst}分" in shown.text
    grades = Counter(map(grade, totals))
    for name in ("优秀", "良好", "合格", "不合格"):
        assert re.search(rf"[，中]{name}{grades[name]}个", shown.text)

    teams = {u.code: u.team for u in BOOK.roster.units}
    wanted = [
        [
            str(own.rank(t)),
            _NAME[c],
            teams[c],
            str(1 + sum(o > t and teams[d] == teams[c] for d, o in own.totals.items())),
            str(t),
            grade(t),
        ]
        for c, t in own.totals.items()
    ]
    ranking = shown.table("名次")
    assert sorted(ranking) == sorted(wanted)
    assert [int(r[0]) for r in ranking] == sorted(int(r[0]) for r in ranking)

    by_grade, by_chapter = shown.charts()
    assert {k: v for k, v in by_grade.items() if v} == grades
    rates = [float(up(got / full, "0.001")) for got, full in own.got.values()]
    assert list(by_chapter.values()) == rates

    messages = Counter()
    for file in checked.files:
        codes_here = {f.code for f in file.checked.findings if f.severity != "info"}
        messages.update(codes_here)
    told = shown.table("涉及单位")
    assert [int(row[2]) for row in told] == sorted(messages.values(), reverse=True)[:COMMON]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_what_is_lost_is_told_to_the_unit_and_to_all(seed: int) -> None:
    """Each unit's lost points add up; the 通报 lists the indicators with most units."""
    checked = report(BOOK, seed)
    own = Reckoned(BOOK, checked)
    table = consolidate(BOOK, checked)
    answers = {f.checked.unit: {r.id: r.values for r in f.checked.items} for f in checked.files}
    points = {i.number: i for i in BOOK.catalogue.indicators}
    told = list(feedback(table, BOOK, DAY))
    assert [n.to for n in told] == [_NAME[c] for c in own.totals]
    for code, notice in list(zip(own.totals, told, strict=True))[:4]:
        shown = document(notice)
        total = own.totals[code]
        assert f"总分{total}分，在有总分的{len(own.totals)}个单位中列第{own.rank(total)}名" in shown.text
        assert f"等级为{grade(total)}" in shown.text
        lost = {}
        for number, values in answers[code].items():
            score, indicator = values.get("score"), points[number]
            if score is None or indicator.points is None or indicator.kind == "加分":
                continue
            short = dec(score) if indicator.kind == "减分" else dec(indicator.points) - dec(score)
            if short:
                lost[number] = short
        rows = {row[0]: row for row in shown.table("失分")} if "没有失分" not in shown.text else {}
        assert {n: Decimal(r[4]) for n, r in rows.items() if r[4] != "—"} == lost
        for number in lost:
            reason = answers[code][number].get("reason")
            assert reason is None or str(reason) in rows[number][5]
    shortfalls = document(circular(table, BOOK, DAY)).table("短板单位")
    counts = Counter(s.indicator.number for s in table.shortfalls)
    assert [int(r[2]) for r in shortfalls] == sorted(counts.values(), reverse=True)[:COMMON]
    for number, _, _, lost_here in shortfalls:
        expected = own.lost.get(number)
        assert lost_here == "—" if expected is None else Decimal(lost_here) == expected


def test_what_the_assessors_wrote_is_in_the_feedback() -> None:
    """考核分, 扣分原因 and 审核意见 of the summary, also on a row without a loss."""
    checked = report(BOOK, 1)
    code = next(iter(checked.accepted()))
    values = tuple(
        CarriedValue("明细", row_key(code, number), column, value)
        for number, column, value in (
            ("1", "考核分", 1.25),
            ("1", "扣分原因", "台账不全"),
            ("2", "审核意见", "做法可以推广"),
        )
    )
    table = consolidate(BOOK, checked, Carried(values))
    shown = document(next(iter(feedback(table, BOOK, DAY))))
    rows = {row[0]: row for row in shown.table("失分")}
    assert rows["1"][3] == "1.25"
    assert "台账不全" in rows["1"][5]
    assert rows["2"][6] == "做法可以推广"


def test_nobody_reported() -> None:
    """No total, no table, no chart; the document is still whole and says so."""
    notice = circular(consolidate(BOOK, CheckReport(())), BOOK, DAY)
    shown = document(notice)
    assert "已采用0个，报送率0.0%" in shown.text
    assert "暂不排名" in shown.text
    assert "没有发现共性问题" in shown.text
    assert (shown.tables, shown.charts()) == ([], [])
    assert audit(shown.data) == []
    nobody = workbench(0, 20)
    assert "应报单位0个" in document(circular(consolidate(nobody, CheckReport(())), nobody, DAY)).text


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    """Three units that reported, and what their scores add up to. Not to be changed."""
    folder = working_folder(tmp_path_factory.mktemp("announce") / "某县")
    return folder, send_back(folder, filled_forms(folder))


def test_one_folder_from_returns_to_the_circular(
    finished: tuple[Path, dict[str, float]], tmp_path: Path
) -> None:
    """The totals of real forms; every document passes the audit; the same bytes again the same day."""
    folder, totals = tmp_path / "某县", finished[1]
    shutil.copytree(finished[0], folder)
    done = Office.open(folder, workers=1, today=DAY).announce()
    shown = Document(done.circular.read_bytes())
    assert {row[1]: float(row[2]) for row in shown.table("名次")} == pytest.approx(totals)
    assert [p.stem for p in done.feedback] == list(UNITS)
    made = (*done.feedback, done.circular)
    before = {p: p.read_bytes() for p in made}
    for path, data in before.items():
        assert audit(data) == [], path
        assert "〔" not in Document(data).text
    for kind in (FEEDBACK, CIRCULAR):
        assert audit((folder / "通知" / "模板" / f"{kind}.docx").read_bytes()) == []
    Office.open(folder, workers=1, today=DAY).announce()
    assert {p: p.read_bytes() for p in made} == before
    ran = xlfz_command("announce", folder, "--json", "--workers", "1")
    assert ran.code == 0
    assert ran.json["circular"] == str(done.circular)
    assert len(ran.json["feedback"]) == len(UNITS)
