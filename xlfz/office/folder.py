"""The working folder: where everything lies, and the secret key of its forms.

Takes a path that a person gave (the folder, or the workbench in it); gives a `Folder`. Raises
Refused when there is no workbench, or more than one. Writes nothing but the key.
"""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfz.errors import refuse
from xlfz.findings import Finding, finding
from xlfz.office.imported import FILE
from xlfz.storage import reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WITH_MACROS, WITHOUT_MACROS = WORKBENCH_NAMES = ("工作台.xlsm", "工作台.xlsx")
SENT, RECEIVED, SENT_BACK, SUMMARIES, NOTICES, OWN = "下发", "回收", "退回", "汇总", "通知", ".xlfz"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Folder:
    """One working folder and its parts."""

    root: Path
    workbench: Path

    @property
    def sent(self) -> Path:
        """下发/: the forms, one for each unit."""
        return self.root / SENT

    @property
    def received(self) -> Path:
        """回收/: where staff drop what came back. xlfz never writes there (the demo fills its own)."""
        return self.root / RECEIVED

    @property
    def sent_back(self) -> Path:
        """退回/: marked copies to send back for correction."""
        return self.root / SENT_BACK

    @property
    def summaries(self) -> Path:
        """汇总/: summary and reports."""
        return self.root / SUMMARIES

    @property
    def summary(self) -> Path:
        """The current summary."""
        return self.summaries / "汇总表.xlsx"

    @property
    def history(self) -> Path:
        """汇总/历史/: the earlier summaries."""
        return self.summaries / "历史"

    @property
    def report(self) -> Path:
        """校验报告.xlsx."""
        return self.summaries / "校验报告.xlsx"

    @property
    def notices(self) -> Path:
        """通知/: letters to the units, and the templates they are made from."""
        return self.root / NOTICES

    @property
    def duty_table(self) -> Path:
        """责任分工表.xlsx."""
        return self.root / "责任分工表.xlsx"

    @property
    def own(self) -> Path:
        """.xlfz/: cache, lock and log, which can be made anew; key, pins and register, which cannot."""
        return self.root / OWN

    def relative(self, path: Path) -> str:
        """A path below the root as staff read it, with forward slashes."""
        return path.relative_to(self.root).as_posix()

    def make(self) -> None:
        """Make the folders that are not there yet. Raises Refused (E_FOLDER_WRITE)."""
        for folder in (self.sent, self.received, self.sent_back, self.history, self.own):
            with self._written(folder):
                folder.mkdir(parents=True, exist_ok=True)

    def key(self) -> tuple[bytes, Finding | None]:
        """The key that signs the forms; a new one, with a warning, when forms went out and it is lost.

        Raises Refused (E_FOLDER_WRITE) when it is there but may not be read, or cannot be written.
        """
        path = self.own / "key"
        with self._written(path):
            if path.is_file() and len(stored := path.read_bytes()) == _KEY_BYTES:
                return stored, None
            fresh = secrets.token_bytes(_KEY_BYTES)
            self.own.mkdir(parents=True, exist_ok=True)
            path.write_bytes(fresh)
            path.chmod(0o600)
        sent_before = self.sent.is_dir() and any(self.sent.iterdir())
        return fresh, finding("W_KEY_NEW", file=self.relative(path)) if sent_before else None

    @contextmanager
    def _written(self, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise refuse(finding("E_FOLDER_WRITE", 名=self.relative(path), 原因=reason(error))) from error


def locate(path: Path) -> Folder:
    """The working folder that `path` means. Raises Refused (E_NO_WORKBENCH, E_IMPORT_OPEN …)."""
    # os.path and not Path: a path that cannot be, or may not be looked at, is no file either.
    if os.path.isfile(path):
        return Folder(path.resolve().parent, path.resolve())
    root = path.resolve()
    found = [root / name for name in WORKBENCH_NAMES if os.path.isfile(root / name)]
    if not found:
        code = "E_IMPORT_OPEN" if os.path.isfile(root / FILE) else "E_NO_WORKBENCH"
        raise refuse(finding(code, 名=str(path)))
    if len(found) > 1:
        raise refuse(finding("E_MANY_WORKBENCHES", 名=str(path), 列表="、".join(p.name for p in found)))
    return Folder(root, found[0])
