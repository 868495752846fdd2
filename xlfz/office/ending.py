"""How the press of a button ends: what is said, what is opened, what is left on 首页.

Takes nothing but facts; gives the frozen `End` that both ways of showing it share: the add-in
(through xlwings) and the command behind the plain buttons, for which `as_ascii` writes it down.
Forbids tracebacks: whatever happened is a sentence with its remedy.

The file of the plain buttons (.xlfz/end.txt) is ASCII, lines end in LF. A text is written as the
decimal numbers of its UTF-16 code units with single spaces between, which VBA turns into the text with
`ChrW` on every machine, whatever its code page:

    line 1    exit code: 0 done, 1 a person has to look, 2 could not run
    line 2    the sentence to show (text)
    line 3    the workbook to open (text), or empty
    line 4..  name=text, every name of `KEYS`; an empty text means: leave that cell as it is
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from xlfz.findings import Finding, by_weight
from xlfz.storage import write_atomic
from xlfz.verbs import BY_ID
from xlfz.workbench.front import STATE_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from xlfz.errors import Refused

END_FILE = "end.txt"
"""Below .xlfz."""

KEYS = ("operation", "time", "result", "reported", "missing", "errors", "sheet", "cell")
"""The first six are the cells of 首页 in which the state is left; the last two say where in the
workbook to open the cursor belongs."""

# With the blank that sets a command off from the Chinese after it.
_COMMAND = re.compile(r"(?:运行|用) xlfz ([a-z-]+)(?: (?=[\u4e00-\u9fff]))?")


@dataclass(frozen=True, slots=True)
class Place:
    """A workbook to open, and where in it; empty means as it was saved."""

    path: Path
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What 首页 shows of the last run. None: this run says nothing of it, the cell stays as it is."""

    operation: str
    result: str
    reported: int | None = None
    missing: int | None = None
    errors: int | None = None
    time: str = field(default_factory=lambda: f"{datetime.now():%Y-%m-%d %H:%M}")

    def values(self) -> dict[str, str | int | None]:
        """Key -> value for its cell, for the first six of `KEYS`."""
        return {key: getattr(self, key) for key in KEYS[:6]}


@dataclass(frozen=True, slots=True)
class End:
    """How it ended. `opens` in order: the last one stays on top. `folder` is shown in the file manager."""

    code: int
    message: str
    opens: tuple[Place, ...] = ()
    folder: Path | None = None
    state: State | None = None

    def also(self, found: Finding) -> End:
        """The same end with one more thing to say; an error makes the exit code at least 1."""
        code = max(self.code, 1) if found.severity == "error" else self.code
        return End(code, self.message + in_buttons(found.text), self.opens, self.folder, self.state)


def failed(verb: str, findings: Iterable[Finding], log: Path | None = None) -> End:
    """It could not be done: the weightiest finding, how many more, and where the log is."""
    ranked = sorted(findings, key=by_weight)
    first = ranked[0]
    place = "".join(part for part in (first.sheet and f"“{first.sheet}”表", first.cell) if part)
    message = in_buttons(f"{place}：{first.text}" if place and first.cell not in first.text else first.text)
    if log is not None:
        message += f"运行记录在 {log}。"
    errors = sum(f.severity == "error" for f in ranked)
    return End(2, message, state=State(caption(verb), in_buttons(first.message), errors=errors))


def refused(verb: str, error: Refused, log: Path | None = None) -> End:
    """`failed` for what was raised."""
    return failed(verb, error.findings, log)


def cell_name(key: str) -> str:
    """The defined name of the cell on 首页 in which the value of a key is left."""
    return f"{STATE_PREFIX}{key}"


def caption(verb: str) -> str:
    """What staff call a verb; one that is not declared is called by its own name."""
    return BY_ID[verb].caption if verb in BY_ID else verb


def in_buttons(text: str) -> str:
    """A sentence that names commands, for those who press buttons: 运行 xlfz check -> 点“校验回收件”."""

    def button(match: re.Match[str]) -> str:
        return f"点“{BY_ID[match[1]].caption}”" if match[1] in BY_ID else match[0]

    return _COMMAND.sub(button, text)


def as_ascii(end: End) -> str:
    """The end as the lines that are described above."""
    shown = end.opens[-1] if end.opens else None
    values = end.state.values() if end.state else dict.fromkeys(KEYS[:6])
    values |= {"sheet": shown.sheet, "cell": shown.cell} if shown else {}
    lines = [str(end.code), _units(end.message), _units(str(shown.path)) if shown else ""]
    lines += [f"{key}={_units(_text(values.get(key)))}" for key in KEYS]
    return "\n".join(lines) + "\n"


def write_end(own: Path, end: End) -> None:
    """Put the end into `own` (.xlfz), where the button that waits for it looks."""
    write_atomic(own / END_FILE, as_ascii(end).encode("ascii"), durable=False)


def forget_end(own: Path) -> None:
    """Remove the end of an earlier press, so that nobody takes it for this one's."""
    (own / END_FILE).unlink(missing_ok=True)


def _text(value: str | int | None) -> str:
    return "" if value is None else str(value)


def _units(text: str) -> str:
    data = text.encode("utf-16-le", "surrogatepass")
    return " ".join(str(int.from_bytes(data[n : n + 2], "little")) for n in range(0, len(data), 2))
