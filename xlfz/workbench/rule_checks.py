"""What rules of 评分办法 say of each other and of the catalogue: twice the same, names nobody has.

Takes the sound rows by rule, the catalogue and the names of the grades; yields the row, the cell and
the reason of each disagreement. Forbids judging a row by itself: that is `rules`'.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from xlfz.catalogue import kind_name
from xlfz.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlfz.catalogue import Catalogue
    from xlfz.workbench.rows import Record

Disagreement = tuple["Record", str, str]
_ONCE = ("等级", "章节分值", "章节上限", "章节权重", "等级比例", "扣分制", "加分上限", "减分上限")
_OF_CHAPTERS = ("章节分值", "章节上限", "章节权重")
_WEIGHTED = "加权"
_EXACT = 1e-9


def disagreements(
    kept: Mapping[str, Sequence[Record]], catalogue: Catalogue, grades: set[str]
) -> Iterator[Disagreement]:
    """Everything at once, rule by rule."""
    yield from _doubles(kept)
    yield from _names(kept, catalogue, grades)
    yield from _shares(kept)
    yield from _weights(kept, catalogue)


def _doubles(kept: Mapping[str, Sequence[Record]]) -> Iterator[Disagreement]:
    """What a rule is about is named once, and no two grades begin at the same total."""
    for name in _ONCE:
        seen: dict[str, Record] = {}
        for record in kept.get(name, ()):
            first = seen.setdefault(fold(record.text("target")), record)
            if first is not record:
                part = "target" if "target" in record.values else "rule"
                named = record.text("target") or name
                yield record, part, f"“{named}”与 {first.ref(part)} 重复"
    lines: dict[float, Record] = {}
    for record in kept.get("等级", ()):
        first = lines.setdefault(record.number_of("value") or 0.0, record)
        if first is not record:
            yield record, "value", f"与 {first.ref('value')} 的等级线相同"


def _names(
    kept: Mapping[str, Sequence[Record]], catalogue: Catalogue, grades: set[str]
) -> Iterator[Disagreement]:
    """What a rule names must exist: chapters, numbers and kinds in 指标, grades among the grades."""
    chapters = {fold(c) for c in catalogue.chapters}
    for name in _OF_CHAPTERS:
        for record in kept.get(name, ()):
            if fold(record.text("target")) not in chapters:
                yield record, "target", f"“指标”表中没有一级指标“{record.text('target')}”"
    for record in kept.get("扣分制", ()):
        if record.text("target") not in (*catalogue.by_number, *catalogue.chapters):
            yield record, "target", f"“指标”表中没有编号或一级指标“{record.text('target')}”"
    for name, kind in (("加分上限", "加分"), ("减分上限", "减分")):
        kinds = {kind_name(i) for i in catalogue.indicators if i.kind == kind}
        for record in kept.get(name, ()):
            if "target" in record.values and record.text("target") not in kinds:
                yield record, "target", f"“指标”表中没有二级指标是“{record.text('target')}”的{kind}项"
    for name, part in (("等级限制", "result"), ("等级比例", "target")):
        for record in kept.get(name, ()):
            if record.text(part) not in grades:
                yield record, part, f"没有“{record.text(part)}”这个等级"
    for record in kept.get("最低等级", ()):
        if record.text("target") in grades:
            yield record, "target", f"“{record.text('target')}”已有等级线"


def _shares(kept: Mapping[str, Sequence[Record]]) -> Iterator[Disagreement]:
    """A grade's share includes the grades above it: it cannot be smaller than theirs."""
    minimum = {r.text("target"): r.number_of("value") or 0.0 for r in kept.get("等级", ())}
    known = [r for r in kept.get("等级比例", ()) if r.text("target") in minimum]
    known.sort(key=lambda r: -minimum[r.text("target")])
    for above, below in pairwise(known):
        if (below.number_of("value") or 0.0) < (above.number_of("value") or 0.0):
            yield below, "value", f"比例含以上各等级，不能小于 {above.ref('value')} 的比例"


def _weights(kept: Mapping[str, Sequence[Record]], catalogue: Catalogue) -> Iterator[Disagreement]:
    """Weights add up to 1 and leave nothing out."""
    sources = [r for r in kept.get("取分", ()) if fold(r.text("result")) == fold(_WEIGHTED)]
    own, assessed = ([*kept.get(n, ()), None][0] for n in ("自评权重", "考核权重"))
    for record in sources:
        missing = [n for n, r in (("自评权重", own), ("考核权重", assessed)) if r is None]
        if missing:
            yield record, "result", f"取分为“{_WEIGHTED}”，要写“{'”和“'.join(missing)}”"
    if own is not None and assessed is not None:
        total = (own.number_of("value") or 0.0) + (assessed.number_of("value") or 0.0)
        if abs(total - 1) > _EXACT:
            yield assessed, "value", f"自评权重与考核权重之和应为 1，现为 {total:g}"
    rows = kept.get("章节权重", ())
    if not rows:
        return
    total = sum(r.number_of("value") or 0.0 for r in rows)
    if abs(total - 1) > _EXACT:
        yield rows[-1], "value", f"各章权重之和应为 1，现为 {total:g}"
    scored = dict.fromkeys(i.chapter for i in catalogue.live if i.scored)
    named = {fold(r.text("target")) for r in rows}
    left = [chapter for chapter in scored if fold(chapter) not in named]
    if left:
        yield rows[-1], "target", f"一级指标“{left[0] or '（空）'}”没有写权重"
