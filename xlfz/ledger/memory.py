"""Items as lines of the veryHidden sheet, so that a row that someone deletes is not forgotten.

Takes items, gives texts, and back. Raises ValueError, KeyError or TypeError for a text that is none
of its own.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import Any

from xlfz.ledger.model import OPEN, Item, Said

PIECE = 30_000
"""Characters of one cell; Excel holds 32,767."""
_FIELDS = tuple(f.name for f in fields(Item))


def written(item: Item) -> str:
    """One item as text."""
    own = {name: getattr(item, name) for name in _FIELDS}
    own["said"] = item.said._asdict() if item.said else None
    return json.dumps(own, ensure_ascii=False, default=_day)


def read(text: str) -> Item:
    """The item of a text."""
    own: dict[str, Any] = json.loads(text, object_hook=_undated)
    said = own.pop("said")
    typed, history = tuple(own.pop("typed")), tuple(map(str, own.pop("history")))
    if len(typed) != len(OPEN):
        raise ValueError(len(typed))
    return Item(**own, said=Said(**said) if said else None, typed=typed, history=history)


def _day(value: object) -> dict[str, str]:
    if isinstance(value, date):
        return {"日": value.isoformat()[:10]}
    raise TypeError(value)


def _undated(value: dict[str, Any]) -> Any:
    return date.fromisoformat(value["日"]) if value.keys() == {"日"} else value
