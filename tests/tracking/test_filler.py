"""The simulated units report six months without a fault and never go back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.acceptance.desk import receive
from tests.tracking.test_board import UNITS, turn_to, workbench
from xlfz.office.service import Office
from xlfz.office.story import progress

if TYPE_CHECKING:
    from pathlib import Path


def test_a_simulated_unit_s_months_are_in_order(tmp_path: Path) -> None:
    """Every form is accepted, progress only rises, and the same seed gives the same bytes."""
    folder = workbench(tmp_path / "任务")
    seen: list[float] = []
    for step in (1, 2, 3):
        turn_to(folder, f"{step}月")
        office = Office.open(folder, workers=1, today=date(2026, step, 28))
        (form,) = (p.read_bytes() for p in office.generate().forms if p.name.startswith(UNITS[0]))
        filled = progress.fill(form, 7, UNITS[0], step, 3, office.today)
        assert filled == progress.fill(form, 7, UNITS[0], step, 3, office.today)
        receive(folder, {f"{step}月.xlsx": filled})
        report = office.check().report
        assert report.count("accepted") == step
        items = report.accepted()["D1"].checked.items
        seen.append(sum(float(str(row.values["percent"])) for row in items))
    assert seen == sorted(seen)
