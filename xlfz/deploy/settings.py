"""xlwings.conf: lines `"KEY","value"`, of which one is ours and all others are somebody's.

Takes and gives bytes, so that what is not ours stays as it is to the last byte, in whatever encoding.
A key counts whatever its case, as the macros that read it do.
"""

from __future__ import annotations

import re

_LINE = re.compile(rb'\s*"([^"]*)"\s*,\s*"([^"]*)"')


def get(data: bytes, key: str, encoding: str) -> str | None:
    """The value of a key; None when it is not set. The first one counts, as for xlwings."""
    for line in data.splitlines():
        if _is(line, key):
            return _value(line).decode(encoding, "surrogateescape")
    return None


def put(data: bytes, key: str, value: str, encoding: str) -> bytes:
    """The settings with the key set, in its place where it stood, else at the end.

    Raises UnicodeEncodeError for a value that the encoding cannot hold.
    """
    raw = value.encode(encoding, "surrogateescape")
    lines = data.splitlines(keepends=True)
    for at, line in enumerate(lines):
        match = _LINE.match(line)
        if match is not None and _is(line, key):
            # The key's spelling and the gaps stay, so that putting the old value back restores the line.
            lines[at] = line[: match.start(2)] + raw + line[match.end(2) :]
            return b"".join(lines)
    end = _ending(lines[-1]) if lines else b"\n"
    between = b"" if end else b"\n"
    return data + between + f'"{key}","'.encode() + raw + b'"' + (end or b"\n")


def drop(data: bytes, key: str) -> bytes:
    """The settings without the key's first line."""
    lines = data.splitlines(keepends=True)
    at = next((n for n, line in enumerate(lines) if _is(line, key)), None)
    return data if at is None else b"".join(lines[:at] + lines[at + 1 :])


def _is(line: bytes, key: str) -> bool:
    match = _LINE.match(line)
    return match is not None and match[1].lower() == key.lower().encode()


def _value(line: bytes) -> bytes:
    match = _LINE.match(line)
    return match[2] if match else b""


def _ending(line: bytes) -> bytes:
    return next((ending for ending in (b"\r\n", b"\n", b"\r") if line.endswith(ending)), b"")
