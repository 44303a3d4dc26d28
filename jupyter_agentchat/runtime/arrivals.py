"""When chunks reached a client, by the client's own clock, until what translates them is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from msgspec import Struct

from jupyter_agentchat.protocol.offset import Offset
from jupyter_agentchat.store.rows import Stamps


class Arrival(Struct, frozen=True, kw_only=True):
    """When one chunk reached a client, in ns of the client's clock; 0 where it is unknown."""

    stream: str
    index: int
    client_ns: int
    dom_ns: int = 0
    paint_ns: int = 0
    hidden: bool = False


_Place = tuple[str, Arrival]


class Arrivals:
    """Holds arrivals until the next estimate of the offset; each takes the estimate nearest it.

    Parameters
    ----------
    connection, clock_id : str
        Of the connection, and of the server's clock.
    record : callable
        Takes finished rows for the store.

    Attributes
    ----------
    client_clock_id : str or None
        The clock that the client reads.
    resolution_ns : int or None
        The smallest step of it that the client saw.
    """

    def __init__(self, connection: str, clock_id: str, record: Callable[[Stamps], None]) -> None:
        self.client_clock_id: str | None = None
        self.resolution_ns: int | None = None
        self._connection = connection
        self._clock_id = clock_id
        self._record = record
        self._offset: Offset | None = None
        self._held: list[_Place] = []

    def add(self, channel: str, arrival: Arrival) -> None:
        """Take a client's word on one chunk."""
        self._held.append((channel, arrival))

    def translate(self, offset: Offset) -> None:
        """Take a client's word on the two clocks; of two estimates equally near the later holds."""
        before, self._offset = self._offset, offset
        if before is None:
            return
        older, newer = list[_Place](), list[_Place]()
        for held in self._held:
            instant = held[1].client_ns
            is_older = abs(instant - before.at_ns) < abs(instant - offset.at_ns)
            (older if is_older else newer).append(held)
        self._held = newer
        self._write(older, before)

    def flush(self) -> None:
        """Record what is held, by the last estimate."""
        self._write(self._held, self._offset)
        self._held = []

    def _write(self, held: Iterable[_Place], offset: Offset | None) -> None:
        for (channel, stream, hidden), places in groupby(sorted(held, key=_key), _run):
            self._record(
                self._stamps(channel, stream, [each for _, each in places], offset, hidden=hidden)
            )

    def _stamps(
        self, channel: str, stream: str, seen: list[Arrival], offset: Offset | None, *, hidden: bool
    ) -> Stamps:
        rows = Stamps(
            channel=channel,
            stream=stream,
            connection=self._connection,
            clock_id=self._clock_id,
            index=tuple(each.index for each in seen),
            client_ns=tuple(each.client_ns for each in seen),
            dom_ns=tuple(each.dom_ns for each in seen),
            paint_ns=tuple(each.paint_ns for each in seen),
            client_clock_id=self.client_clock_id,
            hidden=hidden,
            resolution_ns=self.resolution_ns,
        )
        return rows if offset is None else rows.on_server(offset)


def _run(held: _Place) -> tuple[str, str, bool]:
    channel, arrival = held
    return channel, arrival.stream, arrival.hidden


def _key(held: _Place) -> tuple[str, str, bool, int]:
    return *_run(held), held[1].index
