"""A module of a VBA project, and everything for which Excel would refuse it.

Takes VBA text as it lies in a source file; gives the text as it stands in the project, with the
attributes that the VBA editor hides. What Excel refuses raises ValueError naming module and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME_LIMIT = 31
_LINE_LIMIT = 1023
_CONTINUATIONS = 24
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CONTINUED = re.compile(r"(?:^|\s)_$")
_KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        "and as boolean byref byte byval call case close const currency date declare dim do double each "
        "else elseif empty end enum eqv erase event exit false for friend function get global gosub goto "
        "if imp implements in input integer is len let like lock long longlong loop lset me mod new next "
        "not nothing null object on open option optional or paramarray preserve print private property "
        "public put raiseevent redim rem resume return rset seek select set shared single static step "
        "stop string sub then to true type until variant wend while with withevents write xor ",
    )
)
_HEADER = re.compile(r"(?:VERSION |BEGIN\b|END\s*$|\s+MultiUse\b|Attribute VB_|\s*$)", re.IGNORECASE)

BASES = {
    "workbook": "0{00020819-0000-0000-C000-000000000046}",
    "sheet": "0{00020820-0000-0000-C000-000000000046}",
    "class": "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}",
}
"""What a class is made from: the object of a workbook, of a worksheet, or a plain class."""


@dataclass(frozen=True, slots=True)
class Module:
    """One module: a standard module, a class, or the document module of a workbook or a sheet.

    `code` is the source text with or without its header; line ends of any kind become CRLF.
    """

    name: str
    kind: Literal["module", "class", "document"] = "module"
    code: str = ""
    base: Literal["", "workbook", "sheet", "class"] = ""

    def body(self) -> str:
        """The code as the editor shows it: no header, CRLF at the end of every line."""
        lines = re.split(r"\r\n|\r|\n", self.code)
        while lines and _HEADER.match(lines[0]):
            lines.pop(0)
        while lines and not lines[-1].strip():
            lines.pop()
        return "".join(f"{line}\r\n" for line in lines)

    def text(self) -> str:
        """The module as it stands in the project, with its hidden attributes."""
        attributes = [f'VB_Name = "{self.name}"']
        if self.kind != "module":
            document = self.kind == "document"
            attributes += [
                f'VB_Base = "{BASES[self.base or "class"]}"',
                "VB_GlobalNameSpace = False",
                "VB_Creatable = False",
                f"VB_PredeclaredId = {document}",
                f"VB_Exposed = {document}",
                "VB_TemplateDerived = False",
                f"VB_Customizable = {document}",
            ]
        return "".join(f"Attribute {line}\r\n" for line in attributes) + self.body()


def verify(modules: Iterable[Module]) -> None:
    """Raises ValueError for what makes Excel refuse the whole project."""
    seen: set[str] = set()
    for module in modules:
        verify_name(module.name)
        if module.name.lower() in seen:
            raise ValueError(f"two modules are named {module.name}; VBA does not tell case apart")
        seen.add(module.name.lower())
        if (module.kind == "document") != (module.base in ("workbook", "sheet")):
            raise ValueError(f"{module.name}: document modules, and only they, belong to a workbook or sheet")
        _verify_code(module)


def verify_name(name: str) -> None:
    """Raises ValueError for what cannot name a module or a project."""
    if len(name) > NAME_LIMIT:
        raise ValueError(f"{name}: names of more than {NAME_LIMIT} characters are refused")
    if not _IDENTIFIER.fullmatch(name):
        raise ValueError(f"{name!r} is not an ASCII identifier")
    if name.lower() in _KEYWORDS:
        raise ValueError(f"{name} is a word of the language")


def _verify_code(module: Module) -> None:
    continued = 0
    for number, line in enumerate(module.body().split("\r\n"), 1):
        place = f"{module.name}, line {number}"
        if not line.isascii():
            # VBA text is in the code page of the machine that opens it.
            raise ValueError(f"{place}: only ASCII reads the same on every machine")
        if any(not c.isprintable() and c != "\t" for c in line):
            raise ValueError(f"{place}: a control character")
        if len(line) > _LINE_LIMIT:
            raise ValueError(f"{place}: longer than {_LINE_LIMIT} characters")
        continued = continued + 1 if _CONTINUED.search(line) else 0
        if continued > _CONTINUATIONS:
            raise ValueError(f"{place}: more than {_CONTINUATIONS} continuations")
