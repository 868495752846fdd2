"""Findings: everything xlfz has to say about a file, a workbench or a run.

Takes a code of `findings.csv` and the facts of the case; gives a frozen `Finding` with the message
and the remedy in Chinese. Forbids messages that are not in the table: the table is the published
list of codes, and a code once published keeps its meaning.

A finding is made where the fault is seen, with the facts known there, and located further by the
stages above it (`at`): the reader knows the cell, the office knows the file and the unit.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, cast

Severity = Literal["error", "warn", "info"]
Scope = Literal["run", "file", "entry", "sheet", "cell", "unit", "workbench"]

SEVERITY_NAMES: dict[Severity, str] = {"error": "错误", "warn": "提醒", "info": "提示"}
"""Severity -> the word staff see."""

_RANK: dict[Severity, int] = {"error": 0, "warn": 1, "info": 2}
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d+)")
_UNTOLD = {"单位": "报送单位", "日志": ".xlfz/日志.txt"}
"""What stands for a fact that nobody gave."""


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the table of codes."""

    code: str
    severity: Severity
    scope: Scope
    message: str
    remedy: str
    """What to do, as said to the office's staff."""
    to_unit: str = ""
    """The same to the unit itself, where it is more than 请让某单位重报 turned round."""


@cache
def codes() -> dict[str, Code]:
    """Every code by name, in the order of the table."""
    text = resources.files("xlfz").joinpath("findings.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Code(
            row["code"],
            cast("Severity", row["severity"]),
            cast("Scope", row["scope"]),
            row["message"],
            row["remedy"],
            row["to_unit"] or "",
        )
        for row in csv.DictReader(text.splitlines())
    }


class _Facts(dict[str, object]):
    """Facts for a template; a fact nobody knew shows as 未知, never as a KeyError."""

    def __missing__(self, key: str) -> str:
        return _UNTOLD.get(key, "未知")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, repaired or worth knowing.

    `file` is the path relative to the working folder, `sheet` and `cell` are Excel's own names
    (`自评表`, `H12`), `unit` the unit's name, `indicator` the number as printed. Empty means that
    it does not apply. `facts` fill the placeholders of the message.
    """

    code: str
    severity: Severity
    file: str = ""
    sheet: str = ""
    cell: str = ""
    unit: str = ""
    indicator: str = ""
    facts: tuple[tuple[str, object], ...] = ()

    @property
    def message(self) -> str:
        """What is wrong, in Chinese, with the facts filled in."""
        return self._fill(codes()[self.code].message)

    @property
    def remedy(self) -> str:
        """What to do about it, in Chinese."""
        return self._fill(codes()[self.code].remedy)

    @property
    def remedy_to_unit(self) -> str:
        """The remedy as it is said to the unit itself: 请让甲镇重新填报 -> 请重新填报."""
        told = codes()[self.code].to_unit
        named = re.escape(self.unit) if self.unit else "报送单位"
        return self._fill(told) if told else re.sub(f"请让(?:{named}|报送单位|单位)", "请", self.remedy)

    @property
    def text(self) -> str:
        """Message and remedy as one line."""
        return f"{self.message}{self.remedy}"

    @property
    def severity_name(self) -> str:
        """错误, 提醒 or 提示."""
        return SEVERITY_NAMES[self.severity]

    def at(
        self,
        *,
        file: str | None = None,
        sheet: str | None = None,
        cell: str | None = None,
        unit: str | None = None,
        indicator: str | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A copy located further; a place already known is kept unless it is empty."""
        return Finding(
            self.code,
            severity or self.severity,
            file=self.file or file or "",
            sheet=self.sheet or sheet or "",
            cell=self.cell or cell or "",
            unit=self.unit or unit or "",
            indicator=self.indicator or indicator or "",
            facts=self.facts,
        )

    def as_dict(self) -> dict[str, str]:
        """The nine published fields, for JSON and tables."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "unit": self.unit,
            "indicator": self.indicator,
            "message": self.message,
            "remedy": self.remedy,
        }

    def _fill(self, template: str) -> str:
        facts = _Facts(self.facts)
        if self.unit:
            facts.setdefault("单位", self.unit)
        if self.cell:
            facts.setdefault("ref", self.cell)
        return template.format_map(facts)


def finding(code: str, /, *, severity: Severity | None = None, **facts: object) -> Finding:
    """A finding of `code`.

    The place words `file`, `sheet`, `cell`, `unit`, `indicator` locate it; every other keyword
    fills a placeholder of the message. Raises KeyError for a code that is not in the table.
    """
    place = {k: str(facts.pop(k)) for k in ("file", "sheet", "cell", "unit", "indicator") if k in facts}
    return Finding(code, severity or codes()[code].severity, **place, facts=tuple(facts.items()))


def by_weight(found: Finding) -> tuple[int, str, str, tuple[int, str], str]:
    """Sort key: errors first, then by file, sheet, cell (row by row, J9 before J10) and code."""
    return (_RANK[found.severity], found.file, found.sheet, _reading_order(found.cell), found.code)


def _reading_order(cell: str) -> tuple[int, str]:
    """Row, then column: A to Z stand before AA."""
    match = _ADDRESS.match(cell)
    return (int(match[2]), match[1].rjust(3)) if match else (0, cell)
