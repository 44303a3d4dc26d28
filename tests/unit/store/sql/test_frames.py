from __future__ import annotations

import pytest
from sqlalchemy import Table, delete

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.sql import frames, schema
from jupyter_agentchat.store.sql.database import Database
from jupyter_agentchat.store.sql.store import SqlStore
from tests.conformance.store.making import conversation, rows

ALWAYS = (None, None)


@pytest.fixture
def database(store: SqlStore) -> Database:
    for channel in ("b", "a"):
        store.write(rows(conversation(channel=channel).events, channel), full=False)
    return store._database


def test_everything_comes_by_channel_and_seq(database: Database) -> None:
    with database.reading() as connection:
        found = [(channel, row.seq) for channel, row in frames.events(connection, None, ALWAYS)]
        assert found == [(channel, seq) for channel in "ab" for seq in range(1, 13)]
        blocks = [channel for channel, _ in frames.segments(connection, None, ALWAYS, {})]
        assert blocks == ["a", "b"]


def test_times_include_their_start_and_not_their_end(database: Database) -> None:
    with database.reading() as connection:
        for since, until in ((4, 9), (None, 9), (4, None)):
            found = [row.t for _, row in frames.events(connection, "a", (since, until))]
            assert found == list(range(since or 1, until or 13))


def test_hidden_channels_are_left_out_unless_they_are_named(
    store: SqlStore, database: Database
) -> None:
    store.set_deleted("a", deleted=True)
    with database.reading() as connection:
        channels = {message.channel for message in frames.messages(connection, None, ALWAYS)}
        assert channels == {"b"}
        assert len(list(frames.messages(connection, "a", ALWAYS))) == 3


@pytest.mark.parametrize("table", [schema.events, schema.segments], ids=["a fact", "a block"])
def test_what_is_missing_is_counted(database: Database, table: Table) -> None:
    with database.transaction(full=False) as connection:
        gone = connection.execute(delete(table).where(table.c.channel == "a", table.c[1] < 5))
        assert gone.rowcount in {1, 3}
    damaged = pytest.raises(StoreError, match="'a' lacks")
    with damaged, database.reading() as connection:
        list(frames.events(connection, None, ALWAYS))
    with damaged, database.reading() as connection:
        list(frames.segments(connection, None, ALWAYS, {}))
