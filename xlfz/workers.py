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

import multiprocessing
import os
import pickle
import queue
import signal
import sys
import threading
import time
import traceback
import types
import uuid
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, cast

from xlfz.errors import Refused, refuse
from xlfz.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

_START_S = 60.0
"""How long a worker may take to start: an interpreter and its imports on a slow office machine."""
_FAILED_STARTS = 3
_BATCH_ITEMS = 16
_BATCH_BYTES = 8 << 20
_READY = b"ready"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item: a value, or the reason why there is none.

    `finding` is set when the item failed in a way the function did not foresee (E_TIMEOUT, E_MEMORY,
    E_WORKER_CRASH, E_INTERNAL), `refused` when the function raised it. `detail` is for the log only.
    """

    index: int
    value: Any = None
    finding: Finding | None = None
    refused: Refused | None = None
    seconds: float = 0.0
    detail: str = ""


class _Reply(NamedTuple):
    """What a worker sends back for one item."""

    kind: Literal["value", "refused", "memory", "error"]
    payload: Any
    seconds: float


class _Future(Protocol):
    def add_done_callback(self, fn: Callable[[Any], object], /) -> object: ...
    def result(self) -> Any: ...
    def cancel(self) -> object: ...


class _Submits(Protocol):
    def submit(self, fn: Callable[..., object], /, *args: object) -> _Future: ...


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
        return _on_executor(cast("_Submits", executor), function, jobs, max(1, workers), told)
    if not jobs:
        return []
    return _Pool(function, jobs, max(1, workers), timeout_s, memory_mb, told).run()


def _nobody(outcome: Outcome) -> None:
    """For callers who do not want to hear of progress."""


# ---------------------------------------------------------------- in the caller's process


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    ready: bool = False
    batch: deque[int] = field(default_factory=deque)
    """Items sent and not yet answered; the first is the one being worked on."""
    since: float = field(default_factory=time.monotonic)
    """When it was started, or began with the first item of the batch."""


class _Pool:
    """The workers of one call of `run_all`."""

    def __init__(
        self,
        function: Callable[[Any], object],
        jobs: Sequence[object],
        workers: int,
        timeout_s: float,
        memory_mb: int,
        told: Callable[[Outcome], object],
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
        """Start workers while there is work that no worker has; on later rounds, replacements."""
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
            if message != _READY:
                raise refuse(finding("E_NO_WORKERS", 原因=message.decode(errors="replace")))
            worker.ready = True
            self._failed_starts = 0
        else:
            index = worker.batch.popleft()
            worker.since = time.monotonic()
            outcome = _outcome(index, message)
            self._settle(outcome)
            if outcome.finding is not None and outcome.finding.code == "E_MEMORY":
                self._retire(worker)  # what is left of its memory is nobody's to rely on
                return
        if not worker.batch:
            self._feed(worker)

    def _feed(self, worker: _Worker) -> None:
        """Send the next few items. The worker is waiting for them, so the send cannot block for long.

        Several in one message save round trips; few enough that the last ones are shared out.
        """
        wanted = _batch_size(len(self._queue), self._wanted)
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
        for worker in self._workers:
            worker.connection.close()  # all of them first: they leave at the same time
        for worker in self._workers:
            _end(worker, at_once=at_once)
        self._workers.clear()


def _batch_size(waiting: int, workers: int) -> int:
    return max(1, min(_BATCH_ITEMS, waiting // (workers * 4)))


def _outcome(index: int, message: bytes) -> Outcome:
    try:
        reply: _Reply = pickle.loads(message)  # noqa: S301 - from our own worker, over our own pipe
    except Exception:  # noqa: BLE001 - a value that pickles and does not unpickle may raise anything
        reply = _Reply("error", traceback.format_exc(), 0.0)
    return _judge(index, reply)


def _judge(index: int, reply: _Reply) -> Outcome:
    if reply.kind == "value":
        return Outcome(index, value=reply.payload, seconds=reply.seconds)
    if reply.kind == "refused":
        return Outcome(index, refused=reply.payload, seconds=reply.seconds)
    if reply.kind == "memory":
        found = finding("E_MEMORY")
    else:
        found = finding("E_INTERNAL", id=uuid.uuid4().hex[:8])
    return Outcome(index, finding=found, seconds=reply.seconds, detail=reply.payload)


def _start_method() -> str:
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _start(context: BaseContext, function: bytes, memory_mb: int) -> _Worker:
    ours, theirs = context.Pipe()
    process = cast("Any", context).Process(target=_serve, args=(theirs, function, memory_mb), daemon=True)
    with _without_main():
        process.start()
    # Only the worker holds its end now, so its death reads as end of file.
    theirs.close()
    return _Worker(process, cast("Connection", ours))


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the caller's script from multiprocessing, whose spawned children would run it again."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _end(worker: _Worker, *, at_once: bool) -> None:
    """Reap a worker. An idle one leaves by itself when its pipe is closed."""
    worker.connection.close()
    if not at_once:
        worker.process.join(2)
    worker.process.kill()
    worker.process.join()
    worker.process.close()


# ---------------------------------------------------------------- in the worker's process


def _serve(connection: Connection, pickled: bytes, memory_mb: int) -> None:
    """A worker's life: ready, then batches until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the caller's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    # A parser that aborts writes its last words there, over the progress bar.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        function = pickle.loads(pickled)  # noqa: S301 - from our own parent
    except Exception as error:  # noqa: BLE001 - importing the function's module may raise anything
        connection.send_bytes(f"{type(error).__name__}: {error}".encode())
        return
    lift = _limit_memory(memory_mb)
    connection.send_bytes(_READY)
    while True:
        try:
            blobs: list[bytes] = pickle.loads(connection.recv_bytes())  # noqa: S301 - from our own parent
        except (EOFError, OSError):
            return
        for blob in blobs:
            reply = _attempt(function, blob)
            if reply.kind == "memory":
                lift()  # or the answer itself could not be built
            connection.send_bytes(_packed(reply))
            if reply.kind == "memory":
                return


def _attempt(function: Callable[[Any], object], blob: bytes) -> _Reply:
    start = time.perf_counter()
    try:
        value = function(pickle.loads(blob))  # noqa: S301 - from our own parent
    except BaseException as error:  # noqa: BLE001 - a panic of a Rust library is a BaseException
        return _failure(error, time.perf_counter() - start)
    return _Reply("value", value, time.perf_counter() - start)


def _failure(error: BaseException, seconds: float) -> _Reply:
    if isinstance(error, Refused):
        return _Reply("refused", error, seconds)
    if isinstance(error, MemoryError):
        return _Reply("memory", "MemoryError", seconds)
    return _Reply("error", "".join(traceback.format_exception(error)), seconds)


def _packed(reply: _Reply) -> bytes:
    try:
        return pickle.dumps(reply, pickle.HIGHEST_PROTOCOL)
    except Exception:  # noqa: BLE001 - a value that cannot be pickled may raise anything
        return pickle.dumps(_Reply("error", traceback.format_exc(), reply.seconds))


def _leave_with_parent() -> None:
    """End this worker when the caller is gone, even in the middle of an item."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _limit_memory(memory_mb: int) -> Callable[[], None]:
    """Limit what this process may still allocate; gives a function that lifts the limit."""
    if sys.platform != "linux":
        return lambda: None
    import resource

    with open("/proc/self/statm", encoding="ascii") as status:
        present = int(status.read().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = present + (memory_mb << 20)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


# ---------------------------------------------------------------- on somebody else's executor


def _on_executor(
    executor: _Submits,
    function: Callable[[Any], object],
    jobs: Sequence[object],
    workers: int,
    told: Callable[[Outcome], object],
) -> list[Outcome]:
    """The same through `executor.submit`, in batches; a batch that is lost is tried again one by one."""
    outcomes: dict[int, Outcome] = {}
    done: queue.SimpleQueue[_Future] = queue.SimpleQueue()
    flying: dict[int, tuple[_Future, range]] = {}

    def settle(outcome: Outcome) -> None:
        outcomes[outcome.index] = outcome
        told(outcome)

    def submit(part: range) -> None:
        try:
            future = executor.submit(_attempt_all, function, [jobs[i] for i in part])
        except Exception as error:  # noqa: BLE001 - an executor that is broken or shut down, of any make
            for index in part:
                settle(_lost(index, error))
            return
        flying[id(future)] = (future, part)
        future.add_done_callback(done.put)

    step = _batch_size(len(jobs), workers)
    try:
        for first in range(0, len(jobs), step):
            submit(range(first, min(first + step, len(jobs))))
        while flying:
            future, part = flying.pop(id(done.get()))
            try:
                replies: list[_Reply] = future.result()
            except Exception as error:  # noqa: BLE001 - each executor has its own word for a lost worker
                if len(part) == 1:
                    settle(_lost(part[0], error))
                else:
                    for index in part:
                        submit(range(index, index + 1))
                continue
            for index, reply in zip(part, replies, strict=True):
                settle(_judge(index, reply))
    except BaseException:
        for future, _ in flying.values():
            future.cancel()
        raise
    return [outcomes[i] for i in range(len(jobs))]


def _lost(index: int, error: Exception) -> Outcome:
    return Outcome(index, finding=finding("E_WORKER_CRASH"), detail=f"{type(error).__name__}: {error}")


def _attempt_all(function: Callable[[Any], object], jobs: Sequence[object]) -> list[_Reply]:
    replies = []
    for job in jobs:
        start = time.perf_counter()
        try:
            value = function(job)
        except Exception as error:  # noqa: BLE001 - anything a function raises costs one item
            replies.append(_failure(error, time.perf_counter() - start))
        else:
            replies.append(_Reply("value", value, time.perf_counter() - start))
    return replies
