from __future__ import annotations

from typing import Any

from jupyter_agentchat.dialects.openwebui.chat_events import ChatEvents
from jupyter_agentchat.protocol.events import (
    AnyEvent,
    MessageCreated,
    StreamCancelled,
    StreamCompleted,
    StreamDelta,
    StreamEmbed,
    StreamFailed,
    StreamFile,
    StreamInterrupted,
    StreamReplace,
    StreamSource,
    StreamStarted,
    StreamStatus,
    StreamUsage,
)
from jupyter_agentchat.protocol.model import Author, Channel, ErrorInfo, Message, Usage

CHAT = Channel(id="c1", name="A chat")
AT: dict[str, Any] = {"seq": 1, "t": 1}


def asked(**kept: Any) -> MessageCreated:
    message = Message(
        id="q",
        channel="c1",
        seq=1,
        author=Author(id="ann", kind="user", name="Ann"),
        text="hi",
        created_at=1,
        status="complete",
        metadata={"openwebui": kept},
    )
    return MessageCreated(**AT, message=message)


STARTED = StreamStarted(**AT, stream="s", message="a", agent="eliza", reply_to="q")


def delta(text: str, index: int = 0, **fields: Any) -> StreamDelta:
    return StreamDelta(**AT, stream="s", index=index, text=text, **fields)


def told(*events: AnyEvent, size: int = 1) -> list[Any]:
    chats = ChatEvents(size)
    return [each["data"] for event in events for each in chats.take(CHAT, event)]


def content(text: str) -> dict[str, Any]:
    data = {"choices": [{"index": 0, "delta": {"content": text}}]}
    return {"type": "chat:completion", "data": data}


def test_every_event_has_its_type() -> None:
    usage = Usage(input_tokens=1, output_tokens=2)
    done = {"done": True, "content": "b", "title": "A chat"}
    assert told(
        asked(),
        STARTED,
        StreamStatus(**AT, stream="s", description="looks", done=True),
        StreamSource(**AT, stream="s", source={"name": "x"}),
        StreamFile(**AT, stream="s", file={"name": "f"}),
        StreamEmbed(**AT, stream="s", embed={"url": "u"}),
        delta("why", kind="reasoning"),
        delta("a"),
        delta("{}", kind="tool_call"),
        StreamReplace(**AT, stream="s", text="b"),
        StreamUsage(**AT, stream="s", usage=usage),
        StreamCompleted(**AT, stream="s", message="a", text="b"),
    ) == [
        {"type": "status", "data": {"description": "looks", "done": True, "hidden": False}},
        {"type": "source", "data": {"name": "x"}},
        {"type": "files", "data": {"files": [{"name": "f"}]}},
        {"type": "embeds", "data": {"embeds": [{"url": "u"}]}},
        {
            "type": "chat:completion",
            "data": {"choices": [{"index": 0, "delta": {"reasoning_content": "why"}}]},
        },
        content("a"),
        {"type": "replace", "data": {"content": "b"}},
        {
            "type": "chat:completion",
            "data": {
                "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
            },
        },
        {"type": "chat:completion", "data": done},
    ]


def test_the_answer_goes_under_the_id_that_the_client_gave_it() -> None:
    chats = ChatEvents(1)
    for event in (asked(id="m1"), STARTED):
        assert chats.take(CHAT, event) == []
    (envelope,) = chats.take(CHAT, delta("a"))
    assert (envelope["chat_id"], envelope["message_id"]) == ("c1", "m1")
    other = ChatEvents(1)
    other.take(CHAT, STARTED)
    assert other.take(CHAT, delta("a"))[0]["message_id"] == "a"


def test_deltas_are_joined_by_the_larger_size_and_nothing_is_lost_before_another_event() -> None:
    events: list[AnyEvent] = [asked(chunk_size=3), STARTED, *(delta(text) for text in "abcd")]
    status = StreamStatus(**AT, stream="s", description="x")
    got = told(*events, status, size=2)
    assert got[:2] == [content("abc"), content("d")]
    assert got[2]["type"] == "status"
    assert told(asked(), STARTED, delta("a"), delta("b"), size=2) == [content("ab")]


def test_what_is_held_goes_out_after_a_silence() -> None:
    chats = ChatEvents(9)
    for event in (asked(), STARTED, delta("a")):
        assert chats.take(CHAT, event) == []
    assert chats.holding == ["s"]
    assert [each["data"] for each in chats.flush("s")] == [content("a")]
    assert (chats.holding, chats.flush("s"), chats.flush("gone")) == ([], [], [])


def test_a_snapshot_replaces_what_a_tab_has() -> None:
    chats = ChatEvents(1)
    chats.take(CHAT, STARTED)
    (envelope,) = chats.snapshot("s", "so far")
    assert envelope["data"] == {"type": "chat:completion", "data": {"content": "so far"}}
    assert chats.snapshot("gone", "x") == []


def test_an_answer_that_is_not_whole_says_why_and_is_done() -> None:
    end: dict[str, Any] = {**AT, "stream": "s", "message": "a", "text": "x"}
    error = ErrorInfo(code="c", message="It broke.")
    for event, kinds in (
        (StreamFailed(**end, error=error), ["chat:message:error", "chat:completion"]),
        (StreamInterrupted(**end), ["chat:message:error", "chat:completion"]),
        (StreamCancelled(**end), ["chat:tasks:cancel", "chat:completion"]),
    ):
        got = told(STARTED, event)
        assert [each["type"] for each in got] == kinds
        assert got[-1]["data"]["done"] is True
    assert told(STARTED, StreamFailed(**end, error=error))[0]["data"] == {
        "error": {"content": "It broke."}
    }


def test_an_ended_stream_says_no_more() -> None:
    end = StreamCompleted(**AT, stream="s", message="a", text="x")
    assert len(told(STARTED, end, delta("late"), end)) == 1
