"""What cannot be read, or holds no task, is said: an import never ends with nothing and no word."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib import pdfencrypt
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from tests.documents.plans import writers
from tests.documents.plans.judge import judge
from tests.documents.plans.model import Document, Line
from tests.documents.plans.shapes import Style
from tests.documents.plans.shelf import PROSE, TABLES
from xlfz.documents import propose
from xlfz.documents.reading import read_document
from xlfz.errors import Refused
from xlfz.findings import codes

if TYPE_CHECKING:
    from xlfz.documents.model import Proposal

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)
LETTER = Document(
    "关于参加会议的函",
    (
        Line("关于参加会议的函", heading=1),
        Line("各有关单位，"),
        Line("定于下周三上午召开座谈会，请派一名负责同志参加，并自备车辆。"),
        Line("此函。"),
    ),
    (),
)


def imported(data: bytes, name: str = "方案") -> Proposal:
    """What is proposed; raises Refused where the file is none."""
    return propose(read_document(data, name))


def told(data: bytes, name: str = "方案") -> list[str]:
    """The codes of everything said about a file that gives no row."""
    try:
        proposed = imported(data, name)
    except Refused as refused:
        return [finding.code for finding in refused.findings]
    assert not proposed.rows
    return [finding.code for finding in proposed.findings]


def archive(**files: bytes) -> bytes:
    """A zip of the given members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def scanned(pages: int = 2) -> bytes:
    """A PDF of pictures."""
    out = io.BytesIO()
    made = canvas.Canvas(out, invariant=1)
    for _ in range(pages):
        made.drawImage(ImageReader(io.BytesIO(PIXEL)), 50, 50, 400, 600)
        made.showPage()
    made.save()
    return out.getvalue()


def locked() -> bytes:
    """A PDF that asks for a password."""
    out = io.BytesIO()
    made = canvas.Canvas(out, encrypt=pdfencrypt.StandardEncryption("secret", canPrint=0))
    made.drawString(50, 700, "1. Task")
    made.save()
    return out.getvalue()


def pictures_only() -> bytes:
    """A Word file in which somebody pasted a picture of the plan."""
    made = docx.Document()
    made.add_picture(io.BytesIO(PIXEL))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def empty_workbook() -> bytes:
    """A workbook with an empty sheet."""
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


MAGIC = (b"", b"PK\x03\x04", b"%PDF-1.4\n", b"<html>", b"\xff\xfe")
"""How files begin; without an old Office file, which would start LibreOffice each time."""
UNREADABLE = {
    "no bytes": b"",
    "blanks": b" \r\n\t \r\n",
    "a picture": PIXEL,
    "an archive": archive(**{"a.txt": b"1. x"}),
    "noise": bytes(range(256)) * 40,
    "a docx cut off": writers.word(PROSE["labels"](Style()))[:-900],
    "an xlsx cut off": writers.workbook(TABLES["grouped"](Style()))[:-900],
    "a pdf cut off": writers.pdf(PROSE["labels"](Style()))[:700],
    "a scan": scanned(),
    "a locked pdf": locked(),
    "a picture in Word": pictures_only(),
    "an empty workbook": empty_workbook(),
    "an empty page": b"<html><head><script>var a = 1;</script></head><body></body></html>",
    "a letter as text": writers.text(LETTER),
    "a letter as page": writers.page(LETTER),
    "a letter in Word": writers.word(LETTER),
    "a letter as pdf": writers.pdf(LETTER),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_gives_no_task_is_reported_with_a_remedy(what: str) -> None:
    """No row, at least one finding, and each says what to do."""
    said = told(UNREADABLE[what])

    assert said
    assert all(codes()[code].remedy for code in said)
    assert any(codes()[code].severity != "info" for code in said)


@settings(max_examples=60, deadline=None)
@given(
    data=st.binary(max_size=400),
    magic=st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.4\n", b"<html>", b"\xff\xfe"]),
)
def test_no_bytes_end_in_a_crash_or_in_silence(data: bytes, magic: bytes) -> None:
    """Whatever is put in, something is proposed or said."""
    try:
        proposed = imported(magic + data)
    except Refused:
        return
    assert proposed.rows or proposed.findings


@settings(max_examples=25, deadline=None)
@given(at=st.floats(0.05, 0.95), shape=st.sampled_from(["labels", "brackets", "verbs"]))
def test_a_text_cut_off_anywhere_keeps_what_it_has(at: float, shape: str) -> None:
    """The tasks before the cut are whole; nothing is made up for those behind it."""
    document = PROSE[shape](Style())
    text = writers.text(document).decode()
    cut = text[: int(len(text) * at)]
    whole = sum(cut.count(want.heading + "。" + want.detail) for want in document.wants)

    proposed = imported(cut.encode())

    assert whole - 1 <= len(proposed.rows) <= whole + 1
    assert proposed.rows or proposed.findings
    kept = Document(document.title, document.blocks, document.wants[: max(0, whole - 1)])
    verdict = judge(kept, proposed)
    assert not [words for words in verdict.dishonest if "no task" not in words]


@pytest.mark.parametrize(("label", "field"), [("牵头单位", "lead"), ("责任单位", "responsible")])
def test_a_line_that_is_lost_is_missed(label: str, field: str) -> None:
    """Where every other task names its units, the one that does not is marked as lacking them."""
    lines = writers.text(PROSE["labels"](Style())).decode().splitlines()
    lost = [n for n, line in enumerate(lines) if line.startswith(label)][4]
    del lines[lost]
    proposed = imported("\n".join(lines).encode())

    row = proposed.rows[4]
    assert field not in row.fields or row.fields[field].value == ""
    assert row.findings or (field in row.fields and row.fields[field].sure == "缺失")
    assert all(other.fields[field].value for other in proposed.rows if other is not row)


def test_undecodable_bytes_are_reported_with_their_line() -> None:
    """A few broken bytes in the middle of a text do not hide, and do not stop the rest."""
    document = PROSE["labels"](Style())
    data = writers.text(document, "gb18030")
    at = data.index("一窗受理".encode("gb18030"))
    proposed = imported(data[:at] + b"\xff\xff" + data[at:])

    assert any("BYTES" in finding.code for finding in proposed.findings)
    assert len(proposed.rows) == len(document.wants)


def test_what_the_source_contradicts_itself_on_is_kept_and_flagged() -> None:
    """Two tasks with one number, and points that do not add up to the heading's: both stay as printed."""
    made = PROSE["points"](Style())
    text = writers.text(made).decode().replace("\n3.", "\n2.", 1).replace("（14分）", "（15分）", 1)
    proposed = imported(text.encode())

    assert len(proposed.rows) == len(made.wants)
    numbers = [str(row.fields["number"].value) for row in proposed.rows]
    said = [f.code for f in (*proposed.findings, *(f for row in proposed.rows for f in row.findings))]
    assert any("DUP" in code or "NUMBER" in code or "SAME" in code for code in said), (said, numbers)
    assert any("SUM" in code or "POINTS" in code for code in said), said
    assert 15.0 in [found.value for found in proposed.chapters.values()]
    assert sum(float(row.fields["points"].value) for row in proposed.rows[:4]) == 14


def test_a_declared_count_that_is_not_met_is_flagged() -> None:
    """The plan says 20 tasks and prints 12."""
    made = PROSE["labels"](Style())
    text = writers.text(made).decode().replace("制定本方案。", "制定本方案。本方案共20项任务。", 1)
    proposed = imported(text.encode())

    assert len(proposed.rows) == 12
    assert any("COUNT" in finding.code for finding in proposed.findings)
