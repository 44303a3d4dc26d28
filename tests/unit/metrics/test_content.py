from __future__ import annotations

import pytest

from jupyter_agentchat.metrics.content import (
    arrivals,
    chunk_counts,
    ended,
    finished,
    seconds,
    sound,
    token_count,
    token_instants,
)
from jupyter_agentchat.metrics.dialects import resolve
from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.timeline import Timeline, TimelineTypeError

OURS = resolve("agentchat")


def test_seconds_are_rounded_once() -> None:
    assert seconds(450_000_000) == 0.45
    assert seconds(1) == 1e-9


def test_only_timelines_are_measured() -> None:
    with pytest.raises(TimelineTypeError, match="not list"):
        sound([1, 2])  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["failed", "interrupted"])
def test_a_failed_stream_is_no_measurement(status: str) -> None:
    value = arrivals(Timeline(0, [1], status=status), OURS)
    assert isinstance(value, NA)
    assert status in value.reason
    assert value.failed


@pytest.mark.parametrize("status", ["streaming", "cancelled", "whatever"])
def test_an_open_stream_has_instants_but_no_end(status: str) -> None:
    timeline = Timeline(0, [1], status=status)
    assert arrivals(timeline, OURS) == (1,)
    value = finished(timeline, OURS)
    assert isinstance(value, NA)
    assert not value.failed


def test_a_completed_stream_has_an_end() -> None:
    assert ended(Timeline(0, [])) is None
    assert finished(Timeline(0, [1]), OURS) == (1,)


def test_content_depends_on_kind_tokens_and_dialect() -> None:
    timeline = Timeline(
        0,
        [1, 2, 3, 4, 5],
        ["role", "reasoning", "text", "text", "usage"],
        [None, 2, 1, 0, None],
    )
    assert arrivals(timeline, OURS) == [2, 3]
    assert arrivals(timeline, OURS, "text") == [3]
    assert arrivals(timeline, resolve("vllm")) == [1, 2, 3, 4]
    assert arrivals(timeline, resolve("llmperf")) == [3]
    assert chunk_counts(timeline, OURS) == [2, 1]
    missing = arrivals(timeline, OURS, "tool_call")
    assert isinstance(missing, NA)
    assert not missing.failed


@pytest.mark.parametrize("timeline", [Timeline(0, []), Timeline(0, [1], ["usage"])])
def test_a_stream_without_content_failed(timeline: Timeline) -> None:
    value = arrivals(timeline, OURS)
    assert isinstance(value, NA)
    assert value.failed


def test_tokens_are_counted_or_unknown() -> None:
    assert token_count(Timeline(0, [1, 2], n_tokens=5), OURS) == 5
    assert token_count(Timeline(0, [1, 2]), resolve("guidellm")) == 2
    for timeline in (Timeline(0, [1, 2]), Timeline(0, [1], n_tokens=0)):
        assert isinstance(token_count(timeline, OURS), NA)


@pytest.mark.parametrize(
    ("timeline", "instants"),
    [
        (Timeline(0, [1, 2]), [1, 2]),
        (Timeline(0, [1, 2], n_tokens=2), [1, 2]),
        (Timeline(0, [1, 2], chunk_tokens=[1, 3]), [1, 2, 2, 2]),
        (Timeline(0, [1, 2], chunk_tokens=[1, 3], n_tokens=9), [1, 2, 2, 2]),
        (Timeline(0, [1, 2], n_tokens=5), [1, 1, 2, 2, 2]),
        (Timeline(0, [1, 2], chunk_tokens=[1, None], n_tokens=4), [1, 1, 2, 2]),
    ],
)
def test_each_token_has_an_instant(timeline: Timeline, instants: list[int]) -> None:
    found = token_instants(timeline, OURS)
    assert not isinstance(found, NA)
    assert list(found) == instants


def test_fewer_tokens_than_chunks_contradict_each_other() -> None:
    for n in (1, 2):
        short = Timeline(0, [1, 2, 3], n_tokens=n)
        for found in (token_instants(short, OURS), token_count(short, OURS)):
            assert isinstance(found, NA)
            assert found.reason == (
                f"{n} tokens in 3 content chunks: each chunk carries one at least"
            )
    padded = Timeline(0, [1, 2, 3], ["role", "text", "usage"], n_tokens=1)
    assert token_count(padded, OURS) == 1


def test_other_tools_do_not_ask() -> None:
    etalon = resolve("etalon")
    assert token_instants(Timeline(0, [1, 2, 3], n_tokens=1), etalon) == [1]
    assert token_instants(Timeline(0, [1, 2, 3], n_tokens=2), etalon) == [1, 3]
    assert token_count(Timeline(0, [1, 2, 3], n_tokens=2), resolve("vllm")) == 2


def test_no_token_has_no_instant() -> None:
    assert isinstance(token_instants(Timeline(0, [1], n_tokens=0), OURS), NA)
