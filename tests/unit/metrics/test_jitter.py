from __future__ import annotations

from math import sqrt

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Timeline, TimelineTypeError, jitter

S = 1_000_000_000
STREAM = Timeline(0, [S, 2 * S, 5 * S])


def test_without_send_it_is_the_deviation_of_the_gaps() -> None:
    assert jitter(STREAM) == 1.0
    assert jitter(STREAM, method="sd") == 1.0
    assert jitter(STREAM, method="cv") == 0.5
    assert jitter(STREAM, method="p99-p50") == pytest.approx(0.98)


def test_with_send_it_is_that_of_rfc_3550() -> None:
    send = [0, S, 2 * S]
    assert jitter(STREAM, send=send) == 2 / 16
    assert jitter(STREAM, send=[at + 10**15 for at in send]) == 2 / 16
    assert jitter(Timeline(0, [S, 2 * S]), send=[0, 3 * S]) == 2 / 16


def test_an_even_stream_has_none() -> None:
    even = Timeline(0, [3, 5, 7, 9])
    assert jitter(even) == 0.0
    assert jitter(even, send=[0, 2, 4, 6]) == 0.0


def test_two_chunks_have_one_gap_without_deviation() -> None:
    assert jitter(Timeline(0, [1, 2])) == 0.0
    assert sqrt(0) == jitter(Timeline(0, [1, 2]), method="p99-p50")


@pytest.mark.parametrize(
    ("timeline", "method", "send"),
    [
        (Timeline(0, []), None, None),
        (Timeline(0, [1]), None, None),
        (Timeline(0, [2, 1]), None, None),
        (Timeline(0, [1, 1]), "cv", None),
        (STREAM, "rfc3550", None),
        (STREAM, None, [1, 2]),
        (Timeline(0, [1]), None, [1]),
        (Timeline(0, []), None, []),
    ],
)
def test_nothing_to_compare(timeline: Timeline, method: str | None, send: list[int] | None) -> None:
    assert isinstance(jitter(timeline, method=method, send=send), NA)


def test_parameters_are_checked() -> None:
    with pytest.raises(TimelineTypeError, match=r"send\[0\] is 0.5"):
        jitter(STREAM, send=[0.5, 1, 2])  # type: ignore[list-item]
    with pytest.raises(InvalidInputError, match="method is 'mad'"):
        jitter(STREAM, method="mad")
    assert isinstance(jitter(STREAM, dialect="vllm"), NA)
