from __future__ import annotations

from typing import Any

import msgspec
import pytest

from jupyter_agentchat.dialects.eliza import payloads as out
from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER, agent_id
from jupyter_agentchat.dialects.eliza.marks import Marks, marked
from jupyter_agentchat.dialects.eliza.projection import Projection
from jupyter_agentchat.dialects.eliza.turn import Turns
from jupyter_agentchat.protocol.events import (
    AnyEvent,
    ChannelCleared,
    ChannelUpdated,
    MessageCreated,
    MessageDeleted,
    MessageUpdated,
    StreamCancelled,
    StreamCompleted,
    StreamDelta,
    StreamFailed,
    StreamFile,
    StreamStarted,
    StreamStatus,
)
from jupyter_agentchat.protocol.model import Author, Channel, ErrorInfo, Message, Usage

ELIZA = agent_id("eliza")
COMMON = {
    "channelId": "my/room",
    "roomId": "my/room",
    "messageServerId": DEFAULT_SERVER,
    "serverId": DEFAULT_SERVER,
}
STARTED = StreamStarted(seq=2, t=2_000_000, stream="s", message="m2", agent="eliza", reply_to="m1")


def told(*events: AnyEvent) -> list[tuple[str, Any]]:
    projection = Projection(out.Form("my/room"))
    return [
        (each.event, msgspec.to_builtins(each))
        for event in events
        for each in projection.feed(event)
    ]


def message(**fields: Any) -> Message:
    author = Author(id="ada", kind="user", name="Ada")
    given = {
        "id": "m1",
        "channel": "lab",
        "seq": 1,
        "author": author,
        "text": "hi",
        "created_at": 1_234_567,
        "status": "complete",
        **fields,
    }
    return Message(**given)


def test_a_users_message_is_shown_with_its_alias() -> None:
    marks = Marks(sender_id="user-123", sender_name="Extension User", source="extension")
    metadata = marked({"topic": "x", "eliza": "forged"}, marks)
    event = MessageCreated(
        seq=1, t=1, message=message(metadata=metadata, client_message_id="c1", reply_to="m0")
    )
    assert told(event) == [
        (
            "messageBroadcast",
            {
                **COMMON,
                "seq": 1,
                "id": "m1",
                "senderId": "user-123",
                "senderName": "Extension User",
                "text": "hi",
                "createdAt": 1234,
                "source": "extension",
                "attachments": (),
                "metadata": {"topic": "x"},
                "clientMessageId": "c1",
                "inReplyTo": "m0",
            },
        )
    ]


def test_a_message_of_another_face_has_a_sender_too() -> None:
    [(_, payload)] = told(MessageCreated(seq=1, t=1, message=message(metadata={"eliza": [1]})))
    assert payload["senderId"] == agent_id("ada")
    assert payload["senderName"] == "Ada"
    assert payload["metadata"] == {}


def test_a_turn_from_its_beginning_to_its_end() -> None:
    events = told(
        STARTED,
        StreamStatus(seq=3, t=3, stream="s", description="Searching"),
        StreamDelta(seq=4, t=4, stream="s", index=0, text="Hm. ", kind="reasoning"),
        StreamDelta(seq=5, t=5, stream="s", index=1, text="Hel"),
        StreamFile(seq=6, t=6, stream="s", file={"name": "a.txt"}),
        StreamDelta(seq=7, t=7, stream="s", index=2, text="lo"),
        StreamCompleted(
            seq=8,
            t=8,
            stream="s",
            message="m2",
            text="Hello",
            usage=Usage(output_tokens=2),
            metadata={"actions": ["REPLY", "SEARCH"]},
        ),
    )
    assert [name for name, _ in events] == [
        "controlMessage",
        "userTyping",
        "message",
        "message",
        "messageStreamChunk",
        "messageStreamChunk",
        "userTyping",
        "messageBroadcast",
        "messageComplete",
        "controlMessage",
    ]
    payloads = [payload for _, payload in events]
    assert payloads[0] == {
        **COMMON,
        "seq": 2,
        "action": "disable_input",
        "target": "input",
        "agentId": ELIZA,
        "messageId": "m2",
    }
    assert payloads[1] == {**COMMON, "seq": 2, "userId": ELIZA, "isTyping": True}
    assert payloads[2]["type"] == out.SocketMessageType.THINKING
    assert [payloads[2]["payload"]["text"], payloads[3]["payload"]["text"]] == ["Searching", "Hm. "]
    assert payloads[4] == {
        **COMMON,
        "seq": 5,
        "messageId": "m2",
        "chunk": "Hel",
        "index": 0,
        "agentId": ELIZA,
    }
    assert payloads[5]["index"] == 1
    assert payloads[7] == {
        **COMMON,
        "seq": 8,
        "id": "m2",
        "senderId": ELIZA,
        "senderName": "eliza",
        "text": "Hello",
        "createdAt": 2000,
        "source": "agent_response",
        "attachments": ({"name": "a.txt"},),
        "metadata": {
            "agentId": ELIZA,
            "agentName": "eliza",
            "actions": ["REPLY", "SEARCH"],
            "usage": {"output_tokens": 2},
        },
        "inReplyTo": "m1",
        "thought": "Hm. ",
        "actions": ["REPLY", "SEARCH"],
    }
    assert payloads[8]["status"] == "completed"
    assert payloads[9]["action"] == "enable_input"


@pytest.mark.parametrize(
    ("end", "error", "code"),
    [
        (
            StreamFailed(
                seq=3,
                t=3,
                stream="s",
                message="m2",
                text="par",
                error=ErrorInfo(code="agent_failed", message="It broke."),
            ),
            "It broke.",
            "agent_failed",
        ),
        (
            StreamCancelled(seq=3, t=3, stream="s", message="m2", text="par", reason="superseded"),
            "The answer was cancelled: superseded.",
            "cancelled",
        ),
    ],
    ids=["failed", "superseded"],
)
def test_a_turn_that_breaks_off_says_so(end: AnyEvent, error: str, code: str) -> None:
    names, payloads = zip(*told(STARTED, end), strict=True)
    assert names[2:] == ("userTyping", "messageStreamError", "messageComplete", "controlMessage")
    assert payloads[3]["error"] == error
    assert payloads[3]["code"] == code
    assert payloads[3]["partialText"] == "par"
    assert payloads[4]["status"] in ("failed", "cancelled")


@pytest.mark.parametrize(
    ("text", "metadata"), [("", {}), (" \n", {}), ("said", {"actions": ["IGNORE"]})]
)
def test_a_silent_turn_is_completed_without_a_message(text: str, metadata: dict[str, Any]) -> None:
    end = StreamCompleted(
        seq=3, t=3, stream="s", message="m2", text=text, metadata=metadata, reason="ignored"
    )
    names = [name for name, _ in told(STARTED, end)]
    assert names[2:] == ["userTyping", "messageComplete", "controlMessage"]


def test_changes_have_their_events() -> None:
    channel = Channel(id="lab", name="Lab", agents=("eliza",), created_at=5000)
    events = told(
        ChannelUpdated(seq=1, t=1, channel=channel),
        MessageUpdated(seq=2, t=2, message="m1", text="ho"),
        MessageDeleted(seq=3, t=3, message="m1"),
        ChannelCleared(seq=4, t=4),
    )
    assert [name for name, _ in events] == [
        "channelUpdated",
        "messageUpdated",
        "messageDeleted",
        "channelCleared",
    ]
    assert events[0][1]["updates"] == {
        "id": "my/room",
        "name": "Lab",
        "type": "GROUP",
        "messageServerId": DEFAULT_SERVER,
        "agents": [ELIZA],
        "metadata": {},
        "createdAt": 5,
    }
    assert events[2][1] == {**COMMON, "seq": 3, "messageId": "m1"}


def test_nothing_is_said_of_an_answer_whose_beginning_is_not_known() -> None:
    assert told(StreamDelta(seq=3, t=3, stream="s", index=4, text="x")) == []


def test_the_answers_that_ended_first_are_forgotten_first() -> None:
    turns = Turns(max_ended=1)
    for name in ("a", "b"):
        turns.learn(StreamStarted(seq=1, t=1, stream=name, message=f"m{name}", agent="eliza"))
        turns.learn(StreamCompleted(seq=2, t=2, stream=name, message=f"m{name}", text="x"))
    assert turns.get("a") is None
    assert turns.get("b") is not None
