"""What the README promises is there, and what is there the README names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xlfz.cli import app
from xlfz.workbench import presets

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.en.md")
COMMANDS = sorted(
    [c.name or c.callback.__name__ for c in app.registered_commands if c.callback and not c.hidden]
    + [str(group.name) for group in app.registered_groups]
)


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_named(readme: str) -> None:
    """A command that the README does not know is a command that nobody finds."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert [c for c in COMMANDS if f"xlfz {c}" not in text] == []


@pytest.mark.parametrize("readme", READMES)
def test_no_command_is_promised_that_is_not_there(readme: str) -> None:
    """`xlfz something` in the README runs."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    promised = set(re.findall(r"`?xlfz ([a-z]+(?:-[a-z]+)*)\b", text)) - {"holds", "does"}
    assert promised - set(COMMANDS) == set()


def test_every_preset_is_described() -> None:
    """The table of presets is complete."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [i for i, _ in presets.names() if f"`{i}`" not in text] == []


@pytest.mark.parametrize("page", [*READMES, "docs/design/README.md"])
def test_links_lead_somewhere(page: str) -> None:
    """Pictures and pages that are linked exist."""
    path = ROOT / page
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_every_make_target_named_is_there() -> None:
    """`make something` in the README is a target of the Makefile."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    assert set(re.findall(r"\bmake ([a-z]+)", text)) <= targets
