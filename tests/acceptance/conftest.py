"""One office for all acceptance tests: made and its forms sent out once, copied for each test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.desk import duties, filled_in, form_of, xlfz_command
from xlfz.office.simulate import Places

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlfz.assignment import Duty
    from xlfz.office.simulate import Filled


@pytest.fixture(scope="session")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """57 units x 130 indicators with points, forms in 下发/. Not to be changed: take `office`."""
    folder = tmp_path_factory.mktemp("acceptance") / "某县2026"
    made = xlfz_command(
        *("new", folder, "--preset", "puyang-130", "--units-from", "shangcai-57"),
        *("--everyone", "--even-split", "--json"),
    )
    assert made.code == 0, made.said
    generated = xlfz_command("generate", folder, "--json")
    assert generated.code == 0, generated.said
    return folder


@pytest.fixture(scope="session")
def units(sent: Path) -> list[Duty]:
    """Who reports what."""
    return duties(sent)


@pytest.fixture(scope="session")
def fill_in(sent: Path) -> Callable[[Duty], Filled]:
    """A unit's own form, filled in without a fault and still open."""
    places: list[Places] = []

    def open_form(duty: Duty) -> Filled:
        form = form_of(sent, duty.unit.name).read_bytes()
        if not places:
            places.append(Places.of(form))  # everyone has the same rows
        return filled_in(duty, form, places[0])

    return open_form


@pytest.fixture
def office(sent: Path, tmp_path: Path) -> Path:
    """A copy of the office, for one test."""
    folder = tmp_path / "某县2026"
    shutil.copytree(sent, folder)
    return folder
