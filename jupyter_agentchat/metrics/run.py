"""What a run of many streams spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jupyter_agentchat.metrics.content import FAILED, seconds
from jupyter_agentchat.metrics.dialects import AIPERF, OWN, resolve, unpublished
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline, TimelineTypeError


def run_duration(
    timelines: Timeline | Iterable[Timeline], *, dialect: str = "agentchat"
) -> float | NA:
    """Return the time that a run took.

    Formula: ``max(end) - min(t_request)``, the end of a stream being the later of its last chunk
    and `t_end`; failed streams included, those with contradictory instants left out. Unit: s. Needs
    one stream and a duration that is not 0.

    Parameters
    ----------
    timelines : Timeline or iterable of Timeline
        The run.
    dialect : str
        agentchat or aiperf, which leaves failed requests out and ends at the last chunk.

    Notes
    -----
    Source: AIPerf ``benchmark_duration_metric.py``.
    """
    speaker = resolve(dialect)
    if dialect not in OWN | AIPERF:
        return unpublished("duration of a run", speaker)
    run = timelines_of(timelines)
    run = succeeded(run) if dialect in AIPERF else [t for t in run if t.problem is None]
    if not run:
        return undefined("there is no stream to measure")
    if (mixed := one_clock(run)) is not None:
        return mixed
    ends = [last_instant(timeline, to_end=dialect in OWN) for timeline in run]
    took = max(ends) - min(timeline.t_request for timeline in run)
    return seconds(took) if took > 0 else undefined("the run took no time")


def last_instant(timeline: Timeline, *, to_end: bool = True) -> int:
    """Return the last instant known of a stream: a chunk's, its end's or the request's."""
    known = [timeline.t_request]
    if timeline.t_chunks:
        known.append(timeline.t_chunks[-1])
    if to_end and timeline.t_end is not None:
        known.append(timeline.t_end)
    return max(known)


def timelines_of(timelines: Timeline | Iterable[Timeline]) -> Sequence[Timeline]:
    """Return the streams of a run, one alone being a run of one.

    Raises
    ------
    TimelineTypeError
        Something in it is no Timeline.
    """
    if isinstance(timelines, Timeline):
        return [timelines]
    try:
        found = list(timelines)
    except TypeError:
        raise TimelineTypeError(f"a run is made of Timelines, not of {timelines!r}") from None
    for timeline in found:
        if not isinstance(timeline, Timeline):
            raise TimelineTypeError(f"a run is made of Timelines, not of {timeline!r}")
    return found


def one_clock(run: Iterable[Timeline]) -> NA | None:
    """Return why the instants of a run cannot be compared, or None."""
    clocks = {timeline.clock_id for timeline in run if isinstance(timeline.clock_id, str)}
    if len(clocks) < 2:  # noqa: PLR2004
        return None
    return NA(f"the streams are of {len(clocks)} clocks: what spans them has no duration")


def succeeded(timelines: Iterable[Timeline]) -> list[Timeline]:
    """Return the streams that ended well and brought content: what a load generator keeps."""
    return [t for t in timelines if t.problem is None and t.status not in FAILED and t.t_chunks]
