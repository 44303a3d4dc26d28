from __future__ import annotations

import pytest

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.events import ChannelUpdated, StreamDelta
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.store.breath import Breath
from jupyter_agentchat.store.rows import Appended, Row
from jupyter_agentchat.store.sql import deltas
from jupyter_agentchat.store.sql.state import State
from jupyter_agentchat.store.sql.store import SqlStore
from tests.conformance.store.making import rows, stream_row

STATE = State(last={"lab": 1, "old": 9}, begun={"lab"}, live={}, newest_t=0)
OPENING = ChannelUpdated(seq=1, t=1, channel=Channel(id="lab", name="lab"))


def chunk(seq: int, text: str = "x", channel: str = "lab") -> Appended:
    return rows([StreamDelta(seq=seq, t=seq, stream="s", index=seq - 2, text=text)], channel)[0]


def test_chunks_that_follow_are_taken_by_channel() -> None:
    state = State(last={"lab": 1, "b": 5}, begun={"lab", "b"}, live={}, newest_t=0)
    found = deltas.alone([chunk(2), chunk(6, channel="b"), chunk(3)], state)
    assert found is not None
    seqs = {channel: [row.seq for row in found[channel]] for channel in found}
    assert seqs == {"lab": [2, 3], "b": [6]}


@pytest.mark.parametrize(
    "batch",
    [
        [chunk(2), stream_row("s")],
        [chunk(2), rows([OPENING])[0]],
        [chunk(3)],
        [chunk(2), chunk(4)],
        [chunk(1)],
        [chunk(10, channel="old")],
        [chunk(1, channel="new")],
    ],
    ids=[
        "a row beside the log",
        "another event",
        "a gap",
        "a gap inside",
        "again",
        "no event in this epoch",
        "a new channel",
    ],
)
def test_anything_else_goes_the_long_way(batch: list[Row]) -> None:
    assert deltas.alone(batch, STATE) is None


def test_both_ways_write_the_same(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    values = deltas.values

    def watched(*args: object) -> object:
        taken.append(1)
        return values(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(deltas, "values", watched)
    batch = [chunk(2, "é"), chunk(3, "two ")]
    store.write([rows([OPENING])[0]], full=True)
    store.write(batch, full=False)
    assert taken == [1]
    ((_, short),) = store.segments("lab", None, None)
    other = [Appended("other", row.publication) for row in (rows([OPENING])[0], *batch)]
    store.write(other, full=False)
    assert taken == [1]
    ((_, long),) = store.segments("other", None, None)
    assert bytes(short.text) == bytes(long.text)
    assert short.offsets.tolist() == long.offsets.tolist()
    assert short.bus_ns.tolist() == long.bus_ns.tolist()


def test_after_a_failure_what_is_there_is_left_as_it_is(store: SqlStore) -> None:
    store.write([rows([OPENING])[0], chunk(2)], full=False)
    store._database.insert(deltas.INSERT, deltas.values({"lab": [chunk(3).publication]}, Breath()))
    with pytest.raises(StoreError):  # as when a commit's outcome was unknown
        store.write([chunk(3)], full=False)
    store.write([chunk(3), chunk(4)], full=False)
    assert [event.seq for event in store.read("lab", 0, 9)] == [1, 2, 3, 4]
