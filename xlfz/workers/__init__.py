"""A pool of worker processes that may be killed: one bad file costs itself and nothing else.

Takes a picklable module-level function and items; gives one `Outcome` for each item, in the order
of the items. A worker that dies, hangs or eats memory is replaced, and only the item it was working
on is charged. Forbids losing an item, and a traceback where a person could see it: the traceback is
in `Outcome.detail`, for the log.

Why not ProcessPoolExecutor: one aborting worker breaks it and takes every queued job along.

Workers are forked on Linux while the process has a single Python thread (a few milliseconds each),
and spawned otherwise, because a lock held by another thread would stay locked in a forked child. A
progress bar with its own refreshing thread therefore costs the start of an interpreter per worker.
Spawned workers do not import the caller's script again: scripts need no `if __name__ == "__main__"`,
but the function must live in an importable module.

The memory limit is the address space that a worker may add to what it has when it starts (Linux).
On Windows and macOS no limit is set: there only the time limit holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from xlfz.workers.outcome import Outcome
from xlfz.workers.pool import Pool
from xlfz.workers.remote import Submits, on_executor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Outcome", "run_all"]


def run_all(
    function: Callable[[Any], object],
    items: Iterable[object],
    *,
    workers: int,
    timeout_s: float = 30.0,
    memory_mb: int = 1024,
    on_done: Callable[[Outcome], object] | None = None,
    executor: object | None = None,
) -> list[Outcome]:
    """Apply `function` to every item in worker processes; the outcomes are in the items' order.

    `on_done` is called here, in this thread, with each outcome as it comes. `executor` is anything
    with a `submit` like concurrent.futures (Dask's `Client.get_executor()`); it is used instead of
    own processes, and then time and memory are the executor's business.

    Raises Refused (E_NO_WORKERS) when no worker can be started at all, TypeError for an executor
    without `submit`. An exception in `on_done`, and KeyboardInterrupt, end all workers first.
    """
    jobs = list(items)
    told = on_done or _nobody
    if executor is not None:
        if not callable(getattr(executor, "submit", None)):
            raise TypeError(f"{type(executor).__name__} has no submit()")
        return on_executor(cast("Submits", executor), function, jobs, max(1, workers), told)
    if not jobs:
        return []
    pool = Pool(function, jobs, told, workers=max(1, workers), timeout_s=timeout_s, memory_mb=memory_mb)
    return pool.run()


def _nobody(outcome: Outcome) -> None:
    """For callers who do not want to hear of progress."""
