"""Files of one working folder: atomic writes, the history, the run lock, the cache, the log.

Takes paths and bytes; gives what became of them. Knows no indicator and no form. Forbids a target
that is half old and half new, two runs at once, and a cache that could run code when it is read.
"""

from xlfz.storage.atomic import Written, beside_name, content_key, is_open, keep_history, reason, write_atomic
from xlfz.storage.cache import Cache, decode, encode
from xlfz.storage.journal import LOG_NAME, log
from xlfz.storage.lock import RunLock

__all__ = [
    "LOG_NAME",
    "Cache",
    "RunLock",
    "Written",
    "beside_name",
    "content_key",
    "decode",
    "encode",
    "is_open",
    "keep_history",
    "log",
    "reason",
    "write_atomic",
]
