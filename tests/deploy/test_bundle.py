"""The offline bundle: what is in it, what is refused, and its installer run for real."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from importlib import util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement

from xlfz.deploy.bundle import PYTHONS, TOP, BundleFault, bundle, lacking, read_wheel

ROOT = Path(__file__).resolve().parents[2]


def wheel(
    folder: Path,
    name: str,
    version: str = "1",
    tag: str = "py3-none-any",
    asks: tuple[str, ...] = (),
    **more: str,
) -> Path:
    """A wheel with metadata, and further members by their path with `__` for `/`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    members = {
        f"{info}/METADATA": head + "".join(f"Requires-Dist: {a}\n" for a in asks),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n",
        **{key.replace("__", "/").replace("INFO", info): text for key, text in more.items()},
    }
    members[f"{info}/RECORD"] = "".join(f"{m},,\n" for m in [*members, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return path


def little(folder: Path) -> list[Path]:
    """The least that installs: xlfz with one library, a compiled one for each Python."""
    compiled = [wheel(folder, "pywin32", "311", f"cp3{m}-cp3{m}-win_amd64") for m in range(11, 15)]
    return [
        wheel(folder, "xlfz", asks=("rich>=13",)),
        wheel(folder, "rich", "14"),
        wheel(folder, "pip"),
        *compiled,
    ]


def embeddable(minor: int) -> bytes:
    """python.org's package, as far as names go."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("python.exe", f"python3{minor}.dll", f"python3{minor}.zip"):
            archive.writestr(name, b"x")
        archive.writestr(f"python3{minor}._pth", f"python3{minor}.zip\n.\n\n#import site\n")
    return out.getvalue()


def listing(data: bytes) -> dict[str, bytes]:
    """Member -> content, below the one top folder."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {n.split("/")[0] for n in names} == {TOP}
        return {n.removeprefix(f"{TOP}/"): archive.read(n) for n in names}


def test_everything_is_in_its_place(tmp_path: Path) -> None:
    """Installer, papers, wheels, workbooks, and word of which Python to put there."""
    wheels = little(tmp_path)
    held = listing(bundle(wheels, {"工作台.xlsm": b"book"}))
    assert set(held) == {
        "install.bat",
        "uninstall.bat",
        "setup_office.py",
        "说明.txt",
        "python/README.txt",
        "workbooks/工作台.xlsm",
        *(f"wheels/{w.name}" for w in wheels),
    }
    assert re.search(r"python-3\.11\.\d+-embed-amd64\.zip", held["python/README.txt"].decode("utf-8-sig"))
    assert bundle(wheels[::-1], {"工作台.xlsm": b"book"}) == bundle(wheels, {"工作台.xlsm": b"book"})


def test_windows_can_read_the_papers(tmp_path: Path) -> None:
    """CRLF for cmd and the old Editor; a mark of UTF-8 for the Editor, none for cmd."""
    held = listing(bundle(little(tmp_path), {}))
    for name, data in held.items():
        if name.endswith((".bat", ".txt")):
            assert data.count(b"\n") == data.count(b"\r\n") > 0, name
            assert data.startswith(b"\xef\xbb\xbf") == name.endswith(".txt"), name
            assert "{" not in data.decode("utf-8-sig"), name


def test_the_batch_files_survive_any_code_page(tmp_path: Path) -> None:
    """Before chcp nothing but ASCII, after it only what is shown to the person; no jump into the void."""
    held = listing(bundle(little(tmp_path), {}))
    for name in ("install.bat", "uninstall.bat"):
        lines = held[name].decode().splitlines()
        for number, line in enumerate(lines):
            said = line.startswith("echo ") and "chcp 65001 >nul" in lines[:number]
            assert line.isascii() or said, line
        labels = {line[1:] for line in lines if line.startswith(":")}
        assert {w for line in lines for w in re.findall(r"(?:goto |call :)(\w+)", line)} == labels
    assert re.findall(r"%~dp0(\w+\.bat)", held["uninstall.bat"].decode()) == ["install.bat"]
    tried = re.search(r"in \(([\d. ]+)\)", held["install.bat"].decode())
    assert tried is not None
    assert sorted(tried[1].split()) == sorted(PYTHONS)


def test_an_embeddable_python_is_packed_with_it(tmp_path: Path) -> None:
    """Unpacked where install.bat looks, if there are wheels for it."""
    held = listing(bundle(little(tmp_path), {}, embed=embeddable(12)))
    assert held["python/python312._pth"]
    assert "python/python.exe" in held
    assert "python/README.txt" not in held
    for wrong in (embeddable(10), bundle(little(tmp_path), {})):
        with pytest.raises(BundleFault, match="embeddable"):
            bundle(little(tmp_path), {}, embed=wrong)


@pytest.mark.parametrize(
    ("asks", "gap"),
    [
        ("nowhere", "nowhere"),
        ("rich>=15", "rich>=15"),
        ('winonly; sys_platform == "win32"', "winonly"),
        ('winonly; platform_system == "Windows" and python_version >= "3.14"', "winonly"),
        ('linuxonly; sys_platform == "linux"', ""),
        ('backport; python_version < "3.11"', ""),
        ('more; extra == "cluster"', ""),
        ("rich[nice]>=13", "pretty"),
    ],
)
def test_a_requirement_that_is_not_met_is_told(asks: str, gap: str, tmp_path: Path) -> None:
    """Judged as Windows judges it, whatever computer packs the bundle."""
    wheels = little(tmp_path)
    wheels[0] = wheel(tmp_path, "xlfz", asks=("rich>=13", asks))
    wheels[1] = wheel(tmp_path, "rich", "14", asks=('pretty; extra == "nice"',))
    if not gap:
        bundle(wheels, {})
        return
    with pytest.raises(BundleFault) as caught:
        bundle(wheels, {})
    assert all(gap in line for line in str(caught.value).splitlines())


def test_wheels_of_another_system_do_not_count(tmp_path: Path) -> None:
    """A Linux wheel in the folder is told of, and meets nothing."""
    wheels = little(tmp_path)
    wheels[1] = wheel(tmp_path, "rich", "14", "cp311-cp311-manylinux_2_17_x86_64")
    with pytest.raises(BundleFault) as caught:
        bundle(wheels, {})
    assert "rich-14-cp311-cp311-manylinux_2_17_x86_64.whl runs on no Windows" in str(caught.value)
    assert str(caught.value).count("needs rich") == len(PYTHONS)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_each_gap_is_found_and_only_gaps(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Any tree of requirements: without one of its wheels exactly that one is lacking."""
    folder = tmp_path_factory.mktemp("wheels")
    names = [f"lib{n}" for n in range(data.draw(st.integers(1, 6)))]
    asks = {
        name: tuple(data.draw(st.lists(st.sampled_from(names[at + 1 :]), unique=True)))
        if names[at + 1 :]
        else ()
        for at, name in enumerate(names)
    }
    wheels = little(folder)[1:]
    wheels += [wheel(folder, name, asks=asks[name]) for name in names]
    wheels += [wheel(folder, "xlfz", asks=("rich", *names[:1]))]
    read = [read_wheel(w) for w in wheels]
    assert lacking(read, "3.12") == []
    reached, waiting = set(), names[:1]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += asks[name]
    gone = data.draw(st.sampled_from(names))
    gaps = lacking([w for w in read if w.name != gone], "3.12")
    assert {Requirement(gap.split(" needs ")[1]).name for gap in gaps} == ({gone} & reached)


def test_the_make_target_downloads_what_is_asked_for() -> None:
    """The recipe names Windows, the exact versions, and pywin32, which pip leaves out on Linux."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nbundle:")[2].partition("\n\n")[0]
    for word in (
        "--platform win_amd64",
        "--only-binary=:all:",
        "--constraint constraints.txt",
        "pywin32",
        " pip;",
    ):
        assert word in recipe, word
    assert f"BUNDLE_PYTHONS ?= {' '.join(PYTHONS)}" in (ROOT / "Makefile").read_text(encoding="utf-8")


# The installer itself, run with the Python of the tests. Only where pip lies as a wheel.
LIBRARY = Path(os.__file__).parent
PIP = [
    found
    for folder in (LIBRARY / "ensurepip" / "_bundled", Path("/usr/share/python-wheels"))
    for found in folder.glob("pip-*.whl")
]
FAKE = """
import pathlib, sys
def main():
    with open(pathlib.Path.home() / "calls.txt", "a", encoding="utf-8") as file:
        print(*sys.argv[1:], file=file)
    sys.exit(2 if sys.argv[1:3] == ["addin", "install"] else 0)
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle unpacked where staff might: with a blank and Chinese in its path."""
    folder = tmp_path_factory.mktemp("bundle")
    tag = "cp{0}{1}-cp{0}{1}-any".format(*sys.version_info[:2])
    wheels = [p for p in little(folder / "w") if not p.name.startswith(("xlfz", "pip-"))]
    entry = "[console_scripts]\nxlfz = xlfz_fake:main\n"
    fake = {"xlfz_fake.py": FAKE, "INFO__entry_points.txt": entry}
    wheels += [
        wheel(folder / "w", "xlfz", asks=("rich>=13",), **fake),
        PIP[0],
        wheel(folder / "w", "own", tag=tag),
    ]
    data = bundle([w for w in wheels if not w.name.startswith("own")], {"工作台.xlsm": b"book"})
    target = folder / "下载 的"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(target)
    (target / TOP / "wheels" / wheels[-1].name).write_bytes(wheels[-1].read_bytes())
    return target / TOP


def run(unpacked: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installer, for the person whose home this is."""
    environment = os.environ | {"HOME": str(home), "LOCALAPPDATA": str(home / "Local")}
    for name in ("PYTHONPATH", "PYTHONSAFEPATH"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, str(unpacked / "setup_office.py"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.mark.skipif(
    not PIP or os.name == "nt", reason="needs pip's wheel, and would set a variable on Windows"
)
def test_the_installer_installs_and_takes_away(unpacked: Path, tmp_path: Path) -> None:
    """From the wheels alone, an earlier installation going first; what else lies in the folder stays."""
    target = tmp_path / "Local" / "xlfz"
    earlier = target / "venv" / "bin" / "xlfz"
    earlier.parent.mkdir(parents=True)
    earlier.write_text(f'#!/bin/sh\necho earlier "$@" >> {tmp_path}/calls.txt\n')
    earlier.chmod(0o755)
    (target / "workbooks").mkdir()
    (target / "workbooks" / "旧.xlsx").write_bytes(b"x")
    (target / "某人的.txt").write_text("x")
    ran = run(unpacked, tmp_path)
    assert ran.returncode == 1, ran.stderr  # the tab could not be installed, and that is said
    assert "安装完成" in ran.stdout
    assert "选项卡没有装上" in ran.stdout
    assert (target / "venv" / "bin" / "xlfz").is_file()
    assert [p.read_bytes() for p in (target / "workbooks").iterdir()] == [b"book"]
    ran = run(unpacked, tmp_path, "--remove")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [p.name for p in target.iterdir()] == ["某人的.txt"]
    calls = (tmp_path / "calls.txt").read_text(encoding="utf-8").splitlines()
    assert calls == ["earlier addin remove", "addin install", f"doctor {target}", "addin remove"]


@pytest.mark.skipif(not PIP, reason="needs pip's wheel")
def test_the_installer_knows_which_python_fits(unpacked: Path, tmp_path: Path) -> None:
    """One for which there are wheels: install.bat goes on to the next where there are none."""
    assert run(unpacked, tmp_path, "--fit").returncode == (0 if sys.maxsize > 1 << 32 else 1)
    for own in unpacked.glob("wheels/own-*.whl"):
        own.rename(own.with_suffix(".away"))
        others = [
            p for p in unpacked.glob("wheels/pywin32-*.whl") if "cp{}{}-".format(*sys.version_info) in p.name
        ]
        for other in others:
            other.rename(other.with_suffix(".away"))
    try:
        assert run(unpacked, tmp_path, "--fit").returncode == 1
        ran = run(unpacked, tmp_path)
        assert ran.returncode == 2
        assert "包里没有 Python" in ran.stderr
        assert list(tmp_path.iterdir()) == []
    finally:
        for away in unpacked.glob("wheels/*.away"):
            away.rename(away.with_suffix(".whl"))


def test_the_embeddable_python_is_opened_up(tmp_path: Path) -> None:
    """It sees its site-packages afterwards, once, and what it saw before."""
    spec = util.spec_from_file_location("setup_office", ROOT / "xlfz/deploy/bundled/setup_office.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with zipfile.ZipFile(io.BytesIO(embeddable(11))) as archive:
        archive.extractall(tmp_path)
    for _ in range(2):
        module.open_up(tmp_path)
        lines = (tmp_path / "python311._pth").read_text().splitlines()
        assert lines == ["python311.zip", ".", "Lib\\site-packages", "import site"]
