"""Worker processes: one bad item costs itself, nothing is lost, nothing is left running.

The items are `functools.partial` objects and the function is `operator.call`, so that spawned
workers need to import nothing but the standard library.
"""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import operator
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import xlfz
from xlfz.errors import Refused
from xlfz.findings import finding
from xlfz.workers import Outcome, outcome, pool, run_all

METHODS = ["spawn", "fork"] if sys.platform == "linux" else ["spawn"]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and memory limits")


@pytest.fixture(params=METHODS)
def _method(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_start_method", lambda: request.param)


def values(count: int) -> list[Any]:
    return [partial(int, i) for i in range(count)]


def raising(error: Exception) -> Any:
    return partial(exec, "raise error", {"error": error})


def codes(outcomes: list[Outcome]) -> dict[int, str]:
    return {o.index: o.finding.code for o in outcomes if o.finding is not None}


def assert_rest_is_right(outcomes: list[Outcome], bad: set[int]) -> None:
    assert [o.index for o in outcomes] == list(range(len(outcomes)))
    assert [o.value for o in outcomes if o.index not in bad] == [
        i for i in range(len(outcomes)) if i not in bad
    ]


@pytest.mark.usefixtures("_method")
def test_outcomes_are_in_the_order_of_the_items() -> None:
    """Whatever the order in which they are done, and each is told once."""
    items = [partial(time.sleep, 0.05), *values(60)[1:]]
    told: list[int] = []
    outcomes = run_all(operator.call, items, workers=2, on_done=lambda o: told.append(o.index))
    assert [o.value for o in outcomes] == [None, *range(1, 60)]
    assert sorted(told) == list(range(60))
    assert multiprocessing.active_children() == []


def test_nothing_to_do_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """And with one item there is one worker, however many were offered."""
    started = []
    start = pool._start
    monkeypatch.setattr(pool, "_start", lambda *args: started.append(1) or start(*args))
    assert run_all(operator.call, [], workers=8) == []
    assert started == []
    run_all(operator.call, values(1), workers=8)
    assert started == [1]


@pytest.mark.usefixtures("_method")
@pytest.mark.parametrize(
    ("bad", "code"),
    [
        pytest.param(os.abort, "E_WORKER_CRASH", id="aborts"),
        pytest.param(partial(os._exit, 3), "E_WORKER_CRASH", id="leaves"),
        pytest.param(partial(time.sleep, 60), "E_TIMEOUT", id="hangs"),
        pytest.param(partial(bytearray, 8 << 30), "E_MEMORY", id="eats-memory", marks=linux_only),
        pytest.param(partial(bytes, 200 << 20), "E_MEMORY", id="answers-too-much", marks=linux_only),
        pytest.param(partial(int, "x"), "E_INTERNAL", id="raises"),
        pytest.param(partial(exec, "raise SystemExit(0)"), "E_INTERNAL", id="exits"),
        pytest.param(partial(open, os.devnull), "E_INTERNAL", id="gives-what-cannot-be-sent"),
    ],
)
def test_a_bad_item_costs_exactly_itself(bad: object, code: str) -> None:
    """In the middle of a batch, with others before and behind it."""
    items = values(40)
    items[5] = bad
    outcomes = run_all(operator.call, items, workers=2, timeout_s=0.7, memory_mb=256)
    assert codes(outcomes) == {5: code}
    assert_rest_is_right(outcomes, {5})
    assert outcomes[5].detail
    assert multiprocessing.active_children() == []


@linux_only
def test_memory_eaten_to_the_last_crumb_is_still_told() -> None:
    """Even the answer takes a little."""
    crumbs = "kept = []\nwhile True: kept.append([None])"
    outcomes = run_all(operator.call, [partial(exec, crumbs), *values(4)[1:]], workers=1, memory_mb=40)
    assert codes(outcomes) == {0: "E_MEMORY"}
    assert_rest_is_right(outcomes, {0})


@linux_only
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_many_bad_items_cost_exactly_themselves(workers: int) -> None:
    """Several kinds at once, side by side and at both ends, with few and many workers."""
    bad = {
        0: (os.abort, "E_WORKER_CRASH"),
        1: (partial(os._exit, 0), "E_WORKER_CRASH"),
        17: (partial(time.sleep, 60), "E_TIMEOUT"),
        18: (partial(bytearray, 8 << 30), "E_MEMORY"),
        39: (os.abort, "E_WORKER_CRASH"),
    }
    items = values(40)
    for index, (item, _) in bad.items():
        items[index] = item
    outcomes = run_all(operator.call, items, workers=workers, timeout_s=0.7, memory_mb=256)
    assert codes(outcomes) == {index: code for index, (_, code) in bad.items()}
    assert_rest_is_right(outcomes, set(bad))


def test_each_item_has_the_whole_time_to_itself() -> None:
    """The clock of an item does not start with its batch, nor with the worker's process."""
    slow = [partial(time.sleep, 0.1)] * outcome.batch_size(64, 1)
    assert len(slow) > 10
    outcomes = run_all(operator.call, [*slow, *values(64)[len(slow) :]], workers=1, timeout_s=0.8)
    assert codes(outcomes) == {}


@pytest.mark.usefixtures("_method")
def test_a_refusal_comes_back_as_it_was_raised() -> None:
    """It is a verdict on the file, not a failure of the worker."""
    refused = Refused((finding("E_ZIP_BROKEN", file="甲.xlsx"),))
    outcomes = run_all(operator.call, [raising(refused), *values(2)[1:]], workers=1)
    assert outcomes[0].finding is None
    assert outcomes[0].refused is not None
    assert outcomes[0].refused.findings == refused.findings
    assert outcomes[1].value == 1


def test_a_traceback_is_for_the_log_and_never_in_the_message() -> None:
    """People see the number under which the log has it."""
    (outcome,) = run_all(operator.call, [partial(int, "not a number")], workers=1)
    assert outcome.finding is not None
    assert "not a number" in outcome.detail
    assert "Traceback" in outcome.detail
    assert "Traceback" not in outcome.finding.text
    assert dict(outcome.finding.facts)["id"] in outcome.finding.message


@pytest.mark.usefixtures("_method")
def test_large_items_and_answers_do_not_block_each_other() -> None:
    """Both far larger than a pipe holds, in both directions at once."""
    item = bytes(500_000)
    outcomes = run_all(partial(operator.mul, 2), [item] * 30, workers=2, timeout_s=20)
    assert all(len(o.value) == 1_000_000 for o in outcomes)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_an_interrupted_run_leaves_no_process(error: type[BaseException]) -> None:
    """Ctrl-C, or a fault in the caller's own progress bar."""

    def stop(outcome: Outcome) -> None:
        raise error

    with pytest.raises(error):
        run_all(operator.call, [*values(1), *[partial(time.sleep, 60)] * 3], workers=2, on_done=stop)
    assert multiprocessing.active_children() == []


def test_a_function_that_cannot_be_imported_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not once for each of a thousand files."""
    (tmp_path / "gone_soon.py").write_text("def job(item): return item\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import gone_soon  # type: ignore[import-not-found]

    (tmp_path / "gone_soon.py").unlink()
    monkeypatch.setattr(pool, "_start_method", lambda: "spawn")
    with pytest.raises(Refused) as caught:
        run_all(gone_soon.job, range(1000), workers=2)
    assert [f.code for f in caught.value.findings] == ["E_NO_WORKERS"]
    assert "gone_soon" in caught.value.findings[0].message
    assert multiprocessing.active_children() == []


def test_workers_that_cannot_start_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a few tries, not for ever."""
    monkeypatch.setattr(pool, "serve", os._exit)  # with arguments that it does not take
    with pytest.raises(Refused) as caught:
        run_all(operator.call, values(5), workers=2)
    assert [f.code for f in caught.value.findings] == ["E_NO_WORKERS"]
    assert multiprocessing.active_children() == []


def script(tmp_path: Path, text: str) -> subprocess.Popen[str]:
    """Run a script of its own, with the xlfz that is under test."""
    path = tmp_path / "script.py"
    path.write_text(text, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(Path(xlfz.__file__).parents[1])}
    return subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, text=True, env=env)


def test_a_script_needs_no_main_guard(tmp_path: Path) -> None:
    """Spawned workers do not run the caller's script again."""
    process = script(
        tmp_path,
        "import operator\n"
        "from functools import partial\n"
        "from xlfz.workers import pool, run_all\n"
        "pool._start_method = lambda: 'spawn'\n"
        "print([o.value for o in run_all(operator.call, [partial(int, 7)] * 3, workers=2)])\n",
    )
    out, _ = process.communicate(timeout=60)
    assert (out, process.returncode) == ("[7, 7, 7]\n", 0)


@linux_only
def test_workers_do_not_outlive_a_killed_caller(tmp_path: Path) -> None:
    """Not even those in the middle of an item that never ends."""
    job = f"import os, time; open({str(tmp_path)!r} + f'/{{os.getpid()}}.pid', 'w'); time.sleep(60)"
    process = script(
        tmp_path,
        "import operator\n"
        "from functools import partial\n"
        "from xlfz.workers import run_all\n"
        f"run_all(operator.call, [partial(exec, {job!r})] * 2, workers=2)\n",
    )
    pids = wait_for(lambda: [int(p.stem) for p in tmp_path.glob("*.pid")], lambda found: len(found) == 2)
    assert all(running(p) for p in pids)
    assert len(pids) == 2
    process.kill()
    process.communicate()
    assert wait_for(lambda: [p for p in pids if running(p)], lambda left: not left) == []


def running(pid: int) -> bool:
    """Whether there is such a process, and not only its entry that nobody has read yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(look: Any, enough: Any) -> Any:
    for _ in range(200):
        if enough(found := look()):
            return found
        time.sleep(0.05)
    return look()


@linux_only
def test_ctrl_c_is_the_callers_to_answer() -> None:
    """A worker that gets the signal finishes its item."""
    interrupted = partial(exec, "import os, signal; os.kill(os.getpid(), signal.SIGINT)")
    assert codes(run_all(operator.call, [interrupted], workers=1)) == {}


@linux_only
def test_ctrl_c_in_a_terminal_ends_everything(tmp_path: Path) -> None:
    """The signal goes to the workers too; only the caller answers it."""
    process = script(
        tmp_path,
        "import operator, os, signal, time\n"
        "from functools import partial\n"
        "from xlfz.workers import run_all\n"
        # As a terminal starts it: what a shell puts in the background is born deaf to the signal.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "os.setpgrp()\n"
        "print('up', flush=True)\n"
        "try:\n"
        "    run_all(operator.call, [partial(time.sleep, 60)] * 2, workers=2)\n"
        "except KeyboardInterrupt:\n"
        "    import multiprocessing; print(multiprocessing.active_children())\n",
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert (out, process.returncode) == ("[]\n", 0)


def test_a_thousand_trivial_items_are_quick() -> None:
    """The pool itself costs next to nothing; the bound is loose because machines are shared."""
    start = time.perf_counter()
    outcomes = run_all(operator.call, values(1000), workers=2)
    assert_rest_is_right(outcomes, set())
    assert time.perf_counter() - start < 3.0


# ---------------------------------------------------------------- executors


def test_an_executor_does_the_same() -> None:
    """Values, refusals and failures, in order, each told once."""
    refused = Refused((finding("E_ZIP_BROKEN"),))
    items = [*values(20), raising(refused), partial(int, "x"), raising(MemoryError())]
    told: list[int] = []
    with concurrent.futures.ThreadPoolExecutor(2) as executor:
        outcomes = run_all(
            operator.call, items, workers=2, executor=executor, on_done=lambda o: told.append(o.index)
        )
    assert [o.value for o in outcomes[:20]] == list(range(20))
    assert outcomes[20].refused is refused
    assert codes(outcomes) == {21: "E_INTERNAL", 22: "E_MEMORY"}
    assert sorted(told) == list(range(23))


class LosesBatches:
    """An executor whose worker dies whenever the poisoned item is in the batch."""

    def __init__(self, poison: object) -> None:
        self._poison = poison

    def submit(self, function: Any, *args: Any) -> concurrent.futures.Future[Any]:
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        if self._poison in args[1]:
            future.set_exception(RuntimeError("worker lost"))
        else:
            future.set_result(function(*args))
        return future


def test_a_batch_lost_by_an_executor_costs_one_item() -> None:
    """The others of the batch are sent again, one by one."""
    items = list(range(100))
    outcomes = run_all(operator.neg, items, workers=2, executor=LosesBatches(42))
    assert codes(outcomes) == {42: "E_WORKER_CRASH"}
    assert [o.value for o in outcomes if o.index != 42] == [-i for i in items if i != 42]
    assert "worker lost" in outcomes[42].detail


def test_a_neighbour_of_a_dying_remote_worker_is_tried_again() -> None:
    """What kills a worker may break the answers of others once."""

    class Stumbles(LosesBatches):
        stumbled = False

        def submit(self, function: Any, *args: Any) -> concurrent.futures.Future[Any]:
            if args[1] == [41] and not self.stumbled:
                self.stumbled = True
                return LosesBatches(41).submit(function, *args)
            return super().submit(function, *args)

    outcomes = run_all(operator.neg, range(100), workers=2, executor=Stumbles(42))
    assert codes(outcomes) == {42: "E_WORKER_CRASH"}


def test_an_executor_that_was_shut_down_loses_nothing_silently() -> None:
    """Every item has an outcome that says so."""
    executor = concurrent.futures.ThreadPoolExecutor(1)
    executor.shutdown()
    outcomes = run_all(operator.call, values(3), workers=1, executor=executor)
    assert codes(outcomes) == dict.fromkeys(range(3), "E_WORKER_CRASH")


def test_something_that_is_no_executor_is_refused() -> None:
    """A mistake of the script, told to its author."""
    with pytest.raises(TypeError, match="submit"):
        run_all(operator.call, values(1), workers=1, executor=object())
