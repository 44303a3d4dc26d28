from __future__ import annotations

import pytest
from sqlalchemy import Connection, func, select

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.rows import Appended
from jupyter_agentchat.store.segments import BLOCK_BYTES, gather
from jupyter_agentchat.store.sql import schema
from jupyter_agentchat.store.sql.batch import Batch, segment_values
from jupyter_agentchat.store.sql.state import State
from tests.conformance.store.making import conversation, rows, stream_row
from tests.unit.store.disk import chunks


def empty() -> State:
    return State(last={}, begun=set(), live={}, newest_t=0)


def test_state_changes_only_when_it_is_told_of_the_commit(connection: Connection) -> None:
    state = empty()
    batch = Batch(connection, state, 1, lambda: None)
    batch.add(rows(conversation().events))
    batch.write()
    assert state == empty()
    batch.settle()
    assert state == State(
        last={"lab": 12}, begun={"lab"}, live={("lab", "s11"): "m11"}, newest_t=12
    )


def test_deltas_alone_write_segments_alone(connection: Connection) -> None:
    state = State(last={"lab": 4}, begun={"lab"}, live={}, newest_t=0)
    statements: list[str] = []
    batch = Batch(connection, state, 1, lambda: None)
    batch.add(chunks(3, first=5))
    record(connection, statements)
    batch.write()
    assert [each.split("(")[0] for each in statements] == ["INSERT INTO segments "]
    assert [(row["first_seq"], row["last_seq"], row["count"]) for row in batch.blocks] == [
        (5, 7, 3)
    ]


def record(connection: Connection, statements: list[str]) -> None:
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.set_trace_callback(statements.append)


def test_the_first_event_of_an_epoch_is_recorded_once(connection: Connection) -> None:
    state = State(last={"lab": 4}, begun=set(), live={}, newest_t=0)
    for first in (5, 6):
        batch = Batch(connection, state, 3, lambda: None)
        batch.add(chunks(1, first=first))
        batch.write()
        batch.settle()
    found = connection.execute(select(schema.channel_epochs)).all()
    assert [tuple(row) for row in found] == [("lab", 3, 5)]


def test_huge_chunks_fill_blocks_by_bytes(connection: Connection) -> None:
    batch = Batch(connection, empty(), 1, lambda: None)
    huge = [
        Appended(row.channel, with_data(row.publication, bytes(BLOCK_BYTES // 2 + 1)))
        for row in chunks(3)
    ]
    batch.add(huge)
    batch.write()
    assert [row["count"] for row in batch.blocks] == [1, 1, 1]


def with_data(publication: Publication, data: bytes) -> Publication:
    return Publication(publication.seq, publication.event, data, 1, 2, 3)


def test_others_get_their_turn_during_a_large_batch(connection: Connection) -> None:
    turns = 0

    def breathe() -> None:
        nonlocal turns
        turns += 1

    batch = Batch(connection, empty(), 1, breathe)
    batch.add(chunks(640))
    assert turns == 10
    batch.write()
    assert turns == 12


def test_rows_beside_the_log_are_written_too(connection: Connection) -> None:
    batch = Batch(connection, empty(), 1, lambda: None)
    batch.add([stream_row("s")])
    batch.write()
    assert connection.execute(select(func.count()).select_from(schema.streams)).scalar_one() == 1


@pytest.mark.parametrize("first", [0, 2, -1])
def test_a_log_has_no_other_beginning_than_1(connection: Connection, first: int) -> None:
    batch = Batch(connection, empty(), 1, lambda: None)
    with pytest.raises(StoreError, match=f"Event {first} of channel 'lab' cannot follow event 0"):
        batch.add(chunks(1, first=first))


def test_a_row_says_what_its_block_spans() -> None:
    block = gather([row.publication for row in chunks(3, first=4)])
    values = segment_values("lab", block, None)
    assert (values["first_t"], values["last_t"], values["store_ns"]) == (4, 6, None)
