from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.plot import shift
from tests.unit.plot.drawn import MS, log, sound


def run(delay_ms: float, count: int = 60) -> list[Timeline]:
    return [Timeline(0, [round((100 + delay_ms + k) * MS)]) for k in range(count)]


def test_a_constant_delay_is_a_flat_line() -> None:
    frame = sound(shift({"a": run(30), "b": run(0)}))
    assert frame["p"].tolist() == pytest.approx([k / 10 for k in range(1, 10)])
    assert frame["shift"].tolist() == pytest.approx([0.03] * 9)
    assert (frame["low"] <= 0.03).all()
    assert (frame["high"] >= 0.03).all()


def test_two_logs_or_one_with_two_groups() -> None:
    figure = shift(log(), log())
    assert sound(figure)["shift"].eq(0).all()
    by_agent = shift(log())
    assert (sound(by_agent)["shift"] < 0).all()
    assert "fast minus slow" in by_agent.alt
    assert by_agent.frame["low"].notna().sum() < 9  # six streams tell nothing of a decile


def test_streams_without_a_number_are_told() -> None:
    figure = shift(log())
    assert figure.alt.endswith("; of slow 6 streams, 1 without a number.")
    assert "6 and 5 streams, 1 without a number · 95 % each" in figure.svg()
    assert "without" not in shift({"a": run(30), "b": run(0)}).alt


def test_bad_input_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="between two groups; here are 1"):
        shift(run(0))
    with pytest.raises(InvalidInputError, match="a group has no number for ttft"):
        shift({"a": run(0), "b": [Timeline(0, [])]})
