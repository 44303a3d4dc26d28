from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA
from jupyter_agentchat.plot.figure import canvas
from jupyter_agentchat.plot.scale import scale, title, without, written


@pytest.mark.parametrize(
    ("low", "high", "unit", "wanted"),
    [
        (0.1, 0.2, "s", "linear"),
        (0.001, 1.0, "s", "log"),
        (0, 1, "s", "linear"),
        (1, 900, "1", "linear"),
    ],
)
def test_wide_durations_go_by_decades(low: float, high: float, unit: str, wanted: str) -> None:
    with canvas(2) as (_, (axes,)):
        scale(axes, "x", low, high, unit)
        assert axes.get_xscale() == wanted


def test_who_has_no_number_is_told() -> None:
    assert without([1.0, NA("failed"), NA("failed")]) == ", 2 without a number"
    assert not without([1.0])


def test_metrics_are_written_out() -> None:
    assert (written("ttft"), written("stall_ratio")) == ("TTFT", "stall ratio")
    assert title("tokens_per_second", "agent", "tokens/s") == (
        "tokens per second at the agent (tokens/s)"
    )
    assert title("ttft", "client", "s") == "TTFT at the client"
