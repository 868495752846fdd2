"""VBA projects from text sources, without Excel: [MS-OVBA] inside a compound file of [MS-CFB].

`modules` and `ovba` know the project, `compound` knows the file around it, `project` puts both
together. Nothing here knows what the macros do.
"""

from xlfz.excel.vba.modules import Module
from xlfz.excel.vba.project import build, with_project

__all__ = ["Module", "build", "with_project"]
