"""One Engine.IO session on the event loop: does what its machine says, and keeps its timer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.close_codes import STAY_AWAY, CloseCode
from jupyter_agentchat.socketio import (
    Answer,
    Close,
    CloseReason,
    EngineEvent,
    EngineSession,
    EngineState,
    Frames,
    MessageReceived,
    SessionClosed,
    Write,
)
from jupyter_agentchat.web.direct import StreamSink
from jupyter_agentchat.web.engineio.framing import framed, unframed
from jupyter_agentchat.web.engineio.peers import PollPeer, SocketPeer, Upper
from jupyter_agentchat.web.engineio.visitor import Visitor

POLL_BYTES = 64 * 1024
"""What may wait for a poll before the client counts as slow: its socket's buffer, so to say."""

_log = logging.getLogger(__name__)


class Driver:
    """Carries one session.

    It is the sink of its outlet: whatever is written to the client passes through that.
    `heard_ns` is when the client last said something, a pong included (monotonic).

    Parameters
    ----------
    visitor : Visitor
        Who is on the other side.
    upper : callable
        Makes what speaks over the session.
    """

    drained: Callable[[], None]

    def __init__(
        self,
        session: EngineSession,
        visitor: Visitor,
        clock: Clock,
        upper: Callable[[Driver], Upper],
    ) -> None:
        self.session = session
        self.visitor = visitor
        self.tap: Callable[[bytes], None] | None = None
        self.outlet = Outlet(self, self.shut)
        self._clock = clock
        self.heard_ns = clock.monotonic_ns()
        self._ends: list[Callable[[], None]] = []
        self._forgets: list[Callable[[], None]] = []
        self._code: CloseCode | None = None
        self._sink: StreamSink | None = None
        self._timer: tuple[int, asyncio.TimerHandle] | None = None
        self._is_full = False
        self.upper = upper(self)

    def on_end(self, callback: Callable[[], None]) -> None:
        """Have `callback` called once when the session is over."""
        self._ends.append(callback)

    def on_forget(self, callback: Callable[[], None]) -> None:
        """Have `callback` called once when its client need not be told so any more."""
        self._forgets.append(callback)

    def begin(self, peer: PollPeer | SocketPeer) -> None:
        """Answer the handshake."""
        if self.session.state is EngineState.WEBSOCKET:
            self._use(cast("SocketPeer", peer))
        self._perform(self.session.open(peer))

    def poll(self, peer: PollPeer) -> None:
        """Take a GET."""
        self._perform(self.session.poll(peer, self.now()))

    def post(self, peer: PollPeer, body: bytes) -> None:
        """Take a POST."""
        self.heard_ns = self.now()
        self._perform(self.session.post(peer, body, self.heard_ns))

    def attach(self, peer: SocketPeer) -> None:
        """Take a further WebSocket."""
        self._perform(self.session.attach(peer, self.now()))

    def receive(self, peer: SocketPeer, data: str | bytes) -> None:
        """Take a WebSocket frame."""
        was_polling = self.session.state is not EngineState.WEBSOCKET
        self.heard_ns = self.now()
        events = self.session.receive(peer, data, self.heard_ns)
        if was_polling and self.session.state is EngineState.WEBSOCKET:
            self._use(peer)
        self._perform(events)

    def lost(self, peer: PollPeer | SocketPeer) -> None:
        """Note that a request or a WebSocket is gone."""
        self._perform(self.session.lost(peer, self.now()))

    def send(self, frames: Frames) -> None:
        """Write packets now; nothing if the session is over."""
        with suppress(DisconnectedError):
            self.outlet.write(framed(frames))

    def close(self) -> None:
        """End the session."""
        self._perform(self.session.close(self.now()))

    def shut(self, code: CloseCode) -> None:
        """End the session for a reason; the client comes back if the code allows it."""
        if self.session.is_open:
            self._code = code
            if code in STAY_AWAY:
                self.upper.expel()
            self.close()

    def username(self) -> str:
        """Return who is on the other side; empty if nobody knows yet."""
        return "" if self.visitor.user is None else self.visitor.user.id

    async def verdict(self) -> CloseCode | None:
        """Ask again who this is and what they may; None: the session may stay."""
        return await self.visitor.verdict()

    def write(self, data: bytes) -> bool:
        """Take WebSocket frames for the client; see `bus.wire.Sink`."""
        if self.tap is not None:
            self.tap(data)
        if self.session.state is EngineState.WEBSOCKET and self._sink is not None:
            return self._sink.write(data)
        if not self.session.is_open:
            raise DisconnectedError("The session is over.")
        self._perform(self.session.send(unframed(data)))
        self._is_full = self.session.queued_bytes > POLL_BYTES
        return not self._is_full

    def waiting(self) -> int:
        """Return how many bytes wait for the client."""
        waiting = 0 if self._sink is None else self._sink.waiting()
        return waiting + self.session.queued_bytes

    def arm(self) -> None:
        """Set the timer to the next deadline; called where there is a new one."""
        deadlines = (self.session.next_deadline(), self.upper.next_deadline())
        due = min((at for at in deadlines if at is not None), default=None)
        if self._timer is not None:
            if due is not None and self._timer[0] <= due:
                return  # it looks again when it fires: pongs would set it anew all the time
            self._timer[1].cancel()
        if due is None:
            self._timer = None
            return
        delay = max(due - self.now(), 0) / 1e9
        self._timer = (due, asyncio.get_running_loop().call_later(delay, self._tick))

    def now(self) -> int:
        """Return the instant, in monotonic ns."""
        return self._clock.monotonic_ns()

    def _use(self, peer: SocketPeer) -> None:
        self._sink = peer.sink
        self._sink.drained = self._flow

    def _perform(self, events: list[EngineEvent]) -> None:
        for event in events:
            match event:
                case MessageReceived(data):
                    self.upper.receive(data, self.now())
                case Answer(peer):
                    cast("PollPeer", peer).answer(event)
                case Write(peer, frames):
                    with suppress(DisconnectedError):
                        cast("SocketPeer", peer).sink.write(framed(frames))
                case Close(peer):
                    cast("SocketPeer", peer).shut(self._code)
                case SessionClosed(reason, detail):
                    self._end(reason, detail)
                case _:
                    pass
        if self._is_full and not self.session.queued_bytes:
            self._is_full = False
            asyncio.get_running_loop().call_soon(self._flow)
        if self.session.finished:
            _call(self._forgets)
        self.arm()

    def _end(self, reason: CloseReason, detail: str) -> None:
        _log.debug("A session ended: %s %s", reason, detail)
        self.upper.end(reason)
        self.outlet.close()
        _call(self._ends)

    def _flow(self) -> None:
        if not self.waiting():
            self.drained()

    def _tick(self) -> None:
        self._timer = None
        now = self.now()
        self.upper.handle_timeout(now)
        self._perform(self.session.handle_timeout(now))


def _call(callbacks: list[Callable[[], None]]) -> None:
    while callbacks:
        callbacks.pop()()
