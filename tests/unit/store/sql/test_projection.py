from __future__ import annotations

import pytest
from sqlalchemy import Connection, func, select

from jupyter_agentchat.protocol.events import AnyEvent, MessageUpdated
from jupyter_agentchat.store.sql.projection import Live, Projection, decode_message, load_live
from jupyter_agentchat.store.sql.schema import messages
from tests.conformance.store.making import conversation, folded

EVENTS = conversation().events


def project(connection: Connection, events: list[AnyEvent], live: Live) -> Live:
    projection = Projection(connection, live)
    for event in events:
        projection.apply("lab", event)
    projection.write()
    return projection.live


@pytest.mark.parametrize("cut", range(1, len(EVENTS)))
def test_over_two_transactions_it_equals_the_fold(connection: Connection, cut: int) -> None:
    live = project(connection, EVENTS[:cut], {})
    live = project(connection, EVENTS[cut:], live)
    found = [decode_message(data) for data in connection.execute(select(messages.c.data)).scalars()]
    assert {message.id: message for message in found} == folded(EVENTS).messages
    assert live == {("lab", "s11"): "m11"}
    assert load_live(connection) == live


def test_what_speaks_of_no_known_message_changes_nothing(connection: Connection) -> None:
    edit = MessageUpdated(seq=2, t=2, message="nobody's", text="x")
    live = project(connection, [edit, EVENTS[9]], {})
    assert live == {}
    assert connection.execute(select(func.count()).select_from(messages)).scalar_one() == 0


def test_a_projection_leaves_what_it_was_given(connection: Connection) -> None:
    before: Live = {}
    project(connection, EVENTS, before)
    assert before == {}
