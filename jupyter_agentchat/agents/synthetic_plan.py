"""When each chunk of a synthetic stream is due, and what it says: pure functions of the spec.

Only `random.Random.random` is used, the one method whose sequence Python promises to keep from
version to version; distributions are made from it by inversion.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import repeat
from random import Random
from statistics import NormalDist
from typing import Final

from msgspec import Struct

from jupyter_agentchat.agents.synthetic_spec import SyntheticSpec

_TAPE: Final = 65_536
"""Characters after which the text of a long stream repeats."""

_NO_SPREAD: Final = 1e-9
"""A sigma below it moves no gap by a nanosecond, and would divide by nothing."""

_WORDS: Final = (  # noqa: SIM905 - a list of words reads best as words
    "after answer between carefully channel chunk clearly data delay each early every exactly "
    "first from gap into later latency measure model near never noise once pace question rate "
    "record reply sample second seen seldom signal slowly stall steady stream then time token "
    "trial until wait while word"
).split()
_NORMAL: Final = NormalDist()


class Planned(Struct, frozen=True, gc=False):
    """One chunk of the plan.

    Attributes
    ----------
    offset_ns : int
        When it is due, in nanoseconds from the start of the answer.
    text : str
        What it says: exactly `chars` ASCII characters.
    pause_ns : int
        The stall after it; the offsets of later chunks include it.
    """

    offset_ns: int
    text: str
    pause_ns: int = 0


def plan(spec: SyntheticSpec) -> Iterator[Planned]:
    """Yield the chunks of `spec`, all of them, in order; `fail_at` is the player's business.

    The offsets never decrease. Lazy: a plan of a million chunks costs what is taken from it.
    """
    pauses: dict[int, float] = {}
    for after_chunk, ms in spec.stalls:
        pauses[after_chunk] = pauses.get(after_chunk, 0.0) + ms
    gaps = _gaps(spec)
    due_ms = spec.ttft_ms
    for index, text in enumerate(_texts(spec)):
        pause_ms = pauses.get(index, 0.0)
        yield Planned(round(due_ms * 1e6), text, round(pause_ms * 1e6))
        due_ms += next(gaps) + pause_ms


def _gaps(spec: SyntheticSpec) -> Iterator[float]:
    """Yield milliseconds between two chunks, for ever; their expectation is `icl_ms`."""
    mean, sigma = spec.icl_ms, spec.sigma
    if spec.distribution == "constant" or (sigma < _NO_SPREAD and spec.distribution != "uniform"):
        yield from repeat(mean)
    chance = Random(f"{spec.seed}/gaps").random  # noqa: S311 - a seeded stream, no secret
    if spec.distribution == "uniform":
        while True:
            yield 2 * mean * chance()
    if spec.distribution == "lognormal":
        # mean of exp(mu + sigma z) is exp(mu + sigma²/2)
        scale = mean * math.exp(-sigma * sigma / 2)
        while True:
            yield scale * math.exp(sigma * _NORMAL.inv_cdf(chance() or 2**-54))
    # Pareto I with shape a: mean = a x/(a - 1), squared relative deviation = 1/(a (a - 2))
    shape = 1 + math.sqrt(1 + 1 / (sigma * sigma))
    least = mean * (shape - 1) / shape
    while True:
        yield least * (1 - chance()) ** (-1 / shape)


def _texts(spec: SyntheticSpec) -> Iterator[str]:
    """Yield the chunks' texts: words and blanks, and a full stop as the last character."""
    length = min(spec.chunks * spec.chars, _TAPE)
    tape = _tape(spec.seed, length)
    tape += tape * math.ceil(spec.chars / length)
    for index in range(spec.chunks):
        start = index * spec.chars % length
        text = tape[start : start + spec.chars]
        yield text if index < spec.chunks - 1 else text[:-1] + "."


def _tape(seed: int, length: int) -> str:
    chance = Random(f"{seed}/text").random  # noqa: S311 - a seeded text, no secret
    words: list[str] = []
    missing = length
    while missing > 0:
        words.append(_WORDS[int(chance() * len(_WORDS))])
        missing -= len(words[-1]) + 1
    return (" ".join(words) + " ")[:length]
