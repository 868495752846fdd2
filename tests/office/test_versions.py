"""Which of several versions counts: days, pins, removals, and a register that forgets nothing."""

from __future__ import annotations

import json
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.office.test_checking import KEY, NAMES, WORKBENCH, faulty, filled, told
from xlfz.check.engine import Context
from xlfz.check.model import Checked, FileOutcome
from xlfz.errors import Refused
from xlfz.findings import finding
from xlfz.office import pins as pinning
from xlfz.office.checking import Pool, check_all
from xlfz.office.intake import Arrival
from xlfz.office.pins import Pin
from xlfz.office.register import NAME, Register
from xlfz.storage import Cache, content_key

if TYPE_CHECKING:
    from xlfz.check.model import CheckReport

DAY = date(2026, 11, 20)
CONTENTS = {
    "一": filled("B01").save(),
    "二": filled("B01", 2).save(),
    "三": filled("B01", 3).save(),
    "错": faulty("B01"),
    "乙": filled("B02").save(),
    "废": b"%PDF-1.4",
}
CONTEXT = Context.of(WORKBENCH, KEY, DAY)


class Desk:
    """A .xlfz and what lies in 回收/; each `run` is a check on one day, from the cache where it can."""

    def __init__(self, own: Path) -> None:
        self.own = own
        self.files: dict[str, bytes] = {}
        self.pins: dict[str, Pin] = {}

    def put(self, *names: str) -> None:
        for name in names:
            self.files[f"回收/{name}.xlsx"] = CONTENTS[name[0]]

    def pin(self, name: str, unit: str = "B01") -> None:
        path = f"回收/{name}.xlsx"
        digest = content_key(self.files[path] if path in self.files else CONTENTS[name[0]])
        self.pins[unit] = Pin(NAMES[unit], path, digest, "张三", "2026-11-20T09:30")
        pinning.save(self.own, self.pins)

    def run(self, day: int = 0) -> CheckReport:
        register = Register(self.own, DAY + timedelta(day))
        cache = Cache(self.own, CONTEXT.fingerprint)
        try:
            report = check_all(
                [Arrival(p, len(d), 0.0, d) for p, d in sorted(self.files.items())],
                CONTEXT,
                pool=Pool(1),
                cache=cache,
                progress=lambda *_: None,
                names=NAMES,
                pins=pinning.read(self.own),
                register=register,
            )
        finally:
            cache.close()
        assert register.keep(report.files) is None
        return report

    def verdicts(self, day: int = 0) -> dict[str, str]:
        """File name -> verdict and code."""
        report = self.run(day)
        names = [f.path[3:-5] for f in report.files]
        return {n: f"{v} {codes}".strip() for n, (v, codes) in zip(names, told(report), strict=True)}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_came_on_a_later_day_counts(desk: Desk) -> None:
    """And the older one says by which command it would count."""
    desk.put("一")
    desk.run()
    desk.put("二")
    report = desk.run(1)
    assert told(report) == [("skipped", "I_VERSION_OLDER"), ("accepted", "")]
    assert 'xlfz pick "甲局" "回收/一.xlsx"' in report.findings[0].remedy


def test_what_came_on_the_same_day_is_held_with_the_command_for_each(desk: Desk) -> None:
    """Also on all later days: nothing new is known then."""
    desk.put("一", "二")
    for day in (0, 1, 2):
        report = desk.run(day)
        assert told(report) == [("held", "E_DUP_UNIT")] * 2
        assert [f'xlfz pick "甲局" "{f.file}"' in f.remedy for f in report.findings] == [True, True]


def test_an_old_copy_handed_in_again_is_not_told_from_a_change_of_mind(desk: Desk) -> None:
    """The older content came once more after the newer one: a person decides."""
    desk.put("一")
    desk.run()
    desk.put("二")
    desk.run(1)
    desk.put("一又")
    seen = desk.verdicts(2)
    assert (seen["一"], seen["二"]) == ("held E_DUP_UNIT", "held E_DUP_UNIT")


def test_a_file_moved_to_another_folder_is_no_newer(desk: Desk) -> None:
    """Tidying up 回收/ changes nothing."""
    desk.put("一")
    desk.run()
    desk.put("二")
    desk.run(1)
    desk.files["回收/归档/一.xlsx"] = desk.files.pop("回收/一.xlsx")
    assert desk.verdicts(5)["二"] == "accepted"


def test_a_pinned_version_counts_and_the_others_do_not(desk: Desk) -> None:
    """At once, from the cache, whichever came later; without the pin all is as it was."""
    desk.put("一", "二", "错")
    desk.run()
    desk.pin("二")
    assert desk.verdicts() == {
        "一": "skipped I_PICK_OTHER",
        "二": "accepted I_PICKED",
        "错": "skipped I_PICK_OTHER",
    }
    desk.put("三")
    report = desk.run(3)
    assert report.accepted()["B01"].path == "回收/二.xlsx"
    assert "张三 2026-11-20 09:30" in report.accepted()["B01"].why
    pinning.save(desk.own, {})
    assert desk.verdicts(3)["三"] == "accepted"


def test_a_pinned_faulty_version_is_held_and_no_other_counts(desk: Desk) -> None:
    """A person chose: what is wrong is said, and nothing else is taken instead."""
    desk.put("一", "错")
    desk.pin("错")
    assert desk.verdicts() == {"一": "skipped I_PICK_OTHER", "错": "held E_SCORE_RANGE E_PICK_FAULTY"}


def test_a_pinned_version_that_is_gone_holds_the_others(desk: Desk) -> None:
    """Whether it was moved away or replaced under its name."""
    desk.put("一")
    desk.pin("一")
    assert desk.verdicts() == {"一": "accepted I_PICKED"}
    desk.files["回收/一.xlsx"] = CONTENTS["二"]
    assert desk.verdicts() == {"一": "held E_PICK_GONE"}


def test_a_pin_moves_with_its_file_and_touches_no_other_unit(desk: Desk) -> None:
    """The content is pinned, not the path."""
    desk.put("一", "二", "乙")
    desk.pin("一")
    desk.files["回收/归档/一.xlsx"] = desk.files.pop("回收/一.xlsx")
    assert desk.verdicts() == {"二": "skipped I_PICK_OTHER", "归档/一": "accepted I_PICKED", "乙": "accepted"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"B01": {}}', '{"B01": {"name": 1}}', "\xff"])
def test_damaged_pins_stop_the_run_and_stay(desk: Desk, text: str) -> None:
    """A decision must not be forgotten without a word."""
    path = desk.own / pinning.NAME
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Refused) as refused:
        desk.run()
    assert [f.code for f in refused.value.findings] == ["E_PICK_UNREADABLE"]
    assert path.read_bytes() == text.encode("latin-1")


def test_the_register_knows_what_was_removed(desk: Desk) -> None:
    """With the day it came, its unit, its verdict and why."""
    desk.put("一", "错", "废")
    desk.run()
    desk.files.clear()
    report = desk.run(4)
    assert report.files == ()
    assert {(g.path[3:-5], g.unit, g.verdict, g.first) for g in report.gone} == {
        ("一", "B01", "accepted", DAY),
        ("错", "B01", "skipped", DAY),
        ("废", "", "rejected", DAY),
    }
    assert all(g.why for g in report.gone if g.verdict != "accepted")
    desk.put("一")
    assert {g.path[3:-5] for g in desk.run(5).gone} == {"错", "废"}


@pytest.mark.parametrize("text", ["", "{", "{}x", "[{}]", '[{"path": "a"}]', "[1]", "3"])
def test_a_damaged_register_is_kept_and_begun_anew(desk: Desk, text: str) -> None:
    """With a warning, and then what differs is held: nobody knows what came first."""
    desk.put("一")
    desk.run()
    (desk.own / NAME).write_text(text)
    desk.put("二")
    register = Register(desk.own, DAY)
    assert register.finding is not None
    assert register.finding.code == "W_REGISTER_LOST"
    assert set(desk.verdicts(1).values()) == {"held E_DUP_UNIT"}
    assert (desk.own / NAME).with_suffix(".损坏.json").read_text() == text
    assert Register(desk.own, DAY).finding is None


def test_a_lock_file_is_nothing_that_came(desk: Desk) -> None:
    """It would stand in the register for ever."""

    note = finding("I_LOCKFILE")
    file = FileOutcome("回收/~$一.xlsx", "", 0, 0.0, Checked("skipped", findings=(note,)))
    Register(desk.own, DAY).keep([file])
    assert Register(desk.own, DAY).gone([]) == ()


class Rounds(RuleBasedStateMachine):
    """Files come, go, are moved and pinned over days; the folder is checked again and again."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.desk = Desk(Path(self.folder.name))
        self.day = 0
        self.ever: set[tuple[str, str]] = set()

    @rule(name=st.sampled_from([f"{c}{n}" for c in CONTENTS for n in ("", "副")]))
    def arrive(self, name: str) -> None:
        self.desk.put(name)

    @rule(data=st.data())
    def replace_or_remove(self, data: st.DataObject) -> None:
        if self.desk.files:
            path = data.draw(st.sampled_from(sorted(self.desk.files)))
            content = data.draw(st.sampled_from([None, *CONTENTS]))
            if content is None:
                del self.desk.files[path]
            else:
                self.desk.files[path] = CONTENTS[content]

    @rule(name=st.sampled_from(["一", "二", "错"]))
    def pin(self, name: str) -> None:
        self.desk.pin(name)

    @rule()
    def undo(self) -> None:
        self.desk.pins.clear()
        pinning.save(self.desk.own, {})

    @rule()
    def next_day(self) -> None:
        self.day += 1

    @invariant()
    def all_is_counted_and_nothing_forgotten(self) -> None:
        if not hasattr(self, "desk"):
            return
        report = self.desk.run(self.day)
        assert told(self.desk.run(self.day)) == told(report)
        assert len(report.files) == len(self.desk.files)
        verdicts = ("accepted", "held", "rejected", "skipped")
        assert sum(report.count(v) for v in verdicts) == len(report.files)
        self.ever |= {(f.path, f.digest) for f in report.files}
        here = [(f.path, f.digest) for f in report.files]
        gone = [(g.path, g.digest) for g in report.gone]
        assert sorted(here + gone) == sorted(self.ever)
        assert len(report.accepted()) == report.count("accepted")
        pin = self.desk.pins.get("B01")
        counted = report.accepted().get("B01")
        digests = {f.digest for f in report.files}
        valid = {content_key(CONTENTS[n]) for n in ("一", "二", "三")}
        if pin is not None:
            expected = pin.sha256 in digests & valid
            assert (counted is not None) == expected
            assert counted is None or counted.digest == pin.sha256
        elif counted is not None and len(digests & valid) > 1:
            assert all(counted.first > f.first for f in report.files if f.digest in valid - {counted.digest})
        if pin is None and len(digests & valid) == 1:
            assert counted is not None

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()


TestRounds = Rounds.TestCase
TestRounds.settings = settings(
    max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_the_pins_are_a_small_file_that_people_can_read(desk: Desk) -> None:
    """Chinese as Chinese, the unit's code as key, who and when."""
    desk.pin("一")
    text = (desk.own / pinning.NAME).read_text(encoding="utf-8")
    assert json.loads(text)["B01"]["who"] == "张三"
    assert "甲局" in text
