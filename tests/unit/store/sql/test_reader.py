from __future__ import annotations

import pytest

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.sql.reader import SqlReader
from jupyter_agentchat.store.sql.store import SqlStore
from tests.conformance.store.making import conversation, instants, rows


def test_a_reader_needs_only_the_database(store: SqlStore) -> None:
    events = conversation().events
    store.write(rows(events), full=True)
    reader = SqlReader(store._database)
    assert reader.read("lab", 0, 99) == events
    assert reader.epoch_end("lab", store.epoch) == len(events)
    assert reader.sent("lab", "ann", "k") is None
    assert [channel.id for channel, _ in reader.channels()] == ["lab"]


def test_instants_that_are_not_written_yet_belong_to_the_store_alone(store: SqlStore) -> None:
    store.write(rows(conversation().events), full=True)
    store.committed("lab", 1, 12, 99)
    assert instants(store)[4][3] == 99
    other = SqlReader(store._database)
    assert [block.store_ns[0] for _, block in other.segments("lab", None, None)] == [0]


def test_an_iterator_that_is_dropped_gives_its_connection_back(store: SqlStore) -> None:
    store.write(rows(conversation().events), full=True)
    for _ in range(20):
        next(store.events("lab", None, None))
    store.close()
    with pytest.raises(StoreError, match="closed"):
        next(store.events("lab", None, None))
