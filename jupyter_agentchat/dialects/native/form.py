"""How a batch looks on the native WebSocket."""

from __future__ import annotations

from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.protocol.codec import join_batch
from jupyter_agentchat.web.framing import text_frame


class NativeForm:
    """One ``events`` frame for each batch."""

    key = "native"

    def encode(self, channel: str, epoch: str, batch: Batch) -> bytes:
        """Return the frame, its WebSocket header included."""
        events = [item.data for item in batch.items]
        return text_frame(join_batch(channel, epoch, batch.first, batch.last, events))


NATIVE = NativeForm()
"""The one that all readers share."""
