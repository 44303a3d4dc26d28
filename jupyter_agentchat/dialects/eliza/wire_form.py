"""A channel's log on the wire of ElizaOS's Socket.IO clients: encoded once for all of one form."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.dialects.eliza.offsets import (
    Point,
    offset_after,
    offset_within,
    parse_offset,
)
from jupyter_agentchat.dialects.eliza.payloads import Form, Projected
from jupyter_agentchat.dialects.eliza.projection import Projection
from jupyter_agentchat.dialects.eliza.turn import Turns
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.socketio import Frame
from jupyter_agentchat.web.engineio.framing import packed, unframed

NAMESPACE = "/"


class ElizaForm:
    """Writes batches as Socket.IO events that trail an offset.

    Parameters
    ----------
    room : str
        The channel in offsets.
    form : Form
        How the clients spell it.
    turns : Turns
        What is known of the channel's answers, shared by all its forms. It has to know those that
        were live where a reader begins.
    """

    def __init__(self, room: str, form: Form, turns: Turns) -> None:
        self.room = room
        self.form = form
        self._turns = turns
        self._projection = Projection(form, turns)

    @property
    def key(self) -> Hashable:
        """Equal for clients that spell alike."""
        return ("eliza", self.form)

    def encode(self, channel: str, epoch: str, batch: Batch) -> bytes:  # noqa: ARG002 - the interface
        """Return the packets of a batch, as WebSocket frames."""
        return b"".join(self.packets(batch))

    def packets(self, batch: Batch) -> list[bytes]:
        """Return the packets of a batch one by one; the same batch gives the same packets."""
        for publication in batch.publications:
            event = publication.event
            if not (isinstance(event, StreamDelta) and event.kind == "text"):
                self._turns.learn(event)
        if not batch.merged:
            return [
                packet
                for publication in batch.publications
                for packet in self._page(
                    publication.seq, publication.seq, self._projection.project(publication.event)
                )
            ]
        payloads = [each for item in batch.items for each in self._projection.project(item.event)]
        return list(self._page(batch.first, batch.last, payloads))

    def _page(self, first: int, last: int, payloads: list[Projected]) -> Iterator[bytes]:
        """Yield the packets of one page: a cut between two of them can be told by the offset."""
        for number, payload in enumerate(payloads, 1):
            if number == len(payloads):
                offset = offset_after(self.room, last)
            else:
                offset = offset_within(self.room, first, last, number)
            yield packed(NAMESPACE, payload.event, payload, offset=offset)


def points_in(data: bytes) -> Iterator[tuple[str, Point]]:
    """Yield where a client stands after each of these packets that belongs to a log."""
    for frame in unframed(data):
        if found := _point_of(frame):
            yield found


def _point_of(frame: Frame) -> tuple[str, Point] | None:
    if frame.binary or not frame.data.startswith(b"42[") or not frame.data.endswith(b'"]'):
        return None
    _, _, text = frame.data[:-2].rpartition(b',"')
    return parse_offset(text.decode("ascii", "replace"))
