from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.log import AsyncLog
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.plot.source import first_request, samples, streams_of
from tests.unit.frames.test_log import AsyncSource, Source
from tests.unit.plot.drawn import EMPTY, log, timelines


def test_a_log_gives_its_streams_by_agent() -> None:
    found = streams_of(log())
    assert [each.group for each in found[:3]] == ["fast", "slow", "fast"]
    assert found[0].label == "fast · s00"
    assert {each.group for each in streams_of(log(), by="status")} == {"completed", "failed"}


def test_timelines_have_names_or_numbers() -> None:
    assert [each.label for each in streams_of(timelines())] == ["early", "late"]
    named = [each.label for each in streams_of(list(timelines().values()))]
    assert named == ["stream 0", "stream 1"]


def test_groups_of_a_log_and_of_a_mapping() -> None:
    assert {name: len(of) for name, of in samples(log(), at="agent", by="agent").items()} == {
        "fast": 6,
        "slow": 6,
    }
    both = samples({"a": log(), "b": list(timelines().values())}, at="agent", by="agent")
    assert {name: len(of) for name, of in both.items()} == {"a": 12, "b": 2}
    assert list(samples(timelines(), at="agent", by="agent")) == ["streams"]


@pytest.mark.parametrize("source", [3, [3], {"a": 3}, "log"])
def test_other_things_are_refused(source: object) -> None:
    with pytest.raises(InvalidInputError, match="a figure is drawn of a Log or of Timelines"):
        streams_of(source)  # type: ignore[arg-type]


@pytest.mark.parametrize("source", [EMPTY, {}, []])
def test_nothing_to_draw_is_said(source: dict[str, Timeline]) -> None:
    with pytest.raises(InvalidInputError, match="no stream to draw"):
        streams_of(source)


def test_wrong_columns_and_awaited_logs_are_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"no column of streams\(\) called 'colour'"):
        streams_of(log(), by="colour")
    awaited = AsyncLog(AsyncSource(Source(EMPTY._source._store)), None)  # type: ignore[attr-defined]
    with pytest.raises(InvalidInputError, match="not an AsyncLog"):
        streams_of(awaited)  # type: ignore[arg-type]


def test_one_axis_of_time_needs_one_clock() -> None:
    one = streams_of([Timeline(7, [9], clock_id="a"), Timeline(5, [9], clock_id="a")])
    assert first_request(one) == 5
    two = streams_of([Timeline(7, [9], clock_id="a"), Timeline(5, [9], clock_id="b")])
    with pytest.raises(InvalidInputError, match="of 2 clocks"):
        first_request(two)
