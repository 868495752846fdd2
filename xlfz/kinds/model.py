"""What a further kind of form is, and what such forms stand on besides the workbench."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from xlfz.form.heading import period as written

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.workbench.model import Workbench


class Order(NamedTuple):
    """One item of the 整改台账 as it was issued to a unit, in the batch that it went out with."""

    batch: int
    number: str
    """整改001."""
    code: str
    unit: str
    text: str
    problem: str
    lost: float | None
    deadline: str
    measure: str


@dataclass(frozen=True, slots=True)
class Given:
    """What the forms of further collections stand on besides the workbench, as of one run."""

    orders: tuple[Order, ...] = ()
    """Every item that ever went out for rectification."""


NOTHING_GIVEN = Given()


def of_the_round(workbench: Workbench) -> str:
    """The period of the workbench's own round, as forms write it."""
    return written(workbench.settings.year, workbench.settings.round)


@dataclass(frozen=True, slots=True)
class Kind:
    """One further kind. `project` gives the workbench of one period, None when it has no such form."""

    name: str
    project: Callable[[Workbench, Given, str], Workbench | None]
    period: Callable[[Workbench], str] = of_the_round
    """The period that is being collected now."""
