"""The program of the local model's process, with a stand-in for the model's package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_agentchat.providers.local_process import PROGRAM

STAND_IN = """
import json, sys
from types import SimpleNamespace as Space

class CommonParams(Space):
    def __init__(self):
        super().__init__(model=Space(), cpuparams=Space(), cpuparams_batch=Space())

class Server:
    def __init__(self, params):
        plain = lambda value: vars(value) if isinstance(value, Space) else value
        sys.stderr.write(json.dumps({k: plain(v) for k, v in vars(params).items()}) + "\\n")
        self.listening_address = "http://127.0.0.1:1234"
"""


@contextmanager
def running(folder: Path, parent: int) -> Iterator[subprocess.Popen[str]]:
    (folder / "xllamacpp.py").write_text(STAND_IN)
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-P", str(PROGRAM)],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    orders = {"model": "m.gguf", "key": "k", "slots": 4, "context": 2048, "parent": parent}
    with process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(orders) + "\n")
        process.stdin.flush()
        yield process
        process.kill()


def test_it_serves_as_ordered_until_its_standard_input_ends(tmp_path: Path) -> None:
    with running(tmp_path, os.getpid()) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdin
        assert json.loads(process.stdout.readline()) == {"address": "http://127.0.0.1:1234"}
        params = json.loads(process.stderr.readline())
        assert params["model"] == {"path": "m.gguf"}
        assert (params["hostnames"], params["port"]) == (["127.0.0.1"], 0)
        assert (params["api_keys"], params["ui"]) == (["k"], False)
        assert (params["n_parallel"], params["n_ctx"]) == (4, 8192)
        threads = params["cpuparams"]["n_threads"]
        assert 1 <= threads <= 4
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_it_ends_when_its_parent_is_another_one(tmp_path: Path) -> None:
    """The parent's fork may hold the pipe open; the parent itself is gone."""
    with running(tmp_path, parent=1 if os.getpid() != 1 else 2) as process:
        assert process.stdout
        assert "address" in process.stdout.readline()
        assert process.wait(timeout=10) == 0
