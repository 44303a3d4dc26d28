from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_agentchat.errors import StoreLockedError
from jupyter_agentchat.store.lock import OwnerLock

HOLD = """
import sys
from pathlib import Path
from jupyter_agentchat.store.lock import OwnerLock

lock = OwnerLock(Path(sys.argv[1]), "http://there")
print("held", flush=True)
sys.stdin.read()
"""


def test_another_lock_is_refused_until_release(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    lock = OwnerLock(path, "http://here:8888/")
    with pytest.raises(StoreLockedError, match=rf"process {os.getpid()} \(http://here:8888/\)"):
        OwnerLock(path)
    lock.release()
    lock.release()
    OwnerLock(path).release()


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    lock = OwnerLock(tmp_path / "log.db")
    assert [path.name for path in tmp_path.iterdir()] == ["log.db.lock"]
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_a_dead_owners_lock_is_free_at_once(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreLockedError, match=rf"process {holder.pid} \(http://there\)"):
            OwnerLock(path)
        holder.kill()
        holder.wait()
        assert (tmp_path / "log.db.lock").exists()
        OwnerLock(path).release()


def test_a_lock_file_that_was_just_removed_is_not_taken_for_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that opened the file before its owner unlinked it must look again."""
    path = tmp_path / "log.db"
    real_open = os.open
    removed = False

    def racing_open(name: Path, *arguments: int) -> int:
        nonlocal removed
        descriptor = real_open(name, *arguments)
        if not removed:
            removed = True
            name.unlink()
        return descriptor

    monkeypatch.setattr(os, "open", racing_open)
    lock = OwnerLock(path)
    with pytest.raises(StoreLockedError):
        OwnerLock(path)
    lock.release()


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        OwnerLock(tmp_path / "no" / "log.db")
