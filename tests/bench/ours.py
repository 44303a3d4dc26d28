"""Our server: the extension inside ``jupyter server``, with sign-in and the durable log."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import httpx

from tests import processes
from tests.bench import machine
from tests.bench.agent import ENTRY_POINTS, NAME, REPORT_VARIABLE
from tests.bench.child import Child, ChildError
from tests.bench.servers import Produced
from tests.bench.work import Order, quantiles_us

TOKEN = "bench"
HEADERS = {"Authorization": f"token {TOKEN}"}
START_S = 60.0
_POLL_S = 0.02


class OurServer:
    """``jupyter server`` in a folder of its own.

    Parameters
    ----------
    options : sequence of str
        More command-line options.
    database : str
        The log's URL.

    Attributes
    ----------
    up_at_s : float
        When Jupyter's own API gave its first answer (monotonic).
    """

    lead_per_stream_s = 0.04  # each is asked for by a message of its own, made durable

    def __init__(
        self,
        folder: Path,
        *,
        database: str = "",
        options: Sequence[str] = (),
        realtime: bool = False,
        is_enabled: bool = True,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._report = folder / "report.jsonl"
        self._report.touch()
        self._read = 0
        self._folder = folder
        self._order = Order(1, 0, 0)
        url = database or f"sqlite:///{folder / 'log.db'}"
        enabled = repr({"jupyter_agentchat": is_enabled})
        command = [
            *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--port=0"),
            *(f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={TOKEN}"),
            *(f"--ServerApp.jpserver_extensions={enabled}", f"--AgentChatApp.store_url={url}"),
            *options,
        ]
        self._child = Child(
            command,
            log=folder / "server.log",
            cpu=machine.SERVER_CPU,
            realtime=realtime,
            environment=_environment(folder, self._report),
            folder=folder,
        )
        self.pids = [self._child.pid]
        try:
            self.url = self._wait("api")
            self.up_at_s = time.monotonic()
            if is_enabled:
                self._wait("agentchat/health")
        except BaseException:
            self.stop()
            raise
        self.port = urlsplit(self.url).port or 0
        self.http = httpx.Client(base_url=f"{self.url}agentchat/", headers=HEADERS, timeout=30)

    def channels(self, rooms: int) -> None:
        """Create the rooms; those that are there stay as they are."""
        there = {channel["id"] for channel in self.http.get("api/channels").json()["channels"]}
        for room in range(rooms):
            if f"room-{room}" not in there:
                body = {"id": f"room-{room}", "agents": [NAME]}
                self.http.post("api/channels", json=body).raise_for_status()

    def begin(self, order: Order) -> None:
        """Send one message per stream; the agent begins at the order's instant.

        Raises
        ------
        ChildError
            If the instant had come before all were sent.
        """
        self._order = order
        for stream in range(order.streams):
            body = {
                "text": "Go",
                "agents": [NAME],
                "metadata": {NAME: {"order": asdict(order), "stream": stream}},
            }
            path = f"api/channels/room-{stream % order.rooms}/messages"
            self.http.post(path, json=body).raise_for_status()
        if time.monotonic_ns() > order.start_ns:
            raise ChildError("the server took the questions too slowly for the start")

    def finish(self) -> Produced:
        """Wait until every stream has reported."""
        end = time.monotonic() + self._order.seconds * 3 + 60
        while time.monotonic() < end:
            lines = self._report.read_text().splitlines()[self._read :]
            if len(lines) >= self._order.streams:
                self._read += len(lines)
                reports = [json.loads(line) for line in lines]
                late_ns = [late for report in reports for late in report["late_ns"]]
                return Produced(
                    sum(report["produced"] for report in reports),
                    tuple(quantiles_us(late_ns)),
                    tuple(tuple(each) for report in reports for each in report.get("slices", ())),
                    sum(report.get("settled_ns", 0) for report in reports),
                )
            time.sleep(_POLL_S)
        raise self._child.failed("did not finish its streams")

    def stop(self) -> None:
        """End it; the log is complete on disk then."""
        self._child.stop()
        if hasattr(self, "http"):
            self.http.close()

    def __enter__(self) -> Self:
        """Use as a context manager that stops."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop."""
        self.stop()

    def _wait(self, path: str) -> str:
        file = self._folder / "runtime" / f"jpserver-{self._child.pid}.json"
        end = time.monotonic() + START_S
        while time.monotonic() < end and self._child.is_running():
            try:
                url = str(json.loads(file.read_text())["url"]).replace("localhost", "127.0.0.1")
                if httpx.get(f"{url}{path}", headers=HEADERS).is_success:
                    return url
            except (OSError, ValueError, httpx.HTTPError):
                pass
            time.sleep(_POLL_S)
        raise self._child.failed("did not come up")


def _environment(folder: Path, report: Path) -> dict[str, str]:
    """Return the environment of a server to which a package with the agent is installed."""
    metadata = folder / "plugin" / "agentchat_bench-1.dist-info"
    metadata.mkdir(parents=True, exist_ok=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: agentchat-bench\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)
    environment = processes.environment(folder)
    path = f"{metadata.parent}:{environment['PYTHONPATH']}"
    return {**environment, "PYTHONPATH": path, REPORT_VARIABLE: str(report)}
