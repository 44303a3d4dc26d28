from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from jupyter_agentchat.store.sql.database import Database
from jupyter_agentchat.store.sql.store import SqlStore
from jupyter_agentchat.testing.clock import FakeClock

NOBODY = 65534


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(SqlStore(Database(tmp_path / "log.db"), FakeClock())) as store:
        yield store


@pytest.fixture
def connection(store: SqlStore) -> Iterator[Connection]:
    """A connection in a transaction of an empty store."""
    with store._database.transaction(full=False) as connection:
        yield connection


@pytest.fixture
def ordinary_user() -> Iterator[Path]:
    """A folder of an ordinary user, who we are: the rights of files mean nothing to root."""
    folder = Path(tempfile.mkdtemp(prefix="agentchat-test-"))
    root = os.name == "posix" and os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)
