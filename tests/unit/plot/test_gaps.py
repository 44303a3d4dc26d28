from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.plot import gaps
from tests.unit.plot.drawn import S, log, sound


def test_each_gap_and_each_return() -> None:
    frame = sound(gaps(log()))
    points = frame[frame["what"] == "gap"]
    assert len(points) == 12 * 5
    assert points["t_s"].min() == pytest.approx(0.12)
    (back,) = frame[frame["what"] == "reconnect"].to_dict("records")
    assert (back["id"], back["t_s"]) == ("d", 2.0)


def test_words_and_marks_tell_it() -> None:
    figure = gaps(log())
    assert "1 longer than 1 s; readers came back 1 times." in figure.alt
    assert "reader came back" in figure.svg()
    assert "stall (over 1 s)" in figure.svg()


def test_timelines_have_no_readers() -> None:
    figure = gaps([Timeline(0, [S, S, 3 * S])])
    assert set(sound(figure)["what"]) == {"gap"}
    assert "reader came back" not in figure.svg()


def test_a_million_gaps_are_one_picture() -> None:
    figure = gaps([Timeline(0, list(range(0, 20_000_000, 1000)))])
    assert len(figure.frame) == 19_999
    assert len(figure.svg()) < 200_000


def test_bad_input_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no stream has two chunks"):
        gaps([Timeline(0, [S])])
    with pytest.raises(InvalidInputError, match="2 clocks"):
        gaps([Timeline(0, [1, 2], clock_id="a"), Timeline(0, [1, 2], clock_id="b")])
