from __future__ import annotations

from typing import Any

import pytest

from jupyter_agentchat.dialects.eliza import bus as module
from jupyter_agentchat.dialects.eliza.bus import MAX_HANDLERS, MessageBus
from jupyter_agentchat.errors import RateLimitedError


def test_handlers_are_called_at_once_in_order_and_stand_there_once() -> None:
    bus, heard = MessageBus(), list[Any]()

    def first(payload: dict[str, Any]) -> None:
        heard.append(("first", payload["id"]))

    bus.on("new_message", first)
    bus.on("new_message", lambda payload: heard.append(("second", payload["id"])))
    bus.on("new_message", first)
    bus.emit("new_message", {"id": 1})
    assert heard == [("first", 1), ("second", 1)]
    bus.emit("message_deleted", {"id": 2})
    bus.off("new_message", first)
    bus.off("new_message", first)
    bus.emit("new_message", {"id": 3})
    assert heard[2:] == [("second", 3)]


def test_one_that_raises_hinders_no_other(caplog: pytest.LogCaptureFixture) -> None:
    bus, heard = MessageBus(), list[Any]()

    def broken(_: dict[str, Any]) -> None:
        raise ZeroDivisionError

    bus.on("new_message", broken)
    bus.on("new_message", heard.append)
    bus.emit("new_message", {"id": 1})
    assert heard == [{"id": 1}]
    assert module._log.name in {record.name for record in caplog.records}


def test_handlers_are_bounded_and_can_all_be_taken_away() -> None:
    bus, heard = MessageBus(), list[Any]()
    for _ in range(MAX_HANDLERS):
        bus.on("new_message", lambda _: heard.append(1))
    with pytest.raises(RateLimitedError, match="50 handlers"):
        bus.on("new_message", heard.append)
    bus.on("channel_cleared", heard.append)
    bus.remove_all_listeners("new_message")
    bus.emit("new_message", {})
    assert heard == []
    bus.remove_all_listeners()
    bus.emit("channel_cleared", {})
    assert heard == []
