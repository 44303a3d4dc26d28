from __future__ import annotations

import socket

from tests.bench.scenarios.stalled import waiting


def test_only_a_peer_that_takes_nothing_counts_as_stalled() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(server.getsockname())
        theirs, _ = server.accept()
        with theirs:
            port = server.getsockname()[1]
            assert waiting(port) == 0
            theirs.setblocking(False)
            assert theirs.send(bytes(1_000_000)) > 0
            assert waiting(port) == 1
