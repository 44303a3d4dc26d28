from __future__ import annotations

from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.store.sql.state import State, load_state
from jupyter_agentchat.store.sql.store import SqlStore
from tests.conformance.store.making import conversation, rows


def test_it_is_what_the_database_says(store: SqlStore) -> None:
    events = conversation().events
    store.write(rows(events), full=False)
    with store._database.reading() as connection:
        now = load_state(connection, store._ordinal)
        later = load_state(connection, store._ordinal + 1)
    t = max(event.t for event in events if isinstance(event, StreamDelta))
    assert now == State(last={"lab": 12}, begun={"lab"}, live={("lab", "s11"): "m11"}, newest_t=t)
    assert later == State(last={"lab": 12}, begun=set(), live={("lab", "s11"): "m11"}, newest_t=t)
    assert store._state == now
