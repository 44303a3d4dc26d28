"""The internal message bus: what plug-ins in this process hear of, event by event."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Literal

from jupyter_agentchat.errors import RateLimitedError

BusEvent = Literal[
    "new_message",
    "message_deleted",
    "channel_cleared",
    "channel_deleted",
    "message_complete",
    "server_agent_update",
]
Handler = Callable[[dict[str, Any]], object]
MAX_HANDLERS = 50
"""Of one event."""

_log = logging.getLogger(__name__)


class MessageBus:
    """Calls handlers at once, in the order in which they came; each stands there once.

    A handler that raises is logged and hinders no other. It runs on the service's loop, so it
    returns soon.
    """

    def __init__(self) -> None:
        self._handlers: dict[str, list[Handler]] = {}

    def on(self, event: BusEvent, handler: Handler) -> None:
        """Add a handler; adding it again does nothing.

        Raises
        ------
        RateLimitedError
            If the event has `MAX_HANDLERS` already.
        """
        handlers = self._handlers.setdefault(event, [])
        if handler in handlers:
            return
        if len(handlers) >= MAX_HANDLERS:
            raise RateLimitedError(f"{event!r} has {MAX_HANDLERS} handlers; take one off first.")
        handlers.append(handler)

    def off(self, event: BusEvent, handler: Handler) -> None:
        """Take a handler away; one that is not there does nothing."""
        handlers = self._handlers.get(event, [])
        if handler in handlers:
            handlers.remove(handler)

    def remove_all_listeners(self, event: BusEvent | None = None) -> None:
        """Take away the handlers of one event, or all."""
        if event is None:
            self._handlers.clear()
        else:
            self._handlers.pop(event, None)

    def emit(self, event: BusEvent, payload: dict[str, Any]) -> None:
        """Call the handlers of an event."""
        for handler in tuple(self._handlers.get(event, ())):
            try:
                handler(payload)
            except Exception:  # noqa: BLE001 - the other handlers are called all the same
                _log.exception("A handler of %r failed", event)
