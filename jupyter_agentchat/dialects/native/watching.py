"""One connection of the native socket watching the server's log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.dialects.native.logs import MAY_NOT
from jupyter_agentchat.errors import ForbiddenError
from jupyter_agentchat.protocol import commands as ops
from jupyter_agentchat.protocol.codec import encode_frame
from jupyter_agentchat.protocol.frames import Ack, LogEntry
from jupyter_agentchat.runtime.log_tap import LogSubscription
from jupyter_agentchat.runtime.logs import LogFilters, LogLine, threshold
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.web.framing import text_frame

MayReadLogs = Callable[[], Awaitable[bool]]
"""Asks whether the user may watch the server's log."""


class Watching:
    """Offers lines to a client; one whose socket is blocked misses some.

    Parameters
    ----------
    outlet : Outlet
        The way to the client.
    may : callable
        Asked at each subscription.
    """

    __slots__ = ("_may", "_outlet", "_service", "_subscription")

    def __init__(self, service: Service, outlet: Outlet, may: MayReadLogs) -> None:
        self._service = service
        self._outlet = outlet
        self._may = may
        self._subscription: LogSubscription | None = None

    async def take(self, command: ops.SubscribeLogs | ops.UnsubscribeLogs) -> Ack:
        """Subscribe, change the filters, or unsubscribe.

        Raises
        ------
        ForbiddenError
            If the user may not read the log.
        """
        if isinstance(command, ops.UnsubscribeLogs):
            self.close()
            return Ack(ref=command.ref)
        if not await self._may():
            raise ForbiddenError(MAY_NOT)
        filters = LogFilters(agent=command.agent, level=threshold(command.level))
        if self._subscription is None:
            self._subscription = self._service.logs.subscribe(filters, self._offer)
        self._subscription.filters = filters
        return Ack(ref=command.ref)

    def close(self) -> None:
        """Watch no longer; twice does nothing."""
        if self._subscription is not None:
            self._subscription.close()
            self._subscription = None

    def _offer(self, line: LogLine) -> None:
        frame = LogEntry(entry=msgspec.to_builtins(line))
        self._outlet.offer(text_frame(encode_frame(frame)))
