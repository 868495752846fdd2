"""Pins (指定采用): which of a unit's versions a person has said counts, with who and when.

Takes the folder's .xlfz; reads and writes `采用.json` there, one small file that people can read. It
is the one thing beside the key that cannot be made again: a file that cannot be read stops the run
(E_PICK_UNREADABLE) and is never overwritten. A pin names a content (sha256), not a path.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from xlfz.errors import refuse
from xlfz.findings import finding
from xlfz.storage import reason, write_atomic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "采用.json"


@dataclass(frozen=True, slots=True)
class Pin:
    """One decision. `file` is the path when it was made, for people; `sha256` is what decides."""

    name: str
    """The unit's name when it was made, for people."""
    file: str
    sha256: str
    who: str
    when: str
    """ISO, to the minute."""

    @property
    def made(self) -> str:
        """Who and when, as staff read it."""
        return f"{self.who} {self.when.replace('T', ' ')}"


def read(own: Path) -> dict[str, Pin]:
    """Unit code -> pin. Raises Refused (E_PICK_UNREADABLE) for a file that is no longer whole."""
    path = own / NAME
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        pins = {str(code): Pin(**{k: _text(v) for k, v in pin.items()}) for code, pin in stored.items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise refuse(finding("E_PICK_UNREADABLE", file=f".xlfz/{NAME}", 原因=reason(error))) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise refuse(finding("E_PICK_UNREADABLE", file=f".xlfz/{NAME}", 原因="内容已损坏")) from error
    return pins


def save(own: Path, pins: Mapping[str, Pin]) -> None:
    """Replace the file. Raises Refused when it could not be saved where it belongs."""
    text = json.dumps({code: asdict(pins[code]) for code in sorted(pins)}, ensure_ascii=False, indent=1)
    written = write_atomic(own / NAME, f"{text}\n".encode())
    if written.finding is not None:
        if written.saved:
            written.path.unlink()  # beside the real one it would decide nothing
        raise refuse(written.finding.at(file=f".xlfz/{NAME}"))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
