"""How far the server's clock is from this process's."""

from __future__ import annotations

from jupyter_agentchat.client.socket import Socket
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.commands import Ping
from jupyter_agentchat.protocol.frames import Pong


async def estimate_offset(socket: Socket, rounds: int = 5) -> tuple[int, int]:
    """Return (server clock minus ours, ± uncertainty) in ns, by the round trip that was shortest.

    The four stamps of NTP (RFC 5905 §8); the uncertainty is half of the round trip.
    """
    best: tuple[int, int] | None = None
    for _ in range(rounds):
        sent = SYSTEM_CLOCK.monotonic_ns()
        pong = await socket.ask(Ping(t=sent))
        back = SYSTEM_CLOCK.monotonic_ns()
        if isinstance(pong, Pong):
            trip = (back - sent) - (pong.sent_ns - pong.received_ns)
            offset = ((pong.received_ns - sent) + (pong.sent_ns - back)) // 2
            if best is None or trip // 2 < best[1]:
                best = (offset, max(trip // 2, 1))
    if best is None:
        message = "The server does not answer pings."
        raise DisconnectedError(message)
    await socket.tell(Ping(t=0, offset_ns=best[0], uncertainty_ns=best[1]))
    return best
