"""Real Jupyter servers in processes of their own, for what only they can show."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from msgspec import Struct

ROOT = Path(__file__).parents[1]
TOKEN = "a-token-of-the-tests"
START_S = 50
READY = "Agent chat keeps its log"


class ServerProcess(Struct):
    """A running server: where it is, and its process."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it without a chance to say goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing of this machine's Jupyter is seen or touched.

    The extension is enabled there by the file that the package installs.
    """
    enabled = folder / "etc" / "jupyter_server_config.d"
    enabled.mkdir(parents=True, exist_ok=True)
    source = ROOT / "jupyter_agentchat/etc/jupyter_agentchat.json"
    (enabled / source.name).write_text(source.read_text())
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")}
    kept.pop("JPY_PARENT_PID", None)
    return {
        **kept,
        "HOME": str(folder),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_CONFIG_PATH": str(folder / "etc"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def jupyter_server(
    folder: Path, *options: str, token: str = TOKEN, port: int = 0, module: str = "jupyter_server"
) -> Iterator[ServerProcess]:
    """Run ``jupyter server`` until the block ends, on a port that is free.

    `module` may be one that changes something before it runs Jupyter's own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", module, "--no-browser", "--allow-root"),
        *(f"--ServerApp.root_dir={folder}", f"--port={port}", f"--IdentityProvider.token={token}"),
        *("--ServerApp.port_retries=0" if port else "--ServerApp.port_retries=50", *options),
    ]
    log = folder / "server.log"
    before = log.read_text().count(READY) if log.exists() else 0
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, env=environment(folder), cwd=folder, stdout=out, stderr=out
        )
    try:
        yield ServerProcess(_wait(process, folder, log, before), process, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], folder: Path, log: Path, before: int) -> str:
    """Return the server's URL once it answers."""
    file = folder / "runtime" / f"jpserver-{process.pid}.json"
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            url = str(json.loads(file.read_text())["url"])
            if httpx.get(f"{url}api").is_success and log.read_text().count(READY) > before:
                return url.replace("localhost", "127.0.0.1")
        except (OSError, ValueError, httpx.HTTPError):
            pass
        time.sleep(0.05)
    raise AssertionError(log.read_text())
