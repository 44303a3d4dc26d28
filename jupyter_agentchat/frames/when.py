"""Instants as people write them, for ``since=`` and ``until=``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import isfinite
from numbers import Real

from jupyter_agentchat.errors import InvalidInputError

When = datetime | str | float | None
"""A datetime (a pandas Timestamp is one), ISO 8601 text, or seconds since the Unix epoch.

One without a time zone is UTC, as all wall times in the frames are. None leaves the side open.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_us(when: When, name: str) -> int | None:
    """Return microseconds since the Unix epoch.

    Parameters
    ----------
    when : When
        The instant.
    name : str
        What the caller calls it, for the error.

    Raises
    ------
    InvalidInputError
        If `when` is no instant.
    """
    if when is None:
        return None
    if isinstance(when, str):
        return _of_datetime(_read(when, name))
    if isinstance(when, datetime) and when == when:  # noqa: PLR0124 - NaT is a datetime too
        return _of_datetime(when)
    if isinstance(when, float | int | Real) and not isinstance(when, bool | datetime):
        seconds = float(when)
        if isfinite(seconds):
            return round(seconds * 1_000_000)
    raise _no_instant(when, name)


def span(since: When, until: When) -> tuple[int | None, int | None]:
    """Return both ends in microseconds.

    Raises
    ------
    InvalidInputError
        If one is no instant, or `until` lies before `since`.
    """
    first, last = to_us(since, "since"), to_us(until, "until")
    if first is not None and last is not None and last < first:
        message = f"until={until!r} lies before since={since!r}; give them in order of time."
        raise InvalidInputError(message)
    return first, last


def _of_datetime(when: datetime) -> int:
    aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return int((aware - _EPOCH) // _MICROSECOND)


def _read(text: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _no_instant(text, name) from None


def _no_instant(when: object, name: str) -> InvalidInputError:
    return InvalidInputError(
        f"{name}={when!r} is no instant: give a datetime, ISO text such as "
        "'2026-01-31T09:30:00Z', or seconds since 1970."
    )
