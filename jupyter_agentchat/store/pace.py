"""How a writer divides its time and bounds its queue."""

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
    rest: float = 100.0
    """After a transaction of deltas alone, how many times as long as it worked the writer rests.

    What arrives meanwhile joins the next one, so that recording takes 1 part in 100 of a core,
    however few chunks a commit would otherwise hold. Whoever waits for a commit ends the rest.
    """
    longest_rest: float = 0.2
    """Bounds the rest, and with it what a crash can take of a live stream."""
    quiet: float = 1.0
    """With nothing to write for so long, the writer tidies up."""
    closing: float = 2.0
    """How long it may tidy up when it is closed."""
    retry: float = 0.05
    """First pause after a failure; each further one is twice as long."""
    longest_retry: float = 2.0
    """Bounds the pause, and with it the time from free space to service."""
