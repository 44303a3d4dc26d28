"""Files that older versions wrote open, and say what they said then."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from jupyter_agentchat.errors import StoreError, StoreFormatError, StoreFullError
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.store.sql import migrations
from jupyter_agentchat.store.sql.database import Database
from jupyter_agentchat.store.sql.migrations import MIGRATIONS, VERSION
from jupyter_agentchat.testing.clock import FakeClock
from tests.conformance.store.making import rows
from tests.conformance.store.telling import told
from tests.properties.strategies import LogWriter

DATA = Path(__file__).parents[4] / "data" / "store"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A copy of the file that version 1 wrote: a service that was killed in an answer."""
    return Path(shutil.copy(DATA / "version1.sqlite", tmp_path / "log.db"))


def opened(path: Path) -> Store:
    return open_store(f"sqlite:///{path}", FakeClock())


def said_then() -> dict[str, Any]:
    said: dict[str, Any] = json.loads((DATA / "version1.json").read_text("utf-8"))
    return said


def lost(now: object, then: object, place: str = "") -> list[str]:
    """Return where `now` does not say what `then` said; what was added since is allowed."""
    if isinstance(then, dict) and isinstance(now, dict):
        pairs = [(now.get(key, "nothing"), value, f"{place}.{key}") for key, value in then.items()]
    elif isinstance(then, list) and isinstance(now, list | tuple) and len(now) == len(then):
        pairs = [(*pair, f"{place}[{at}]") for at, pair in enumerate(zip(now, then, strict=True))]
    else:
        return [] if now == then else [f"{place}: {now!r}, not {then!r}"]
    return [each for pair in pairs for each in lost(*pair)]


def facts(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as raw:
        return dict(raw.execute("SELECT key, value FROM meta").fetchall())


def contents(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as raw:
        return list(raw.iterdump())


def test_every_version_has_its_step() -> None:
    assert len(MIGRATIONS) + 1 == VERSION
    assert VERSION >= 2


def test_a_file_of_version_1_says_what_it_said(path: Path) -> None:
    said = said_then()
    ends, sends = said.pop("epoch_ends"), said.pop("sent")
    with closing(opened(path)) as store:
        assert lost(told(store), said) == []
        for epoch, by_channel in ends.items():
            assert {each: store.epoch_end(each, epoch) for each in by_channel} == by_channel
        for channel, sender, key, sent in sends:
            first = store.sent(channel, sender, key)
            assert first is not None
            assert (first.message, list(first.streams), first.seq) == (
                sent["message"],
                sent["streams"],
                sent["seq"],
            )
        (row,) = store.connections(None, None)
        assert (row.merges, row.dropped, row.backlog_max) == (None, None, None)
    assert facts(path)["version"] == str(VERSION)


def test_it_goes_on_and_is_tidied_up_like_any_other(path: Path) -> None:
    said = said_then()
    with closing(opened(path)) as store:
        head = store.head("lab")
        assert head is not None
        log = LogWriter("lab")
        log.events = log.events[:1] * head.seq
        log.message("after the migration")
        store.write(rows(log.events[-1:]), full=True)
        while store.tidy(quiet=True):
            pass
        assert len(list(store.stamps("lab"))) == 1
        assert lost(told(store)["stamps"], said["stamps"]) == []
        assert [event.seq for event in store.read("lab", head.seq, 9)] == [head.seq + 1]
    with closing(opened(path)) as store:
        assert lost(told(store)["chunks"], said["chunks"]) == []


def test_a_planted_loss_is_noticed(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DELETE FROM stamps WHERE number = (SELECT max(number) FROM stamps)")
    with closing(opened(path)) as store:
        assert lost(told(store), said_then())


def test_the_file_as_it_was_is_kept(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = contents(path)
    opened(path).close()
    kept = path.with_name("log.db.version1")
    assert contents(kept) == before
    assert kept.stat().st_mode & 0o077 == 0
    assert f"from version 1 to {VERSION}; {kept} is the file as it was" in caplog.text
    caplog.clear()
    opened(path).close()
    assert not caplog.text
    assert sorted(each.name for each in path.parent.iterdir()) == ["log.db", "log.db.version1"]


def test_a_new_file_needs_no_copy(tmp_path: Path) -> None:
    opened(tmp_path / "new.db").close()
    assert [each.name for each in tmp_path.iterdir()] == ["new.db"]


def broken(connection: Connection) -> None:
    connection.execute(text("DROP TABLE sends"))
    raise StoreError("planted")


@pytest.mark.parametrize("fails", ["step", "copy"])
def test_where_it_fails_the_file_stays_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    before = contents(path)

    def no_room(_self: Database, _target: Path) -> None:
        raise StoreFullError("planted")

    with monkeypatch.context() as patched:
        if fails == "copy":
            patched.setattr(Database, "copy", no_room)
        else:
            patched.setattr(migrations, "MIGRATIONS", (broken,))
        with pytest.raises(StoreError, match="planted"):
            opened(path)
    assert contents(path) == before
    assert facts(path)["version"] == "1"
    opened(path).close()  # and it works the next time
    assert facts(path)["version"] == str(VERSION)


HARMS: dict[str, Callable[[bytearray], None]] = {
    "a flipped bit": lambda data: data.__setitem__(9, data[9] ^ 4),
    "no checksum": lambda data: data.__delitem__(slice(-4, None)),
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS.keys())
def test_damage_in_an_old_file_is_reported(path: Path, harm: Callable[[bytearray], None]) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        number, data = raw.execute("SELECT number, data FROM stamps LIMIT 1").fetchone()
        harmed = bytearray(data)
        harm(harmed)
        raw.execute("UPDATE stamps SET data = ? WHERE number = ?", (bytes(harmed), number))
    with pytest.raises(StoreError, match="the database is damaged"):
        opened(path)
    assert facts(path)["version"] == "1"


def test_a_newer_file_is_refused_and_not_touched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE meta SET value = '99' WHERE key = 'version'")
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    sentence = rf"newer jupyter_agentchat \(its format is 99, this one reads up to {VERSION}\)"
    with pytest.raises(StoreFormatError, match=sentence):
        opened(path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["log.db"]
