"""One reader's connection: what it received when, and what it tells of its own clock."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.events import TERMINAL, StreamDelta
from jupyter_agentchat.protocol.ids import new_connection_id
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.protocol.offset import Offset
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.runtime.arrivals import Arrival, Arrivals
from jupyter_agentchat.store.rows import ConnectionRow, Row, Stamps


class _Sent:
    """The chunks of one stream that were written to this connection."""

    __slots__ = ("channel", "index", "is_replay", "socket_ns")

    def __init__(self, channel: str, *, is_replay: bool) -> None:
        self.channel = channel
        self.is_replay = is_replay
        self.index = array("q")
        self.socket_ns = array("q")


class Connection:
    """Collects the late hops of what one connection reads, and its own row.

    Parameters
    ----------
    record : callable
        Takes finished rows for the store.
    """

    def __init__(
        self, transport: str, user: Author, *, clock: Clock, record: Callable[[Row], None]
    ) -> None:
        self.id = new_connection_id()
        self.user = user
        self._clock = clock
        self._record = record
        self._sent: dict[tuple[str, bool], _Sent] = {}
        self._arrivals = Arrivals(self.id, clock.clock_id, record)
        self._bytes_in = self._bytes_out = 0
        self._outlet: Outlet | None = None
        self._row = ConnectionRow(
            connection=self.id,
            transport=transport,
            user=user.id,
            opened=clock.monotonic_ns(),
            clock_id=clock.clock_id,
            opened_us=clock.wall_us(),
        )
        record(self._row)

    def reads_clock(self, clock_id: str | None, resolution_ns: int | None = None) -> None:
        """Note which clock the client's instants are of, and its smallest step."""
        self._arrivals.client_clock_id = clock_id
        self._arrivals.resolution_ns = resolution_ns
        self._row = replace(self._row, resolution_ns=resolution_ns)

    def estimated(self, offset: Offset, rtt_ns: int | None = None) -> None:
        """Take the client's word on how far the two clocks are apart, and on its round trips."""
        self._arrivals.translate(offset)
        self._row = replace(self._row, rtt_p50_ns=rtt_ns)

    def through(self, outlet: Outlet) -> None:
        """Take what goes out, and what waits, from this outlet's figures."""
        self._outlet = outlet

    def count(self, *, received: int = 0, sent: int = 0) -> None:
        """Count bytes of payload in and out; with an outlet those out are counted there."""
        self._bytes_in += received
        self._bytes_out += sent

    def resumed(self, position: str | None, *, recovered: bool) -> None:
        """Note where the reader came from and whether it could go on from there."""
        self._row = replace(self._row, resumed_from=position, recovered=recovered)

    def now_ns(self) -> int:
        """Return the instant of the server's clock; take it right before a write."""
        return self._clock.monotonic_ns()

    def stamped(
        self,
        channel: str,
        after: int,
        seqs: Sequence[int],
        socket_ns: Sequence[int],
        stream: str | None = None,
    ) -> None:
        """Record when live chunks, of one stream or of all, were handed to the socket."""
        self._record(
            Stamps(
                channel=channel,
                stream=stream,
                connection=self.id,
                clock_id=self._clock.clock_id,
                index=seqs,
                socket_ns=socket_ns,
                after=after,
            )
        )

    def delivered(
        self,
        channel: str,
        publications: Sequence[Publication],
        replay_until: int,
        *,
        socket_ns: int,
    ) -> None:
        """Stamp publications that were handed to the socket at `socket_ns`.

        What stands at or below `replay_until` is history and is marked so.
        """
        for publication in publications:
            event = publication.event
            if isinstance(event, StreamDelta):
                key = (event.stream, publication.seq <= replay_until)
                sent = self._sent.get(key)
                if sent is None:
                    sent = self._sent[key] = _Sent(channel, is_replay=key[1])
                sent.index.append(event.index if isinstance(event.index, int) else event.index[1])
                sent.socket_ns.append(socket_ns)
            elif isinstance(event, TERMINAL):
                self._flush_sent(event.stream)

    def arrived(self, channel: str, arrival: Arrival) -> None:
        """Take a client's word on one chunk; instants before the clock's start are refused."""
        if min(arrival.client_ns, arrival.dom_ns, arrival.paint_ns) < 0:
            message = "Instants are nanoseconds since the clock's start, so never negative."
            raise InvalidInputError(message)
        self._arrivals.add(channel, arrival)

    def arrived_together(
        self, channel: str, publications: Sequence[Publication], client_ns: int
    ) -> None:
        """Take a client's word on a whole batch, where both share this process."""
        for publication in publications:
            event = publication.event
            if isinstance(event, StreamDelta) and isinstance(event.index, int):
                arrival = Arrival(stream=event.stream, index=event.index, client_ns=client_ns)
                self.arrived(channel, arrival)

    def flush(self) -> None:
        """Hand everything collected so far to the store, the row included."""
        for stream in {stream for stream, _ in self._sent}:
            self._flush_sent(stream)
        self._arrivals.flush()
        self._row = replace(self._row, bytes_in=self._bytes_in, bytes_out=self._bytes_out)
        if (outlet := self._outlet) is not None:
            outlet.measure()
            self._row = replace(
                self._row,
                bytes_out=outlet.sent,
                merges=outlet.merges,
                dropped=outlet.dropped,
                backlog_max=outlet.backlog_max,
                queue_max_bytes=outlet.queue_max_bytes,
            )
        self._record(self._row)

    def close(self, code: int | None = None) -> None:
        """Record the connection's end; twice does nothing."""
        if self._row.closed is None:
            self._row = replace(self._row, closed=self._clock.monotonic_ns(), close_code=code)
            self.flush()

    def _flush_sent(self, stream: str) -> None:
        for replayed in (False, True):
            sent = self._sent.pop((stream, replayed), None)
            if sent is not None:
                self._record(
                    Stamps(
                        channel=sent.channel,
                        stream=stream,
                        connection=self.id,
                        clock_id=self._clock.clock_id,
                        index=tuple(sent.index),
                        socket_ns=tuple(sent.socket_ns),
                        is_replay=sent.is_replay,
                    )
                )
