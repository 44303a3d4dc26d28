"""How a writer divides its time and bounds its queue.

What a commit costs is mostly waking up: on a machine that does little else its caches are cold,
and a commit takes 450 µs of processor time that takes 40 µs when commits follow each other at once
(SQLite's own part is 200 µs and 15 µs). So a writer of deltas rests between two commits, as long as
what it promises allows: 1.2 % of a core for one answer at 50 chunks a second, 5 % for 50,
which is 20 µs for each chunk. `python -m tests.bench.writer` measures it.
"""

from __future__ import annotations

from msgspec import Struct


class Pace(Struct, frozen=True, kw_only=True):
    """Numbers of a `Writer`; durations in seconds."""

    max_rows: int = 16_384
    """Rows that may wait; beyond them producers are held back."""
    max_bytes: int = 16 * 1024 * 1024
    """JSON of the events among them."""
    batch: int = 4096
    """Rows in one transaction."""
    oldest: float = 0.04
    """How old a delta may become before its transaction begins.

    What arrives meanwhile joins it. With the time that the transaction takes, a delta is durable
    50 ms after its publication. Whoever waits for a commit ends the rest.
    """
    quiet: float = 1.0
    """With nothing to write for so long, the writer tidies up."""
    closing: float = 2.0
    """How long it may tidy up when it is closed."""
    retry: float = 0.05
    """First pause after a failure; each further one is twice as long."""
    longest_retry: float = 2.0
    """Bounds the pause, and with it the time from free space to service."""
