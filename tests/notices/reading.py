"""A Word document as a reader sees it: its text, its tables, the values of its charts."""

from __future__ import annotations

import io
import zipfile

import docx
from lxml import etree


class Document:
    """What stands in a document, as a reader sees it."""

    def __init__(self, data: bytes) -> None:
        document = docx.Document(io.BytesIO(data))
        self.data = data
        self.text = "\n".join(p.text for p in document.paragraphs)
        # python-docx looks for merged cells, of which there are none, and takes its time.
        self.tables = [
            [[_text(cell) for cell in row.iter("{*}tc")] for row in found.iter("{*}tr")]
            for found in document.element.body.iter("{*}tbl")
        ]

    def table(self, header: str) -> list[list[str]]:
        """The rows below the header of the table that has such a column."""
        return next(t[1:] for t in self.tables if header in t[0])

    def charts(self) -> list[dict[str, float]]:
        """Label -> value of each chart."""
        found = []
        with zipfile.ZipFile(io.BytesIO(self.data)) as package:
            for name in sorted(n for n in package.namelist() if n.startswith("word/charts/")):
                tree = etree.fromstring(package.read(name))
                labels, values = (
                    [v.text for v in tree.iterfind(f".//{{*}}{of}//{{*}}v")] for of in ("cat", "val")
                )
                found.append(dict(zip(labels, map(float, values), strict=True)))
        return found


def _text(cell: etree._Element) -> str:
    pieces = (e.text if e.tag.endswith("}t") else "\n" for e in cell.iter("{*}t", "{*}br"))
    return "".join(p or "" for p in pieces)
