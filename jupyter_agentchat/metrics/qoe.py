"""Quality of experience of a text stream, after Andes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jupyter_agentchat.metrics.content import NS_PER_S, finished, token_instants
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.parameters import one_of, positive, real
from jupyter_agentchat.metrics.timeline import Timeline

VARIANTS = frozenset(
    f"{curve}.{cap}.{horizon}"
    for curve in ("fluid", "discrete")
    for cap in ("ratio", "pointwise")
    for horizon in ("ttlt", "max")
)


def qoe(
    timeline: Timeline,
    *,
    dialect: str = "agentchat",
    ttft_expected: float = 1.0,
    tds_expected: float = 4.8,
    variant: str = "fluid.ratio.ttlt",
) -> float | NA:
    """Return how much of the expected reading a stream made possible, from 0 to 1.

    Formula: ``min(1, area(A) / area(E))`` up to the horizon H. E, the expected curve, starts at
    `ttft_expected` and rises by `tds_expected` tokens/s to n tokens. A, the digested curve, is what
    a reader of that speed has read: never more than was delivered. 1 if area(E) is 0. No unit.
    Needs a completed stream with one content chunk.

    Parameters
    ----------
    timeline : Timeline
        The stream. A chunk of k tokens counts k times where that is known; else the stream's tokens
        are spread evenly, or each chunk is one.
    dialect : str
        Ours alone.
    ttft_expected : float
        When reading is expected to begin (s after the request).
    tds_expected : float
        Expected token delivery speed (tokens/s); the default is about silent reading.
    variant : str
        ``curve.cap.horizon``, the choices that the source leaves open. curve: ``fluid`` (a token is
        read gradually) or ``discrete`` (at once). cap: ``ratio`` (of the areas) or ``pointwise``
        (A counts only up to E: early tokens do not make up for late ones). horizon: ``ttlt`` (the
        last token's arrival) or ``max`` (until both curves have ended).

    Raises
    ------
    InvalidInputError
        A parameter outside its range.

    Notes
    -----
    Source: the idea is Andes, arXiv:2404.16283, section 3.1; the formula is reconstructed, so take
    it for ours.
    """
    one_of(variant, VARIANTS, "variant")
    begin = real(ttft_expected, "ttft_expected", least=0)
    step = 1 / positive(tds_expected, "tds_expected")
    speaker = resolve(dialect)
    if dialect not in OWN:
        return unpublished("quality of experience", speaker)
    still_open, instants = finished(timeline, speaker), token_instants(timeline, speaker)
    if isinstance(still_open, NA):
        return still_open
    if isinstance(instants, NA):
        return instants
    arrived = [(instant - timeline.t_request) / NS_PER_S for instant in instants]
    return _ratio(arrived, [begin + i * step for i in range(len(arrived))], step, variant)


def _ratio(arrived: Sequence[float], due: Sequence[float], step: float, variant: str) -> float:
    """Return the ratio of the areas under both curves.

    Both curves rise at the same speed from the instants at which the reading of each token begins,
    so an area is a sum over tokens of what lies between that instant and the horizon, and the
    smaller of two curves begins each token at the later of two instants.
    """
    curve, cap, horizon = variant.split(".")
    begun = _digested(arrived, step)
    until, reading = arrived[-1], step if curve == "fluid" else 0.0
    if horizon == "max":
        until = max(until, begun[-1] + reading, due[-1] + reading)
    area = _fluid(until, step) if curve == "fluid" else _discrete(until)
    expected = sum(map(area, due))
    if cap == "pointwise":
        begun = [max(pair) for pair in zip(begun, due, strict=True)]
    return min(1.0, sum(map(area, begun)) / expected) if expected else 1.0


def _digested(arrived: Sequence[float], step: float) -> list[float]:
    """Return when the reading of each token begins: it is there, and the one before is read."""
    begun: list[float] = []
    free = arrived[0]
    for instant in arrived:
        begun.append(max(instant, free))
        free = begun[-1] + step
    return begun


def _fluid(until: float, step: float) -> Callable[[float], float]:
    def area(begin: float) -> float:
        left = until - begin
        if left <= 0:
            return 0.0
        return left - step / 2 if left >= step else left * left / (2 * step)

    return area


def _discrete(until: float) -> Callable[[float], float]:
    return lambda begin: max(0.0, until - begin)
