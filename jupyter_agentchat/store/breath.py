"""Sharing the interpreter: what runs beside an event loop lets it in often.

A thread that computes keeps the interpreter for `sys.getswitchinterval` (5 ms), and one that only
calls into SQLite gives it up too briefly for another to wake. So a chunk that arrives meanwhile
would be milliseconds late on its way to the readers. A real pause every 100 µs keeps that below
what a socket costs.
"""

from __future__ import annotations

import time

LONGEST_S = 100e-6
"""How long to compute in one go."""
PAUSE_S = 50e-6
"""Long enough for a waiting thread to wake up and take over."""


class Breath:
    """Call it between small pieces of work; it pauses when it is time."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def __call__(self) -> None:
        """Pause if the last pause is long ago."""
        if time.perf_counter() - self._since > LONGEST_S:
            time.sleep(PAUSE_S)
            self._since = time.perf_counter()
