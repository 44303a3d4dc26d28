"""What the conformance checks share: one error, one way to raise it, one limit."""

from __future__ import annotations

from typing import Final

STOP_LIMIT_S: Final = 0.5
"""Within it a stopped stream is over, and so is the request behind it."""


class NonConformanceError(AssertionError):
    """An implementation breaks a guarantee of its interface; the sentence says which."""


def ensure(holds: object, guarantee: str) -> None:
    """Raise unless `holds`."""
    if not holds:
        raise NonConformanceError(guarantee)
