"""What runs in a worker's process: reads items, applies the function, answers one by one.

Takes pickled items from its own parent only; gives a `Reply` for each, in order and before the next
is begun, so that whoever reads the pipe knows which item a dead worker was working on. Forbids
letting anything a function raises out of the loop.
"""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from xlfz.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

READY = b"ready"
LEAVE = b"leave"


class Reply(NamedTuple):
    """What a worker sends back for one item."""

    kind: Literal["value", "refused", "memory", "error"]
    payload: Any
    seconds: float


def serve(connection: Connection, pickled: bytes, memory_mb: int) -> None:
    """A worker's life: ready, then batches until it is dismissed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the caller's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    # A parser that aborts writes its last words there, over the progress bar.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    faulthandler.disable()
    try:
        function = pickle.loads(pickled)  # noqa: S301 - from our own parent
    except Exception as error:  # noqa: BLE001 - importing the function's module may raise anything
        connection.send_bytes(f"{type(error).__name__}: {error}".encode())
        return
    # What was loaded stays, and a file leaves little behind: looking for it every 700 objects costs more.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    _limit_memory(memory_mb)
    connection.send_bytes(READY)
    while True:
        message = connection.recv_bytes()
        if message == LEAVE:
            return
        blobs: list[bytes] = pickle.loads(message)  # noqa: S301 - from our own parent
        for blob in blobs:
            answer, fit = _answer(function, blob)
            connection.send_bytes(answer)
            if not fit:
                return


def _answer(function: Callable[[Any], object], blob: bytes) -> tuple[bytes, bool]:
    """The packed reply, and whether this process may go on."""
    start = time.perf_counter()
    try:
        value = function(pickle.loads(blob))  # noqa: S301 - from our own parent
        reply = Reply("value", value, time.perf_counter() - start)
        return pickle.dumps(reply, pickle.HIGHEST_PROTOCOL), True
    except BaseException as error:  # noqa: BLE001 - a panic of a Rust library is a BaseException
        reply = _failure(error, time.perf_counter() - start)
    return _packed(reply), reply.kind != "memory"


def _failure(error: BaseException, seconds: float) -> Reply:
    if isinstance(error, Refused):
        return Reply("refused", error, seconds)
    if isinstance(error, MemoryError):
        return Reply("memory", "MemoryError", seconds)
    return Reply("error", "".join(traceback.format_exception(error)), seconds)


def _packed(reply: Reply) -> bytes:
    try:
        return pickle.dumps(reply, pickle.HIGHEST_PROTOCOL)
    except Exception:  # noqa: BLE001 - a refusal whose facts cannot be pickled may raise anything
        return pickle.dumps(Reply("error", traceback.format_exc(), reply.seconds))


def _leave_with_parent() -> None:
    """End this worker when the caller is gone, even in the middle of an item."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _limit_memory(memory_mb: int) -> None:
    """Limit what this process may still allocate."""
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm", encoding="ascii") as status:
        present = int(status.read().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = present + (memory_mb << 20)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def attempt_all(function: Callable[[Any], object], jobs: Sequence[object]) -> list[Reply]:
    replies = []
    for job in jobs:
        start = time.perf_counter()
        try:
            value = function(job)
        except Exception as error:  # noqa: BLE001 - anything a function raises costs one item
            replies.append(_failure(error, time.perf_counter() - start))
        else:
            replies.append(Reply("value", value, time.perf_counter() - start))
    return replies
