from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from jupyter_agentchat.errors import InvalidInputError, StoreError
from jupyter_agentchat.store import open as opening
from jupyter_agentchat.store.open import GROUP, open_store
from jupyter_agentchat.testing.clock import FakeClock

ELSEWHERE: list[tuple[str, str]] = []


def open_elsewhere(url: str, clock: object, owner: str) -> str:
    del clock
    ELSEWHERE.append((url, owner))
    return "a store"


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    found = EntryPoints(
        [
            EntryPoint("elsewhere", f"{__name__}:open_elsewhere", GROUP),
            EntryPoint("broken", "jupyter_agentchat.nowhere:open", GROUP),
        ]
    )
    monkeypatch.setattr(opening, "entry_points", lambda group: found if group == GROUP else None)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])


@pytest.mark.parametrize("url", ["memory://", "sqlite:///{tmp}/new/log.db"])
def test_built_in_stores_open(url: str, tmp_path: Path) -> None:
    with closing(open_store(url.format(tmp=tmp_path), FakeClock())) as store:
        assert store.channels() == []


@pytest.mark.usefixtures("plugins")
def test_an_unknown_scheme_is_told_the_known_ones() -> None:
    message = "no store for 'mysql'.*one of broken:, elsewhere:, memory:, sqlite:"
    with pytest.raises(InvalidInputError, match=message):
        open_store("mysql://there", FakeClock())


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:nonsense"])
def test_a_url_without_a_file_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError, match=r"names no file: write sqlite:///folder/file\.db"):
        open_store(url, FakeClock())


@pytest.mark.usefixtures("plugins")
def test_other_packages_bring_their_stores() -> None:
    opened: object = open_store("elsewhere://there", FakeClock(), owner="me")
    assert (opened, ELSEWHERE) == ("a store", [("elsewhere://there", "me")])


@pytest.mark.usefixtures("plugins")
def test_a_broken_plug_in_is_named() -> None:
    with pytest.raises(StoreError, match=r"store 'broken' of jupyter_agentchat\.nowhere:open can"):
        open_store("broken://there", FakeClock())


def test_importing_it_pulls_in_no_sqlalchemy() -> None:
    code = """
import sys
import jupyter_agentchat.store.open, jupyter_agentchat.store.writer
sys.exit("sqlalchemy" in sys.modules or "numpy" in sys.modules)
"""
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=root).returncode == 0
