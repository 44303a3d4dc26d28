"""The program of the local model's process: llama.cpp's own server, for as long as it is wanted.

It is run as a file, by its path, and imports nothing of the package. It reads its orders (one line
of JSON) from standard input, writes its address (one line of JSON) to standard output, and ends
when standard input ends or its parent is another one: whichever way the parent died, the system
sees to both.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any, TypedDict

_PARENT_CHECK_S = 0.5
_MAX_THREADS = 4


class Orders(TypedDict):
    """What to serve: `slots` answers at a time with `context` tokens each, for the parent `pid`."""

    model: str
    key: str
    slots: int
    context: int
    parent: int


def serve(orders: Orders) -> Any:  # noqa: ANN401 - xllamacpp ships no types
    """Start the server on a port that the kernel chooses; it runs as long as the result lives."""
    import xllamacpp  # noqa: PLC0415 - optional, and here alone

    params = xllamacpp.CommonParams()
    params.model.path = orders["model"]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [orders["key"]]
    params.cors_origins = "http://127.0.0.1"
    params.n_parallel = orders["slots"]
    params.n_ctx = orders["slots"] * orders["context"]
    # one core stays free for the notebook; a thread too many costs more than it brings
    threads = min(max((os.cpu_count() or 1) - 1, 1), _MAX_THREADS)
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib = 0
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = 1
    return xllamacpp.Server(params)


def _end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    """Serve until the parent is gone."""
    orders: Orders = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    server = serve(orders)
    sys.stdout.write(json.dumps({"address": server.listening_address}) + "\n")
    sys.stdout.flush()
    # a fork of the parent may hold our standard input open after it
    while os.getppid() == orders["parent"]:
        time.sleep(_PARENT_CHECK_S)
    os._exit(0)


if __name__ == "__main__":
    main()
