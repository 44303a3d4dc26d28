"""What was acknowledged survives kill -9, and what survives is a gapless prefix (R1, R3, R12)."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.fold import Fold
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.testing.clock import FakeClock
from tests.conformance.store.crasher import CHANNELS, event_at

KILLS = int(os.environ.get("AGENTCHAT_KILLS", "20"))
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs fork and SIGKILL")


class Crasher:
    """The process that is killed again and again, and what it was told."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self.acknowledged = dict.fromkeys(CHANNELS, 0)
        self.epochs: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.conformance.store.crasher"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            cwd=Path(__file__).parents[3],
        )

    def kill_after(self, acks: int, fault: str = "") -> None:
        """Let a writer live until `acks` acknowledgements have come, then kill it."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{self.url} {fault}\n")
        pid = 0
        for line in stdout:
            word, *rest = line.split()
            if word == "gone":
                return
            if word == "pid":
                pid = int(rest[0])
            if word == "ack":
                channel, seq, epoch = rest
                self.acknowledged[channel] = int(seq)
                self.epochs = [*(each for each in self.epochs if each != epoch), epoch]
                acks -= 1
            if pid and acks == 0:
                os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


@pytest.fixture
def crasher(tmp_path: Path) -> Iterator[Crasher]:
    with closing(Crasher(tmp_path / "log.db")) as crasher:
        yield crasher


def check(crasher: Crasher, ends: dict[str, dict[str, int]]) -> dict[str, int]:
    """Look at the log as a new process does; return where it ends."""
    found: dict[str, int] = {}
    with closing(open_store(crasher.url, FakeClock())) as store:
        for channel in CHANNELS:
            head = store.head(channel)
            last = found[channel] = head.seq if head else 0
            assert last >= crasher.acknowledged[channel], "an acknowledged event is lost"
            events = store.read(channel, 0, last + 1)
            assert events == [event_at(channel, seq) for seq in range(1, last + 1)]
            fold = Fold.empty(Channel(id=channel, name=channel))
            for event in events:
                fold.apply(event)
            left = {
                each.stream: each.text for each in store.unfinished() if each.channel == channel
            }
            assert left == {view.stream: view.text for view in fold.live}
            page = store.page(channel, before=None, after=None, limit=10_000)
            assert page.messages == tuple(fold.messages.values())
        for epoch, end in ends.items():
            assert {each: store.epoch_end(each, epoch) for each in CHANNELS} == end
    return found


@pytest.mark.timeout(180 + 10 * KILLS)
def test_nothing_acknowledged_is_lost_over_many_kills(crasher: Crasher) -> None:
    dice = random.Random(7)
    ends: dict[str, dict[str, int]] = {}
    for _ in range(KILLS):
        crasher.kill_after(dice.randint(1, 12))
        found = check(crasher, ends)
        ends[crasher.epochs[-1]] = found
    assert len(ends) == KILLS
    assert min(crasher.acknowledged.values()) >= KILLS


def test_a_store_that_lies_is_caught(crasher: Crasher) -> None:
    crasher.kill_after(60, "lie")
    with pytest.raises(AssertionError, match="an acknowledged event is lost"):
        check(crasher, {})


DELETIONS = {
    "a fact": "DELETE FROM events WHERE channel = 'one' AND seq = 11",
    "a block": "DELETE FROM segments WHERE channel = 'one' AND first_seq BETWEEN 13 AND 19",
}


@pytest.mark.parametrize("deletion", DELETIONS.values(), ids=DELETIONS.keys())
def test_a_missing_row_is_caught(crasher: Crasher, tmp_path: Path, deletion: str) -> None:
    crasher.kill_after(15)
    with closing(sqlite3.connect(tmp_path / "log.db")) as raw, raw:
        assert raw.execute(deletion).rowcount > 0
    with pytest.raises(StoreError, match="is missing: the database is damaged"):
        check(crasher, {})
