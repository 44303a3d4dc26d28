"""NA: the answer of a metric that has no number, and why."""

from __future__ import annotations

from typing import NoReturn, final


@final
class NA:
    """A missing value that says why it is missing, and never passes for a number.

    * ``NA == x`` is False and ``NA != x`` is True for every ``x``, another NA included, as for NaN.
    * ``<``, ``<=``, ``>``, ``>=`` raise `TypeError`: a missing latency meets no objective.
    * ``bool(NA)`` raises `TypeError`: ``if ttft(t):`` would mix up "missing" and "0 s". Ask
      ``isinstance(value, NA)``.
    * There is no arithmetic and no ``float(NA)``.

    Parameters
    ----------
    reason : str
        One sentence: what is missing, or what contradicts itself.
    failed : bool
        True if the stream or its measurement failed; False if a healthy stream merely has no such
        value (one token has no time per output token). `summarize` counts the two apart.
    """

    __slots__ = ("failed", "reason")

    def __init__(self, reason: str, *, failed: bool = True) -> None:
        self.reason = reason
        self.failed = failed

    def __repr__(self) -> str:
        return f"NA({self.reason!r})"

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__

    def __bool__(self) -> NoReturn:  # noqa: PLE0304 (refusing is the point)
        self._refuse("is neither true nor false")

    def __lt__(self, other: object) -> NoReturn:
        self._refuse("has no order")

    def __le__(self, other: object) -> NoReturn:
        self._refuse("has no order")

    def __gt__(self, other: object) -> NoReturn:
        self._refuse("has no order")

    def __ge__(self, other: object) -> NoReturn:
        self._refuse("has no order")

    def _refuse(self, why: str) -> NoReturn:
        raise TypeError(f"NA {why} ({self.reason}); test for it with isinstance(value, NA)")


def undefined(reason: str) -> NA:
    """Return the NA of a healthy stream that has no such value."""
    return NA(reason, failed=False)
