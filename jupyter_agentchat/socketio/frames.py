"""The unit that goes on a wire: bytes, and whether they are text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Frame(NamedTuple):
    """One Engine.IO packet, ready to write.

    Attributes
    ----------
    data : bytes
        UTF-8 text that begins with the packet type, or the raw bytes of a binary message.
    binary : bool
        Whether `data` goes into a binary WebSocket frame (and into base64 when polled).

    Frames are values: a shell may write the same one to any number of sockets.
    """

    data: bytes
    binary: bool = False


Frames = tuple[Frame, ...]


def size_of(frames: Iterable[Frame]) -> int:
    """Return how many bytes `frames` hold, before any transport's own overhead."""
    return sum(len(frame.data) for frame in frames)
