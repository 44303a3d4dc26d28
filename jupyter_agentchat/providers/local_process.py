"""The local model's process, seen from its parent: started, awaited, ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import secrets
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import IO, Final

from jupyter_agentchat.errors import ProviderTimeoutError, ProviderUnavailableError
from jupyter_agentchat.providers.secret import Secret

PROGRAM: Final = Path(__file__).with_name("local_server.py")

_log = logging.getLogger(__name__)


class ModelProcess:
    """One process that serves one model to this process alone.

    It ends with `stop`, and by itself when this process is gone, even by ``kill -9``.

    Parameters
    ----------
    model : Path
        A GGUF file.
    slots, context : int
        Answers at the same time, and tokens for each.
    start_timeout_s : float
        How long loading may take.
    program : Path
        What is run.

    Attributes
    ----------
    key : Secret
        Without it the server answers nobody.
    """

    def __init__(
        self,
        model: Path,
        *,
        slots: int = 4,
        context: int = 2048,
        start_timeout_s: float = 60.0,
        program: Path = PROGRAM,
    ) -> None:
        self.key = Secret(secrets.token_urlsafe(24))
        self._orders = {"model": str(model), "slots": slots, "context": context}
        self._start_timeout_s = start_timeout_s
        self._program = program
        self._process: subprocess.Popen[str] | None = None
        self._listener: threading.Thread | None = None
        self._complaints: deque[str] = deque(maxlen=20)

    @property
    def pid(self) -> int | None:
        """The process id, None before the start."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> str:
        """Start the process and return its address, ``http://127.0.0.1:port``, once it answers.

        Raises
        ------
        ProviderUnavailableError
            If it ends instead; the sentence holds its last words.
        ProviderTimeoutError
            If loading takes too long.
        """
        await self.stop()
        # spawned here, not in a thread: a start that is cancelled must know what to end
        stdout = self._spawn()
        try:
            async with asyncio.timeout(self._start_timeout_s):
                address = await asyncio.to_thread(_read_address, stdout)
        except TimeoutError:
            await self.stop()
            raise ProviderTimeoutError(
                f"The local model was not loaded within {self._start_timeout_s:g} s."
            ) from None
        except BaseException:
            await self.stop()
            raise
        if address is None:
            await self.stop()
            last = self._complaints[-1] if self._complaints else "it said nothing"
            raise ProviderUnavailableError(f"The local model's process ended at its start: {last}")
        return address

    async def stop(self) -> None:
        """End the process and wait until it is gone; it has nothing to save."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        await asyncio.to_thread(self._reap, process)

    def _spawn(self) -> IO[str]:
        """Start the process, give it its orders, and return its standard output."""
        # -P: the program's folder holds modules that are named like the standard library's
        command = [sys.executable, "-P", str(self._program)]
        pipe = subprocess.PIPE
        self._process = process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8"
        )
        assert process.stdin and process.stdout and process.stderr  # noqa: S101 PT018 - for types
        self._listener = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
        self._listener.start()
        orders = self._orders | {"key": self.key.reveal(), "parent": os.getpid()}
        with contextlib.suppress(OSError):  # it ended already; its output will say so
            process.stdin.write(json.dumps(orders) + "\n")
            process.stdin.flush()
        return process.stdout

    def _reap(self, process: subprocess.Popen[str]) -> None:
        """Wait for the end of a killed process and of what it said."""
        process.wait()
        if self._listener is not None:
            self._listener.join()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _listen(self, stderr: IO[str]) -> None:
        """Keep the process's last words, so that it never waits for somebody to read them."""
        with stderr:
            for line in stderr:
                _log.debug("local model: %s", line.rstrip())
                self._complaints.append(self.key.scrub(line.strip()))


def _read_address(stdout: IO[str]) -> str | None:
    """Return the address that the process writes, None if it ends without."""
    for line in stdout:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            return str(json.loads(line)["address"])
    return None
