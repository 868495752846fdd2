"""得分: units in rows, indicators in columns, and what follows for each unit from its scores.

Every score refers to its row in 明细 directly, and looks it up by key only when the rows there were
re-sorted: 3,000 units recalculate in seconds. Staff do not work here: the sheet is protected
(without a password), so that the fixed order of its rows can be relied on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from xlfz.excel import look
from xlfz.excel.address import area, column_name
from xlfz.excel.plan import (
    Block,
    Columns,
    Conditional,
    Formula,
    Merge,
    Page,
    Protection,
    Put,
    Row,
    Sheet,
    Value,
)
from xlfz.listing import (
    CENTER,
    COUNT,
    FIRST_ROW,
    LEAST_HEIGHT,
    LEFT,
    NOTE_LEFT,
    SCORE,
    TITLE_LEFT,
    TOTAL,
    ListColumn,
    Listing,
    rounded,
)
from xlfz.scoring import formulas
from xlfz.scoring.units import chapter_names, kind_names, spans
from xlfz.summary.detail import COUNTED_SCORE, DETAIL, KEY
from xlfz.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfz.consolidation import Consolidation, DetailRow, UnitRow
    from xlfz.scoring.formula import Declared
    from xlfz.scoring.functions import Result, Scalar
    from xlfz.scoring.units import UnitScore
    from xlfz.workbench.model import Workbench

SCORES = "得分"
_CHAPTERS, _NUMBERS, _TEXTS, _POINTS = 3, 4, 5, 6
TOP = 7
"""The first row of units."""
_FIXED = (
    ListColumn("单位编码", 12, CENTER, hidden=True),
    ListColumn("报送", 10, CENTER, hidden=True),
    ListColumn("组别", 6, COUNT, hidden=True),
    ListColumn("首次", 6, COUNT, hidden=True),
    ListColumn("组内首次", 6, COUNT, hidden=True),
    ListColumn("序号", 6, COUNT),
    ListColumn("单位", 24, LEFT),
    ListColumn("考核组", 13, CENTER),
    ListColumn("状态", 10, CENTER),
    ListColumn("总分", 9, TOTAL),
    ListColumn("排名", 7, COUNT),
    ListColumn("组内排名", 7, COUNT),
    ListColumn("得分合计", 9, SCORE),
    ListColumn("参评分值", 8, SCORE),
    ListColumn("计分基数", 8, SCORE),
    ListColumn("参评项数", 7, COUNT),
    ListColumn("待评项数", 7, COUNT),
    ListColumn("加分", 7, SCORE),
    ListColumn("减分", 7, SCORE),
)
_WEIGHTED = ListColumn("加权得分率", 9, SCORE)
"""The last of them, only where chapters have weights."""
_NUMBER_OF = {c.header: i for i, c in enumerate((*_FIXED, _WEIGHTED), 1)}
_LETTERS = {header: column_name(i) for header, i in _NUMBER_OF.items()}
_WIDTH = 7.5
_NARROW = look.BODY_CENTER.but(size=9)
_NOT_MINE = "—"


@dataclass(frozen=True)
class Matrix:
    """The sheet 得分 and where everything stands on it."""

    consolidation: Consolidation
    workbench: Workbench
    detail: Listing

    @property
    def last(self) -> int:
        """The last row of units."""
        return TOP + max(1, len(self.consolidation.units)) - 1

    @property
    def fixed(self) -> tuple[ListColumn, ...]:
        """The columns before the scores."""
        return (*_FIXED, _WEIGHTED) if self.workbench.scheme.chapter_weights else _FIXED

    @property
    def first_score(self) -> int:
        """The column number of the first indicator."""
        return len(self.fixed) + 1

    def cell(self, header: str, row: int) -> str:
        """A unit's cell in a named column, for other sheets: 得分!$J$7."""
        return f"{SCORES}!${_LETTERS[header]}${row}"

    def column(self, header: str) -> str:
        """All units' cells in a named column, for other sheets: 得分!$J$7:$J$63."""
        return f"{SCORES}!${_LETTERS[header]}${TOP}:${_LETTERS[header]}${self.last}"

    def scores(self, first: int, after: int, top: int, bottom: int) -> str:
        """The cells of the board's columns first..after-1 in rows top..bottom: 得分!$T$7:$V$7."""
        left, right = (column_name(self.first_score + i) for i in (first, after - 1))
        return f"{SCORES}!${left}${top}:${right}${bottom}"

    def points(self, first: int, after: int) -> str:
        """The cells with the points of the board's columns first..after-1."""
        return self.scores(first, after, _POINTS, _POINTS)

    @cached_property
    def values(self) -> list[list[Scalar]]:
        """The scores as they stand: a row for each unit, aligned to the board's columns."""
        places = {i.number: n for n, i in enumerate(self.consolidation.board.columns)}
        rows: dict[str, list[Scalar]] = {u.unit.code: [None] * len(places) for u in self.consolidation.units}
        for row in self.consolidation.rows:
            place = places.get(row.item.indicator.number)
            if place is not None:
                rows[row.unit.code][place] = row.counted
        return list(rows.values())

    def sheet(self) -> Sheet:
        """The sheet as a plan."""
        board, settings = self.consolidation.board, self.workbench.settings
        width = len(board.columns)
        total = rounded(TOTAL, self.workbench.scheme.decimals)
        fixed = (total if c.header == "总分" else c.style for c in self.fixed)
        styles = (*fixed, *((SCORE,) * width))
        rows = [self._row(TOP + i, unit, own) for i, (unit, own) in enumerate(self._units())]
        heights = [_height(unit.unit.name, unit.team) for unit in self.consolidation.units]
        blocks = (Block(TOP, 1, styles, rows, heights),) if rows else ()
        last_column = self.first_score + width - 1
        unscored = sum(i.points is None for i in self.workbench.scoring_catalogue.live)
        note = "各分数取自“明细”的采用分，随明细自动更新；“—”为该单位没有的指标。"
        note += f"另有 {unscored} 项未设分值，不计分，未列出。" if unscored else ""
        teams = bool(self.consolidation.teams)
        hidden = {c.header for c in self.fixed if c.hidden}
        hidden |= set() if teams else {"考核组", "组内排名"}
        hidden |= set() if board.bonus else {"加分"}
        hidden |= set() if board.penalty else {"减分"}
        return Sheet(
            name=SCORES,
            cells=(
                Put(1, 6, f"{settings.title}得分表", TITLE_LEFT),
                Put(2, 6, note, NOTE_LEFT),
                *self._header_cells(),
            ),
            merges=tuple(self._header_merges()),
            blocks=blocks,
            columns=(
                *(
                    Columns(i, i, c.width, c.hidden or c.header in hidden)
                    for i, c in enumerate(self.fixed, 1)
                ),
                *((Columns(self.first_score, last_column, _WIDTH),) if width else ()),
            ),
            rows=(Row(1, 34.0), Row(2, 20.0), *self._header_rows()),
            conditionals=self._marks(width),
            freeze=(TOP, 8),
            cursor=(TOP, 8),
            zoom=90,
            protection=Protection(),
            page=Page(
                repeat=(_CHAPTERS, _POINTS),
                repeat_columns=(_NUMBER_OF["序号"], _NUMBER_OF["单位"]),
                fit_wide=max(1, -(-width // 18)),
            ),
        )

    def _units(self) -> Iterator[tuple[UnitRow, dict[str, tuple[int, DetailRow]]]]:
        own: dict[str, dict[str, tuple[int, DetailRow]]] = {}
        for line, row in enumerate(self.consolidation.rows, FIRST_ROW):
            own.setdefault(row.unit.code, {})[row.item.indicator.number] = (line, row)
        for unit in self.consolidation.units:
            yield unit, own.get(unit.unit.code, {})

    def _row(self, row: int, unit: UnitRow, own: dict[str, tuple[int, DetailRow]]) -> list[Value]:
        score, board = unit.score, self.consolidation.board
        width, after_bonus = len(board.scored), len(board.scored) + len(board.bonus)
        weights = bool(self.workbench.scheme.chapter_weights)
        named = {**chapter_names(self.workbench.scheme, board), **kind_names(self.workbench.scheme, board)}
        ranking = self.workbench.scheme.ranking
        dense = ranking == "并列不占位"
        team = self.consolidation.teams.index(unit.team) + 1 if unit.team else 0

        def here(declared: Declared, value: Result, **areas: str) -> Formula:
            addresses = {
                name: areas.get(name) or f"${_LETTERS[name]}{row}"
                for name in declared.names
                if name in areas or name in _LETTERS
            }
            return Formula(declared.text(**addresses), value)

        def span(first: int, after: int, line: int) -> str:
            return _span(self.first_score + first, self.first_score + after, line)

        def extra(
            word: Literal["加分", "减分"], kinds: tuple[tuple[str, int], ...], start: int, value: Result
        ) -> Formula:
            declared = formulas.extra(word, tuple(f"{word}上限{n}" in named for n, _ in enumerate(kinds, 1)))
            areas = [span(a, b, row) for a, b in spans((n for _, n in kinds), start)]
            return here(declared, value, **{f"得分{n}": area for n, area in enumerate(areas, 1)})

        capped = tuple(f"章节上限{n}" in named for n, _ in enumerate(board.chapters, 1))
        sums = formulas.summed(capped) if any(capped) else formulas.SUM
        chapters = (
            {f"得分{n}": span(a, b, row) for n, (a, b) in enumerate(board.spans, 1)} if any(capped) else {}
        )
        mine, points = span(0, width, row), span(0, width, _POINTS).replace(str(_POINTS), f"${_POINTS}")
        whole = {
            "全部总分": self._local("总分"),
            "全部组别": self._local("组别"),
            "首次": self._local("首次"),
            "组内首次": self._local("组内首次"),
        }
        before = {f"此前{h}": self._before(h, row) for h in ("总分", "组别")}
        return [
            unit.unit.code,
            unit.state,
            team,
            here(formulas.FIRST, score.first, **_known(formulas.FIRST, before)) if dense else None,
            here(formulas.TEAM_FIRST, score.team_first, **before) if dense else None,
            row - TOP + 1,
            unit.unit.name,
            unit.team,
            here(formulas.STATE, score.state),
            here(formulas.WEIGHTED_TOTAL if weights else formulas.TOTAL, score.total),
            here(formulas.RANK[ranking], score.rank, **_known(formulas.RANK[ranking], whole)),
            here(formulas.TEAM_RANK[ranking], score.team_rank, **_known(formulas.TEAM_RANK[ranking], whole)),
            here(sums, score.sum, 得分=mine, **chapters) if width else "",
            score.points,
            here(formulas.BASE, score.base, 得分=mine, 分值=points) if width else score.base,
            score.items,
            here(formulas.WAITING, score.waiting, 得分=mine) if width else score.waiting,
            extra("加分", board.bonus_kinds, width, score.bonus) if board.bonus else 0,
            extra("减分", board.penalty_kinds, after_bonus, score.penalty) if board.penalty else 0,
            *((self._weighted(row, score, capped, mine),) if weights and width else ()),
            *self._scores(own),
        ]

    def _weighted(self, row: int, score: UnitScore, capped: tuple[bool, ...], mine: str) -> Formula:
        board = self.consolidation.board
        areas: dict[str, str] = {"得分": mine}
        for n, ((a, b), points) in enumerate(zip(board.spans, score.chapter_points, strict=True), 1):
            own, line = (_span(self.first_score + a, self.first_score + b, r) for r in (row, _POINTS))
            counts = formulas.counts(capped[n - 1])
            limit = {"章节上限": f"章节上限{n}"} if capped[n - 1] else {}
            areas |= {
                f"得分{n}": own,
                f"分值{n}": line.replace(str(_POINTS), f"${_POINTS}"),
                f"参评{n}": f"{points:.15g}",
                f"计分{n}": counts.text(得分=own, **limit),
            }
        return Formula(formulas.weighted(len(board.chapters)).text(**areas), score.weighted)

    def _scores(self, own: dict[str, tuple[int, DetailRow]]) -> Iterator[Value]:
        key, counted = (self.detail.letter(h) for h in (KEY, COUNTED_SCORE))
        for indicator in self.consolidation.board.columns:
            found = own.get(indicator.number)
            if found is None:
                yield _NOT_MINE if own else None
                continue
            line, row = found
            name = row.key.replace('"', '""')
            yield Formula(
                f'IFERROR(IF({DETAIL}!${key}${line}="{name}",{DETAIL}!${counted}${line},'
                f'INDEX(采用分列,MATCH("{name}",明细键,0))),"")',
                "" if row.counted is None else row.counted,
            )

    def _local(self, header: str) -> str:
        letter = _LETTERS[header]
        return f"${letter}${TOP}:${letter}${self.last}"

    def _before(self, header: str, row: int) -> str:
        """The cells above a row, header included: never an empty area."""
        letter = _LETTERS[header]
        return f"${letter}${_POINTS}:${letter}{row - 1}"

    def _header_cells(self) -> Iterator[Put]:
        for i, indicator in enumerate(self.consolidation.board.columns, self.first_score):
            yield Put(_NUMBERS, i, indicator.number, look.HEADER.but(number="@"))
            yield Put(_TEXTS, i, shorten(indicator.text, 24), _NARROW)
            yield Put(_POINTS, i, indicator.points, SCORE.but(fill=look.TINT))

    def _header_merges(self) -> Iterator[Merge]:
        for i, column in enumerate(self.fixed, 1):
            header = self.workbench.scheme.team_by if column.header == "考核组" else column.header
            yield Merge(_CHAPTERS, i, _POINTS, i, header, look.HEADER)
        left = self.first_score
        for name, count in self._groups():
            yield Merge(_CHAPTERS, left, _CHAPTERS, left + count - 1, name, look.HEADER)
            left += count

    def _groups(self) -> list[tuple[str, int]]:
        """The headers above the indicators, and how many columns each spans."""
        board = self.consolidation.board
        groups = [(name, len(members)) for name, members in board.chapters]
        groups += [("加分项", len(board.bonus)), ("减分项", len(board.penalty))]
        return [(name if count > 1 else shorten(name, 12), count) for name, count in groups if count]

    def _header_rows(self) -> tuple[Row, ...]:
        board = self.consolidation.board
        texts = [(shorten(i.text, 24), _WIDTH) for i in board.columns]
        names = [(name, look.merged_width([_WIDTH] * count)) for name, count in self._groups()]
        return (
            Row(_CHAPTERS, look.fit_height(names, 11, 24.0)),
            Row(_NUMBERS, 20.0),
            Row(_TEXTS, look.fit_height(texts, 9, 40.0)),
            Row(_POINTS, 20.0),
        )

    def _marks(self, width: int) -> tuple[Conditional, ...]:
        state = f"${_LETTERS['状态']}{TOP}"
        rows = f"{_LETTERS['状态']}{TOP}:{_LETTERS['状态']}{self.last}"
        marks = [
            Conditional(rows, f'=OR({state}="未报",{state}="已报待改")', look.MARK_ERROR),
            Conditional(rows, f'={state}="{formulas.PENDING}"', look.MARK_WARN),
        ]
        if width:
            block = area(TOP, self.first_score, self.last, self.first_score + width - 1)
            corner = f"{column_name(self.first_score)}{TOP}"
            full = f"{column_name(self.first_score)}${_POINTS}"
            lost = f"=AND(ISNUMBER({corner}),{corner}<{full}*黄灯线)"
            marks.append(Conditional(block, lost, look.MARK_WARN))
        return tuple(marks)


def _span(first: int, after: int, row: int) -> str:
    return f"${column_name(first)}{row}:${column_name(after - 1)}{row}"


def _known(declared: Declared, areas: dict[str, str]) -> dict[str, str]:
    return {name: address for name, address in areas.items() if name in declared.names}


def _height(name: str, team: str) -> float:
    return look.fit_height([(name, 24), (team, 13)], minimum=LEAST_HEIGHT)
