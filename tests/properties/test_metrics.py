"""What holds of every timeline, whatever its instants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import accumulate
from math import inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.metrics import (
    DIALECTS,
    NA,
    Fluidity,
    Interval,
    Stalls,
    Timeline,
    dispatch_delay,
    e2e,
    fluidity,
    goodput,
    icl,
    itl,
    jitter,
    normalized_latency,
    peak_concurrency,
    qoe,
    read_ahead,
    run_duration,
    scheduled_latency,
    shortest_deadline,
    smoothness,
    stall_ratio,
    stalls,
    summarize,
    time_to_first_paint,
    tokens_per_chunk,
    tokens_per_second,
    tpot,
    ttfc,
    ttft,
    ttst,
)

S = 1_000_000_000
GAP = st.integers(0, 10 * S)
METRICS: list[Callable[..., object]] = [
    *(dispatch_delay, e2e, fluidity, icl, itl, jitter, normalized_latency, qoe, read_ahead),
    *(scheduled_latency, smoothness, stall_ratio, stalls, time_to_first_paint, tokens_per_chunk),
    *(tokens_per_second, tpot, ttfc, ttft, ttst, partial(jitter, method="cv")),
]


@st.composite
def timelines(draw: st.DrawFn, least: int = 1) -> Timeline:
    start = draw(st.integers(-(10**15), 10**15))
    gaps = draw(st.lists(GAP, min_size=least, max_size=12))
    chunks = list(accumulate(gaps, initial=start))[1:]
    counts = draw(st.none() | st.lists(st.integers(1, 9), min_size=len(gaps), max_size=len(gaps)))
    least_n = max(2, len(gaps))
    n = draw(st.none() | st.integers(least_n, 60)) if counts is None else sum(counts)
    end = chunks[-1] if chunks else start
    return Timeline(
        start,
        chunks,
        chunk_tokens=counts,
        n_tokens=n,
        t_end=end + draw(GAP),
        t_intended=start - draw(GAP),
        t_first_paint=end + draw(GAP),
    )


def shifted(timeline: Timeline, by: int) -> Timeline:
    moved = {name: getattr(timeline, name) for name in ("t_request", "t_end", "t_intended")}
    moved["t_first_paint"] = timeline.t_first_paint
    chunks = [instant + by for instant in timeline.t_chunks]
    return replace(timeline, t_chunks=chunks, **{key: at + by for key, at in moved.items()})


def frozen(value: object) -> object:
    """Return a value that can be compared: NA by its reason."""
    if isinstance(value, Stalls):
        return tuple(map(frozen, value))
    return ("NA", value.reason) if isinstance(value, NA) else value


@given(timelines(), st.integers(-(10**15), 10**15))
def test_only_differences_matter(timeline: Timeline, by: int) -> None:
    later = shifted(timeline, by)
    for metric in METRICS:
        for dialect in DIALECTS:
            before, after = metric(timeline, dialect=dialect), metric(later, dialect=dialect)
            assert frozen(before) == frozen(after)


@given(timelines(least=2).filter(lambda timeline: timeline.tokens is not None))
def test_the_first_token_and_the_others_make_up_the_whole(timeline: Timeline) -> None:
    first, each, whole = ttft(timeline), tpot(timeline), e2e(timeline)
    n = timeline.tokens
    assert n is not None
    assert isinstance(first, float)
    assert isinstance(each, float)
    assert isinstance(whole, float)
    assert isclose(first + each * (n - 1), whole, rel_tol=1e-12, abs_tol=1e-12)
    ns = [timeline.t_chunks[0] - timeline.t_request, timeline.t_chunks[-1] - timeline.t_chunks[0]]
    per_token = Fraction(ns[1], n - 1)
    assert ns[0] + per_token * (n - 1) == timeline.t_chunks[-1] - timeline.t_request
    assert each == float(per_token / S)


@given(timelines(least=2))
def test_gaps_add_up_in_chunks_and_in_tokens(timeline: Timeline) -> None:
    between = (timeline.t_chunks[-1] - timeline.t_chunks[0]) / S
    for found in (
        icl(timeline),
        itl(timeline, dialect="vllm"),
        itl(timeline, dialect="sglang"),
        itl(timeline, dialect="etalon"),
    ):
        assert isinstance(found, list)
        assert min(found) >= 0
        assert isclose(sum(found), between, rel_tol=1e-9, abs_tol=1e-9)


@given(timelines(), st.data())
def test_chunks_without_content_change_nothing(timeline: Timeline, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(timeline.t_chunks)))
    instants = [timeline.t_request, *timeline.t_chunks]
    chunks, m = list(timeline.t_chunks), len(timeline.t_chunks)
    chunks.insert(place, instants[place])
    kinds: list[str | None] = ["text"] * m
    kinds.insert(place, data.draw(st.sampled_from(["role", "empty", "usage", None])))
    counts = list(timeline.chunk_tokens or [None] * m)
    counts.insert(place, 0)
    padded = replace(timeline, t_chunks=chunks, kinds=kinds, chunk_tokens=counts)
    for metric in METRICS:
        if metric is not ttfc:
            assert frozen(metric(padded)) == frozen(metric(timeline))


@given(timelines(least=2), st.data())
def test_instants_that_go_back_have_no_number(timeline: Timeline, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(timeline.t_chunks) - 1))
    chunks = list(timeline.t_chunks)
    chunks[at] = (chunks[at - 1] if at else timeline.t_request) - data.draw(st.integers(1, S))
    broken = replace(timeline, t_chunks=chunks)
    for metric in METRICS:
        if metric is not dispatch_delay:
            for dialect in DIALECTS:
                assert isinstance(metric(broken, dialect=dialect), NA)


@given(timelines(least=2), st.floats(0, 20), st.floats(0, 20))
def test_a_higher_threshold_sees_fewer_stalls(timeline: Timeline, a: float, b: float) -> None:
    many, few = stalls(timeline, min(a, b)), stalls(timeline, max(a, b))
    assert isinstance(many, Stalls)
    assert isinstance(few, Stalls)
    assert many.count >= few.count
    assert many.stall_time >= few.stall_time
    assert many.longest >= few.longest
    if not isinstance(few.ratio, NA):
        assert 0 <= few.ratio <= 1


@given(timelines(), st.floats(0, 5), st.floats(0.5, 50))
def test_experience_is_a_share_and_points_are_stricter(
    timeline: Timeline, first: float, speed: float
) -> None:
    for curve in ("fluid", "discrete"):
        for horizon in ("ttlt", "max"):
            ratio, pointwise = (
                qoe(
                    timeline,
                    ttft_expected=first,
                    tds_expected=speed,
                    variant=f"{curve}.{cap}.{horizon}",
                )
                for cap in ("ratio", "pointwise")
            )
            assert isinstance(ratio, float)
            assert isinstance(pointwise, float)
            assert 0 <= pointwise <= ratio + 1e-9
            assert ratio <= 1


@given(timelines(least=2), st.data())
def test_earlier_tokens_never_hurt(timeline: Timeline, data: st.DataObject) -> None:
    earlier: list[int] = []
    for instant in timeline.t_chunks[:-1]:
        lowest = earlier[-1] if earlier else timeline.t_request
        earlier.append(data.draw(st.integers(lowest, instant)))
    better = replace(timeline, t_chunks=[*earlier, timeline.t_chunks[-1]])
    before, after = qoe(timeline), qoe(better)
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert after >= before - 1e-9


@given(st.lists(st.integers(0, 640), min_size=1, max_size=15))
def test_docs_are_never_harder_than_code(sixty_fourths: list[int]) -> None:
    chunks = list(accumulate(gap * S // 64 for gap in sixty_fourths))
    found = fluidity(Timeline(0, chunks), tbt_deadline=0.125)
    assert isinstance(found, Fluidity)
    assert 0 <= found.code <= found.docs <= 1
    assert found.tokens == len(chunks)


@given(timelines(least=2), st.floats(0.1, 1.0))
def test_the_shortest_deadline_just_suffices(timeline: Timeline, target: float) -> None:
    found = shortest_deadline(timeline, ttft_deadline=None, target=target)
    assert isinstance(found, float)
    enough = fluidity(timeline, ttft_deadline=None, tbt_deadline=found)
    assert isinstance(enough, Fluidity)
    assert enough.docs >= target
    if round(found * S) > 1:
        short = fluidity(timeline, ttft_deadline=None, tbt_deadline=found - 1e-9)
        assert isinstance(short, Fluidity)
        assert short.docs < target


@given(timelines(least=2), st.integers(-(10**15), 10**15), st.data())
def test_jitter_does_not_see_a_constant_offset(
    timeline: Timeline, offset: int, data: st.DataObject
) -> None:
    send = data.draw(
        st.lists(st.integers(0, 100 * S), min_size=len(timeline.t_chunks)).map(sorted)
    )[: len(timeline.t_chunks)]
    found = jitter(timeline, send=send)
    assert found == jitter(timeline, send=[at + offset for at in send])
    assert found == jitter(shifted(timeline, offset), send=send)
    assert isinstance(found, float)
    assert found >= 0


@given(st.lists(timelines(), min_size=1, max_size=6), st.data())
def test_the_order_of_streams_does_not_matter(run: list[Timeline], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(run))
    for metric in (run_duration, peak_concurrency):
        assert frozen(metric(run)) == frozen(metric(mixed))
    slo = {"ttft": 1.0, "tpot": 0.5}
    assert frozen(goodput(run, slo=slo)) == frozen(goodput(mixed, slo=slo))
    one, two = (summarize(ttft(timeline) for timeline in some) for some in (run, mixed))
    assert [*map(frozen, one.quantiles.values())] == [*map(frozen, two.quantiles.values())]
    assert one.mean == two.mean


VALUES = st.lists(st.floats(0, 1e6) | st.builds(NA, st.just("it failed")), max_size=80)


@given(VALUES, st.sampled_from(["linear", "inverted_cdf", "nearest", "hazen"]))
def test_a_summary_is_ordered_and_counts_everything(
    values: list[float | NA], q_method: str
) -> None:
    found = summarize(values, q_method=q_method)
    assert found.n + found.n_failed == len(values)
    if found.n == 0:
        assert isinstance(found.p50, NA)
        return
    ordered = [found.min, found.p50, found.p90, found.p95, found.p99, found.max]
    numbers = [value for value in ordered if not isinstance(value, NA)]
    assert numbers == sorted(numbers)
    assert (found.p90 in numbers) == (found.n >= 36)  # below there is no interval
    interval = found.intervals[0.5]
    if found.n >= 6:
        assert isinstance(interval, Interval)
        assert found.min <= interval.low <= found.p50 <= interval.high <= found.max
        assert interval.coverage >= 0.95
    adjusted = summarize(values, q_method="nearest", failed="inf")
    assert (adjusted.max == inf) == (found.n_failed > 0)


def test_a_planted_fault_is_noticed() -> None:
    wrong = replace(Timeline(0, [S, 2 * S], n_tokens=3), n_tokens=4)
    first, each, whole = ttft(wrong), tpot(wrong), e2e(wrong)
    assert isinstance(first, float)
    assert isinstance(each, float)
    with pytest.raises(AssertionError):
        assert first + each * 2 == whole
