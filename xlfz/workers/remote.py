"""The same work on somebody else's executor: Dask's, or one of concurrent.futures.

Takes an executor with `submit`; gives an `Outcome` for each item. Time and memory are the
executor's business: nothing here can kill.
"""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING, Any, Protocol

from xlfz.findings import finding
from xlfz.workers.child import Reply, attempt_all
from xlfz.workers.outcome import Outcome, batch_size, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TRIES = 3


class _Future(Protocol):
    def add_done_callback(self, fn: Callable[[Any], object], /) -> object: ...
    def result(self) -> Any: ...
    def cancel(self) -> object: ...


class Submits(Protocol):
    def submit(self, fn: Callable[..., object], /, *args: object) -> _Future: ...


def on_executor(
    executor: Submits,
    function: Callable[[Any], object],
    jobs: Sequence[object],
    workers: int,
    told: Callable[[Outcome], object],
) -> list[Outcome]:
    """The same through `executor.submit`, in batches; a batch that is lost is tried again one by one.

    A single item gets three tries: what kills a remote worker breaks its neighbours' messages too.
    """
    outcomes: dict[int, Outcome] = {}
    done: queue.SimpleQueue[_Future] = queue.SimpleQueue()
    flying: dict[int, tuple[_Future, range, int]] = {}

    def settle(outcome: Outcome) -> None:
        outcomes[outcome.index] = outcome
        told(outcome)

    def submit(part: range, tries: int = 1) -> None:
        try:
            future = executor.submit(attempt_all, function, [jobs[i] for i in part])
        except Exception as error:  # noqa: BLE001 - an executor that is broken or shut down, of any make
            for index in part:
                settle(_lost(index, error))
            return
        flying[id(future)] = (future, part, tries)
        future.add_done_callback(done.put)

    step = batch_size(len(jobs), workers)
    try:
        for first in range(0, len(jobs), step):
            submit(range(first, min(first + step, len(jobs))))
        while flying:
            future, part, tries = flying.pop(id(done.get()))
            try:
                replies: list[Reply] = future.result()
            except Exception as error:  # noqa: BLE001 - each executor has its own word for a lost worker
                for index in part:
                    if len(part) == 1 and tries >= _TRIES:
                        settle(_lost(index, error))
                    else:
                        submit(range(index, index + 1), tries + 1)
                continue
            for index, reply in zip(part, replies, strict=True):
                settle(judge(index, reply))
    except BaseException:
        for future, _, _ in flying.values():
            future.cancel()
        raise
    return [outcomes[i] for i in range(len(jobs))]


def _lost(index: int, error: Exception) -> Outcome:
    return Outcome(index, finding=finding("E_WORKER_CRASH"), detail=f"{type(error).__name__}: {error}")
