"""The worker processes of one call: started, fed, watched, killed, replaced.

Takes a pickled function and items; gives an `Outcome` for each item. Forbids blaming an item that
its worker had not begun, and sending to a worker that is not waiting: both sides writing to a full
pipe would wait for each other for ever.
"""

from __future__ import annotations

import multiprocessing
import pickle
import sys
import threading
import time
import types
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, cast

from xlfz.errors import refuse
from xlfz.findings import Finding, finding
from xlfz.workers.child import LEAVE, READY, serve
from xlfz.workers.outcome import Outcome, batch_size, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

_START_S = 60.0
"""How long a worker may take to start: an interpreter and its imports on a slow office machine."""
_FAILED_STARTS = 3
_BATCH_BYTES = 8 << 20


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    ready: bool = False
    batch: deque[int] = field(default_factory=deque)
    """Items sent and not yet answered; the first is the one being worked on."""
    since: float = field(default_factory=time.monotonic)
    """When it was started, or began with the first item of the batch."""


class Pool:
    """The workers of one call of `run_all`."""

    def __init__(
        self,
        function: Callable[[Any], object],
        jobs: Sequence[object],
        told: Callable[[Outcome], object],
        *,
        workers: int,
        timeout_s: float,
        memory_mb: int,
    ) -> None:
        self._function = pickle.dumps(function)
        self._jobs = jobs
        self._wanted = min(workers, len(jobs))
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._told = told
        self._queue = deque(range(len(jobs)))
        self._outcomes: dict[int, Outcome] = {}
        self._workers: list[_Worker] = []
        self._failed_starts = 0
        self._context = multiprocessing.get_context(_start_method())

    def run(self) -> list[Outcome]:
        try:
            while len(self._outcomes) < len(self._jobs):
                self._fill_up()
                for connection in wait([w.connection for w in self._workers], self._patience()):
                    self._receive(next(w for w in self._workers if w.connection is connection))
                self._end_overdue()
        except BaseException:
            self._close(at_once=True)
            raise
        self._close(at_once=False)
        return [self._outcomes[i] for i in range(len(self._jobs))]

    def _fill_up(self) -> None:
        """Give work to whoever has none, and start workers while there is more; later, replacements.

        A worker that found the queue empty is here again when the queue got back what a dead one left.
        """
        for worker in list(self._workers):
            if worker.ready and not worker.batch and self._queue:
                self._feed(worker)
        idle = sum(not w.batch for w in self._workers)
        while len(self._workers) < self._wanted and idle < len(self._queue):
            self._workers.append(_start(self._context, self._function, self._memory_mb))
            idle += 1

    def _patience(self) -> float:
        """Seconds until the next worker is overdue."""
        now = time.monotonic()
        left = [self._allowed(w) - (now - w.since) for w in self._workers if w.batch or not w.ready]
        return max(0.0, min(left, default=0.0))

    def _allowed(self, worker: _Worker) -> float:
        return self._timeout_s if worker.ready else _START_S

    def _receive(self, worker: _Worker) -> None:
        try:
            message = worker.connection.recv_bytes()
        except (EOFError, OSError):
            self._died(worker)
            return
        if not worker.ready:
            if message != READY:
                raise refuse(finding("E_NO_WORKERS", 原因=message.decode(errors="replace")))
            worker.ready = True
            self._failed_starts = 0
        else:
            index = worker.batch.popleft()
            worker.since = time.monotonic()
            outcome = unpack(index, message)
            self._settle(outcome)
            if outcome.finding is not None and outcome.finding.code == "E_MEMORY":
                self._retire(worker)  # what is left of its memory is nobody's to rely on

    def _feed(self, worker: _Worker) -> None:
        """Send the next few items. The worker is waiting for them, so the send cannot block for long.

        Several in one message save round trips; few enough that the last ones are shared out.
        """
        wanted = batch_size(len(self._queue), self._wanted)
        blobs: list[bytes] = []
        size = 0
        while self._queue and len(blobs) < wanted and size < _BATCH_BYTES:
            index = self._queue.popleft()
            worker.batch.append(index)
            blobs.append(pickle.dumps(self._jobs[index], pickle.HIGHEST_PROTOCOL))
            size += len(blobs[-1])
        if not blobs:
            return
        worker.since = time.monotonic()
        try:
            worker.connection.send_bytes(pickle.dumps(blobs, pickle.HIGHEST_PROTOCOL))
        except OSError:
            # It died while it had nothing to do: no item is to blame.
            self._count_failed_start(worker)
            self._retire(worker)

    def _died(self, worker: _Worker) -> None:
        worker.process.join()
        if not worker.ready:
            self._count_failed_start(worker)
        elif worker.batch:
            detail = f"worker died, exit code {worker.process.exitcode}"
            self._charge(worker, finding("E_WORKER_CRASH"), detail)
        self._retire(worker)

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for worker in list(self._workers):
            busy = worker.batch or not worker.ready
            if not busy or now - worker.since < self._allowed(worker) or worker.connection.poll():
                continue
            if worker.ready:
                limit = finding("E_TIMEOUT", 秒=f"{self._timeout_s:g}")
                self._charge(worker, limit, f"killed after {now - worker.since:.1f} s")
            else:
                self._count_failed_start(worker)
            self._retire(worker)

    def _charge(self, worker: _Worker, found: Finding, detail: str) -> None:
        index = worker.batch.popleft()
        seconds = time.monotonic() - worker.since
        self._settle(Outcome(index, finding=found, seconds=seconds, detail=detail))

    def _settle(self, outcome: Outcome) -> None:
        self._outcomes[outcome.index] = outcome
        self._told(outcome)

    def _count_failed_start(self, worker: _Worker) -> None:
        self._failed_starts += 1
        if self._failed_starts >= _FAILED_STARTS:
            raise refuse(finding("E_NO_WORKERS", 原因=f"exit code {worker.process.exitcode}"))

    def _retire(self, worker: _Worker) -> None:
        """End a worker; what it had not begun goes back to the head of the queue."""
        self._workers.remove(worker)
        self._queue.extendleft(reversed(worker.batch))
        _end(worker, at_once=True)

    def _close(self, *, at_once: bool) -> None:
        if not at_once:
            for worker in self._workers:
                _dismiss(worker)
        for worker in self._workers:
            _end(worker, at_once=at_once)
        self._workers.clear()


def _start_method() -> str:
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _start(context: BaseContext, function: bytes, memory_mb: int) -> _Worker:
    pipe: Any = context.Pipe()  # its two ends are of another class on Windows
    ours, theirs = pipe
    process = cast("Any", context).Process(target=serve, args=(theirs, function, memory_mb), daemon=True)
    with _without_main():
        process.start()
    # Only the worker holds its end now, so its death reads as end of file.
    theirs.close()
    return _Worker(process, ours)


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the caller's script from multiprocessing, whose spawned children would run it again."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _dismiss(worker: _Worker) -> None:
    try:
        worker.connection.send_bytes(LEAVE)
    except OSError:
        return  # it left before it was told


def _end(worker: _Worker, *, at_once: bool) -> None:
    """Reap a worker, by force if it has not been dismissed or does not go."""
    if not at_once:
        worker.process.join(2)
    worker.connection.close()
    worker.process.kill()
    worker.process.join()
    worker.process.close()
