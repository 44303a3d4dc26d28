"""A real server, killed with SIGKILL in the middle of a stream, and started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

AGENT = """
import asyncio
from jupyter_agentchat.protocol.model import AgentInfo

class Ticking:
    info = AgentInfo(name="ticking", description="Says one number every 5 ms.")
    policy = "parallel"

    async def answer(self, turn):
        for number in range(100_000):
            yield f"{number} "
            await asyncio.sleep(0.005)

    async def close(self):
        pass
"""


class Server:
    """A Jupyter server of its own process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        plugin = folder / "plugin"
        (plugin / "ticking-1.dist-info").mkdir(parents=True, exist_ok=True)
        (plugin / "ticking.py").write_text(AGENT)
        (plugin / "ticking-1.dist-info" / "METADATA").write_text("Name: ticking\nVersion: 1\n")
        (plugin / "ticking-1.dist-info" / "entry_points.txt").write_text(
            "[jupyter_agentchat.agents]\nticking = ticking:Ticking\n"
        )
        (folder / "root").mkdir(exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "server.log"

    def start(self) -> httpx.Client:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folder = self.folder
        environment = {
            **os.environ,
            "PYTHONPATH": f"{folder / 'plugin'}:{Path(__file__).parents[2]}",
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        }
        command = [
            *(sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser"),
            f"--port={port}",
            f"--ServerApp.root_dir={folder / 'root'}",
            "--ServerApp.jpserver_extensions=jupyter_agentchat=True",
            "--IdentityProvider.token=t",
        ]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/agentchat/",
            headers={"Authorization": "token t"},
            timeout=20,
        )
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            try:
                if http.get("health").status_code == 200:
                    return http
            except httpx.TransportError:
                pass
            time.sleep(0.1)  # the process gives no other sign
        raise AssertionError(self.log.read_text())

    def stop(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.stop(signal.SIGKILL)


def sse(http: httpx.Client, path: str, **kw: Any) -> Iterator[dict[str, Any]]:
    with http.stream("GET", path, **kw) as response:
        message: dict[str, Any] = {}
        for line in response.iter_lines():
            if not line and message:
                yield message
                message = {}
            elif line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                message[name] = json.loads(value) if name == "data" else value


def test_a_killed_server_keeps_what_it_acknowledged(server: Server) -> None:
    http = server.start()
    http.post("api/channels", json={"id": "lab", "agents": []})
    sent = [http.post("api/channels/lab/messages", json={"text": str(n)}).json() for n in range(5)]
    question = {"text": "go", "agents": ["ticking"], "client_message_id": "q"}
    answer = http.post("api/channels/lab/messages", json=question).json()
    (stream,) = answer["streams"]
    seen, last = "", ""
    for message in sse(http, "api/channels/lab/events", params={"after": answer["position"]}):
        last = message.get("id", last)
        if message["event"] == "stream.delta":
            seen += message["data"]["text"]
            if len(seen) > 200:
                break
    http.close()
    server.stop(signal.SIGKILL)

    http = server.start()
    page = http.get("api/channels/lab/messages").json()["messages"]
    assert [m["id"] for m in page[:6]] == [s["message"]["id"] for s in (*sent, answer)]
    (reply,) = page[6:]
    assert (reply["status"], reply["stream"]) == ("interrupted", stream)
    longer, shorter = sorted((reply["text"], seen), key=len, reverse=True)
    assert longer.startswith(shorter)
    again = http.post("api/channels/lab/messages", json=question).json()
    assert again["duplicate"] is True
    assert (again["message"]["id"], again["streams"]) == (answer["message"]["id"], [stream])

    whole = ""
    for message in sse(http, "api/channels/lab/events", params={"after": answer["position"]}):
        if message["event"] == "subscribed":
            assert message["data"]["recovered"] is True
        elif message["event"] == "stream.delta":
            whole += message["data"]["text"]
        elif message["event"] == "stream.interrupted":
            assert message["data"]["text"] == whole == reply["text"]
            assert message["data"]["reason"] == "server_restart"
            break
    opening = next(sse(http, "api/channels/lab/events", headers={"Last-Event-ID": last}))
    is_durable = len(reply["text"]) >= len(seen)
    assert opening["data"]["recovered"] is is_durable
    if not is_durable:
        assert opening["data"]["reason"] == "position ahead of the log"
        assert opening["data"]["snapshot"]["messages"]
    assert opening["data"]["position"].partition(":")[0] != last.partition(":")[0]

    streams = http.get("api/log/streams?format=json&channel=lab").json()
    assert [row["status"] for row in streams] == ["interrupted"]
    http.close()
    server.stop(signal.SIGTERM)
    assert "Traceback" not in server.log.read_text()
    assert "token=t" not in server.log.read_text()
