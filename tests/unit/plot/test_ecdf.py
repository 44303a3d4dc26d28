from __future__ import annotations

import math

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.plot import ecdf
from tests.unit.plot.drawn import log, sound, timelines


def test_steps_and_band_by_agent() -> None:
    frame = sound(ecdf(log()))
    fast = frame[frame["group"] == "fast"]
    assert fast["x"].tolist() == pytest.approx([0.1 + 0.002 * k for k in range(6)])
    assert fast["f"].tolist() == pytest.approx([k / 6 for k in range(1, 7)])
    band = math.sqrt(math.log(40) / 12)
    assert (fast["f"] - fast["low"]).iloc[-1] == pytest.approx(band)
    assert fast["high"].max() == 1.0
    assert len(frame[frame["group"] == "slow"]) == 5  # the failed one has no number


def test_words_tell_the_medians() -> None:
    alt = ecdf(log()).alt
    assert "fast: 6 streams, half of them at most 104 ms" in alt
    assert alt.startswith("Distribution of TTFT at the agent")


def test_streams_without_a_number_are_told() -> None:
    figure = ecdf(log())
    assert "slow: 5 streams, 1 without a number, half of them at most" in figure.alt
    assert "fast: 6 streams, half" in figure.alt
    assert "11 streams, 1 without a number · 95 % band" in figure.svg()
    assert "without" not in ecdf(timelines()).alt
    none = ecdf({"some": log(), "none": [Timeline(0, [])]})
    assert none.alt.endswith("; none: none, 1 without a number.")


def test_logs_and_timelines_by_name() -> None:
    frame = sound(ecdf({"a": log(), "b": list(timelines().values())}, "e2e"))
    assert set(frame["group"]) == {"a", "b"}
    assert set(sound(ecdf(timelines()))["group"]) == {"streams"}
    sound(ecdf(log(), "qoe", by="status"))


def test_bad_input_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no metric 'speed'"):
        ecdf(log(), "speed")
    with pytest.raises(InvalidInputError, match="no stream has a number for time_to_first_paint"):
        ecdf(log(), "time_to_first_paint")
    with pytest.raises(InvalidInputError, match="confidence is 95; it has to be between 0 and 1"):
        ecdf(log(), confidence=95)
