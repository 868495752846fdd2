"""What the deployment pages name is there: commands, options, files, settings, checks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from xlfz.cli import app
from xlfz.deploy.bundle import EMBED, PYTHONS
from xlfz.deploy.doctor import CHECKS
from xlfz.verbs import VERBS, buttons
from xlfz.workbench import presets
from xlfz.workbench.tables import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = ROOT / "xlfz" / "deploy" / "bundled"
GUIDE, CHECKLIST = (ROOT / "docs" / "deploy" / name for name in ("README.md", "checklist-windows.md"))
PAGES = (GUIDE, CHECKLIST, BUNDLED / "说明.txt")
COMMAND = re.compile(r'(?:xlfz|"%XLFZ_COMMAND%")((?: (?:--)?[a-z][a-z0-9-]*| 某市2026| "[^"]*")+)')


def commands(page: Path) -> list[list[str]]:
    """Every command line of xlfz on a page, in words."""
    text = page.read_text(encoding="utf-8")
    return [re.sub(r'"[^"]*"', "X", match[1]).split() for match in COMMAND.finditer(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_command_and_option_exists(page: Path) -> None:
    """A page that names a command which is not there sends its reader astray."""
    found = commands(page)
    assert found
    for words in found:
        known = typer.main.get_command(app)
        for word in words:
            inner = getattr(known, "commands", None)
            if inner is not None:
                assert word in inner, words
                known = inner[word]
            elif word.startswith("--"):
                assert any(word in parameter.opts for parameter in known.params), words


def test_what_the_pages_call_by_name_is_called_so() -> None:
    """Settings, checks of doctor, presets, buttons and files of the bundle."""
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert "xlfz命令" in {field.title for field in SETTINGS}
    assert {"宏", "网络标记"} <= {name for name, _ in CHECKS}
    assert set(re.findall(r"--preset ([\w-]+)|--units-from ([\w-]+)", text))
    ids = {preset for preset, _ in presets.names()}
    assert {a or b for a, b in re.findall(r"--preset ([\w-]+)|--units-from ([\w-]+)", text)} <= ids
    captions = {verb.caption for verb in VERBS}
    clicked = set(re.findall(r"点“([^”]+)”", CHECKLIST.read_text(encoding="utf-8"))) - {"启用内容"}
    assert clicked <= captions
    for name in re.findall(r"\b(\w+\.bat)\b", text):
        assert (BUNDLED / name).is_file(), name
    assert "七个按钮" in text
    assert len(buttons()) == 7


def test_the_python_that_is_named_is_the_one_that_fits() -> None:
    """The guide, the paper in the bundle and the wheels speak of one version."""
    assert set(re.findall(r"python-3[\w.-]+\.zip", GUIDE.read_text(encoding="utf-8"))) == {EMBED}
    assert ".".join(EMBED.split("-")[1].split(".")[:2]) in PYTHONS
    assert f"{PYTHONS[0]}—{PYTHONS[-1]}" in GUIDE.read_text(encoding="utf-8")
    assert f"{PYTHONS[0]} 至 {PYTHONS[-1]}" in (BUNDLED / "说明.txt").read_text(encoding="utf-8")


def test_the_checklist_counts_and_says_what_to_expect() -> None:
    """Numbered without a gap; a step without an expected result could not fail."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in CHECKLIST.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| \d+ ", line)
    ]
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) > 20
    assert [row for row in rows if len(row) != 3 or not all(row)] == []


@pytest.mark.parametrize("page", [GUIDE, CHECKLIST], ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Pages that are linked exist, and the guide is linked from the README."""
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []
    assert "docs/deploy/README.md" in (ROOT / "README.md").read_text(encoding="utf-8")
