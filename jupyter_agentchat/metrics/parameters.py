"""Checks of the parameters that a definition leaves to its user."""

from __future__ import annotations

from math import isfinite

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.content import NS_PER_S


def to_ns(value: float, name: str) -> int:
    """Return a duration in seconds, 0 or more, as integer nanoseconds."""
    return round(real(value, name, least=0) * NS_PER_S)


def positive(value: float, name: str) -> float:
    """Return a finite number above 0, or raise `InvalidInputError`."""
    found = real(value, name, least=0)
    if found == 0:
        raise InvalidInputError(f"{name} is 0; it has to be above")
    return found


def real(value: float, name: str, *, least: float) -> float:
    """Return a finite number of at least `least`, or raise `InvalidInputError`."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise InvalidInputError(f"{name} is {value!r}; it has to be a number") from None
    if not isfinite(found) or found < least:
        raise InvalidInputError(f"{name} is {value!r}; it has to be finite and at least {least}")
    return found


def inside(value: float, name: str) -> float:
    """Return a number between 0 and 1, ends excluded, or raise `InvalidInputError`."""
    found = real(value, name, least=0)
    if not 0 < found < 1:
        raise InvalidInputError(f"{name} is {value}; it has to be between 0 and 1")
    return found


def one_of(value: str, choices: frozenset[str], name: str) -> str:
    """Return `value` if it is one of `choices`, or raise `InvalidInputError`."""
    if value not in choices:
        known = ", ".join(sorted(choices))
        raise InvalidInputError(f"{name} is {value!r}; it has to be one of {known}")
    return value
