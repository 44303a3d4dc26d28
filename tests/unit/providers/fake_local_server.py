"""Stands for ``local_server.py`` without a model; `model` in its orders says how to behave."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ORDERS = json.loads(sys.stdin.readline())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != f"Bearer {ORDERS['key']}":
            self.send_error(401)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        said = {"choices": [{"delta": {"content": f"pid {os.getpid()}"}, "finish_reason": "stop"}]}
        self.wfile.write(f"data: {json.dumps(said)}\n\ndata: [DONE]\n\n".encode())


def end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    threading.Thread(target=end_with_stdin, daemon=True).start()
    how = os.path.basename(ORDERS["model"])  # noqa: PTH119
    if how == "fails":
        sys.stderr.write(f"cannot load with {ORDERS['key']}\n")
        sys.exit(1)
    if how == "hangs":
        time.sleep(600)
    sys.stdout.write("some noise\n")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(json.dumps({"address": f"http://127.0.0.1:{server.server_port}"}) + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
