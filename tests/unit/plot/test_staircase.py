from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import Timeline, qoe
from jupyter_agentchat.plot import staircase
from tests.unit.plot.drawn import S, log, sound, timelines

PAGE = json.loads((Path(__file__).parents[2] / "data/metrics/vectors.json").read_text("utf-8"))
ANDES = {
    name: Timeline(0, [round(at * S) for at in arrived], n_tokens=len(arrived))
    for vector in PAGE["vectors"]
    if vector["id"] == "andes.timelines"
    for name, arrived in vector["inputs"]["arrivals"].items()
}


def test_the_curves_are_those_that_qoe_compares() -> None:
    frame = sound(staircase(ANDES, ttft_expected=1, tds_expected=10))
    for name, timeline in ANDES.items():
        of = frame[(frame["stream_id"] == name) & (frame["t_s"] <= 13.0)]
        widths = np.diff(of["t_s"])
        readable, expected = (
            float((widths * (of[curve].to_numpy()[1:] + of[curve].to_numpy()[:-1]) / 2).sum())
            for curve in ("readable", "expected")
        )
        assert min(1.0, readable / expected) == pytest.approx(
            qoe(timeline, ttft_expected=1, tds_expected=10), abs=0.002
        )


def test_each_panel_tells_its_score() -> None:
    figure = staircase(ANDES, ttft_expected=1, tds_expected=10)
    for score in ("1.000", "0.174", "0.616"):
        assert f"QoE {score}" in figure.svg()
        assert score in figure.alt


def test_nobody_reads_ahead_of_delivery() -> None:
    frame = sound(staircase(log()))
    assert (frame["readable"] <= frame["delivered"] + 1e-9).all()
    assert frame.groupby("stream_id")["delivered"].max().eq(6).all()


def test_a_stream_without_tokens_is_left_out() -> None:
    figure = staircase({"none": Timeline(0, []), **timelines()})
    assert set(sound(figure)["stream_id"]) == {"early", "late"}


def test_one_stream_is_no_streams() -> None:
    assert staircase([Timeline(0, [S])]).alt.startswith("Tokens over time of 1 stream against")
    assert "of 2 streams against" in staircase(timelines()).alt


def test_bad_input_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="tds_expected is 0"):
        staircase(log(), tds_expected=0)
    with pytest.raises(InvalidInputError, match="no stream has a token"):
        staircase({"none": Timeline(0, [])})
