"""When requests are sent: one after the other (closed loop), or at given instants (open loop).

A closed loop waits for answers, so a slow server is asked less often and looks better than it is
(coordinated omission). An open loop sends on schedule whatever happens; the schedule is kept as
``t_intended``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from random import Random
from typing import Final

from msgspec import Struct

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.experiment.traces import Request, digest, read_requests

MAX_RATE: Final = 10_000.0
MAX_CONCURRENCY: Final = 1_000
_NS: Final = 1_000_000_000
_FORMS: Final = (
    '"closed" or "closed:8" (that many at once), "constant:2/s", "poisson:2/s", "gamma:2/s,cv=2" '
    'or "trace:FILE" (with ",speed=2" to play it faster)'
)


class Closed(Struct, frozen=True):
    """Send the next request when one of `concurrency` is answered."""

    concurrency: int = 1


class Open(Struct, frozen=True):
    """Send at random or even distances, `rate` requests a second on average.

    Attributes
    ----------
    cv : float
        Coefficient of variation of the distances: 0 is constant, 1 is Poisson's, more is bursty.
        They follow a gamma distribution with shape 1/cv².
    """

    rate: float
    cv: float

    def offsets(self, seed: int) -> Iterator[int]:
        """Yield nanoseconds from the start, ascending, for ever; the first is 0."""
        at = 0.0
        for distance in self._distances(seed):
            yield round(at * _NS)
            at += distance

    def _distances(self, seed: int) -> Iterator[float]:
        """Yield seconds; by inversion, since only `random` keeps its sequence over versions."""
        if self.cv == 0:
            yield from repeat(1 / self.rate)
        from scipy.special import gammaincinv  # noqa: PLC0415 - slow to load

        chance = Random(f"{seed}/arrivals")  # noqa: S311 - a seeded schedule, no secret
        shape = 1 / (self.cv * self.cv)
        while True:
            yield float(gammaincinv(shape, chance.random())) / (shape * self.rate)


class Trace(Struct, frozen=True):
    """Send when a trace's requests came.

    Attributes
    ----------
    sha256 : str
        Of the file's bytes, in hexadecimal.
    """

    path: str
    speed: float
    requests: tuple[Request, ...]
    sha256: str

    def check(self, sha256: str) -> None:
        """Raise `InvalidInputError` unless the file is the one of this digest."""
        if self.sha256 != sha256:
            raise InvalidInputError(
                f"The trace {self.path} has changed, or is another: its SHA-256 is "
                f"{self.sha256[:12]}…, that of the experiment's is {sha256[:12]}…; bring that one "
                "back, or begin another experiment without trace_sha256."
            )

    def offsets(self, seed: int) -> Iterator[int]:  # noqa: ARG002 - the same for every seed
        """Yield nanoseconds from the start, ascending; as many as the trace has requests."""
        for request in self.requests:
            yield round(request.t_ns / self.speed)


Arrivals = Closed | Open | Trace

_OPEN: Final = re.compile(r"(constant|poisson|gamma):([^/,]+)/s(?:,cv=(.+))?")
_TRACE: Final = re.compile(r"trace:(.+?)(?:,speed=([^,]+))?")


def read_arrivals(text: str) -> Arrivals:
    """Read what ``arrivals=`` says.

    Raises
    ------
    InvalidInputError
        If it is in none of the forms, or a number is out of bounds.
    """
    if not isinstance(text, str):
        raise InvalidInputError(f"arrivals is text, not {text!r}; one of {_FORMS}.")
    kind, _, rest = text.partition(":")
    if kind == "closed":
        concurrency = _number(rest or "1", text)
        if concurrency != int(concurrency) or not 1 <= concurrency <= MAX_CONCURRENCY:
            message = f"arrivals {text!r}: at once go 1 to {MAX_CONCURRENCY} requests."
            raise InvalidInputError(message)
        return Closed(int(concurrency))
    if match := _OPEN.fullmatch(text):
        kind, rate, cv = match.groups()
        if (cv is not None) != (kind == "gamma"):
            message = f"arrivals {text!r}: gamma needs its cv, the others have none; {_FORMS}."
            raise InvalidInputError(message)
        spread = {"constant": 0.0, "poisson": 1.0}.get(kind)
        return Open(
            _within(_number(rate, text), MAX_RATE, "requests a second", text),
            _within(_number(cv, text), 100, "cv", text) if spread is None else spread,
        )
    if match := _TRACE.fullmatch(text):
        path, speed = match.groups()
        factor = _within(_number(speed or "1", text), 1e6, "speed", text)
        requests = tuple(read_requests(Path(path)))
        return Trace(path, factor, requests, digest(Path(path)))
    raise InvalidInputError(f"arrivals {text!r} is unknown; it is one of {_FORMS}.")


def _number(text: str, arrivals: str) -> float:
    try:
        return float(text)
    except ValueError:
        message = f"arrivals {arrivals!r}: {text!r} is no number; the forms are {_FORMS}."
        raise InvalidInputError(message) from None


def _within(value: float, most: float, what: str, arrivals: str) -> float:
    if not (math.isfinite(value) and 0 < value <= most):
        message = f"arrivals {arrivals!r}: {what} must be above 0 and at most {most:g}."
        raise InvalidInputError(message)
    return value
