"""Every invented plan by the name of its shape: prose, tables, and tables that are torn into lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.documents.plans import mixed, natural, shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.documents.plans.model import Document
    from tests.documents.plans.shapes import Style

    Shapes = Mapping[str, Callable[[Style], Document]]

PROSE: Shapes = {**shapes.PROSE, **mixed.MORE_PROSE, **natural.NATURAL_PROSE}
TABLES: Shapes = {**shapes.TABLES, **mixed.MORE_TABLES, **natural.NATURAL_TABLES}
TORN: Shapes = {**shapes.TORN, **mixed.MORE_TORN}
EVERYWHERE: Shapes = {**shapes.PROSE, **shapes.TABLES}
"""The shapes that are tried in every format; the others take turns."""
