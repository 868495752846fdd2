"""xlwings.conf: one setting changes, every other byte stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xlfz.deploy import settings

KEY = "INTERPRETER_WIN"
WORDS = st.text(st.sampled_from("abcXYZ 甲乙\\:/._-%"), max_size=12)
LINES = st.builds(
    lambda key, value, gap: f'"{key}",{gap}"{value}"',
    st.sampled_from(["PYTHONPATH", "ONEDRIVE_WIN", "LICENSE_KEY", "interpreter_mac", ""]),
    WORDS,
    st.sampled_from(["", " "]),
)
OTHERS = st.lists(st.one_of(LINES, st.sampled_from(["", "# a remark", "half a line"])), max_size=6)
ENDINGS = st.sampled_from(["\n", "\r\n"])
ENCODINGS = st.sampled_from(["utf-8", "gb18030"])


def file(lines: list[str], ending: str, last: bool, encoding: str) -> bytes:
    """The bytes of a settings file, its last line ended or not."""
    text = ending.join(lines) + (ending if last and lines else "")
    return text.encode(encoding)


@given(OTHERS, ENDINGS, st.booleans(), ENCODINGS, WORDS)
def test_what_is_set_is_read_back(others: list[str], end: str, last: bool, code: str, value: str) -> None:
    """And the lines that were there are there still, in their order."""
    before = file(others, end, last, code)
    after = settings.put(before, KEY, value, code)
    assert settings.get(after, KEY, code) == value
    assert after.startswith(before)
    assert [line for line in after.splitlines() if KEY.encode() not in line] == before.splitlines()


@given(OTHERS, ENDINGS, ENCODINGS, WORDS, WORDS)
def test_setting_and_restoring_gives_the_same_bytes(
    others: list[str], end: str, code: str, old: str, new: str
) -> None:
    """Both where the key was set before, whatever its case, and where it was not."""
    without = file(others, end, True, code)
    assert settings.drop(settings.put(without, KEY, new, code), KEY) == without
    with_old = file([*others, f'"Interpreter_win", "{old}" ', '"Z","1"'], end, True, code)
    changed = settings.put(with_old, KEY, new, code)
    assert settings.put(changed, KEY, old, code) == with_old


def test_a_key_counts_whatever_its_case() -> None:
    """The macros of xlwings compare so; a second line would never be read."""
    after = settings.put(b'"Interpreter_Win","old"\r\n', KEY, "new", "utf-8")
    assert after == b'"Interpreter_Win","new"\r\n'


def test_bytes_of_another_encoding_survive() -> None:
    """A file that is not what the code page says is not spoilt."""
    strange = b'"PYTHONPATH","\xff\xfe\x80"\n'
    assert settings.put(strange, KEY, "x", "utf-8").startswith(strange)
