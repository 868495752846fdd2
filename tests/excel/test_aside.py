"""Work done in a copy of the process: the same result as here, whatever becomes of the copy."""

from __future__ import annotations

import io
import os
import signal
import threading
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfz.excel import archive, aside, writer
from xlfz.excel.blocks import Placed
from xlfz.excel.plan import Block, Later, Put, Sheet, Style, Workbook
from xlfz.excel.splice import divided, spliced
from xlfz.excel.writer import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.excel.plan import Value

copies = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system makes no copies of a process")
STYLE = Style()


@copies
def test_the_work_is_done_elsewhere_and_its_result_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it does to its own memory stays there."""
    monkeypatch.setattr(aside, "possible", lambda: True)
    done: list[int] = []

    def work() -> tuple[int, bytes]:
        done.append(1)
        return os.getpid(), b"x" * 3_000_000

    process, answer = aside.aside(work)()
    assert (process != os.getpid(), len(answer), done) == (True, 3_000_000, [])


@copies
@pytest.mark.parametrize("end", ["killed", "raises", "unpicklable"])
def test_a_copy_that_comes_to_nothing_costs_only_time(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is done here, and what it raises is raised here."""
    monkeypatch.setattr(aside, "possible", lambda: True)
    parent = os.getpid()

    def work() -> object:
        if os.getpid() != parent:
            if end == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            return (lambda: None) if end == "unpicklable" else 1 // 0
        return "here"

    assert aside.aside(work)() == "here"


@copies
def test_half_an_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that is killed while it answers has not answered."""
    monkeypatch.setattr(aside, "possible", lambda: True)
    parent = os.getpid()

    def answer(*ends: object) -> None:
        os.write(int(str(ends[2])), b"\x80\x05half")
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(aside, "_answer", answer)
    assert aside.aside(os.getpid)() == parent


def test_a_system_without_room_does_the_work_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No copy can be made, and no end of a pipe stays open."""

    def full() -> int:
        raise BlockingIOError

    monkeypatch.setattr(aside, "possible", lambda: True)
    monkeypatch.setattr(aside.os, "fork", full, raising=False)
    assert aside.aside(lambda: "here")() == "here"


def test_without_copies_the_work_waits_for_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is begun before it is asked for, and a fault is raised then."""
    monkeypatch.setattr(aside, "possible", lambda: False)
    later = aside.aside(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        later()


def test_no_copy_is_made_of_a_process_with_threads() -> None:
    """A lock that a thread holds would never be released in the copy."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert not aside.possible()
    finally:
        stop.set()
        thread.join()


def table(values: Sequence[Sequence[Value]], *, later: bool) -> Workbook:
    """A sheet with a title and one block, made at once or later."""
    heights = [20.0 + n % 3 for n in range(len(values))]
    made: Sequence[Sequence[Value]] = Later(len(values), lambda a, b: values[a:b]) if later else values
    tall: Sequence[float] = Later(len(values), lambda a, b: heights[a:b]) if later else heights
    samples = {
        column: next(v for row in values if isinstance(v := row[column], date))
        for column in range(3)
        if any(isinstance(row[column], date) for row in values)
    }
    block = Block(3, 1, (STYLE,) * 3, made, tall, dates=samples)
    small = Block(1, 1, (STYLE,), [["小表"], ["一行"]])
    return Workbook(
        (
            Sheet("大表", cells=(Put(1, 1, "标题", STYLE), Put(9_000, 2, "尾", STYLE)), blocks=(block,)),
            Sheet("小表", blocks=(small,)),
        ),
        created=datetime(2026, 11, 25),
    )


cell_values = st.one_of(
    st.none(),
    st.text("甲a<& \n", max_size=4),
    st.integers(-5, 5),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)


@given(st.lists(st.tuples(cell_values, cell_values, cell_values), min_size=2, max_size=30), st.booleans())
def test_half_a_table_made_elsewhere_gives_the_same_parts(rows: list[tuple[Value, ...]], later: bool) -> None:
    """The sheet's text is that of the plain way, to the letter; twice gives the same bytes."""
    plain = write(table(rows, later=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "_MANY", 1)
        patch.setattr(aside, "possible", lambda: False)
        halved = write(table(rows, later=later))
        assert write(table(rows, later=later)) == halved
    one, other = (zipfile.ZipFile(io.BytesIO(data)) for data in (plain, halved))
    assert one.namelist() == other.namelist()
    for name in one.namelist():
        assert one.read(name) == other.read(name), name


@copies
def test_a_copy_of_the_process_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether or not there is one, a workbook is the same file."""
    rows = [(f"行{n}", float(n), None) for n in range(500)]
    monkeypatch.setattr(writer, "_MANY", 1)
    monkeypatch.setattr(aside, "possible", lambda: False)
    here = write(table(rows, later=True))
    monkeypatch.setattr(aside, "possible", lambda: True)
    assert write(table(rows, later=True)) == here


@pytest.mark.parametrize("beside", [True, False])
def test_a_block_that_shares_its_rows_is_not_divided(beside: bool) -> None:
    """What stands beside it would have to be in both halves."""
    row = 5 if beside else 9
    xml = f'<w><dimension ref="A{row}"/><sheetData><row r="{row}"><c r="E{row}"/></row></sheetData></w>'
    placed = Placed(Block(4, 1, (STYLE,), [["甲"], ["乙"], ["丙"]]), (0,), (0,))
    halves = divided(xml, placed, "表", 1)
    if beside:
        assert halves is None
    else:
        assert halves is not None
        first, second = map(b"".join, halves)
        assert first + second == b"".join(spliced(xml, [placed], "表"))
        assert ("甲".encode() in first, "乙".encode() in first) == (True, False)


@given(st.lists(st.binary(max_size=40), max_size=6), st.lists(st.binary(max_size=40), max_size=6))
def test_a_member_in_two_pieces_is_one_member(first: list[bytes], second: list[bytes]) -> None:
    """Content, size and checksum are those of the whole."""
    member = archive.pack_rest("a.xml", second, lambda: archive.pack_head(first))
    data = archive.assemble([member])
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert opened.read("a.xml") == b"".join([*first, *second])


def test_rows_made_later_are_as_many_as_was_said() -> None:
    """A table that lost a row on the way would be cut in silence."""
    with pytest.raises(ValueError, match="1 instead of 2"):
        list(Later(2, lambda *_: [0]))
