"""A sign of life where nothing else is written."""

from __future__ import annotations

from contextlib import suppress

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.web.pulse import Pulse


class Heartbeat:
    """Writes `sign` when an outlet was silent for two to three rounds of a pulse.

    A blocked socket is not silent: it gets none.
    """

    __slots__ = ("_outlet", "_pulse", "_sent", "_sign", "_silent")

    def __init__(self, outlet: Outlet, sign: bytes, pulse: Pulse) -> None:
        self._outlet = outlet
        self._sign = sign
        self._sent = outlet.sent
        self._silent = 0
        self._pulse = pulse
        pulse.add(self)

    def stop(self) -> None:
        """Beat no more; twice does nothing."""
        self._pulse.discard(self)

    def beat(self) -> None:
        """Look whether anything was written since the last time."""
        self._silent = self._silent + 1 if self._outlet.sent == self._sent else 0
        if self._silent >= 2 and not self._outlet.blocked:  # noqa: PLR2004 - rounds
            self._silent = 0
            with suppress(DisconnectedError):
                self._outlet.write(self._sign)
        self._sent = self._outlet.sent
