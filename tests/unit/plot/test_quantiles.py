from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Timeline, order_interval
from jupyter_agentchat.plot import quantiles
from tests.unit.plot.drawn import MS, log, sound

RUN = [Timeline(0, [k * MS]) for k in range(1, 101)]


def test_each_stream_is_a_step() -> None:
    frame = sound(quantiles(RUN))
    assert frame["value"].tolist() == pytest.approx([k / 1000 for k in range(1, 101)])
    assert frame["p"].iloc[0] == pytest.approx(0.005)


def test_it_is_thin_where_the_sample_tells_nothing() -> None:
    frame = quantiles(RUN).frame
    for p, told in zip(frame["p"], frame["supported"], strict=True):
        assert told == (not isinstance(order_interval(range(100), p), NA))
    assert 0.9 < frame["supported"].mean() < 0.95


def test_an_objective_is_a_line() -> None:
    figure = quantiles(log(), slo={"ttft_ms": 200, "tpot_ms": 9})
    sound(figure)
    assert "objective 200 ms" in figure.svg()
    assert "objective 9 ms" not in figure.svg()
    assert "at most 200 ms: 6 of 6, 0 of 5" in figure.alt


def test_streams_without_a_number_are_told() -> None:
    figure = quantiles(log())
    assert figure.alt.count("without a number") == 1
    assert figure.alt.endswith(", 1 without a number.")
    assert "6 and 5 streams, 1 without a number" in figure.svg()
    assert "without" not in quantiles(RUN).alt


def test_bad_input_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="slo 'mlperf:gpt' is unknown"):
        quantiles(log(), slo="mlperf:gpt")
    with pytest.raises(InvalidInputError, match="no stream has a number"):
        quantiles([Timeline(0, [])])
