"""What became of an item, made from what its worker answered, or from its silence."""

from __future__ import annotations

import pickle
import traceback
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlfz.findings import Finding, finding
from xlfz.workers.child import Reply

if TYPE_CHECKING:
    from xlfz.errors import Refused

_BATCH_ITEMS = 16


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item: a value, or the reason why there is none.

    `finding` is set when the item failed in a way the function did not foresee (E_TIMEOUT, E_MEMORY,
    E_WORKER_CRASH, E_INTERNAL), `refused` when the function raised it. `detail` is for the log only.
    """

    index: int
    value: Any = None
    finding: Finding | None = None
    refused: Refused | None = None
    seconds: float = 0.0
    detail: str = ""


def batch_size(waiting: int, workers: int) -> int:
    return max(1, min(_BATCH_ITEMS, waiting // (workers * 4)))


def unpack(index: int, message: bytes) -> Outcome:
    try:
        reply: Reply = pickle.loads(message)  # noqa: S301 - from our own worker, over our own pipe
    except Exception:  # noqa: BLE001 - a value that pickles and does not unpickle may raise anything
        reply = Reply("error", traceback.format_exc(), 0.0)
    return judge(index, reply)


def judge(index: int, reply: Reply) -> Outcome:
    if reply.kind == "value":
        return Outcome(index, value=reply.payload, seconds=reply.seconds)
    if reply.kind == "refused":
        return Outcome(index, refused=reply.payload, seconds=reply.seconds)
    if reply.kind == "memory":
        found = finding("E_MEMORY")
    else:
        found = finding("E_INTERNAL", id=uuid.uuid4().hex[:8])
    return Outcome(index, finding=found, seconds=reply.seconds, detail=reply.payload)
