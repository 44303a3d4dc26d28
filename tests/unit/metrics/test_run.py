from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_agentchat.metrics import (
    NA,
    Timeline,
    TimelineTypeError,
    goodput,
    peak_chunk_rate,
    peak_concurrency,
    run_duration,
)
from jupyter_agentchat.metrics.run import last_instant, succeeded, timelines_of

GOOD = Timeline(10, [15, 20], t_end=30)
FAILED = Timeline(0, [5], t_end=90, status="failed")
BROKEN = Timeline(0, [500, 400])


def test_from_the_first_request_to_the_last_end() -> None:
    assert run_duration([GOOD, FAILED]) == 90e-9
    assert run_duration([GOOD, FAILED], dialect="aiperf") == 10e-9
    assert run_duration(GOOD) == 20e-9


def test_contradictory_streams_are_left_out() -> None:
    assert run_duration([GOOD, BROKEN]) == 20e-9
    assert isinstance(run_duration([BROKEN]), NA)


def test_nothing_has_no_duration() -> None:
    assert isinstance(run_duration([]), NA)
    assert isinstance(run_duration([Timeline(5, [])]), NA)
    assert isinstance(run_duration([GOOD], dialect="vllm"), NA)


def test_the_last_instant_is_whatever_came_last() -> None:
    assert last_instant(GOOD) == 30
    assert last_instant(GOOD, to_end=False) == 20
    assert last_instant(Timeline(7, [])) == 7


def test_a_run_is_made_of_timelines() -> None:
    assert timelines_of(GOOD) == [GOOD]
    assert timelines_of(iter([GOOD, FAILED])) == [GOOD, FAILED]
    for wrong in ([GOOD, 5], 5):
        with pytest.raises(TimelineTypeError, match="not of 5"):
            timelines_of(wrong)  # type: ignore[arg-type]


def test_what_succeeded_brought_something() -> None:
    assert succeeded([GOOD, FAILED, BROKEN, Timeline(0, [])]) == [GOOD]


@pytest.mark.parametrize("metric", [run_duration, peak_concurrency, peak_chunk_rate])
def test_two_clocks_span_nothing(metric: Callable[..., object]) -> None:
    run = [Timeline(0, [5], clock_id=clock) for clock in ("server", "page")]
    found = metric(run)
    assert isinstance(found, NA)
    assert "2 clocks" in found.reason
    assert not isinstance(metric(run[:1]), NA)
    rate = goodput(run, slo={"ttft": 1})
    assert isinstance(rate, NA)
    assert isinstance(goodput(run, slo={"ttft": 1}, duration=1.0), float)
