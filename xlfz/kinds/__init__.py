"""Further kinds of forms (考核评分表, 进展表, 整改回执), each as a projection of the workbench.

Takes the workbench and what the forms stand on besides it (`Given`); gives a derived `Workbench` in
which those who fill in are the roster, what they fill in are the rows, and the kind's columns are the
form. From there on everything is the same code: forms, manifests, reading, checks, marked copies.
Forbids anything that only a returned file could say: a form must be known before one comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.kinds import assessment, progress, receipt
from xlfz.kinds.model import NOTHING_GIVEN, Given, Kind, Order, of_the_round

if TYPE_CHECKING:
    from xlfz.workbench.model import Workbench

__all__ = [
    "KINDS",
    "NOTHING_GIVEN",
    "Given",
    "Kind",
    "Order",
    "collection",
    "current",
    "of_the_round",
    "project",
]

KINDS: dict[str, Kind] = {kind.name: kind for kind in (assessment.KIND, receipt.KIND, progress.KIND)}
"""By the name that stands in the manifest and on the forms."""


def collection(period: str, kind: str) -> str:
    """The name of a further collection: `2026年度考核评分表`."""
    return f"{period}{kind}"


def project(workbench: Workbench, given: Given, period: str, kind: str) -> Workbench | None:
    """The workbench of a further collection, None when this one has no such."""
    known = KINDS.get(kind)
    return known.project(workbench, given, period) if known is not None else None


def current(workbench: Workbench) -> list[tuple[str, str]]:
    """(period, kind) of the further collections as they stand now: where a form without a manifest is
    looked for."""
    return [(known.period(workbench), name) for name, known in KINDS.items()]
