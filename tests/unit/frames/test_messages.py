from __future__ import annotations

from datetime import UTC, datetime, timedelta

from jupyter_agentchat.frames.tables import table
from jupyter_agentchat.protocol.events import (
    MessageDeleted,
    MessageReaction,
    MessageUpdated,
)
from tests.frames.logs import LogWriter, memory

START = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_messages_are_shown_as_they_are_now() -> None:
    log = LogWriter(memory())
    asked = log.message("m1", "Hello", client_message_id="k")
    log.message("m2", "gone", reply_to="m1")
    edited = log.event(MessageUpdated, message="m1", text="Hello, you")
    log.event(MessageReaction, message="m1", name="+1", user="ann", added=True)
    log.event(MessageReaction, message="m1", name="+1", user="bob", added=True)
    log.event(MessageReaction, message="m1", name="heart", user="bob", added=True)
    log.event(MessageReaction, message="m1", name="+1", user="ann", added=False)
    log.event(MessageDeleted, message="m2")
    log.flush()
    one, two = table(log.store, "messages", channel="lab", since=None, until=None).to_pylist()
    assert one == {
        "channel": "lab",
        "seq": asked,
        "message_id": "m1",
        "client_message_id": "k",
        "reply_to": None,
        "author": "ann",
        "author_kind": "user",
        "text": "Hello, you",
        "status": "complete",
        "created_at": START + timedelta(seconds=asked),
        "edited_at": START + timedelta(seconds=edited),
        "deleted": False,
        "n_reactions": 2,
        "stream_id": None,
    }
    assert (two["deleted"], two["text"], two["reply_to"]) == (True, "", "m1")


def test_an_agents_message_names_its_stream_and_stands_at_its_opening() -> None:
    log = LogWriter(memory())
    log.start("s")
    opened = log.seq
    log.chunk("s", "Hi", 2000)
    log.end("s", "Hi")
    log.flush()
    (row,) = table(log.store, "messages", channel="lab", since=None, until=None).to_pylist()
    assert (row["seq"], row["stream_id"], row["text"]) == (opened, "s", "Hi")
    assert (row["author"], row["author_kind"]) == ("eliza", "agent")


def test_channels_stand_together_and_one_can_be_chosen() -> None:
    store = memory()
    lab, zoo = LogWriter(store, "lab"), LogWriter(store, "zoo")
    zoo.message("z1", "")
    lab.message("l1", "")
    zoo.message("z2", "")
    zoo.flush()
    lab.flush()
    every = table(store, "messages", channel=None, since=None, until=None)
    assert every.column("message_id").to_pylist() == ["l1", "z1", "z2"]
    assert every.column("channel").to_pylist() == ["lab", "zoo", "zoo"]
    chosen = table(store, "messages", channel="zoo", since=None, until=None)
    assert chosen.column("message_id").to_pylist() == ["z1", "z2"]
