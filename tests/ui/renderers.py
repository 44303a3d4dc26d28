"""The renderers alone, bundled from the source, and small origins that serve them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.processes import ROOT

UI = ROOT / "labextension/packages/ui/src"
ESBUILD = ROOT / "labextension/node_modules/.bin/esbuild"
ENTRY = """
import { GrowingText } from "./growing";
import { render } from "./markdown";
window.renderers = {
  whole: (text) => (place) => { place.replaceChildren(render(text)); },
  split: (text) => (place, check) => {
    const growing = new GrowingText(place);
    for (let end = 1; end <= text.length; end++) {
      growing.show(text.slice(0, end));
      check();
    }
    for (let cut = 1; cut < text.length; cut++) {
      const inTwo = new GrowingText(place);
      inTwo.show(text.slice(0, cut));
      inTwo.show(text);
      check();
    }
  },
  grown: (text, cuts) => (place) => {
    const growing = new GrowingText(place);
    for (const end of [...cuts, text.length]) growing.show(text.slice(0, end));
  },
  unsafe: (text) => (place) => { place.innerHTML = text; },
};
"""


def bundle(folder: Path) -> bytes:
    """Bundle the renderers as they are in the source."""
    out = folder / "renderers.js"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [ESBUILD, "--bundle", "--format=iife", "--log-level=error", f"--outfile={out}"],
        input=ENTRY,
        cwd=UI,
        env={**os.environ, "PATH": path},
        text=True,
        check=True,
        timeout=30,
    )
    return out.read_bytes()


@contextmanager
def serving(answer: Callable[[str], bytes]) -> Iterator[str]:
    """Serve what `answer` gives for a path; yields the origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = answer(self.path)
            self.send_response(200)
            kind = "text/javascript" if self.path.endswith(".js") else "text/html; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
