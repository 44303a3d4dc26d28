"""The baseline: a Tornado handler that calls ``write_message(str)`` once per subscriber."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from tornado.web import Application
from tornado.websocket import WebSocketHandler

from tests.bench.peers import serving

ROOMS: dict[int, list[Viewer]] = defaultdict(list)


class Viewer(WebSocketHandler):
    """One subscriber of a room."""

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002 - Tornado's interface
        """Take everybody."""
        return True

    def open(self, *args: str, **kwargs: str) -> None:  # noqa: ARG002 - same
        """Join."""
        self.set_nodelay(True)
        ROOMS[int(self.get_argument("room"))].append(self)
        self.write_message("hello")


def publish(room: int, message: str, index: int, text: str) -> None:
    """Write to each subscriber."""
    data = serving.envelope(room, message, index, text)
    for viewer in ROOMS[room]:
        viewer.write_message(data)


def publish_but_one(room: int, message: str, index: int, text: str) -> None:
    """Lose one chunk: the fault by which the harness shows that it notices."""
    if index != 1:
        publish(room, message, index, text)


async def main() -> None:
    """Listen and play."""
    options = serving.options("plain", "lossy")
    Application([("/ws", Viewer)]).listen(options.port, "127.0.0.1")
    await asyncio.sleep(0)
    await serving.serve(publish_but_one if options.mode == "lossy" else publish)


if __name__ == "__main__":
    serving.run(main())
