"""A sign of life where nothing else is written."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.errors import DisconnectedError


class Heartbeat:
    """Writes `beat` when an outlet was silent for `every_s` to one and a half times as long.

    A blocked socket is not silent: it gets none.
    """

    def __init__(self, outlet: Outlet, beat: bytes, every_s: float) -> None:
        self._outlet = outlet
        self._beat = beat
        self._half_s = every_s / 2
        self._sent = outlet.sent
        self._silent = 0
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(self._half_s, self._look)

    def stop(self) -> None:
        """Beat no more; twice does nothing."""
        self._timer.cancel()

    def _look(self) -> None:
        self._silent = self._silent + 1 if self._outlet.sent == self._sent else 0
        if self._silent >= 2 and not self._outlet.blocked:  # noqa: PLR2004 - halves
            self._silent = 0
            with suppress(DisconnectedError):
                self._outlet.write(self._beat)
        self._sent = self._outlet.sent
        self._timer = self._loop.call_later(self._half_s, self._look)
