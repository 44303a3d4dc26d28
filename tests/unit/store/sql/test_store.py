from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from jupyter_agentchat.errors import (
    StoreError,
    StoreFullError,
    StoreLockedError,
)
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.store.segments import BLOCK_ROWS
from jupyter_agentchat.store.sql.store import MAX_LATE, SqlStore
from jupyter_agentchat.testing.clock import FakeClock
from tests.conformance.store.making import conversation, folded, instants, rows
from tests.unit.store.disk import chunks

ROOT = Path(__file__).parents[4]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'log.db'}"


def test_a_log_survives_its_process(url: str) -> None:
    log = conversation()
    with closing(open_store(url, FakeClock())) as first:
        first.write(rows(log.events), full=True)
        first.committed("lab", 1, len(log.events), 77)
    log.message("later")
    with closing(open_store(url, FakeClock())) as second:
        second.write(rows(log.events[-1:]), full=True)
        assert second.read("lab", 0, 99) == log.events
        assert {hops[3] for hops in instants(second).values()} == {77}
        head = second.head("lab")
        assert head is not None
        assert head.snapshot == folded(log.events).snapshot()
        assert second.epoch_end("lab", first.epoch) == len(log.events) - 1
        assert second.epoch_end("lab", second.epoch) == len(log.events)
        assert second.epoch_end("nowhere", first.epoch) == 0


def test_every_opening_is_an_epoch(url: str) -> None:
    epochs = []
    for _ in range(3):
        with closing(open_store(url, FakeClock())) as store:
            epochs.append(store.epoch)
            assert [store.epoch_end("lab", epoch) for epoch in epochs] == [0] * len(epochs)
    assert len(set(epochs)) == 3
    assert all(epoch.isalnum() and len(epoch) <= 10 for epoch in epochs)


def test_no_epoch_comes_twice(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["once", "once", "once", "more"])
    monkeypatch.setattr("jupyter_agentchat.store.sql.store.new_epoch", lambda: next(drawn))
    for expected in ("once", "more"):
        with closing(open_store(url, FakeClock())) as store:
            assert store.epoch == expected


def test_small_segments_of_an_earlier_opening_are_merged(url: str) -> None:
    log = conversation(chunks=40)
    with closing(open_store(url, FakeClock())) as first:
        for row in rows(log.events):
            first.write([row], full=False)
    with closing(open_store(url, FakeClock())) as second:
        assert len(list(second.segments("lab", None, None))) == 41
        assert second.tidy(quiet=False) is False
        while second.tidy(quiet=True):
            pass
        assert len(list(second.segments("lab", None, None))) == 1
        assert second.read("lab", 0, 99) == log.events


def test_instants_do_not_pile_up_in_memory(store: SqlStore) -> None:
    for seq in range(1, MAX_LATE + 3):
        store.committed("lab", seq, seq, seq)
    store.write(chunks(1), full=False)
    assert len(store._late) == 0


OTHER = """
import sys
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.store.open import open_store

store = open_store(sys.argv[1], SYSTEM_CLOCK, owner="http://there:8888/")
print("open", flush=True)
sys.stdin.read()
"""


def test_two_processes_do_not_share_a_file(url: str) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        who = rf"in use by process {other.pid} \(http://there:8888/\); use another file"
        with pytest.raises(StoreLockedError, match=who):
            open_store(url, FakeClock())
        other.send_signal(signal.SIGKILL)
        other.wait()
        open_store(url, FakeClock()).close()


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM events WHERE seq = 2",
        "DELETE FROM segments WHERE first_seq = 4",
        "UPDATE events SET seq = 900 WHERE seq = 3",
    ],
)
def test_a_gap_is_reported_never_served(url: str, tmp_path: Path, harm: str) -> None:
    with closing(open_store(url, FakeClock())) as store:
        store.write(rows(conversation().events), full=True)
    with closing(sqlite3.connect(tmp_path / "log.db")) as raw, raw:
        assert raw.execute(harm).rowcount == 1
    with closing(open_store(url, FakeClock())) as store:
        with pytest.raises(StoreError, match="the database is damaged"):
            store.read("lab", 0, 99)
        for frame in (store.events, store.segments) if "DELETE" in harm else ():
            with pytest.raises(StoreError, match="the database is damaged"):
                list(frame("lab", None, None))


def everything(store: SqlStore) -> list[object]:
    return [
        store.head("lab"),
        store.read("lab", 0, 9999),
        list(store.messages("lab", None, None)),
        list(store.events("lab", None, None)),
        instants(store),
    ]


def test_a_flipped_bit_is_reported_never_served(tmp_path: Path) -> None:
    """R19: 0 silent wrong texts. Where the bit does not matter, everything reads as before."""
    path = tmp_path / "log.db"
    log = conversation(chunks=300)
    with closing(open_store(f"sqlite:///{path}", FakeClock())) as store:
        for start in range(0, len(log.events), 50):
            store.write(rows(log.events[start : start + 50]), full=False)
        assert isinstance(store, SqlStore)
        expected = everything(store)
    whole = path.read_bytes()
    dice = random.Random(3)
    reported = 0
    for trial in range(60):
        harmed = bytearray(whole)
        harmed[dice.randrange(100, len(whole))] ^= 1 << dice.randrange(8)
        copy = tmp_path / f"{trial}.db"
        copy.write_bytes(harmed)
        with suppress(StoreError), closing(open_store(f"sqlite:///{copy}", FakeClock())) as store:
            reported += 1
            assert isinstance(store, SqlStore)
            assert everything(store) == expected
            reported -= 1
    assert reported > 5


def limit_pages(store: SqlStore, more: int | None) -> None:
    """Let the database grow by `more` pages, or as it likes."""
    with store._database.transaction(full=False) as connection:
        count = connection.execute(text("PRAGMA page_count")).scalar_one()
        limit = 2**30 if more is None else count + more
        connection.execute(text(f"PRAGMA max_page_count = {limit}"))


def test_a_full_database_is_told_and_recovers_without_reopening(store: SqlStore) -> None:
    some, more = chunks(3000)[:1000], chunks(3000)[1000:]
    store.write(some, full=True)
    limit_pages(store, 0)
    with pytest.raises(StoreFullError, match=r"No space is left for .*log\.db; free some"):
        store.write(more, full=True)
    assert len(store.read("lab", 0, 9999)) == 1000
    store.write(more, full=True)
    assert len(store.read("lab", 0, 9999)) == 3000


LIMITED = """
import resource, signal, sys
from jupyter_agentchat.errors import StoreFullError
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.testing.clock import FakeClock
from tests.unit.store.disk import chunks

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = open_store(sys.argv[1], FakeClock())
all_chunks = chunks(30_000)
store.write(all_chunks[:1000], full=True)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
durable = 1000
try:
    while True:
        store.write(all_chunks[durable : durable + 1000], full=True)
        durable += 1000
except StoreFullError as error:
    print(error)
assert len(store.read("lab", 0, 99_999)) == durable
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
store.write(all_chunks[durable:], full=True)
assert len(store.read("lab", 0, 99_999)) == 30_000
store.close()
"""


def test_a_quota_is_told_as_a_full_disk(url: str, tmp_path: Path) -> None:
    """R16: no acknowledged event is lost, and service is back once there is room again."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, url], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "No space is left for" in done.stdout
    with closing(sqlite3.connect(tmp_path / "log.db")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert os.path.getsize(tmp_path / "log.db") > 400_000  # noqa: PTH202


def test_a_large_batch_becomes_full_blocks(store: SqlStore) -> None:
    store.write(chunks(2500), full=False)
    sizes = [len(block) for _, block in store.segments("lab", None, None)]
    assert sizes == [BLOCK_ROWS, BLOCK_ROWS, 500]
