"""Who hears which event."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

Payload = dict[str, Any]
Handler = Callable[[Payload], object]

_log = logging.getLogger(__name__)


class EventAdapter:
    """Handlers by event, called in the order in which they came (seed 000, "EventAdapter").

    A handler that raises is logged and keeps nobody else from hearing.
    """

    def __init__(self) -> None:
        self._handlers: dict[str, list[tuple[Handler, bool]]] = {}

    def on(self, event: str, handler: Handler) -> None:
        """Call `handler` with the payload of every such event; it must return at once."""
        self._handlers.setdefault(event, []).append((handler, False))

    def once(self, event: str, handler: Handler) -> None:
        """Call `handler` with the next such event only."""
        self._handlers.setdefault(event, []).append((handler, True))

    def off(self, event: str, handler: Handler | None = None) -> None:
        """Forget a handler, or all of an event; one that is not there is no error."""
        kept = [each for each in self._handlers.pop(event, ()) if handler not in (None, each[0])]
        if kept:
            self._handlers[event] = kept

    def emit(self, event: str, payload: Payload) -> None:
        """Tell those who hear `event`."""
        for entry in tuple(self._handlers.get(event, ())):
            handler, only_once = entry
            if only_once:
                self._remove(event, entry)
            try:
                handler(payload)
            except Exception:  # noqa: BLE001 - one handler's failure is not the others'
                _log.exception("A handler of %r failed", event)

    def _remove(self, event: str, entry: tuple[Handler, bool]) -> None:
        entries = self._handlers.get(event, [])
        if entry in entries:
            entries.remove(entry)
        if not entries:
            self._handlers.pop(event, None)
