"""Keeps the server told how far its clock is from this process's."""

from __future__ import annotations

from collections import deque
from statistics import median_low

from jupyter_agentchat.client.socket import Socket
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock
from jupyter_agentchat.protocol.commands import Ping
from jupyter_agentchat.protocol.frames import Pong
from jupyter_agentchat.protocol.offset import Offset, Sample, estimate

FIRST = 5
"""Round trips at each opening."""
EVERY_NS = 500_000_000
"""Between two round trips while chunks arrive; a connection that is idle asks nothing."""
WINDOW = 32
"""Round trips that an estimate looks back on."""


class Pings:
    """Round trips over one socket, and what they tell of the two clocks.

    Attributes
    ----------
    offset : Offset
        The server's clock minus this process's; 0 and not known before the first estimate.
    """

    def __init__(self, socket: Socket, clock: Clock = SYSTEM_CLOCK) -> None:
        self._socket = socket
        self._clock = clock
        self._samples: deque[Sample] = deque(maxlen=WINDOW)
        self._last_ns = 0
        self.offset = Offset(0, 0, 0)

    async def begin(self) -> None:
        """Estimate anew: behind the address there may be another server now.

        Raises
        ------
        DisconnectedError
            If the server does not answer pings.
        """
        self._samples.clear()
        for _ in range(FIRST):
            await self._sample()
        if not self._samples:
            message = "The server does not answer pings."
            raise DisconnectedError(message)
        await self._tell()

    def is_due(self, now_ns: int) -> bool:
        """Return whether to call `again`, given that chunks arrive."""
        return bool(self._samples) and now_ns - self._last_ns >= EVERY_NS

    async def again(self) -> None:
        """Make one more round trip and tell what all of them show."""
        await self._sample()
        await self._tell()

    async def _sample(self) -> None:
        self._last_ns = sent = self._clock.monotonic_ns()
        pong = await self._socket.ask(Ping(t=sent))
        back = self._clock.monotonic_ns()
        if isinstance(pong, Pong):
            self._samples.append(Sample(sent, pong.received_ns, pong.sent_ns, back))

    async def _tell(self) -> None:
        self.offset = found = estimate(list(self._samples))
        await self._socket.tell(
            Ping(
                t=found.at_ns,
                offset_ns=found.offset_ns,
                uncertainty_ns=found.uncertainty_ns,
                drift_ppb=found.drift_ppb,
                drift_uncertainty_ppb=found.drift_uncertainty_ppb,
                rtt_ns=median_low(each.trip_ns for each in self._samples),
            )
        )
