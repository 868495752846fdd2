"""Damage of any kind ends in a document with something in it or in a refusal, never in another way."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.plans import writers
from tests.documents.plans.shapes import Style
from tests.documents.plans.shelf import PROSE, TABLES
from xlfz.documents.reading import read_document
from xlfz.errors import Refused
from xlfz.findings import codes

_PLAN, _TABLE = PROSE["labels"](Style()), TABLES["grouped"](Style())
WHOLE = {
    "docx": writers.word(_PLAN, automatic=True),
    "docx table": writers.word(_TABLE),
    "html": writers.page(_TABLE),
    "txt": writers.text(_PLAN),
    "gb18030": writers.text(_PLAN, "gb18030"),
    "utf-16": writers.text(_PLAN, "utf-16"),
    "xlsx": writers.workbook(_TABLE),
    "pdf": writers.pdf(_PLAN),
    "pdf table": writers.pdf(_TABLE),
}
MISREAD = {"E_ENCRYPTED", "E_LEGACY_BROKEN", "E_ZIP_BROKEN", "E_XML_BROKEN", "E_PKG_BROKEN"}
"""What is said of a returned form, with the advice to let the reporting unit send it again."""


def told(data: bytes) -> list[str]:
    """Nothing where something was read; else why not. Any other exception goes through."""
    try:
        source = read_document(data, "x")
    except Refused as refused:
        return [f.code if f.file == "x" else "no file named" for f in refused.findings]
    return [] if source.blocks else ["nothing read"]


def damaged(data: bytes, draw: Any) -> bytes:
    """Some bytes overwritten, taken out, put in or repeated."""
    made = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(made) - 1))
        what = draw(st.sampled_from(["over", "out", "in", "again"]))
        if what == "over":
            made[at] = draw(st.integers(0, 255))
        elif what == "out":
            del made[at : at + draw(st.sampled_from([1, 10, 300]))]
        elif what == "in":
            made[at:at] = draw(st.sampled_from([b"\0", b"-1", b"9" * 30, b"<", b'"', b"\xff\xff"]))
        else:
            made[at:at] = made[at // 2 : at // 2 + 50]
        made = made or bytearray(b"\0")
    return bytes(made)


def damaged_inside(data: bytes, draw: Any) -> bytes:
    """One part of a package damaged and packed again, so that no check sum tells."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        parts = [n for n in before.namelist() if not n.endswith("/")]
        hit = draw(st.sampled_from([n for n in parts if n.endswith((".xml", ".rels"))]))
        for name in parts:
            content = before.read(name)
            if name == hit:
                content = draw(st.sampled_from([_values, _elements, damaged]))(content, draw)
            after.writestr(name, content)
    return out.getvalue()


def _values(content: bytes, draw: Any) -> bytes:
    return _pieces(content, draw, b'"', [b"", b"x", b"-1", b"1.5", b"99999999999"])


def _elements(content: bytes, draw: Any) -> bytes:
    return _pieces(content, draw, b"<", [b"w:p/>", b"/w:p>", b"!--"])


def _pieces(content: bytes, draw: Any, mark: bytes, others: list[bytes]) -> bytes:
    """Some of what stands between two marks replaced."""
    pieces = content.split(mark)
    for _ in range(draw(st.integers(1, 4))):
        pieces[draw(st.integers(0, len(pieces) - 1))] = draw(st.sampled_from(others))
    return mark.join(pieces)


@pytest.mark.parametrize("form", WHOLE)
def test_the_whole_files_are_read(form: str) -> None:
    """Otherwise damage would prove nothing."""
    assert told(WHOLE[form]) == []


@pytest.mark.parametrize("form", WHOLE)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_damage_is_read_or_refused(form: str, data: Any) -> None:
    """Each refusal is one of the table, names the file and does not speak of returned forms."""
    said = told(damaged(WHOLE[form], data.draw))

    assert not set(said) & MISREAD
    assert set(said) <= set(codes())


@pytest.mark.parametrize("form", ["docx", "docx table", "xlsx"])
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_damage_inside_a_package_is_read_or_refused(form: str, data: Any) -> None:
    """Parts whose check sums hold, and whose content does not."""
    said = told(damaged_inside(WHOLE[form], data.draw))

    assert not set(said) & MISREAD
    assert set(said) <= set(codes())


@pytest.mark.parametrize("form", ["txt", "gb18030", "utf-16"])
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_few_bad_bytes_in_a_text_leave_its_other_lines(form: str, data: Any) -> None:
    """Damage in one line is no reason to read the others in another encoding."""
    whole = [b.text for b in read_document(WHOLE[form], "x").blocks]  # type: ignore[union-attr]
    at = data.draw(st.integers(100, len(WHOLE[form]) - 2))
    at -= at % 2
    made = WHOLE[form][:at] + data.draw(st.sampled_from([b"\xff\xff", b"\0\0"])) + WHOLE[form][at + 2 :]
    source = read_document(made, "x")

    here = {b.text for b in source.blocks}  # type: ignore[union-attr]
    assert len([line for line in whole if line not in here]) <= 2
    assert "W_IMPORT_BYTES" in [f.code for f in source.findings] or form == "utf-16"


@pytest.mark.parametrize("form", WHOLE)
@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_download_that_broke_off_is_read_or_refused(form: str, part: float) -> None:
    """The beginning of a file: text remains text, packages are refused."""
    said = told(WHOLE[form][: int(len(WHOLE[form]) * part)])

    assert bool(said) == (form.startswith(("docx", "xlsx", "pdf")))
