"""A small working folder for the tests of the buttons: three units, their returns, what they add up to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.acceptance.desk import duties, filled_in, form_of, receive
from xlfz.form.spec import DONE, NOT_APPLICABLE
from xlfz.office.making import write_workbench
from xlfz.office.service import Office
from xlfz.office.simulate import Filled, Places
from xlfz.workbench.draft import Draft

if TYPE_CHECKING:
    from pathlib import Path

UNITS = ("县教育局", "县财政局", "柳溪镇")
_INDICATORS = 10
"""Of ten points each, with a material each."""


def working_folder(root: Path, *, macros: bool = False, teams: tuple[str, ...] = ("",) * 3) -> Path:
    """A new folder with a workbench of three units that all report everything; its path."""
    numbers = range(1, _INDICATORS + 1)
    draft = Draft(
        indicators=tuple(
            {"编号": str(n), "一级指标": f"第{1 + n // 6}章", "指标内容": f"办好第 {n} 件事", "分值": 10,
             "牵头单位": "全体", "完成时限": "2025年6月底前"} for n in numbers
        ),
        materials=tuple({"指标编号": str(n), "序号": 1, "资料名称": f"第 {n} 件事的总结"} for n in numbers),
        units=tuple(
            {"单位编码": f"D{n:02d}", "单位名称": unit, "考核组": team}
            for n, (unit, team) in enumerate(zip(UNITS, teams, strict=True), 1)
        ),
    ).with_setting("工作名称", "某县年度考核").with_setting("年度", 2025)  # fmt: skip
    return write_workbench(root, draft, date(2025, 12, 1), macros=macros).folder


def filled_forms(folder: Path) -> dict[str, Filled]:
    """Unit -> its form filled in without a fault, still open; the forms are made for that."""
    Office.open(folder, workers=1).generate()
    forms = {}
    for duty in duties(folder):
        form = form_of(folder, duty.unit.name).read_bytes()
        filled = filled_in(duty, form, Places.of(form))
        for row in filled.rows:
            # Without 不适用 a total is a plain sum, which a test can reckon by itself.
            if filled.values.get((row.table, row.id, "status")) == NOT_APPLICABLE:
                filled.set(row, "status", DONE)
                filled.set(row, "score", row.indicator.points)
                filled.set(row, "done_on", date(2025, 5, 6))
        forms[duty.unit.name] = filled
    return forms


def send_back(folder: Path, forms: dict[str, Filled]) -> dict[str, float]:
    """Put the forms into 回收/; unit -> what its scores add up to."""
    totals = {unit: sum(_scores(form)) / 100 for unit, form in forms.items()}
    receive(folder, {f"{unit}.xlsx": form.save() for unit, form in forms.items()})
    return totals


def _scores(form: Filled) -> list[int]:
    """In hundredths, which add up exactly."""
    values = [v for (_, _, column), v in form.values.items() if column == "score"]
    return [round(float(str(v)) * 100) for v in values if v is not None]
