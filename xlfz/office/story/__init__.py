"""Scripted stories for `xlfz demo --story`: an office's year, played through with simulated people.

Takes a new folder and a seed; gives what happened, step by step, with figures. The office's verbs do
their own work; what units, assessors and clerks do by hand is played here, on the files, as they
would. Deterministic. Used by the demo and the tests only.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from xlfz.errors import refuse
from xlfz.findings import finding
from xlfz.office.service import no_progress
from xlfz.office.story import months as following
from xlfz.office.story import year as assessment
from xlfz.office.story.told import Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.office.checking import Progress

__all__ = ["STORIES", "Told", "year"]

STORIES = ("year",)
"""What `--story` may name."""
FOLLOWED = 8
"""So many units at most report their tasks every month: six times their forms are enough to look at."""


def year(
    path: str | Path,
    *,
    units: int = 57,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress = no_progress,
    said: Callable[[str], None] = lambda _: None,
) -> Told:
    """Play the year in `path` (new or empty). Raises Refused when it is neither.

    `said` hears one Chinese sentence a step.
    """
    root = Path(path)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise refuse(finding("E_FOLDER_EXISTS", 名=str(path)))
    root = root.resolve()
    processes = workers or os.cpu_count() or 1
    played = assessment.play(
        root / assessment.NAME, units=units, seed=seed, workers=processes, progress=progress, said=said
    )
    followed = following.play(
        root / following.NAME,
        units=min(units, FOLLOWED),
        seed=seed,
        workers=processes,
        progress=progress,
        said=said,
    )
    return Told(root, played, followed)
