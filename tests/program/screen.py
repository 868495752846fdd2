"""A screen without a monitor, a real mouse on it, and pictures of what it shows.

`screen(...)` starts Xvfb on a display of its own and ends it. `picture` reads Xvfb's frame buffer, which
is a dump in X's own format (XWD, 32 bits a pixel), and writes a PNG.
"""

from __future__ import annotations

import os
import struct
import subprocess
import time
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEEDS = ("Xvfb", "xdotool")
WIDTH, HEIGHT = 1600, 1000
_BLANK = 30_000
"""Bytes of a PNG of this size with windows on it, and no more than a grey ground."""
_PAINTING = 20
"""Half seconds that a program may take to paint."""


@dataclass(frozen=True)
class Screen:
    """One display, and the file that holds what it shows."""

    display: str
    frame: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to appear on it."""
        return {"DISPLAY": self.display, "SAL_USE_VCLPLUGIN": "gen"}

    def click(self, x: int, y: int) -> None:
        """A real click: the pointer goes there, the button goes down and up."""
        command = ["xdotool", "mousemove", str(x), str(y), "sleep", "0.3", "click", "1"]
        subprocess.run(command, env=os.environ | self.environment, check=True, timeout=30)

    def picture(self, target: Path) -> None:
        """What it shows as soon as it is painted and nothing moves any more, as a PNG."""
        before = b""
        for _ in range(_PAINTING):
            now = _png(self.frame.read_bytes())
            if now == before and len(now) > _BLANK:
                break
            before = now
            time.sleep(0.5)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(before)


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """Xvfb on the first display that is free, its frame buffer in `folder`."""
    reader, writer = os.pipe()
    size = f"{WIDTH}x{HEIGHT}x24"
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-fbdir", str(folder), "-nolisten", "tcp"],
        pass_fds=[writer],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as told:
            number = told.readline().strip()
        if not number:
            raise RuntimeError(f"Xvfb ended with {process.wait(10)}")
        yield Screen(f":{number}", folder / "Xvfb_screen0")
    finally:
        process.terminate()
        process.wait(10)


def _png(dump: bytes) -> bytes:
    """An XWD of 32 bits a pixel (blue, green, red, unused) as a PNG."""
    header = struct.unpack(">25I", dump[:100])
    size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
    pixels = dump[size + 12 * colours :]
    rows = bytearray()
    for y in range(height):
        row = pixels[y * line : y * line + 4 * width]
        picture = bytearray(3 * width)
        picture[0::3], picture[1::3], picture[2::3] = row[2::4], row[1::4], row[0::4]
        rows += b"\0" + picture
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(rows), 6)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
