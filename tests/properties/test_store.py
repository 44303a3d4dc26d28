"""The log's promises over random logs, batches, housekeeping, openings and crashes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_agentchat.protocol.amend import amend
from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import AnyEvent, MessageDeleted
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.store.sql import database
from jupyter_agentchat.store.sql.store import SqlStore
from jupyter_agentchat.testing.clock import FakeClock
from tests.conformance.store.making import conversation, folded, instants, rows
from tests.properties.strategies import logs

MODEST = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SIZES = st.lists(st.integers(1, 9), min_size=1, max_size=8)


@pytest.fixture(autouse=True, scope="module")
def no_fsync() -> Iterator[None]:
    """Keep the disk out of it: a killed process, unlike a power cut, needs no fsync."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_FULL", "OFF")
        patch.setattr(database, "_NORMAL", "OFF")
        yield


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    with closing(open_store(f"sqlite:///{folder / 'log.db'}", FakeClock())) as store:
        yield store


def write(store: Store, events: list[AnyEvent], sizes: list[int]) -> None:
    """Write a log in batches of `sizes`, over and over, and say when each was durable."""
    start = turn = 0
    while start < len(events):
        end = start + sizes[turn % len(sizes)]
        store.write(rows(events[start:end]), full=turn % 3 == 0)
        store.committed("lab", start + 1, min(end, len(events)), 10_000 + turn)
        start, turn = end, turn + 1


def crashed(store: Store, folder: Path) -> Path:
    """Copy an open store's files: what a new process finds after a kill."""
    assert isinstance(store, SqlStore)
    folder.mkdir()
    for name in ("log.db", "log.db-wal"):
        source = store._database.path.with_name(name)
        if source.exists():
            shutil.copy(source, folder / name)
    return folder


@given(logs(max_size=60), SIZES)
@settings(MODEST, max_examples=60)
def test_a_store_is_the_fold_of_its_events(events: list[AnyEvent], sizes: list[int]) -> None:
    fold = folded(events)
    with closing(open_store("memory://", FakeClock())) as store:
        write(store, events, sizes)
        head = store.head("lab")
        assert head is not None
        assert (head.seq, head.snapshot) == (len(events), fold.snapshot())
        page = store.page("lab", before=None, after=None, limit=1000)
        assert page.messages == tuple(fold.messages.values())
        for message in fold.messages.values():
            assert store.message("lab", message.id) == message
        live = [(left.stream, left.text) for left in store.unfinished()]
        assert live == [(view.stream, view.text) for view in fold.live]


@given(logs(max_size=60), SIZES)
@settings(MODEST, max_examples=30)
def test_the_record_keeps_what_the_fold_forgets(events: list[AnyEvent], sizes: list[int]) -> None:
    """Messages stay after the channel is cleared, as deleted; edits to them change nothing."""
    every: dict[str, Message] = {}
    for end in range(1, len(events) + 1):
        fold = folded(events[:end])
        for id_ in every.keys() - fold.messages.keys():
            gone = MessageDeleted(seq=end, t=end, message=id_)
            every[id_] = amend(every[id_], gone)
        every |= fold.messages
    with closing(open_store("memory://", FakeClock())) as store:
        write(store, events, sizes)
        kept = {message.id: message for message in store.messages("lab", None, None)}
    assert kept.keys() == every.keys()
    for id_, message in every.items():
        assert (kept[id_].deleted, kept[id_].text) == (message.deleted, message.text)


@given(logs(max_size=60), SIZES, st.booleans())
@settings(MODEST, max_examples=30)
def test_tidying_changes_nothing_that_can_be_read(
    events: list[AnyEvent],
    sizes: list[int],
    known: bool,  # noqa: FBT001 - drawn
) -> None:
    with closing(open_store("memory://", FakeClock())) as store:
        write(store, events, sizes)
        before = instants(store)
        if known:
            store.write([], full=False)
        while store.tidy(quiet=True):
            pass
        assert instants(store) == before
        assert store.read("lab", 0, 1000) == events
        assert [row.data for _, row in store.events("lab", None, None)] == [
            encode_event(event) for event in events
        ]
        assert len(list(store.segments("lab", None, None))) <= 1


@given(
    logs(max_size=60),
    st.lists(
        st.tuples(st.sampled_from(["write", "crash", "close", "tidy"]), st.integers(0, 9)),
        max_size=12,
    ),
)
@settings(MODEST, max_examples=40)
def test_epochs_end_where_their_last_durable_event_is(
    events: list[AnyEvent], steps: list[tuple[str, int]]
) -> None:
    """A position resumes exactly if and only if its epoch's log reached it."""
    ends: dict[str, int] = {}
    written = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "0"
        for step, (what, number) in enumerate([*steps, ("close", 0)], 1):
            with opened(folder) as store:
                ends[store.epoch] = written
                part = events[written : written + number]
                if what != "tidy" and part:
                    store.write(rows(part), full=False)
                    written += len(part)
                while what == "tidy" and store.tidy(quiet=True):
                    pass
                ends[store.epoch] = written
                assert {epoch: store.epoch_end("lab", epoch) for epoch in ends} == ends
                assert store.read("lab", 0, 1000) == events[:written]
                if what == "crash":
                    folder = crashed(store, Path(name) / str(step))


def test_a_lost_tail_ends_its_epoch_early(tmp_path: Path) -> None:
    """Events that readers saw and a crash ate belong to no epoch."""
    events = conversation().events
    with opened(tmp_path / "a") as first:
        first.write(rows(events[:5]), full=False)
        copy = crashed(first, tmp_path / "b")
        first.write(rows(events[5:9]), full=False)
    with opened(copy) as second:
        assert second.epoch_end("lab", first.epoch) == 5
        second.write(rows(events[5:7]), full=False)
        assert second.epoch_end("lab", first.epoch) == 5
        assert second.epoch_end("lab", second.epoch) == 7
