from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.measures import METRICS, metric_of, values
from jupyter_agentchat.frames.timelines import Measured
from jupyter_agentchat.metrics import NA, Timeline

S = 1_000_000_000
STREAM = Measured(
    {"stream_id": "s"},
    Timeline(S, [2 * S, 4 * S, 5 * S], n_tokens=3, t_intended=0, t_first_paint=3 * S),
)
MISSED = Measured({"stream_id": "t"}, Timeline(S, [], t_intended=0), NA("nobody saw it"))


@pytest.mark.parametrize("name", METRICS)
def test_each_metric_gives_one_number(name: str) -> None:
    (found,) = values([STREAM], name)
    assert isinstance(found, int | float)


def test_their_numbers() -> None:
    wanted = {"ttft": 1.0, "icl": 1.5, "itl": 1.5, "stalls": 1, "stall_ratio": 1 / 3, "e2e": 4.0}
    for name, number in wanted.items():
        assert values([STREAM], name) == [pytest.approx(number)]


def test_what_was_not_seen_whole_has_its_reason() -> None:
    (found,) = values([MISSED], "ttft")
    assert found is MISSED.missing
    assert values([MISSED], "dispatch_delay") == [1.0]


def test_a_function_is_a_metric_too() -> None:
    def chunks(timeline: Timeline) -> float:
        return float(len(timeline.t_chunks))

    assert values([STREAM], chunks) == [3.0]
    assert metric_of(chunks)[0] == "chunks"


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no metric 'speed'; choose one of ttft"):
        metric_of("speed")
