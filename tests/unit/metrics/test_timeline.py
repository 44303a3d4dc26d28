from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.metrics.timeline import Timeline, TimelineTypeError


def test_sequences_become_tuples_and_the_timeline_cannot_change() -> None:
    timeline = Timeline(0, [1, 2], ["text", None], [3, None])
    assert timeline.t_chunks == (1, 2)
    assert timeline.kinds == ("text", None)
    assert timeline.chunk_tokens == (3, None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        timeline.t_request = 1  # type: ignore[misc]
    assert not hasattr(timeline, "__dict__")
    assert hash(timeline) == hash(Timeline(0, (1, 2), ("text", None), (3, None)))


def test_numpy_integers_are_integers() -> None:
    timeline = Timeline(np.int64(5), np.array([6, 7]), n_tokens=np.int32(2))  # type: ignore[arg-type]
    assert timeline == Timeline(5, [6, 7], n_tokens=2)
    assert [type(instant) for instant in timeline.t_chunks] == [int, int]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"t_request": 0.0}, "t_request is 0.0"),
        ({"t_request": None}, "t_request is None"),
        ({"t_request": True}, "t_request is True"),
        ({"t_request": np.array([1, 2])}, "t_request is array"),
        ({"t_chunks": [1, float("nan")]}, r"t_chunks\[1\] is nan"),
        ({"t_chunks": [1, None]}, r"t_chunks\[1\] is None"),
        ({"t_chunks": "12"}, r"t_chunks\[0\] is '1'"),
        ({"t_chunks": 12}, "t_chunks is 12; it has to be a sequence"),
        ({"chunk_tokens": [1.0]}, r"chunk_tokens\[0\] is 1.0; it has to be a count"),
        ({"n_tokens": float("nan")}, "n_tokens is nan; it has to be a count"),
        ({"t_end": 1.5}, "t_end is 1.5; it has to be integer nanoseconds"),
        ({"t_intended": "1"}, "t_intended is '1'"),
        ({"t_first_paint": 1.5}, "t_first_paint is 1.5"),
        ({"kinds": "text"}, "kinds is 'text'"),
        ({"kinds": 5}, "kinds is 5; it has to be a sequence"),
        ({"chunk_tokens": 5}, "chunk_tokens is 5; it has to be a sequence"),
        ({"kinds": [1]}, r"kinds\[0\] is 1"),
        ({"status": None}, "status is None"),
    ],
)
def test_wrong_types_raise(arguments: dict[str, Any], sentence: str) -> None:
    given = {"t_request": 0, "t_chunks": [1], **arguments}
    with pytest.raises(TimelineTypeError, match=sentence):
        Timeline(**given)


def test_the_error_is_ours_and_of_both_builtin_kinds() -> None:
    assert issubclass(TimelineTypeError, (AgentChatError))
    assert issubclass(TimelineTypeError, TypeError)
    assert issubclass(TimelineTypeError, ValueError)


@pytest.mark.parametrize(
    ("timeline", "sentence"),
    [
        (Timeline(100, [90]), "the first chunk arrived before the request was sent"),
        (Timeline(0, [1, 5, 4]), "chunk 2 arrived before chunk 1"),
        (Timeline(0, [1, 2], kinds=["text"]), "kinds has 1 entries for 2 chunks"),
        (Timeline(0, [1], chunk_tokens=[1, 2]), "chunk_tokens has 2 entries for 1 chunks"),
        (Timeline(0, [1], chunk_tokens=[-1]), "negative"),
        (Timeline(0, [1], n_tokens=-1), "negative"),
    ],
)
def test_contradictions_are_a_problem_but_no_error(timeline: Timeline, sentence: str) -> None:
    assert timeline.problem is not None
    assert sentence in timeline.problem


@pytest.mark.parametrize("chunks", [[], [5], [5, 5, 5], [0], [-3, 2]])
def test_none_one_and_equal_instants_are_no_problem(chunks: list[int]) -> None:
    assert Timeline(-9, chunks).problem is None


def test_replacing_the_status_checks_again() -> None:
    timeline = Timeline(0, [1], status="failed")
    assert dataclasses.replace(timeline, t_request=2).problem is not None
    assert dataclasses.replace(timeline, status="completed").status == "completed"


@pytest.mark.parametrize(
    ("n_tokens", "chunk_tokens", "tokens"),
    [(8, [1, 2], 8), (None, [1, 2], 3), (None, [1, None], None), (None, None, None), (0, None, 0)],
)
def test_usage_prevails_over_the_sum(
    n_tokens: int | None, chunk_tokens: list[int | None] | None, tokens: int | None
) -> None:
    assert Timeline(0, [1, 2], None, chunk_tokens, n_tokens).tokens == tokens


def test_one_clock_or_several() -> None:
    assert Timeline(0, [1], clock_id="server").clock_id == "server"
    assert Timeline(0, [1], clock_id=["server", "server"]).clock_id == "server"
    mixed = Timeline(0, [1], clock_id=["server", "page"])
    assert mixed.problem == "its instants are of 2 clocks: a duration needs one"


@pytest.mark.parametrize("clock", [3, [], [None], ["server", 3]])
def test_a_clock_has_a_name(clock: object) -> None:
    with pytest.raises(TimelineTypeError, match="it has to be the name of a clock"):
        Timeline(0, [1], clock_id=clock)  # type: ignore[arg-type]
