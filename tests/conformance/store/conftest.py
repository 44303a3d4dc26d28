from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.testing.clock import FakeClock

Opener = Callable[[], Store]


@pytest.fixture
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens the store that the test names, and closes it after the test."""
    url = {"sqlite": f"sqlite:///{tmp_path / 'log.db'}", "memory": "memory://"}[request.param]
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(open_store(url, FakeClock())))


@pytest.fixture
def store(opener: Opener) -> Store:
    return opener()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "opener" in metafunc.fixturenames:
        metafunc.parametrize("opener", ["sqlite", "memory"], indirect=True)
