"""What typer says in English, said in Chinese: help pages and usage faults.

Takes typer's own text and exceptions; gives Chinese. typer brings its own copy of click in some
versions and uses the public one in others: the classes are found through `typer.BadParameter`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from typing import Any

UsageFault: type[Exception] = typer.BadParameter.__mro__[2]
"""The base of all usage faults, whichever click typer runs on."""

_WORDS = {
    "Usage:": "用法：",
    "Options:": "选项：",
    "Arguments:": "参数：",
    "Commands:": "命令：",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
    "Show this message and exit.": "显示本帮助。",
    "[default: ": "[默认：",
    "[required]": "[必填]",
    "INTEGER RANGE": "整数",
    "INTEGER": "整数",
    "PATH": "路径",
    "TEXT": "文字",
    "<int range>": "整数",
    "<int>": "整数",
    "<str>": "文字",
    "<path>": "",
    " <list[Path]>": "",
}
_PATTERN = re.compile("|".join(map(re.escape, _WORDS)))


class Command(TyperCommand):
    """A command whose help page is in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return in_chinese(super().get_help(ctx))


class Group(TyperGroup):
    """The group of commands, its help page in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return in_chinese(super().get_help(ctx))


def in_chinese(page: str) -> str:
    """A help page with typer's own words in Chinese."""
    return _PATTERN.sub(lambda match: _WORDS[match[0]], page)


def usage_fault(fault: Exception) -> str:
    """A fault in how the command was called: what is wrong and where to look."""
    message = str(getattr(fault, "message", fault))
    name = _name(fault)
    kind = type(fault).__name__
    if kind == "NoSuchOption":
        said = f"没有 {getattr(fault, 'option_name', '')} 这个选项"
    elif kind == "MissingParameter":
        said = f"缺少{name}"
    elif kind == "BadParameter" and name:
        said = f"{name.strip()} 的值不可用{_wanted(fault)}"
    elif "No such command" in message:
        said = f"没有 {message.split(chr(39))[1] if chr(39) in message else ''} 这个命令"
    elif "Missing command" in message:
        said = "缺少子命令"
    elif "requires an argument" in message or "does not take a value" in message:
        said = f"选项 {getattr(fault, 'option_name', '')} 的写法不对"
    elif "unexpected extra argument" in message:
        said = f"多写了 {message.rpartition('(')[2].rstrip(').')}"
    else:
        said = message.rstrip("。.")
    return f"用法有误：{said}。运行 xlfz --help 或 xlfz 命令 --help 查看写法。"


def _wanted(fault: Exception) -> str:
    """What the parameter takes, as its help says it: the types themselves differ with typer's version."""
    told = getattr(getattr(fault, "param", None), "help", None)
    return f"（{told}）" if told else ""


def _name(fault: Exception) -> str:
    """The parameter that a fault is about, as its help calls it."""
    parameter = getattr(fault, "param", None)
    if parameter is None:
        return ""
    options = [o for o in getattr(parameter, "opts", ()) if o.startswith("-")]
    # An argument's own name differs with typer's version; what its help says of it does not.
    return f" {options[0]} " if options else str(parameter.metavar or parameter.help or parameter.name)
