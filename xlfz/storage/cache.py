"""The cache: what is known about a content under one version of the rules.

Takes JSON values by key; gives them back, or nothing. It may be deleted at any time. Forbids code in
the store (so no pickle), and a damaged entry that reads as a value.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LOGGER = logging.getLogger("xlfz")
_COMMIT_EVERY = 50
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries_1 (
    key TEXT PRIMARY KEY, version TEXT NOT NULL, sum INTEGER NOT NULL, data BLOB NOT NULL
) WITHOUT ROWID
"""


def encode(record: object) -> bytes:
    """A record of JSON values as bytes. Raises TypeError or ValueError for anything else."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> Any:
    """The record that was encoded."""
    return json.loads(str(data, "utf-8", "surrogatepass"))


class Cache:
    """Records under `.xlfz/cache`, each for one key and one `version`; those of other versions go.

    A cache that is damaged is made anew, one that cannot be used (no room, no rights, somebody else
    is writing) holds nothing: a run is slower then, never wrong. Whatever `get` gives was `put` byte
    for byte: each entry bears a checksum.
    """

    def __init__(self, own: Path, version: str) -> None:
        self._path = own / "cache" / "results.sqlite"
        self._version = version
        self._pending = 0
        self._database: sqlite3.Connection | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            _LOGGER.warning("no cache: %s", error)
            return
        self._database = self._open() or (None if self._path.exists() else self._open())

    def get(self, key: str) -> Any | None:
        """The record of `key`, None when there is none or it is damaged."""
        query = "SELECT sum, data FROM entries_1 WHERE key = ? AND version = ?"
        row = self._run(lambda d: d.execute(query, (key, self._version)).fetchone())
        if row is None or zlib.crc32(row[1]) != row[0]:
            return None
        return decode(row[1])

    def put(self, key: str, record: object) -> None:
        """Keep a record of JSON values. Raises TypeError or ValueError for anything else."""
        self.keep(key, encode(record))

    def keep(self, key: str, data: bytes) -> None:
        """The same for a record that somebody else has put into bytes with `encode`."""
        insert = "INSERT OR REPLACE INTO entries_1 VALUES (?, ?, ?, ?)"
        self._run(lambda d: d.execute(insert, (key, self._version, zlib.crc32(data), data)))
        self._pending += 1
        if self._pending >= _COMMIT_EVERY:
            self._run(sqlite3.Connection.commit)
            self._pending = 0

    def close(self) -> None:
        """Write what is pending. A closed cache holds nothing."""
        self._run(sqlite3.Connection.commit)
        if self._database is not None:
            self._database.close()
            self._database = None

    def _open(self) -> sqlite3.Connection | None:
        database = None
        try:
            database = sqlite3.connect(self._path, timeout=2)
            database.execute("PRAGMA page_size = 16384")  # a record of 300 rows has some 50 KB
            # Power cuts may damage it: that costs a rebuild. Killed processes do not.
            database.execute("PRAGMA synchronous = OFF")
            database.execute(_SCHEMA)
            database.execute("DELETE FROM entries_1 WHERE version <> ?", (self._version,))
            database.commit()
        except sqlite3.Error as error:
            self._broken(database, error)
            return None
        return database

    def _run(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """The result of `work`, None without a database; one that fails is not asked again."""
        if self._database is None:
            return None
        try:
            return work(self._database)
        except sqlite3.Error as error:
            broken, self._database = self._database, None
            self._broken(broken, error)
            return None

    def _broken(self, database: sqlite3.Connection | None, error: sqlite3.Error) -> None:
        _LOGGER.warning("cache: %s", error)
        if database is not None:
            database.close()
        # Operational errors are about the moment (locked, no room), the others about the file.
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            try:
                self._path.unlink(missing_ok=True)
            except OSError as failure:
                _LOGGER.warning("cache: %s", failure)
