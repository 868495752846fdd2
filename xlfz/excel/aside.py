"""A piece of work done beside one's own, by a second process that is a copy of this one.

Takes a function without arguments; gives a function that yields its result. Where no copy can be made
(other systems than Linux, other threads running, one processor), or the copy comes to nothing, the
work is done here when its result is asked for: the result is the same, only later. Forbids work with
any other effect than its result.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


def aside(work: Callable[[], Result]) -> Callable[[], Result]:
    """Begin `work` in a copy of this process; call what it gives, once, for the result.

    What `work` raises is raised by that call.
    """
    if not possible():
        return work
    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:  # no room for another process
        os.close(reading)
        os.close(writing)
        return work
    if child == 0:
        _answer(work, reading, writing)
    os.close(writing)

    def result() -> Result:
        with open(reading, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(child, 0)
        # A copy that was killed, or found a fault, has left a part or nothing: the fault is met again here.
        return work() if status else pickle.loads(answer)  # noqa: S301 - from our own copy

    return result


def possible() -> bool:
    """Whether a copy would be made: a copy of a process with threads may wait for a lock for ever."""
    return sys.platform == "linux" and (os.cpu_count() or 1) > 1 and threading.active_count() == 1


def _answer(work: Callable[[], object], reading: int, writing: int) -> None:
    """In the copy: write the result and end with 0, without tidying up twice; with 1 when it failed."""
    status = 1
    with suppress(BaseException):
        os.close(reading)
        answer = pickle.dumps(work(), pickle.HIGHEST_PROTOCOL)
        with open(writing, "wb") as pipe:
            pipe.write(answer)
        status = 0
    os._exit(status)
