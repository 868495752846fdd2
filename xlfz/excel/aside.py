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
    child = os.fork()
    if child == 0:
        _answer(work, reading, writing)
    os.close(writing)

    def result() -> Result:
        with open(reading, "rb") as pipe:
            answer = pipe.read()
        os.waitpid(child, 0)
        # A copy that was killed, or found a fault, has left nothing: the fault is met again here.
        return pickle.loads(answer) if answer else work()  # noqa: S301 - from our own copy

    return result


def possible() -> bool:
    """Whether a copy would be made: a copy of a process with threads may wait for a lock for ever."""
    return sys.platform == "linux" and (os.cpu_count() or 1) > 1 and threading.active_count() == 1


def _answer(work: Callable[[], object], reading: int, writing: int) -> None:
    """In the copy: write the result whole, or nothing at all, and end without tidying up twice."""
    with suppress(BaseException):
        os.close(reading)
        answer = pickle.dumps(work(), pickle.HIGHEST_PROTOCOL)
        with open(writing, "wb") as pipe:
            pipe.write(answer)
    os._exit(0)
