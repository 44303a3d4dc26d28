"""Fluid token generation rate of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.content import NS_PER_S
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.fluidity import outcomes, token_gaps
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.parameters import real
from jupyter_agentchat.metrics.quantiles import quantile
from jupyter_agentchat.metrics.run import timelines_of
from jupyter_agentchat.metrics.timeline import Timeline

_ETALON_HIGHEST, _ETALON_GRAIN = 1e10, 1e-4


def fluid_token_rate(
    timelines: Timeline | Iterable[Timeline],
    *,
    dialect: str = "agentchat",
    target: float = 0.9,
    share: float = 0.99,
) -> float | NA:
    """Return the highest token rate at which nearly every stream is still fluid.

    Formula: ``1 / D``, D the shortest time between tokens for which a `share` of the streams has
    a fluidity index of at least `target`, the first token left out. Unit: tokens/s. Needs two
    tokens in each stream; NA if one of them has no number, or if no finite rate bounds them.

    Parameters
    ----------
    timelines : Timeline or iterable of Timeline
        The run.
    dialect : str
        agentchat: index as in Etalon's docs, D to 1 ns, the stream of rank ``ceil(share * n)``.
        etalon: index as in its code, D by its bisection to 0.1 ms, its linear quantile.
    target : float
        Least fluidity index, 0 to 1.
    share : float
        Share of the streams, 0 to 1.

    Notes
    -----
    Where no D is long enough Etalon computes on with 1e10 s; this answers NA. Source: Etalon
    ``metrics_used.rst``, ``get_throughput_metrics``.
    """
    speaker = resolve(dialect)
    if dialect not in OWN | {"etalon"}:
        return unpublished("fluid token generation rate", speaker)
    part = real(share, "share", least=0)
    if part > 1:
        raise InvalidInputError(f"share is {share}; it has to be from 0 to 1")
    shortest: list[float] = []
    for timeline in timelines_of(timelines):
        found = shortest_deadline(timeline, dialect=dialect, ttft_deadline=None, target=target)
        if isinstance(found, NA):
            return found
        shortest.append(found)
    if not shortest:
        return NA("there is no stream")
    if dialect in OWN:
        rank = max(1, ceil(part * len(shortest)))
        deadline = sorted(shortest)[rank - 1]
    else:
        deadline = quantile(shortest, part)
    return 1 / deadline


def shortest_deadline(
    timeline: Timeline,
    *,
    dialect: str = "agentchat",
    ttft_deadline: float | None = 1.0,
    target: float = 0.9,
) -> float | NA:
    """Return the shortest time between tokens (s) for which `fluidity` reaches `target`.

    Parameters as there; in the etalon dialect it is ``find_min_tbt_deadline_to_meet`` for a miss
    rate of ``1 - target``, bisected as Etalon does.
    """
    speaker = resolve(dialect)
    goal = real(target, "target", least=0)
    first = None if ttft_deadline is None else real(ttft_deadline, "ttft_deadline", least=0)
    gaps = token_gaps(timeline, speaker)
    if isinstance(gaps, NA):
        return gaps
    if first is None and len(gaps) == 1:
        return undefined("only the first token came")
    if dialect in OWN:
        found = _exact(gaps, None if first is None else round(first * NS_PER_S), goal)
    else:
        found = _as_etalon([gap / NS_PER_S for gap in gaps], first, goal)
    return found if found is not None else undefined(f"no time between tokens gives {goal}")


def _exact(gaps: Sequence[int], first: int | None, goal: float) -> float | None:
    """Return the least whole number of ns that meets the goal, in seconds.

    Bisection is exact: a longer deadline makes no token later than a shorter one does.
    """

    def meets(between: int) -> bool:
        counts = outcomes(gaps, first, between)
        return counts is not None and counts[0] / (counts[0] + counts[1]) >= goal

    low, high = 0, max(1, *gaps[1:])
    if not meets(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high / NS_PER_S


def _as_etalon(gaps: Sequence[float], first: float | None, goal: float) -> float | None:
    """Return what Etalon's bisection finds.

    It need not be the least: the rate of misses of its code may rise with the deadline.
    """
    allowed = round(1 - goal, 12)
    low, high, best = 0.0, _ETALON_HIGHEST, None
    while high - low > _ETALON_GRAIN:
        middle = (low + high) / 2
        on_time, _, missed = outcomes(gaps, first, middle) or (1, 0, 0)
        if missed / (on_time + missed) > allowed:
            low = middle + _ETALON_GRAIN
        else:
            best, high = middle, middle - _ETALON_GRAIN
    return best
