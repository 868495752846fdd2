"""The add-in's side in Python: what the buttons and the ribbon call through xlwings' RunPython.

`run(verb)` is the whole interface. The only package that imports xlwings, and only its BSD part.
Works on whatever workbook called it; touches that workbook through Excel alone, never its file.
"""

from xlfz.addin.running import run

__all__ = ["run"]
