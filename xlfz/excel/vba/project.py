"""vbaProject.bin from modules, and a workbook's plan with its project.

Takes modules in the order in which they are listed; gives the bytes of the compound file that goes
into the package. Source only: no compiled cache is written, so Excel compiles it on opening. The
same modules give the same bytes. Whatever makes Excel refuse a project raises ValueError.
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.excel.vba.compound import compound
from xlfz.excel.vba.modules import Module, verify
from xlfz.excel.vba.ovba import both, compress, number, obscure, record, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.excel.plan import Workbook

_NAME = "VBAProject"
_CODE_PAGE = 1252
"""The sources are ASCII, which every code page shares; this one is there on every machine."""
_SEED = 0x5A
_ENGLISH = 0x409
_NO_CACHE = bytes.fromhex("cc61ffff000000")
"""_VBA_PROJECT of a project that nobody has compiled yet."""
_LIBRARIES = (
    (
        "stdole",
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    ),
    (
        "Office",
        (
            r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0"
            r"#C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL"
            r"#Microsoft Office 16.0 Object Library"
        ),
    ),
)
"""Excel adds its own library and VBA's by itself; these two are what an empty project of its refers to."""
_KINDS = {"document": "Document={}/&H00000000", "module": "Module={}", "class": "Class={}"}


def build(modules: Sequence[Module]) -> bytes:
    """The compound file. Raises ValueError for what Excel would refuse."""
    verify(modules)
    if sum(module.base == "workbook" for module in modules) != 1:
        raise ValueError("a project has the document module of one workbook")
    streams: dict[str, bytes] = {module.name: compress(module.text().encode("ascii")) for module in modules}
    return compound(
        {
            "VBA": {"dir": compress(_directory(modules)), "_VBA_PROJECT": _NO_CACHE, **streams},
            "PROJECT": _project(modules).encode("ascii"),
            "PROJECTwm": _names(modules),
        }
    )


def with_project(plan: Workbook, modules: Sequence[Module]) -> Workbook:
    """The plan with a project: code names on the workbook and on every sheet, equal on both sides.

    `modules` are the standard and class modules; the document modules are made here.
    """
    sheets = tuple(replace(s, code_name=f"Sheet{n}") for n, s in enumerate(plan.sheets, 1))
    documents = [Module("ThisWorkbook", "document", base="workbook")]
    documents += [Module(sheet.code_name, "document", base="sheet") for sheet in sheets]
    return replace(plan, sheets=sheets, code_name="ThisWorkbook", vba=build([*documents, *modules]))


def _directory(modules: Sequence[Module]) -> bytes:
    """The dir stream (2.3.4.2), before its compression."""
    parts = [
        number(0x01, 3),  # 64 bit Windows
        number(0x02, _ENGLISH),
        number(0x14, _ENGLISH),
        short(0x03, _CODE_PAGE),
        record(0x04, _NAME.encode("ascii")),
        both(0x05, 0x40, ""),  # description
        record(0x06),  # help file
        record(0x3D),
        number(0x07, 0),  # help context
        number(0x08, 0),  # library flags
        struct.pack("<HIIH", 0x09, 4, 0x65BE0257, 17),  # version, whose length is not its own
        both(0x0C, 0x3C, ""),  # constants
    ]
    for name, library in _LIBRARIES:
        identity = library.encode("ascii")
        parts += [
            both(0x16, 0x3E, name),
            record(0x0D, struct.pack("<I", len(identity)) + identity + bytes(6)),
        ]
    parts += [short(0x0F, len(modules)), short(0x13, 0xFFFF)]
    for module in modules:
        parts += [
            both(0x19, 0x47, module.name),
            both(0x1A, 0x32, module.name),  # its stream
            both(0x1C, 0x48, ""),  # description
            number(0x31, 0),  # the source begins at once: no cache before it
            number(0x1E, 0),
            short(0x2C, 0xFFFF),
            record(0x21 if module.kind == "module" else 0x22),
            record(0x2B),
        ]
    return b"".join((*parts, record(0x10)))


def _project(modules: Sequence[Module]) -> str:
    """The PROJECT stream: what the editor shows, and that nothing is locked."""
    names = "".join(module.name for module in modules)
    project = f"{{{uuid.uuid5(uuid.NAMESPACE_URL, _NAME + names)}}}".upper()
    lines = [
        f'ID="{project}"',
        *(_KINDS[module.kind].format(module.name) for module in modules),
        f'Name="{_NAME}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{obscure(bytes(4), project, _SEED)}"',  # not protected
        f'DPB="{obscure(bytes(1), project, _SEED + 2)}"',  # no password
        f'GC="{obscure(bytes([0xFF]), project, _SEED + 4)}"',  # visible
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return "".join(f"{line}\r\n" for line in lines)


def _names(modules: Sequence[Module]) -> bytes:
    """The PROJECTwm stream: every module's name in the code page and in UTF-16."""
    pairs = (m.name.encode("ascii") + b"\0" + m.name.encode("utf-16-le") + b"\0\0" for m in modules)
    return b"".join(pairs) + b"\0\0"
