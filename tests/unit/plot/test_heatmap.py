from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.plot import heatmap
from tests.unit.plot.drawn import S, log, sound


def test_one_row_for_each_gap() -> None:
    frame = sound(heatmap(log()))
    assert len(frame) == 12 * 5
    assert frame["gap_s"].max() == pytest.approx(1.52)
    worst = frame.iloc[int(frame["gap_s"].argmax())]
    assert (worst["stream_id"], worst["index"]) == ("s03", 4)


def test_words_tell_the_worst() -> None:
    assert heatmap(log()).alt == (
        "Gaps between the chunks of 12 streams as colours on a log scale. The median gap is 20 ms, "
        "the longest 1.52 s before chunk 4 of s03."
    )


def test_equal_instants_and_equal_gaps_are_drawn() -> None:
    assert sound(heatmap([Timeline(0, [S, S, S])]))["gap_s"].tolist() == [0, 0]
    sound(heatmap([Timeline(0, [S, 2 * S])] * 40))


def test_without_a_gap_there_is_nothing_to_draw() -> None:
    with pytest.raises(InvalidInputError, match="no stream has two chunks"):
        heatmap([Timeline(0, [S]), Timeline(5, [4, 3])])
