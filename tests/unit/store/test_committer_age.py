"""How old a delta is when its transaction is over, on a clock that the test moves."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import pytest

from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.committer import Committer
from jupyter_agentchat.store.pace import Pace
from jupyter_agentchat.store.rows import Appended, Row
from tests.unit.store.disk import WAIT_S, Disk, chunks

MS = 1_000_000
GOAL_NS = 50 * MS


class World(Disk):
    """A clock, a disk that takes its time, and chunks that come while the writer works or rests.

    Parameters
    ----------
    comes_ns : sequence of int
        When each chunk is published.
    write_ns : int
        How long a transaction takes.
    """

    clock_id = "world"

    def __init__(self, comes_ns: Sequence[int], write_ns: int) -> None:
        super().__init__()
        self.ages: dict[int, int] = {}
        self.now_ns = 0
        self._comes = deque(zip(comes_ns, chunks(len(comes_ns)), strict=True))
        self._write_ns = write_ns

    def run(self, pace: Pace) -> None:
        """Let a writer live until everything has come and is written."""
        self._committer = Committer(self.store, self, pace, lambda: None)
        self._committer.urgent = self  # type: ignore[assignment]
        self._pass(self._comes[0][0])
        self._committer.thread.join(WAIT_S)
        assert not self._committer.thread.is_alive()

    def monotonic_ns(self) -> int:
        return self.now_ns

    def wall_us(self) -> int:
        return self.now_ns // 1000

    def write(self, batch: Sequence[Row], *, full: bool) -> None:
        super().write(batch, full=full)
        self._pass(self.now_ns + self._write_ns)
        for row in batch:
            assert isinstance(row, Appended)
            self.ages[row.publication.seq] = self.now_ns - row.publication.bus_ns

    def wait(self, timeout: float) -> bool:
        """Rest, as the event of the writer would."""
        end_ns = self.now_ns + round(timeout * 1e9)
        if self._comes and self._committer.queue.empty():
            end_ns = max(end_ns, self._comes[0][0])  # an empty queue is waited for
        self._pass(end_ns)
        if not self._comes:
            self._committer.queue.put(None)
        return False

    def set(self) -> None: ...

    def clear(self) -> None: ...

    def _pass(self, until_ns: int) -> None:
        while self._comes and self._comes[0][0] <= until_ns:
            at_ns, row = self._comes.popleft()
            self._committer.queue.put(published(row, at_ns))
        self.now_ns = max(self.now_ns, until_ns)


def published(row: Appended, at_ns: int) -> Appended:
    of = row.publication
    return Appended(row.channel, Publication(of.seq, of.event, of.data, 0, 0, at_ns))


RHYTHMS = {
    "1 kHz": range(0, 3000 * MS, MS),
    "50 a second": range(0, 4000 * MS, 20 * MS),
    "faster than a rest, barely": range(0, 4000 * MS, 39 * MS),
    "slower than a rest, barely": range(0, 4000 * MS, 41 * MS),
    "bursts": [start + n * MS // 10 for start in range(0, 4000 * MS, 170 * MS) for n in range(40)],
}


@pytest.mark.parametrize("comes_ns", RHYTHMS.values(), ids=RHYTHMS.keys())
@pytest.mark.parametrize("write_ms", [0, 1, 9])
def test_a_delta_is_durable_50_ms_after_its_publication(
    comes_ns: Sequence[int], write_ms: int
) -> None:
    world = World(comes_ns, write_ms * MS)
    world.run(Pace())
    assert len(world.ages) == len(comes_ns)
    assert max(world.ages.values()) <= GOAL_NS


def test_a_slow_stream_does_not_wake_the_writer_for_each_chunk() -> None:
    world = World(range(0, 4000 * MS, 20 * MS), MS)
    world.run(Pace())
    assert len(world.batches) <= len(world.ages) // 2 + 1


@pytest.mark.parametrize("oldest", [0.06, 0.2])
def test_a_longer_rest_is_noticed(oldest: float) -> None:
    world = World(range(0, 4000 * MS, 3 * MS), MS)
    world.run(Pace(oldest=oldest))
    assert max(world.ages.values()) > GOAL_NS
