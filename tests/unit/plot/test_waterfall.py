from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.plot import waterfall
from tests.unit.plot.drawn import EMPTY, S, log, sound, timelines


def test_one_row_for_each_chunk() -> None:
    frame = sound(waterfall(timelines()))
    assert frame["stream_id"].tolist() == ["early"] * 3 + ["late"] * 3
    assert frame["t_s"].tolist() == [1, 2, 3, 6, 7, 8]
    assert frame["gap_s"].tolist() == [1, 1, 1, 6, 1, 1]


def test_a_run_has_one_axis_of_time() -> None:
    run = [Timeline(5 * S, [6 * S]), Timeline(7 * S, [9 * S])]
    assert waterfall(run, run=True).frame["t_s"].tolist() == [1, 4]
    assert waterfall(run).frame["t_s"].tolist() == [1, 2]


def test_a_run_has_one_clock() -> None:
    run = [Timeline(0, [S], clock_id="a"), Timeline(5 * S, [7 * S], clock_id="b")]
    with pytest.raises(InvalidInputError, match="of 2 clocks: choose one run"):
        waterfall(run, run=True)
    assert waterfall(run).frame["t_s"].tolist() == [1, 2]


def test_it_says_what_it_shows() -> None:
    figure = waterfall(log())
    sound(figure)
    assert figure.alt == (
        "Waterfall of 12 streams with 72 chunks; the first chunk came after 100 ms to 259 ms; "
        "1 gap longer than 1 s."
    )


def test_the_last_ones_of_many_are_drawn() -> None:
    figure = waterfall(log(), limit=2)
    assert sorted(set(figure.frame["stream_id"])) == ["s10", "s11"]
    assert "2 of 12 streams" in figure.svg()


def test_a_stream_without_chunks_has_a_row() -> None:
    figure = waterfall({"none": Timeline(0, []), **timelines()})
    assert "no chunk" in figure.svg()
    sound(figure)


def test_bad_input_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no stream to draw"):
        waterfall(EMPTY)
    with pytest.raises(InvalidInputError, match="stall is 0"):
        waterfall(log(), stall=0)
