"""The vectorised metrics against the definitions, one stream at a time."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.frames.latencies import Latencies, _ascending, measure
from jupyter_agentchat.metrics import NA, Timeline, e2e, icl, quantile, tpot, ttft
from jupyter_agentchat.store.rows import StreamRow


class Sample(NamedTuple):
    request: int
    chunks: list[int]
    n_tokens: int | None
    status: str


INSTANT = st.integers(0, 10**13)
STREAM = st.builds(
    Sample,
    INSTANT,
    st.lists(INSTANT, max_size=8).flatmap(lambda found: st.sampled_from([found, sorted(found)])),
    st.none() | st.integers(0, 20),
    st.sampled_from(["completed", "completed", "failed", "interrupted", "cancelled", "streaming"]),
)


def measured(samples: list[Sample]) -> Latencies:
    starts = np.cumsum([0, *(len(sample.chunks) for sample in samples)]).astype(np.int64)
    instants = np.array([each for sample in samples for each in sample.chunks], np.int64)
    rows = [
        StreamRow(
            stream="s",
            channel="lab",
            message="m",
            agent="a",
            t_request=sample.request,
            n_tokens=sample.n_tokens,
            status=sample.status,
            clock_id="c",
            started_us=0,
        )
        for sample in samples
    ]
    return measure(starts, instants, rows)


def expected(sample: Sample) -> dict[str, float]:
    timeline = Timeline(
        sample.request, sample.chunks, n_tokens=sample.n_tokens, status=sample.status
    )
    gaps = icl(timeline)
    found: dict[str, float | NA] = {
        "ttft_ms": ttft(timeline),
        "tpot_ms": tpot(timeline),
        "e2e_ms": e2e(timeline),
        "icl_p50_ms": gaps if isinstance(gaps, NA) else quantile(gaps, 0.5),
        "icl_p95_ms": gaps if isinstance(gaps, NA) else quantile(gaps, 0.95),
    }
    values = {
        name: math.nan if isinstance(value, NA) else value * 1e3 for name, value in found.items()
    }
    rate = math.nan
    if not isinstance(gaps, NA) and any(gaps):
        rate = len(gaps) / ((sample.chunks[-1] - sample.chunks[0]) / 1e9)
    return values | {"chunks_per_s": rate}


def agrees(samples: list[Sample], found: Latencies) -> bool:
    return all(
        getattr(found, name)[place] == pytest.approx(value, rel=1e-9, nan_ok=True)
        for place, sample in enumerate(samples)
        for name, value in expected(sample).items()
    )


@given(st.lists(STREAM, max_size=6))
def test_each_value_is_that_of_the_definition(samples: list[Sample]) -> None:
    assert agrees(samples, measured(samples))


def test_the_comparison_can_go_red() -> None:
    samples = [Sample(0, [1_000_000, 3_000_000], 2, "completed")]
    found = measured(samples)
    assert agrees(samples, found)
    found.icl_p95_ms[0] += 1e-6
    assert not agrees(samples, found)


def test_no_streams() -> None:
    assert measured([]).ttft_ms.tolist() == []


@pytest.mark.parametrize("longest", [10, 2**40, 2**62], ids=["short", "days", "centuries"])
def test_gaps_ascend_within_their_stream(longest: int) -> None:
    dice = np.random.default_rng(7)
    gaps = dice.integers(-5, longest, 500)
    stream = np.sort(dice.integers(0, 40, 500))
    expected = [gap for each in range(40) for gap in sorted(gaps[stream == each].tolist())]
    assert _ascending(gaps, stream).tolist() == expected
    assert _ascending(gaps[:0], stream[:0]).tolist() == []
