"""What waits for the next poll, and the one poll that waits for something.

Source: engine.io-protocol, revision 4, "Receiving data".
"""

from __future__ import annotations

from jupyter_agentchat.socketio.engine_events import Answer, EngineEvent
from jupyter_agentchat.socketio.engine_packets import NOOP, encode_payload
from jupyter_agentchat.socketio.frames import Frame, Frames


class PollQueue:
    """Frames and the outstanding poll of one session; at most one of the two is there.

    Attributes
    ----------
    peer : object or None
        The GET that has no answer yet.
    frames : list of Frame
        What the next answer carries.
    """

    def __init__(self) -> None:
        self.peer: object = None
        self.frames: list[Frame] = []

    def answer(self, *, even_if_empty: bool = False) -> list[EngineEvent]:
        """Answer the outstanding poll if there is something to say, or if it has to end."""
        if self.peer is None or not (self.frames or even_if_empty):
            return []
        peer, self.peer = self.peer, None
        return [Answer(peer, 200, encode_payload(self.take() or (NOOP,)))]

    def take(self) -> Frames:
        """Return the frames, which are then the caller's."""
        frames, self.frames = tuple(self.frames), []
        return frames
