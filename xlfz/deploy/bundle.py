"""The offline bundle for Windows: one zip with wheels, workbooks, an installer and room for a Python.

Takes a folder of wheels that were downloaded, the workbooks, and python.org's embeddable zip where
there is one; gives the bytes of the zip, the same for the same input. Forbids a bundle that would not
install: every requirement of every wheel, as Windows evaluates it, must be met from inside the zip.

`python -m xlfz.deploy.bundle ZIP --wheels FOLDER --workbooks FOLDER [--embed ZIP]` is what
`make bundle` calls. A tool of the developers: it needs `packaging`, which xlfz itself does not.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import zipfile
from dataclasses import dataclass
from email.parser import BytesParser
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from packaging.version import Version

TOP = "xlfz-windows"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
WANTED = ("xlfz", "pywin32", "pip")
"""What the installer asks for; pip runs from its wheel, for the embeddable Python has none."""
EMBED = "python-3.11.9-embed-amd64.zip"
"""The last 3.11 that python.org offers as an embeddable package."""
_STAMP = (2020, 1, 1, 0, 0, 0)
_EMBED_MARK = re.compile(r"python3(\d+)\._pth")


class BundleFault(Exception):
    """The bundle would not install; the message lists every reason."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel: what it is, for whom, and what it asks for."""

    file: Path
    name: str
    version: Version
    tags: frozenset[Tag]
    requirements: tuple[Requirement, ...]


def read_wheel(path: Path) -> Wheel:
    """The wheel at a path. Raises BundleFault for one that has no metadata."""
    name, version, _, tags = parse_wheel_filename(path.name)
    with zipfile.ZipFile(path) as archive:
        found = [n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)]
        if len(found) != 1:
            raise BundleFault(f"{path.name}: no METADATA")
        head = BytesParser().parsebytes(archive.read(found[0]))
    asked = tuple(Requirement(line) for line in head.get_all("Requires-Dist", ()))
    return Wheel(path, name, version, tags, asked)


def lacking(wheels: Sequence[Wheel], python: str) -> list[str]:
    """What the wheels do not give a Windows with this Python; every gap, none twice."""
    fitting = _for_windows(wheels, python)
    environment = _environment(python)
    gaps: dict[str, None] = {}
    waiting: list[tuple[str, Requirement]] = [("the installer", Requirement(name)) for name in WANTED]
    done: set[tuple[str, str]] = set()
    while waiting:
        asker, asked = waiting.pop()
        wheel = _best(fitting, asked)
        if wheel is None:
            gaps[f"Python {python}: {asker} needs {asked.name}{asked.specifier}"] = None
            continue
        for extra in ("", *sorted(asked.extras)):
            if (wheel.name, extra) in done:
                continue
            done.add((wheel.name, extra))
            waiting += [
                (wheel.file.name, further)
                for further in wheel.requirements
                if further.marker is None or further.marker.evaluate({**environment, "extra": extra})
            ]
    return sorted(gaps)


def bundle(
    wheels: Iterable[Path],
    workbooks: Mapping[str, bytes],
    *,
    embed: bytes | None = None,
    pythons: Sequence[str] = PYTHONS,
) -> bytes:
    """The zip. Raises BundleFault with everything that is wrong."""
    read = [read_wheel(path) for path in sorted(wheels)]
    faults = [gap for python in pythons for gap in lacking(read, python)]
    faults += [f"{w.file.name} runs on no Windows" for w in read if not _anywhere(w, pythons)]
    members = dict(_papers())
    if embed is None:
        members["python/README.txt"] = _text(_resource("python.txt").format(embed=EMBED))
    else:
        inside = _unpacked(embed)
        faults += _embed_faults(inside, pythons)
        members |= {f"python/{name}": data for name, data in inside.items()}
    members |= {f"wheels/{w.file.name}": w.file.read_bytes() for w in read}
    members |= {f"workbooks/{name}": data for name, data in workbooks.items()}
    if faults:
        raise BundleFault("\n".join(faults))
    return _zipped(members)


def main(arguments: Sequence[str]) -> None:
    """Write the bundle, or exit with everything that is wrong."""
    parser = argparse.ArgumentParser(prog="python -m xlfz.deploy.bundle")
    parser.add_argument("target", type=Path)
    parser.add_argument("--wheels", type=Path, required=True)
    parser.add_argument("--workbooks", type=Path, required=True)
    parser.add_argument("--embed", type=Path)
    parser.add_argument("--python", nargs="+", default=list(PYTHONS))
    asked = parser.parse_args(arguments)
    books = {path.name: path.read_bytes() for path in sorted(asked.workbooks.glob("*.xl*"))}
    embed = asked.embed.read_bytes() if asked.embed else None
    try:
        data = bundle(asked.wheels.glob("*.whl"), books, embed=embed, pythons=asked.python)
    except BundleFault as fault:
        sys.exit(str(fault))
    asked.target.parent.mkdir(parents=True, exist_ok=True)
    asked.target.write_bytes(data)


def _for_windows(wheels: Sequence[Wheel], python: str) -> list[Wheel]:
    tags = _tags(python)
    return [wheel for wheel in wheels if wheel.tags & tags]


def _tags(python: str) -> frozenset[Tag]:
    major, minor = map(int, python.split("."))
    platforms = ["win_amd64"]
    version = (major, minor)
    interpreter = f"cp{major}{minor}"
    return frozenset(
        [
            *cpython_tags(version, platforms=platforms),
            *compatible_tags(version, interpreter=interpreter, platforms=platforms),
        ]
    )


def _anywhere(wheel: Wheel, pythons: Sequence[str]) -> bool:
    return any(wheel.tags & _tags(python) for python in pythons)


def _environment(python: str) -> dict[str, str]:
    """What the markers of requirements see on a Windows."""
    return {
        **{key: str(value) for key, value in default_environment().items()},
        "implementation_name": "cpython",
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "platform_system": "Windows",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "win32",
    }


def _best(wheels: Sequence[Wheel], asked: Requirement) -> Wheel | None:
    """The newest wheel that meets a requirement, as pip would choose."""
    name = canonicalize_name(asked.name)
    meeting = [w for w in wheels if w.name == name and asked.specifier.contains(w.version, prereleases=True)]
    return max(meeting, key=lambda w: w.version, default=None)


def _papers() -> Iterator[tuple[str, bytes]]:
    """The installer and what staff read. cmd needs CRLF; the Editor knows UTF-8 by its mark."""
    for name in ("install.bat", "uninstall.bat"):
        yield name, _resource(name).replace("\n", "\r\n").encode()
    yield "setup_office.py", _resource("setup_office.py").encode()
    yield "说明.txt", _text(_resource("说明.txt"))


def _text(words: str) -> bytes:
    return words.replace("\n", "\r\n").encode("utf-8-sig")


def _resource(name: str) -> str:
    return resources.files("xlfz").joinpath("deploy", "bundled", name).read_text(encoding="utf-8")


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def _embed_faults(inside: Mapping[str, bytes], pythons: Sequence[str]) -> list[str]:
    minors = [match[1] for name in inside if (match := _EMBED_MARK.fullmatch(name))]
    if "python.exe" not in inside or len(minors) != 1:
        return [f"not python.org's embeddable package, such as {EMBED}"]
    version = f"3.{minors[0]}"
    return [] if version in pythons else [f"no wheels for the embeddable Python {version}"]


def _zipped(members: Mapping[str, bytes]) -> bytes:
    """Sorted, with one stamp; what is packed already is not packed again."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(members.items()):
            info = zipfile.ZipInfo(f"{TOP}/{name}", _STAMP)
            info.external_attr = 0o644 << 16
            packed = name.endswith((".whl", ".zip", ".xlsx", ".xlsm", ".xlam"))
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
