"""What the durable log costs beside live answers: ``python -m tests.bench.writer [seconds]``.

Prints, by the number of answers at 50 chunks a second each: the processor time of the writer's
thread for each chunk and each transaction, and how long after its publication a delta is durable.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import AnyEvent, ChannelUpdated, StreamDelta
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.store.rows import Appended, Row
from jupyter_agentchat.store.writer import Writer

RATE = 50
ANSWERS = (1, 4, 16, 50)


def published(channel: str, event: AnyEvent, seq: int) -> Appended:
    now = SYSTEM_CLOCK.monotonic_ns()
    return Appended(channel, Publication(seq, event, encode_event(event), now, now, now))


def chunk(channel: str, seq: int) -> Appended:
    text = "some "
    event = StreamDelta(seq=seq, t=SYSTEM_CLOCK.wall_us(), stream=channel, index=seq - 2, text=text)
    return published(channel, event, seq)


def opening(channel: str) -> Appended:
    view = Channel(id=channel, name=channel)
    return published(channel, ChannelUpdated(seq=1, t=1, channel=view), 1)


async def measure(path: Path, answers: int, seconds: float) -> str:
    """Return one row of the table."""
    store = open_store(f"sqlite:///{path}", SYSTEM_CLOCK)
    ages, commits = watch(store)
    writer = Writer(store, SYSTEM_CLOCK)
    (thread,) = (each for each in threading.enumerate() if each.name == "agentchat-writer")
    clock = time.pthread_getcpuclockid(thread.ident or 0)
    channels = [f"lab{number}" for number in range(answers)]
    for channel in channels:
        writer.put(opening(channel))
    await writer.flush()
    await asyncio.sleep(1.5)  # the first housekeeping is over
    ages.clear()
    commits.clear()
    begun, begun_s = time.clock_gettime(clock), time.perf_counter()
    count = int(answers * RATE * seconds)
    for number in range(count):
        late = begun_s + number / (answers * RATE) - time.perf_counter()
        if late > 0:
            await asyncio.sleep(late)
        writer.put(chunk(channels[number % answers], 2 + number // answers))
    await writer.flush()
    cpu = time.clock_gettime(clock) - begun
    await writer.close()
    store.close()
    ages.sort()
    p50, p99 = (ages[int(len(ages) * p)] / 1e6 for p in (0.5, 0.99))
    return (
        f"{answers:7} {cpu / count * 1e6:13.1f} {cpu / len(commits) * 1e6:14.0f} "
        f"{100 * cpu / seconds:6.2f} {count / len(commits):14.1f} {p50:8.1f} {p99:8.1f} "
        f"{ages[-1] / 1e6:8.1f}"
    )


def watch(store: object) -> tuple[list[int], list[int]]:
    """Return what will hold each delta's age when its transaction ends, and each one's rows."""
    ages: list[int] = []
    commits: list[int] = []
    write = store.write  # type: ignore[attr-defined]

    def timed(rows: Sequence[Row], *, full: bool) -> None:
        write(rows, full=full)
        now = SYSTEM_CLOCK.monotonic_ns()
        ages.extend(now - row.publication.bus_ns for row in rows if isinstance(row, Appended))
        commits.append(len(rows))

    store.write = timed  # type: ignore[attr-defined]
    return ages, commits


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    print("answers  CPU us/chunk  CPU us/commit  CPU %  chunks/commit  age p50  p99 ms      max")  # noqa: T201
    with tempfile.TemporaryDirectory() as folder:
        for answers in ANSWERS:
            print(asyncio.run(measure(Path(folder) / f"{answers}.db", answers, seconds)))  # noqa: T201


if __name__ == "__main__":
    main()
