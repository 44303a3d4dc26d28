from __future__ import annotations

from jupyter_agentchat.protocol.amend import amend, opened
from jupyter_agentchat.protocol.events import (
    MessageDeleted,
    MessageReaction,
    Read,
    StreamCompleted,
    StreamFailed,
    StreamStarted,
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
