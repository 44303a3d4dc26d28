"""A service killed at any moment loses and doubles nothing that it acknowledged (R1, R2, R12).

Six writers with idempotency keys and live streams, ``SIGKILL`` at a random moment of each life, and
what is uncertain sent again in the next one. ``AGENTCHAT_KILLS=1000`` (or ``make faults``) makes it
1,000 lives; with n of them and no failure, the chance of one is below 3 / n at 95 %.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jupyter_agentchat.protocol.events import TERMINAL, MessageCreated, StreamDelta
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.runtime.compose import compose
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.testing.clock import FakeClock
from tests.faults.living import CHANNEL, text_of

KILLS = int(os.environ.get("AGENTCHAT_KILLS", "25"))
SEED = int(os.environ.get("AGENTCHAT_SEED", "1"))
SHORTEST_S, LONGEST_S = 0.02, 0.4
"""How long a life goes on after its first acknowledgement."""
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs fork and SIGKILL")


class Lives:
    """The service that is killed again and again, and what it told."""

    def __init__(self, path: Path, seed: int) -> None:
        self.url = f"sqlite:///{path}"
        self.acknowledged: dict[str, tuple[str, int]] = {}
        self.wrong: list[str] = []
        self.seen: dict[str, list[str]] = {}
        self.uncertain: set[str] = set()
        self._life = 0
        self._dice = random.Random(seed)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.living"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            cwd=Path(__file__).parents[2],
        )

    def live(self, fault: str = "") -> None:
        """Let a service live, kill it at a random moment, and read what it told until then."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        again = sorted(self.uncertain)
        order = {"url": self.url, "life": self._life, "again": again, "fault": fault}
        self._life += 1
        stdin.write(json.dumps(order) + "\n")
        pid, killer = 0, None
        for line in stdout:
            word, *told = json.loads(line)
            if word == "gone":
                break
            if word == "pid":
                (pid,) = told
            elif word == "ack" and killer is None:
                delay = self._dice.uniform(SHORTEST_S, LONGEST_S)
                killer = threading.Timer(delay, os.kill, (pid, signal.SIGKILL))
                killer.start()
            self._note(word, told)
        assert killer is not None, "the service acknowledged nothing"
        killer.join()

    def _note(self, word: str, told: list[Any]) -> None:
        if word == "try":
            (key,) = told
            if key not in self.acknowledged:
                self.uncertain.add(key)
        elif word == "ack":
            key, message, seq = told
            first = self.acknowledged.setdefault(key, (message, seq))
            self.uncertain.discard(key)
            if first != (message, seq):
                self.wrong.append(f"{key} was {first}, then {message, seq}")
        elif word == "chunk":
            stream, index, text = told
            chunks = self.seen.setdefault(stream, [])
            if index != len(chunks):
                self.wrong.append(f"chunk {index} of {stream} came after {len(chunks)}")
            chunks.append(text)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@pytest.fixture
def lives(tmp_path: Path) -> Iterator[Lives]:
    with closing(Lives(tmp_path / "log.db", SEED)) as lives:
        yield lives


def check(lives: Lives) -> list[str]:
    """Recover as a new process does, and return what is wrong."""
    return [*lives.wrong, *asyncio.run(recovered(lives))]


async def recovered(lives: Lives) -> list[str]:
    service = await (await compose(lives.url)).start()
    await service.close()
    with closing(open_store(lives.url, FakeClock())) as store:
        head = store.head(CHANNEL)
        last = head.seq if head else 0
        events = store.read(CHANNEL, 0, last + 1)
        messages = {message.id: message for message in store.messages(CHANNEL, None, None)}
        wrong = [f"{stream.stream} is still live" for stream in store.unfinished()]
    if [event.seq for event in events] != list(range(1, last + 1)):
        wrong.append("the log has a gap")
    created = {event.seq: event.message for event in events if isinstance(event, MessageCreated)}
    wrong += sends(lives, created)
    wrong += streams(lives, events, messages)
    return wrong


def sends(lives: Lives, created: dict[int | tuple[int, int], Message]) -> list[str]:
    """Acknowledged ones are there as they were, and none is there twice."""
    wrong = []
    counts = Counter(message.client_message_id for message in created.values())
    wrong += [f"{key} is there {count} times" for key, count in counts.items() if count > 1]
    for key, (id_, seq) in lives.acknowledged.items():
        message = created.get(seq)
        if message is None or message.id != id_:
            wrong.append(f"{key} was acknowledged and is lost")
        elif message.text != text_of(key):
            wrong.append(f"{key} has another text")
    return wrong


def streams(lives: Lives, events: list[Any], messages: dict[str, Message]) -> list[str]:
    """Each has one end; its text, its chunks and what readers saw are prefixes of each other."""
    said: dict[str, str] = {}
    ends: dict[str, list[Any]] = {}
    for event in events:
        if isinstance(event, StreamDelta):
            said[event.stream] = said.get(event.stream, "") + event.text
        elif isinstance(event, TERMINAL):
            ends.setdefault(event.stream, []).append(event)
    shown = {stream: "".join(chunks) for stream, chunks in lives.seen.items()}
    return [
        *(
            f"{stream} is no prefix of what readers saw"
            for stream, text in shown.items()
            if not (text.startswith(said.get(stream, "")) or said[stream].startswith(text))
        ),
        *(
            f"{message.stream} ended {ends.get(message.stream)}, and shows {message.status}"
            for message in messages.values()
            if message.stream is not None
            and not interrupted(message, ends.get(message.stream, []), said.get(message.stream, ""))
        ),
    ]


def interrupted(message: Message, ends: list[Any], said: str) -> bool:
    """Return whether a stream that never ends by itself has its one end, and its chunks' text."""
    reasons = [end.reason for end in ends]
    return (message.status, reasons, message.text) == ("interrupted", ["server_restart"], said)


@pytest.mark.slow
@pytest.mark.timeout(120 + 10 * KILLS)
def test_nothing_acknowledged_is_lost_or_doubled_over_many_kills(lives: Lives) -> None:
    for number in range(KILLS):
        lives.live()
        assert check(lives) == [], f"after life {number}"
    assert len(lives.acknowledged) >= 2 * KILLS
    assert len(lives.seen) >= KILLS // 4, "no stream was live when the service was killed"


@pytest.mark.parametrize(
    ("fault", "noticed"),
    [("ack before commit", "acknowledged and is lost"), ("forget keys", "there 2 times")],
    ids=["ack before commit", "forgotten keys"],
)
@pytest.mark.timeout(180)
def test_a_planted_fault_is_noticed(lives: Lives, fault: str, noticed: str) -> None:
    wrong: list[str] = []
    for _ in range(8):
        with contextlib.suppress(AssertionError):
            lives.live(fault)
        wrong = check(lives)
        if any(noticed in each for each in wrong):
            return
    pytest.fail(f"{fault} went unnoticed: {wrong}")
