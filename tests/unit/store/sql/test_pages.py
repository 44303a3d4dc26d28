from __future__ import annotations

import pytest

from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.store.sql.database import Database
from jupyter_agentchat.store.sql.pages import decode_channel, head, message, page
from jupyter_agentchat.store.sql.store import SqlStore
from tests.conformance.store.making import folded, rows
from tests.properties.strategies import LogWriter


@pytest.fixture
def log() -> LogWriter:
    log = LogWriter("lab")
    for index in range(6):
        log.message(f"text {index}")
    return log


@pytest.fixture
def database(store: SqlStore, log: LogWriter) -> Database:
    store.write(rows(log.events), full=False)
    return store._database


def test_a_page_says_whether_there_is_more(database: Database) -> None:
    with database.reading() as connection:
        middle = page(connection, "lab", before=6, after=None, limit=2)
        assert [each.seq for each in middle.messages] == [4, 5]
        assert (middle.before, middle.after) == (4, 5)
        whole = page(connection, "lab", before=None, after=None, limit=6)
        assert (len(whole.messages), whole.before, whole.after) == (6, None, None)


def test_one_message(database: Database, log: LogWriter) -> None:
    with database.reading() as connection:
        assert message(connection, "lab", "m4") == folded(log.events).messages["m4"]
        assert message(connection, "lab", "m99") is None
        assert message(connection, "other", "m4") is None


def test_the_head_of_a_channel(database: Database, log: LogWriter) -> None:
    with database.reading() as connection:
        found = head(connection, "lab")
        assert found is not None
        assert (found.seq, found.snapshot) == (7, folded(log.events).snapshot())
        assert head(connection, "other") is None


def test_a_channel_reads_back() -> None:
    data = memoryview(b'{"id":"lab","name":"Lab"}')
    assert decode_channel(data) == Channel(id="lab", name="Lab")
