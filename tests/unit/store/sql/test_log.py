from __future__ import annotations

from itertools import islice

import pytest
from sqlalchemy import delete

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.segments import encode
from jupyter_agentchat.store.sql import schema
from jupyter_agentchat.store.sql.database import Database
from jupyter_agentchat.store.sql.instants import Instant
from jupyter_agentchat.store.sql.log import follow, last_seq, last_seqs, load_row, read
from jupyter_agentchat.store.sql.store import SqlStore
from tests.conformance.store.making import conversation, rows
from tests.unit.store.disk import chunks

EVENTS = conversation().events


@pytest.fixture
def database(store: SqlStore) -> Database:
    for start in range(0, len(EVENTS), 5):
        store.write(rows(EVENTS[start : start + 5]), full=False)
    return store._database


def test_events_and_chunks_are_merged_by_seq(database: Database) -> None:
    with database.reading() as connection:
        assert read(connection, "lab", 0, 99) == EVENTS
        assert read(connection, "lab", 5, 3) == EVENTS[5:8]
        assert read(connection, "lab", 12, 3) == []


def test_following_fetches_as_it_goes(database: Database) -> None:
    with database.reading() as connection:
        assert list(islice(follow(connection, "lab", 6), 2)) == EVENTS[6:8]


def test_the_last_seq_counts_chunks_that_no_fact_follows(database: Database) -> None:
    with database.reading() as connection:
        assert (last_seq(connection, "lab"), last_seq(connection, "nowhere")) == (12, 0)
        assert last_seqs(connection) == {"lab": 12}


@pytest.mark.parametrize("seq", [2, 4, 10])
def test_a_gap_is_named(database: Database, seq: int) -> None:
    with database.transaction(full=False) as connection:
        connection.execute(delete(schema.events).where(schema.events.c.seq == seq))
        connection.execute(delete(schema.segments).where(schema.segments.c.first_seq == seq))
    missing = pytest.raises(StoreError, match=f"Event {seq} of channel 'lab' is missing")
    with missing, database.reading() as connection:
        read(connection, "lab", 0, 99)


def test_an_instant_that_is_not_written_yet_is_laid_over() -> None:
    data = memoryview(encode([row.publication for row in chunks(2)]))
    late = {"lab": [Instant(1, 2, 55)]}
    assert load_row("lab", 1, 0, data, late).store_ns.tolist() == [55, 55]
    assert load_row("lab", 1, 44, data, late).store_ns.tolist() == [44, 44]
    assert load_row("lab", 1, None, data, late).store_ns.tolist() == [0, 0]
    assert load_row("lab", 3, 0, data, late).store_ns.tolist() == [0, 0]
