from __future__ import annotations

from jupyter_agentchat.socketio.frames import Frame, size_of


def test_size_counts_bytes_before_any_transport() -> None:
    assert size_of((Frame("4é".encode()), Frame(b"\x00\x01", binary=True))) == 5
    assert size_of(()) == 0
