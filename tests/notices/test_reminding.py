"""催报函 and 督办单: who gets one, what stands in it, and what becomes of the files."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.acceptance.desk import xlfz_command
from tests.office.small import UNITS, filled_forms, send_back, working_folder
from tests.oracle import audit
from xlfz.assignment import Duty
from xlfz.errors import Refused
from xlfz.findings import finding
from xlfz.notices import filling, layout, owing
from xlfz.notices.model import Grid, Notice, Para
from xlfz.notices.templates import ORDER, REMINDER, template
from xlfz.office.notices import write_notices
from xlfz.office.service import Office
from xlfz.roster import Unit

DAY = date(2025, 12, 1)
REPORTED, MISSING, HELD = UNITS


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One unit reported, one did not, one has a score out of range. Not to be changed."""
    folder = working_folder(tmp_path_factory.mktemp("remind") / "某县")
    forms = filled_forms(folder)
    del forms[MISSING]
    row = next(r for r in forms[HELD].rows if r.table == "items")
    forms[HELD].set(row, "score", 99)
    send_back(folder, forms)
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """A copy, for one test."""
    shutil.copytree(finished, tmp_path / "某县")
    return tmp_path / "某县"


def office(folder: Path) -> Office:
    return Office.open(folder, workers=1, today=DAY)


def text(data: bytes) -> str:
    """Everything that stands in a document, tables too."""
    body = docx.Document(io.BytesIO(data)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter("{*}t")) for p in body.iter("{*}p"))


def documents(folder: Path) -> dict[str, bytes]:
    root = folder / "通知"
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*.docx"))}


def test_letters_go_to_those_who_owe_and_list_what(folder: Path) -> None:
    """Every error with its place and remedy, every indicator of a unit that sent nothing."""
    done = office(folder).remind()
    made = documents(folder)
    assert {n for n in made if not n.startswith("模板")} == {
        f"{kind}/{unit}.docx" for kind in (REMINDER, ORDER) for unit in (MISSING, HELD)
    }
    held, missing = (text(made[f"{REMINDER}/{unit}.docx"]) for unit in (HELD, MISSING))
    errors = [f for f in done.report.findings if f.severity == "error"]
    assert len(errors) == 1
    for found in errors:
        assert found.message in held
        assert found.remedy in held
        assert found.cell in held
    duty = next(d for d in done.workbench.assignment.duties if d.unit.name == MISSING)
    for item in duty.items:
        assert item.indicator.text in missing
        assert all(m.name in missing for m in item.materials)
    assert f"应报指标{len(duty.items)}项" in missing
    for name, data in made.items():
        assert audit(data) == [], name
        assert name.startswith("模板") or "〔" not in text(data)


def test_the_same_day_gives_the_same_bytes(folder: Path) -> None:
    """And a second run has nothing to say about the first."""
    first = office(folder).remind()
    before = documents(folder)
    again = office(folder).remind()
    assert documents(folder) == before
    assert again.findings == first.findings
    # Two runs in one second would agree anyway: no entry bears a clock, and the document bears the day.
    for name, data in before.items():
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert {i.date_time for i in package.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        if not name.startswith("模板"):
            assert docx.Document(io.BytesIO(data)).core_properties.created.date() == DAY
            assert docx.Document(io.BytesIO(data)).core_properties.created.time() == time()
    shutil.rmtree(folder / "通知")
    office(folder).remind()
    assert documents(folder) == before


def test_a_letter_nobody_needs_goes_unless_it_was_changed(folder: Path) -> None:
    """What a person changed is kept and told of; it is not overwritten either."""
    office(folder).remind()
    letters = folder / "通知" / REMINDER
    changed = docx.Document(str(letters / f"{HELD}.docx"))
    changed.add_paragraph("另行电话通知。")
    changed.save(str(letters / f"{HELD}.docx"))
    kept = (letters / f"{HELD}.docx").read_bytes()
    done = office(folder).remind()
    assert (letters / f"{HELD}.docx").read_bytes() == kept
    assert letters / f"{HELD}（新）.docx" in done.reminders
    assert "W_NOTICE_EDITED" in {f.code for f in done.findings}
    for path in (folder / "回收").iterdir():
        path.unlink()
    send_back(folder, filled_forms(folder))
    done = office(folder).remind()
    assert [p.name for p in letters.iterdir()] == [f"{HELD}.docx"]
    assert not list((folder / "通知" / ORDER).iterdir())
    assert [f.code for f in done.findings if f.code.startswith("W_NOTICE")] == ["W_NOTICE_STALE"]
    assert (done.reminders, done.orders, done.units) == ((), (), ())


def test_the_office_words_its_own_template(folder: Path) -> None:
    """A changed template is used and left alone; a placeholder nobody knows stops everything."""
    office(folder).remind()
    place = folder / "通知" / "模板" / f"{REMINDER}.docx"
    own = docx.Document(str(place))
    own.add_paragraph("〔单位名称〕请于〔2026〕12号文件规定的时间办理。")
    own.save(str(place))
    ours = place.read_bytes()
    office(folder).remind()
    assert f"{MISSING}请于〔2026〕12号文件" in text(documents(folder)[f"{REMINDER}/{MISSING}.docx"])
    assert place.read_bytes() == ours
    before = documents(folder)
    own.add_paragraph("〔收件人〕和〔问题清单〕")
    own.save(str(place))
    with pytest.raises(Refused) as refused:
        office(folder).remind()
    assert {f.code for f in refused.value.findings} == {"E_NOTICE_PLACEHOLDER", "E_NOTICE_BLOCK"}
    assert documents(folder) == before | {f"模板/{REMINDER}.docx": place.read_bytes()}
    place.write_bytes(b"no document")
    with pytest.raises(Refused, match="模板打不开"):
        office(folder).remind()


def test_the_command_tells_how_many(folder: Path) -> None:
    """Exit code 1: somebody has to correct something; the JSON names units and documents."""
    ran = xlfz_command("remind", folder, "--json", "--workers", "1")
    assert ran.code == 1
    assert ran.json["owing"] == [MISSING, HELD]
    assert [Path(p).name for p in ran.json["reminders"]] == [f"{MISSING}.docx", f"{HELD}.docx"]
    assert all(Path(p).is_file() for p in ran.json["orders"])


def test_a_name_longer_than_a_file_name_may_be_is_cut(folder: Path) -> None:
    """The document still bears the whole name."""
    name = "某县人民政府办公室及其所属各单位" * 10
    notices = [Notice(ORDER, name, {"主办单位": name, "日期": ""}, {"督办事项": ()})] * 2
    made, _ = write_notices(office(folder).folder, [ORDER], notices, office(folder).created, lambda *_: None)
    assert len({p.name for p in made[ORDER]}) == 2
    assert all(p.is_file() and name in text(p.read_bytes()) for p in made[ORDER])


@given(st.integers(-400, 400), st.integers(0, 120), st.booleans())
def test_the_colour_is_the_graver_of_time_and_faults(left: int, faults: int, dated: bool) -> None:
    """Overdue or 50 errors: 红; five days or 10 errors: 黄; else 绿."""
    owed = owing.Owing(Duty(Unit("1", "甲")), (), (finding("E_EMPTY_FILE"),) * faults, faults > 0)
    due = date(2025, 6, 1) if dated else None
    found = owing.colour(owed, due, date(2025, 6, 1) - timedelta(days=left))
    red = (dated and left < 0) or faults >= 50
    yellow = (dated and left <= 5) or faults >= 10
    assert found == ("红" if red else "黄" if yellow else "绿")


ANY = st.text(st.characters(codec="utf-8"), max_size=30)


@given(ANY, ANY)
def test_any_text_fills_a_placeholder_however_word_tore_it(name: str, cell: str) -> None:
    """Torn into runs, filled with anything a returned file may hold: the document stays whole."""
    torn = docx.Document(io.BytesIO(layout.package((Para("〔表〕"), Para("致")))))
    for piece in ("：〔单", "位", "名称〕、〔单位名称", "〕。"):
        torn.paragraphs[1].add_run(piece)
    saved = io.BytesIO()
    torn.save(saved)
    notice = Notice("试", "甲", {"单位名称": name}, {"表": (Grid(("列",), ((cell,),), (1,)),)})
    assert list(filling.faults(saved.getvalue(), notice)) == []
    made = docx.Document(io.BytesIO(filling.fill(saved.getvalue(), notice, datetime(2025, 12, 1))))
    whole = "".join(t.text or "" for t in made.element.body.iter("{*}p") for t in t.iter("{*}t"))
    wanted = layout.plain(name).replace("\r", "").replace("\n", "")
    assert f"致：{wanted}、{wanted}。" in whole.replace("\r", "").replace("\n", "")


def test_a_template_is_laid_out_as_an_official_document() -> None:
    """A4, margins 37/35/28/26 mm, 标题二号方正小标宋, 正文三号仿宋, 28.95 pt lines, page number outside."""
    document = docx.Document(io.BytesIO(template(REMINDER)))
    section = document.sections[0]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in sides] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    looks = {s.name: (s.font.name, s.font.size.pt) for s in document.styles if s.font.size}
    assert looks["公文标题"] == ("方正小标宋简体", 22)
    assert looks["公文正文"] == ("仿宋_GB2312", 16)
    assert looks["公文一级标题"] == ("黑体", 16)
    assert document.styles["公文正文"].paragraph_format.line_spacing.pt == 28.95
    assert document.settings.odd_and_even_pages_header_footer
