"""What a table contradicts itself on: numbers twice or missing, sums that differ from a stated total.

Takes proposed rows; gives them back with doubts marked, and findings. Forbids repairs: what is
flagged keeps its printed value.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.documents.tables.marks import numeral
from xlfz.findings import finding
from xlfz.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlfz.documents.model import Found, ProposedRow
    from xlfz.documents.tables.record import Gathered
    from xlfz.findings import Finding


def numbered(
    rows: Sequence[ProposedRow], taken: Mapping[str, str], prefix: str, shared: frozenset[int] = frozenset()
) -> tuple[list[ProposedRow], list[Finding]]:
    """Rows of one table with a number each: those of a table without numbers are counted through.

    `taken`: the numbers of the tables before -> where; a table counted through takes `prefix` where its
    numbers would be theirs. `shared`: rows whose number is merged with the one above.
    """
    if (
        rows
        and not any(str(row.fields["number"].value) for row in rows)
        and not any(row.fields["number"].sure == "缺失" for row in rows)
    ):
        clash = any(str(n) in taken for n in range(1, len(rows) + 1))
        counted = [
            _with(row, number=replace(row.fields["number"], value=f"{prefix}{n}" if clash else f"{n}"))
            for n, row in enumerate(rows, 1)
        ]
        return counted, [finding("I_IMPORT_COUNTED", 表=prefix.strip("-"), n=len(rows))]
    return _twice(list(rows), taken, shared), _gaps(rows)


def _with(row: ProposedRow, **found: Found) -> ProposedRow:
    return replace(row, fields={**row.fields, **found})


def _twice(rows: list[ProposedRow], taken: Mapping[str, str], merged: frozenset[int]) -> list[ProposedRow]:
    """Rows whose number stands elsewhere too are marked; each keeps what is printed."""
    places: dict[str, list[int]] = {}
    for n, row in enumerate(rows):
        places.setdefault(fold(str(row.fields["number"].value)), []).append(n)
    result = list(rows)
    for value, at in places.items():
        if not value or (len(at) == 1 and value not in taken):
            continue
        shared = [n for n in at[1:] if n in merged]
        if shared:
            # One printed number merged over several rows: each gets a part of it.
            for part, n in enumerate([at[0], *shared], 1):
                number = rows[n].fields["number"]
                own = f"{number.value}-{part}"
                why = f"编号“{number.value}”是 {len(shared) + 1} 项合用的，暂编为“{own}”，请核对。"
                result[n] = _with(rows[n], number=replace(number, value=own, sure="存疑", why=why))
            if len(shared) + 1 == len(at):
                continue
        for n in at:
            number = rows[n].fields["number"]
            if len(at) > 1:
                others = "、".join(str(rows[m].fields["number"].place) or "另一行" for m in at if m != n)
                why = f"编号“{number.value}”在{others}又出现一次，请改成不重复的编号。"
            else:
                why = f"编号“{number.value}”与{taken[value]}重复，请改成不重复的编号。"
            if n not in shared:
                result[n] = _with(rows[n], number=replace(number, sure="存疑", why=number.why + why))
    return result


def _gaps(rows: Sequence[ProposedRow]) -> list[Finding]:
    """Numbers that are skipped: between the first and the last of each style."""
    styles: dict[str, set[int]] = {}
    for row in rows:
        mark = numeral(str(row.fields["number"].value))
        if mark and mark.style in ("1", "(", "★", "①"):
            styles.setdefault(mark.style, set()).add(mark.value)
    found: list[Finding] = []
    for style, values in styles.items():
        missing = [n for n in range(1, max(values)) if n not in values]
        if missing and len(missing) <= max(3, len(values) // 4):
            shape = {"(": "({})", "★": "★{}"}.get(style, "{}")
            found.append(finding("W_IMPORT_NUMBER_GAP", 列表="、".join(shape.format(n) for n in missing)))
    return found


def sums(rows: Sequence[ProposedRow], gathered: Gathered, where: str) -> list[Finding]:
    """A stated total that the points do not add up to."""
    stated = gathered.stated_points
    scored = [row for row in rows if "kind" not in row.fields or row.fields["kind"].value in ("指标", "任务")]
    values = [row.fields["points"].value for row in scored if "points" in row.fields]
    numbers = [v for v in values if isinstance(v, float | int)]
    if stated is None or not numbers or not re.fullmatch(r"\d+(\.\d+)?", stated.text):
        return []
    total = sum(round(v * 100) for v in numbers) / 100
    if total == float(stated.text):
        return []
    return [finding("W_IMPORT_SUM", 表=where, 应=f"{float(stated.text):g}", 实=f"{total:g}")]


def chapter_sums(rows: Sequence[ProposedRow], stated: Mapping[str, Found]) -> list[Finding]:
    """Chapters whose stated points differ from the sum of their rows, where every row has points."""
    found: list[Finding] = []
    for chapter, points in stated.items():
        within = [r for r in rows if "chapter" in r.fields and r.fields["chapter"].value == chapter]
        values = [r.fields["points"].value if "points" in r.fields else "" for r in within]
        numbers = [v for v in values if isinstance(v, float | int)]
        if within and len(numbers) == len(values) and isinstance(points.value, float | int):
            total = sum(round(v * 100) for v in numbers) / 100
            if total != float(points.value):
                found.append(
                    finding("W_IMPORT_SUM", 表=f"“{chapter}”", 应=f"{points.value:g}", 实=f"{total:g}")
                )
    return found
