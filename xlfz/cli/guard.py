"""What stands between a verb and the person: findings and exit code 2 instead of a traceback."""

from __future__ import annotations

import json
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from xlfz.cli.text import finding_lines
from xlfz.errors import Refused
from xlfz.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable


def guarded(work: Callable[[], Any], as_json: bool, target: Path | None = None) -> Any:
    """Run a verb; whatever cannot go on becomes findings and exit code 2."""
    try:
        return work()
    except Refused as refused:
        found = refused.findings
    except Exception:  # noqa: BLE001 - a person gets a sentence, the log the traceback
        found = (_internal(target),)
    if as_json:
        typer.echo(json.dumps({"findings": [f.as_dict() for f in found]}, ensure_ascii=False))
    else:
        console = Console(stderr=True)
        for line in finding_lines(found):
            console.print(line, soft_wrap=True)
    raise typer.Exit(2)


def _internal(target: Path | None) -> Any:
    from xlfz.storage import log

    own = (target if target and target.is_dir() else Path(tempfile.gettempdir())) / ".xlfz"
    number = log(own, traceback.format_exc())
    return finding("E_INTERNAL", id=number, 日志=own / "日志.txt")
