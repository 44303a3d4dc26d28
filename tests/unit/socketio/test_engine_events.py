from __future__ import annotations

import msgspec
import pytest

from jupyter_agentchat.socketio import connection_events, engine_events
from jupyter_agentchat.socketio.engine_events import CloseReason


def test_what_lost_the_wire_may_come_back_and_what_left_or_erred_may_not() -> None:
    assert {reason for reason in CloseReason if reason.recoverable} == {
        CloseReason.TRANSPORT_CLOSE,
        CloseReason.TRANSPORT_ERROR,
        CloseReason.PING_TIMEOUT,
        CloseReason.SERVER_CLOSE,
    }


@pytest.mark.parametrize("module", [engine_events, connection_events])
def test_events_are_frozen_and_say_what_they_are_for(module: object) -> None:
    events = [
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, msgspec.Struct)
        and each is not msgspec.Struct
    ]
    assert len(events) >= 6
    assert all(each.__struct_config__.frozen and each.__doc__ for each in events)
