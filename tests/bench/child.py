"""Child processes that talk by lines."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.bench import machine

LINE_S = 60.0


class ChildError(Exception):
    """A child did not do its part; the sentence says which, and ends with its last words."""


class Child:
    """A process of ours, in a place of its own, that ends with the block.

    Parameters
    ----------
    log : Path
        Where its stderr goes; its end is quoted when something fails.
    cpu : int or None
        The CPU to stay on.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        cpu: int | None = None,
        realtime: bool = False,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._name = Path(command[0]).name
        self._log = log
        self._text = b""
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                cwd=folder,
                preexec_fn=lambda: machine.settle(cpu, realtime=realtime),  # noqa: PLW1509
            )
        self.pid = self._process.pid

    def say(self, line: str) -> None:
        """Send one line."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def line(self, timeout_s: float = LINE_S) -> str:
        """Wait for one line.

        Raises
        ------
        ChildError
            If it does not come, or the process has ended.
        """
        assert self._process.stdout is not None
        end = time.monotonic() + timeout_s
        while b"\n" not in self._text:
            readable, _, _ = select.select(
                [self._process.stdout], [], [], max(end - time.monotonic(), 0)
            )
            if not readable:
                raise self.failed(f"said nothing for {timeout_s:g} s")
            data = os.read(self._process.stdout.fileno(), 65536)
            if not data:
                raise self.failed("ended")
            self._text += data
        line, _, self._text = self._text.partition(b"\n")
        return line.decode()

    def failed(self, what: str) -> ChildError:
        """Return the error that says what the process did, with its last words."""
        words = self._log.read_text(errors="replace").strip().splitlines()[-3:]
        return ChildError(f"{self._name} {what}: {' / '.join(words)}")

    def is_running(self) -> bool:
        """Tell whether it has not ended."""
        return self._process.poll() is None

    def stop(self, timeout_s: float = 20.0) -> None:
        """Ask it to end, and insist after `timeout_s`."""
        self._process.terminate()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def __enter__(self) -> Self:
        """Use as a context manager that stops."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop."""
        self.stop()
