from __future__ import annotations

import pandas as pd
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.plot import hops
from tests.unit.plot.drawn import EMPTY, log, sound, timelines


def test_each_hop_and_the_whole() -> None:
    frame = sound(hops(log()))
    assert frame["quantile"].unique().tolist() == [0.5]
    median = frame[frame["quantile"] == 0.5].set_index("hop")["duration_s"]
    assert median.to_dict() == pytest.approx(
        {"agent": 1e-6, "bus": 2e-6, "socket": 3e-6, "client": 20e-6, "whole": 26e-6}
    )
    assert frame["n"].eq(72).all()


def test_a_hop_below_its_uncertainty_is_hatched() -> None:
    frame = hops(log()).frame
    client = frame[frame["hop"] == "client"]
    assert (client["uncertainty_s"] > client["duration_s"]).all()
    assert client["share_uncertain"].eq(1).all()
    assert frame.loc[frame["hop"] == "bus", "share_uncertain"].eq(0).all()
    assert "<pattern" in hops(log()).svg()


def test_history_and_hidden_pages_are_left_out() -> None:
    found = log().hops()
    socket, client = found["hop"] == "socket", found["hop"] == "client"
    late = found.assign(
        t_ns=found["t_ns"].where(~client, found["t_ns"] + 10**9),
        hop=found["hop"].astype(str).where(~client, "dom"),
        is_hidden=True,
    )
    frame = hops(Frames(late)).frame
    assert "dom" not in frame["hop"].tolist()
    history = found["stream_id"] == "s00"
    late = found.assign(
        duration_ns=found["duration_ns"].where(~(history & socket), 10**12), is_replay=history
    )
    frame = hops(Frames(late), quantiles=(1.0,)).frame.set_index("hop")
    assert frame.loc["socket", "duration_s"] == pytest.approx(3e-6)
    assert frame.loc["socket", "n"] == 66


class Frames:
    """A log of this table alone."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._table = table

    def hops(self) -> pd.DataFrame:
        return self._table


def many(copies: int) -> Frames:
    """Return a log of so many times its 72 journeys."""
    found = log().hops()
    ids = found["stream_id"]
    return Frames(pd.concat([found.assign(stream_id=ids + f"-{i}") for i in range(copies)]))


def test_a_tail_of_which_so_few_cannot_tell_is_left_out() -> None:
    few = hops(log())
    assert "72 journeys · p99 left out: too few" in few.svg()
    assert few.alt.endswith(". p99 left out: too few.")
    assert "0.99" not in few.alt
    enough = hops(many(6))
    assert enough.frame["quantile"].unique().tolist() == [0.5, 0.99]
    assert "left out" not in enough.alt
    assert hops(many(5)).frame["quantile"].unique().tolist() == [0.5]
    assert hops(log(), quantiles=(0.9,)).frame["quantile"].unique().tolist() == [0.9]
    with pytest.raises(InvalidInputError, match="72 journeys: p99 left out: too few to tell"):
        hops(log(), quantiles=(0.99,))


def test_words_tell_each_part() -> None:
    assert "quantile 0.5: agent 1 µs; bus 2 µs; socket 3 µs; client 20 µs" in hops(log()).alt


def test_bad_input_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="hops are drawn of a Log, not of dict"):
        hops(timelines())  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="no chunk passed two hops"):
        hops(EMPTY)
    with pytest.raises(InvalidInputError, match="numbers from 0 to 1"):
        hops(log(), quantiles=(99,))
