from __future__ import annotations

from jupyter_agentchat.socketio.engine_events import CloseReason


def test_what_lost_the_wire_may_come_back_and_what_left_or_erred_may_not() -> None:
    assert {reason for reason in CloseReason if reason.recoverable} == {
        CloseReason.TRANSPORT_CLOSE,
        CloseReason.TRANSPORT_ERROR,
        CloseReason.PING_TIMEOUT,
        CloseReason.SERVER_CLOSE,
    }
