"""A server with a planted fault: it never notices that a socket takes nothing."""

from __future__ import annotations

from jupyter_server.serverapp import main

from jupyter_agentchat.web.direct import StreamSink

_queue = StreamSink._queue


def _queue_blindly(sink: StreamSink, data: memoryview) -> bool:
    """Give everything to Tornado's buffer, which has no bound, and call it taken."""
    _queue(sink, data)
    return True


if __name__ == "__main__":
    setattr(StreamSink, "_queue", _queue_blindly)  # noqa: B010 - mypy knows no planted faults
    main()
