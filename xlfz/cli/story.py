"""`xlfz demo --story`: the scripted year, told sentence by sentence.

Takes what was typed; prints the steps and where to look. Holds no logic of its own.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from xlfz.cli.guard import guarded
from xlfz.office import story

if TYPE_CHECKING:
    from pathlib import Path

    from xlfz.office.checking import Progress


def tell(
    folder: Path, name: str, *, units: int, seed: int, workers: int, as_json: bool, progress: Progress
) -> None:
    """Play a story in a new folder and say what happened."""
    if name not in story.STORIES:
        raise typer.BadParameter(f"--story 只能是 {' 或 '.join(story.STORIES)}")
    console = Console(stderr=True)

    def said(sentence: str) -> None:
        if not as_json:
            console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    play = partial(
        story.year, folder, units=units, seed=seed, workers=workers or None, progress=progress, said=said
    )
    told = guarded(play, as_json)
    if as_json:
        typer.echo(json.dumps(told.as_dict(), ensure_ascii=False))
        return
    out = Console()
    last = told.assessment.announced
    for line in (
        f"汇总表：{last.summary}",
        f"通报：{last.circular}",
        f"考核结果反馈 {len(last.feedback)} 份，在“通知”文件夹；各期收到的文件在“回收”，按日期分放。",
        "单位、考核组和经办人的填写都是模拟的；每一步用的命令与平时相同，可以打开工作台接着做。",
    ):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
