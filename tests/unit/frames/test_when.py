from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.when import When, span, to_us

NOON_US = 1_769_860_800_123_456
"""2026-01-31T12:00:00.123456Z."""


@pytest.mark.parametrize(
    "when",
    [
        datetime(2026, 1, 31, 12, 0, 0, 123456, UTC),
        datetime(2026, 1, 31, 14, 0, 0, 123456, timezone(timedelta(hours=2))),
        datetime(2026, 1, 31, 12, 0, 0, 123456),  # noqa: DTZ001 - without a zone it is UTC
        pd.Timestamp("2026-01-31T12:00:00.123456789Z"),
        "2026-01-31T12:00:00.123456Z",
        "2026-01-31 14:00:00.123456+02:00",
        "2026-01-31T12:00:00.123456",
        1_769_860_800.123456,
        np.float64(1_769_860_800.123456),
    ],
    ids=repr,
)
def test_an_instant_is_microseconds_of_the_unix_epoch(when: When) -> None:
    assert to_us(when, "since") == NOON_US


def test_whole_seconds_of_any_integer() -> None:
    assert to_us(0, "since") == 0
    assert to_us(np.int64(7), "since") == 7_000_000  # type: ignore[arg-type]


def test_none_is_open() -> None:
    assert span(None, None) == (None, None)


@pytest.mark.parametrize(
    "when",
    ["yesterday", "", True, float("nan"), float("inf"), pd.NaT, [1], b"2026-01-31", 1j],
    ids=repr,
)
def test_what_is_no_instant_is_refused_in_one_sentence(when: When) -> None:
    with pytest.raises(InvalidInputError, match=r"^since=.* is no instant: give a datetime"):
        to_us(when, "since")


def test_ends_out_of_order_are_refused() -> None:
    assert span(1, 1) == (1_000_000, 1_000_000)
    with pytest.raises(InvalidInputError, match="until=1 lies before since=2"):
        span(2, 1)
