from __future__ import annotations

import pytest

from jupyter_agentchat.protocol.model import LiveStream
from jupyter_agentchat.store.sql.database import Database
from jupyter_agentchat.store.sql.live import live, said, stream, unfinished
from jupyter_agentchat.store.sql.store import SqlStore
from tests.conformance.store.making import conversation, rows, stream_row


@pytest.fixture
def database(store: SqlStore) -> Database:
    for channel in ("b", "a"):
        store.write(rows(conversation(channel=channel).events, channel), full=False)
    store.write([stream_row("s11", "a")], full=False)
    return store._database


def test_messages_that_are_being_written(database: Database) -> None:
    with database.reading() as connection:
        found = [(message.channel, message.id) for message in live(connection)]
    assert found == [("a", "m11"), ("b", "m11")]


def test_what_they_have_said(database: Database) -> None:
    with database.reading() as connection:
        assert said(connection, "a", []) == []
        assert said(connection, "a", live(connection)[:1]) == [
            LiveStream(stream="s11", message="m11", agent="eliza", index=1, text="wéll ")
        ]


def test_what_the_last_process_did_not_end(database: Database) -> None:
    with database.reading() as connection:
        first, second = unfinished(connection)
        assert stream(connection, "s11") == stream_row("s11", "a")
        assert stream(connection, "s12") is None
    assert (first.channel, first.stream, first.text) == ("a", "s11", "wéll ")
    assert second.channel == "b"
    assert first.row == second.row == stream_row("s11", "a")
