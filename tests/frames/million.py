"""A large log, and the memory that reading it takes: ``python -m tests.frames.million URL HOW …``.

``write STREAMS EACH`` writes it. ``frame``, ``copy`` and ``stream``, each with PART_ROWS, print as
JSON how many bytes the frame of chunks or its Arrow stream has, and the most memory that making
it took beyond what the process had before: in a process of its own, since a peak belongs to a
process.
"""

from __future__ import annotations

import json
import random
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, TypedDict

from jupyter_agentchat.frames import chunks
from jupyter_agentchat.frames.convert import to_frame
from jupyter_agentchat.frames.tables import pieces, table
from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import (
    AnyEvent,
    ChannelUpdated,
    StreamCompleted,
    StreamDelta,
    StreamStarted,
)
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.store.rows import Appended, ConnectionRow, Row, Stamps, StreamRow
from jupyter_agentchat.testing.clock import FakeClock

AT_ONCE = 16
"""Streams that take turns."""
AT_MOST = 1000
"""Flushes of which the connection tells at once; each brings it one chunk."""
_COMMIT = 5000
_START_US = 1_760_000_000_000_000
_NS = 1_000_000_000


class LargeLog:
    """Writes the log of one channel: streams that take turns, each read by one connection."""

    def __init__(self, store: Store, seed: int = 1) -> None:
        self._store = store
        self._dice = random.Random(seed)
        self._now_ns = _NS
        self._seq = 0
        self._rows: list[Row] = []
        self._after = 0
        self._flushes: list[tuple[int, int]] = []

    def write(self, n_streams: int, each: int) -> None:
        """Write streams of `each` chunks, and tidy up."""
        self._event(ChannelUpdated, channel=Channel(id="lab", name="lab"))
        opened: dict[str, Any] = {"opened": 1, "opened_us": 1, "clock_id": "k"}
        self._rows.append(ConnectionRow(connection="c", transport="ws", user="u", **opened))
        names = [f"{self._dice.randrange(1 << 40):x}" for _ in range(n_streams)]
        for start in range(0, n_streams, AT_ONCE):
            self._together(names[start : start + AT_ONCE], each)
        self._tell()
        self._commit()
        while self._store.tidy(quiet=True):
            pass

    def _together(self, names: list[str], each: int) -> None:
        for name in names:
            self._event(StreamStarted, stream=name, message=f"m{name}", agent="eliza")
        for index in range(each):
            for name in names:
                text = "".join(self._dice.choices("etaoin shrdlu  ,.", k=self._dice.randint(2, 7)))
                self._event(StreamDelta, stream=name, index=index, text=text)
                self._flushes.append((self._seq, self._now_ns + self._dice.randrange(90_000)))
            if len(self._flushes) >= AT_MOST:
                self._tell()
            self._commit(_COMMIT)
        for name in names:
            self._event(StreamCompleted, stream=name, message=f"m{name}", text="")
            self._end(name, each)

    def _tell(self) -> None:
        if not self._flushes:
            return
        seqs, instants = zip(*self._flushes, strict=True)
        told: dict[str, Any] = {"channel": "lab", "clock_id": "k", "connection": "c"}
        row = Stamps(stream=None, index=seqs, socket_ns=instants, after=self._after, **told)
        self._rows.append(row)
        self._after, self._flushes = self._seq, []

    def _end(self, name: str, n_chunks: int) -> None:
        row: dict[str, Any] = {
            "channel": "lab",
            "message": f"m{name}",
            "agent": "eliza",
            "connection": "c",
        }
        counted: dict[str, Any] = {
            "n_chunks": n_chunks,
            "status": "completed",
            "clock_id": "k",
        }
        started: dict[str, Any] = {"t_request": self._now_ns, "started_us": _START_US}
        self._rows.append(StreamRow(stream=name, **row, **counted, **started))

    def _event(self, kind: type[AnyEvent], /, **fields: Any) -> None:
        self._seq += 1
        self._now_ns += self._dice.randrange(100_000, 2_000_000)
        event = kind(seq=self._seq, t=_START_US + self._now_ns // 1000, **fields)
        data = b"" if kind is StreamDelta else encode_event(event)
        now = self._now_ns
        self._rows.append(
            Appended("lab", Publication(self._seq, event, data, now, now + 9_000, now + 40_000))
        )

    def _commit(self, least: int = 0) -> None:
        if len(self._rows) > least:
            first = self._seq - sum(isinstance(row, Appended) for row in self._rows) + 1
            self._store.write(self._rows, full=False)
            self._store.committed("lab", first, self._seq, self._now_ns + 100_000)
            self._rows = []


def resident(field: str) -> int:
    """Return this process's memory in bytes: ``VmRSS`` now, ``VmHWM`` at most since `forget`."""
    status = Path("/proc/self/status").read_text("ascii")
    (line,) = (line for line in status.splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def forget() -> None:
    """Begin a new peak (proc_pid_clear_refs(5))."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


class What(TypedDict):
    channel: str | None
    since: int | None
    until: int | None


EVERYTHING = What(channel=None, since=None, until=None)
NOTHING = What(channel=None, since=1 << 60, until=None)
"""What is asked for once before, so that everything is imported."""


def frame(store: Store, what: What) -> int:
    """Make a frame; return its bytes."""
    made = to_frame("chunks", table(store, "chunks", **what), fresh=True)
    return int(made.memory_usage(deep=True, index=False).sum())


def copy(store: Store, what: What) -> int:
    """Make a frame as a planted fault would: a copy of a table that is kept beside it."""
    kept = table(store, "chunks", **what)
    made = to_frame("chunks", kept)
    return int(made.memory_usage(deep=True, index=False).sum())


def stream(store: Store, what: What) -> int:
    """Make what the server sends, and forget it; return its bytes."""
    return sum(map(len, pieces(store, "chunks", **what)))


def measure(url: str, how: str, part_rows: int) -> dict[str, int]:
    """Return how large something is, and the most memory that making it took."""
    make = {"frame": frame, "copy": copy, "stream": stream}[how]
    chunks.PART_ROWS = part_rows
    with closing(open_store(url, FakeClock())) as store:
        make(store, NOTHING)
        before = resident("VmRSS")
        forget()
        size = make(store, EVERYTHING)
        return {"bytes": size, "peak": resident("VmHWM") - before}


def main() -> None:
    url, how, *part_rows = sys.argv[1:]
    if how == "write":
        with closing(open_store(url, FakeClock())) as store:
            LargeLog(store).write(*map(int, part_rows))
    else:
        print(json.dumps(measure(url, how, *map(int, part_rows))))  # noqa: T201


if __name__ == "__main__":
    main()
