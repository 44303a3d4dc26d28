"""Whatever a channel's log holds, ElizaOS's clients are told it in order and to the end."""

from __future__ import annotations

from hypothesis import given

from jupyter_agentchat.dialects.eliza import payloads as out
from jupyter_agentchat.dialects.eliza.projection import Projection
from jupyter_agentchat.dialects.eliza.turn import Turns, status_of
from jupyter_agentchat.protocol.codec import merge_deltas
from jupyter_agentchat.protocol.events import (
    TERMINAL,
    AnyEvent,
    StreamDelta,
    StreamEmbed,
    StreamFile,
)
from tests.properties.strategies import LogWriter, logs

FORM = out.Form("lab")


def example() -> list[AnyEvent]:
    writer = LogWriter("lab")
    writer.start()
    stream = next(iter(writer.live))
    for text in ("a", "b"):
        writer.delta(stream, text, reasoning=False)
    writer.end(stream, 0)
    return writer.events


EXAMPLE = example()


def project(log: list[AnyEvent]) -> list[out.Projected]:
    projection = Projection(FORM)
    return [payload for event in log for payload in projection.feed(event)]


def joined(payloads: list[out.Projected]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for each in payloads:
        if isinstance(each, out.MessageStreamChunk):
            texts[each.message_id] = texts.get(each.message_id, "") + each.chunk
    return texts


@given(logs())
def test_chunks_are_numbered_from_0_without_a_gap(log: list[AnyEvent]) -> None:
    indices: dict[str, list[int]] = {}
    for each in project(log):
        if isinstance(each, out.MessageStreamChunk):
            indices.setdefault(each.message_id, []).append(each.index)
    for numbers in indices.values():
        assert numbers == list(range(len(numbers)))


@given(logs())
def test_each_turn_ends_once_and_in_order(log: list[AnyEvent]) -> None:
    ended = {event.message: event for event in log if isinstance(event, TERMINAL)}
    brought = {event.stream for event in log if isinstance(event, StreamFile | StreamEmbed)}
    told: dict[str, list[str]] = {}
    for each in project(log):
        if isinstance(each, out.MessageBroadcast) and each.source == "agent_response":
            told.setdefault(each.id, []).append(each.event)
        elif isinstance(each, out.MessageStreamError | out.MessageComplete):
            told.setdefault(each.message_id, []).append(each.event)
        elif isinstance(each, out.ControlMessage):
            told.setdefault(each.message_id, []).append(each.action)
    for message, event in ended.items():
        last = ["messageComplete", "enable_input"]
        if status_of(event) != "completed":
            last.insert(0, "messageStreamError")
        elif event.text.strip() or event.stream in brought:
            last.insert(0, "messageBroadcast")
        assert told.pop(message) == ["disable_input", *last]
    assert all(names == ["disable_input"] for names in told.values())


@given(logs())
def test_an_event_always_becomes_the_same(log: list[AnyEvent]) -> None:
    turns = Turns()
    projection = Projection(FORM, turns)
    first = [projection.feed(event) for event in log]
    assert [projection.feed(event) for event in log] == first
    assert [Projection(FORM, turns).project(event) for event in log] == first


@given(logs())
def test_merged_chunks_say_the_same(log: list[AnyEvent]) -> None:
    turns = Turns()
    for event in log:
        turns.learn(event)
    projection = Projection(FORM, turns)
    merged = [each for event in merge_deltas(log) for each in projection.project(event)]
    assert joined(merged) == joined(project(log))
    covered: dict[str, int] = {}
    for each in merged:
        if isinstance(each, out.MessageStreamChunk):
            assert each.index == covered.get(each.message_id, 0)
            last = each.index if each.last_index is None else each.last_index
            covered[each.message_id] = last + 1


def test_the_checks_see_a_lost_chunk() -> None:
    projection = Projection(FORM)
    log = [event for event in EXAMPLE if not (isinstance(event, StreamDelta) and event.index == 0)]
    chunks = [
        each
        for event in log
        for each in projection.feed(event)
        if isinstance(each, out.MessageStreamChunk)
    ]
    assert [each.index for each in chunks] == [1]
