from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.plot import hops
from tests.unit.plot.drawn import EMPTY, log, sound, timelines


def test_each_hop_and_the_whole() -> None:
    frame = sound(hops(log()))
    assert frame["quantile"].unique().tolist() == [0.5, 0.99]
    median = frame[frame["quantile"] == 0.5].set_index("hop")["duration_s"]
    assert median.to_dict() == pytest.approx(
        {"agent": 1e-6, "bus": 2e-6, "socket": 3e-6, "client": 20e-6, "whole": 26e-6}
    )
    assert frame["n"].eq(72).all()


def test_a_hop_below_its_uncertainty_is_hatched() -> None:
    frame = hops(log()).frame
    client = frame[frame["hop"] == "client"]
    assert (client["uncertainty_s"] > client["duration_s"]).all()
    assert "<pattern" in hops(log()).svg()


def test_words_tell_each_part() -> None:
    assert "quantile 0.5: agent 1 µs; bus 2 µs; socket 3 µs; client 20 µs" in hops(log()).alt


def test_bad_input_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="hops are drawn of a Log, not of dict"):
        hops(timelines())  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="no chunk passed two hops"):
        hops(EMPTY)
    with pytest.raises(InvalidInputError, match="numbers from 0 to 1"):
        hops(log(), quantiles=(99,))
