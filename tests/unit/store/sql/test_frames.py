from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import Table, delete

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.store.rows import Stamps
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


def test_a_channel_and_times_are_what_the_database_looks_for(database: Database) -> None:
    """No block of another channel is read, and of this one only those within the times."""
    statements: list[str] = []
    with database.reading() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(statements.append)
        list(frames.segments(connection, "a", (5, 9), {}))
        list(frames.stamps(connection, "a", 5))
        raw.set_trace_callback(None)
        read = [each for each in statements if ".data" in each]
        assert len(read) == 2
        blocks, late = read
        plans = [raw.execute(f"EXPLAIN QUERY PLAN {each}").fetchall() for each in (blocks, late)]
    assert "last_t >= 5" in blocks
    assert "first_t < 9" in blocks
    assert "newest_t >= 5" in late
    assert [[row[-1] for row in plan] for plan in plans] == [
        ["SEARCH segments USING PRIMARY KEY (channel=?)"],
        ["SEARCH stamps USING INDEX ix_stamps_channel (channel=?)"],
    ]


def test_late_hops_of_older_chunks_are_left_out(store: SqlStore) -> None:
    events = conversation().events
    first = Stamps(
        channel="lab", stream="s3", connection="c", clock_id="k", index=(0,), socket_ns=(1,)
    )
    store.write([*rows(events[:6]), first], full=False)
    store.write([*rows(events[6:]), replace(first, socket_ns=(2,))], full=False)
    last = max(event.t for event in events[:6] if isinstance(event, StreamDelta))

    def chosen(since: int | None) -> list[int]:
        return [each for block in store.stamps("lab", since) for each in block.socket_ns]

    assert (chosen(None), chosen(last), chosen(last + 1)) == ([1, 2], [1, 2], [2])
    while store.tidy(quiet=True):
        pass
    assert chosen(last + 1) == [1, 2]  # merged, they are told together
    assert store.n_chunks("lab", None, None) == 7
    assert store.n_chunks("lab", last + 1000, None) == 0


# ---------------------------------------------------------------- planted faults


def no_condition(*_: object) -> tuple[()]:
    return ()


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("_of", no_condition),
        ("_reaching", no_condition),
        ("_within", no_condition),
    ],
)
def test_a_planted_fault_is_found(
    place: str, fault: object, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, place, fault)
    with pytest.raises(AssertionError):
        test_a_channel_and_times_are_what_the_database_looks_for(database)
