"""The button 检查环境: what `xlfz doctor` sees, as the end of a press.

Takes the folder that is worked in; gives an `End` that names everything that is not in order, each
with its remedy. Both kinds of button call it: it stands above the office, whose buttons need no look at
the computer.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xlfz.deploy.doctor import examine
from xlfz.deploy.system import this_computer
from xlfz.office.ending import End, in_buttons

if TYPE_CHECKING:
    from pathlib import Path

_ALWAYS = "W_DOCTOR_OPEN"
"""The workbench is open: so it is whenever one of its buttons is pressed, and no fault."""


def examined(folder: Path) -> End:
    """What was looked at, how much of it is in order, and what is not."""
    seen = examine(this_computer(), folder)
    checks = [check for check in seen.checks if check.found is None or check.found.code != _ALWAYS]
    counts = Counter(check.state for check in checks)
    told = "，".join(f"{state} {n}" for state, n in counts.items())
    lines = [f"检查了 {len(checks)} 项：{told}。"]
    lines += [f"{check.name}：{in_buttons(check.advice)}" for check in checks if check.advice]
    return End(1 if seen.broken else 0, "\n".join(lines))
