from __future__ import annotations

import pytest

from jupyter_agentchat import metrics
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.plot import goodput
from tests.unit.plot.drawn import S, log, sound

SLO = {"ttft_ms": 200}


def test_at_one_stands_the_goodput_itself() -> None:
    source = log()
    frame = sound(goodput(source, SLO))
    here = frame[frame["factor"] == 1].set_index("group")
    for agent in ("fast", "slow"):
        run = [each.timeline for each in source.measured() if each.row["agent"] == agent]
        assert here.loc[agent, "goodput"] == pytest.approx(metrics.goodput(run, slo=SLO))
    assert (here.loc["fast", "good"], here.loc["slow", "good"]) == (6, 0)


def test_looser_limits_are_met_by_more() -> None:
    frame = goodput(log(), {"ttft_ms": 200, "qoe": 0.5}).frame
    for _, of in frame.groupby("group"):
        assert of["good"].is_monotonic_increasing
        assert of["n"].eq(6).all()


def test_words_tell_the_objectives() -> None:
    alt = goodput(log(), {"ttft_ms": 200, "qoe": 0.5}).alt
    assert "TTFT ≤ 200 ms and QoE ≥ 0.5" in alt
    assert "6 of 6 good" in alt


def test_bad_input_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="slo names 'speed'"):
        goodput(log(), {"speed": 1})
    with pytest.raises(InvalidInputError, match="no group has a duration"):
        goodput([Timeline(0, [])], SLO)
    of_two_clocks = [Timeline(0, [S], clock_id="a"), Timeline(0, [S], clock_id="b")]
    with pytest.raises(InvalidInputError, match=r"no group has a duration: .* of 2 clocks"):
        goodput(of_two_clocks, SLO)
