from __future__ import annotations

from typing import Any

from jupyter_agentchat.protocol.amend import amend, opened
from jupyter_agentchat.protocol.events import (
    MessageDeleted,
    MessageReaction,
    Read,
    StreamCompleted,
    StreamFailed,
    StreamFile,
    StreamSource,
    StreamStarted,
    StreamStatus,
)
from jupyter_agentchat.protocol.model import ErrorInfo, Reaction


def test_a_stream_opens_its_message_and_its_end_sets_text_and_status() -> None:
    message = opened("lab", StreamStarted(seq=3, t=7, stream="s", message="m", agent="eliza"))
    assert (message.seq, message.created_at, message.status) == (3, 7, "streaming")
    assert (message.author.id, message.author.kind) == ("eliza", "agent")
    error = ErrorInfo(code="c", message="m")
    failed = amend(
        message, StreamFailed(seq=4, t=8, stream="s", message="m", text="so far", error=error)
    )
    assert (failed.text, failed.status, failed.error) == ("so far", "failed", error)


def test_a_deleted_message_stays_empty_when_its_stream_ends() -> None:
    message = opened("lab", StreamStarted(seq=1, t=1, stream="s", message="m", agent="a"))
    deleted = amend(message, MessageDeleted(seq=2, t=2, message="m"))
    ended = amend(deleted, StreamCompleted(seq=3, t=3, stream="s", message="m", text="late"))
    assert (ended.deleted, ended.text, ended.status) == (True, "", "complete")


def test_a_reaction_is_there_once_per_user_and_goes_when_nobody_is_left() -> None:
    message = opened("lab", StreamStarted(seq=1, t=1, stream="s", message="m", agent="a"))
    add = MessageReaction(seq=2, t=2, message="m", name="+1", user="ann", added=True)
    twice = amend(amend(message, add), add)
    assert twice.reactions == (Reaction(name="+1", users=("ann",)),)
    take = MessageReaction(seq=3, t=3, message="m", name="+1", user="ann", added=False)
    assert amend(twice, take).reactions == ()


def test_an_event_that_speaks_of_something_else_changes_nothing() -> None:
    message = opened("lab", StreamStarted(seq=1, t=1, stream="s", message="m", agent="a"))
    assert amend(message, Read(seq=2, t=2, user="ann", upto=1)) is message


def test_a_source_with_an_id_takes_the_place_of_an_earlier_one() -> None:
    message = opened("lab", StreamStarted(seq=1, t=1, stream="s", message="m", agent="a"))
    sources: list[dict[str, Any]] = [{"id": "x", "n": 1}, {"n": 2}, {"id": "x", "n": 3}, {"n": 2}]
    for seq, source in enumerate(sources, 2):
        message = amend(message, StreamSource(seq=seq, t=seq, stream="s", source=source))
    assert [note["source"] for note in message.annotations] == [
        {"id": "x", "n": 3},
        {"n": 2},
        {"n": 2},
    ]


def test_notes_keep_their_order_and_nothing_of_the_wire() -> None:
    message = opened("lab", StreamStarted(seq=1, t=1, stream="s", message="m", agent="a"))
    message = amend(message, StreamStatus(seq=2, t=2, stream="s", description="looking"))
    message = amend(message, StreamFile(seq=3, t=3, stream="s", file={"id": "x"}))
    message = amend(message, StreamSource(seq=4, t=4, stream="s", source={"id": "x"}))
    assert message.annotations == (
        {"type": "stream.status", "description": "looking", "done": False, "hidden": False},
        {"type": "stream.file", "file": {"id": "x"}},
        {"type": "stream.source", "source": {"id": "x"}},
    )
