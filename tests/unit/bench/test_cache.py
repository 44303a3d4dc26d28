from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.bench import cache

PEERS = cache.HERE / "peers"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is installed."""
    monkeypatch.setattr(cache, "FOLDER", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    return tmp_path


def test_without_a_compiler_one_sentence_says_what_to_install(bare: Path) -> None:
    with pytest.raises(cache.UnavailableError, match=r"no C compiler here: install gcc or clang\."):
        cache.viewers()
    assert list(bare.iterdir()) == []


def test_without_redis_one_sentence_says_what_to_install(bare: Path) -> None:  # noqa: ARG001
    with pytest.raises(cache.UnavailableError, match="install Debian's 'redis-server'"):
        cache.redis()


def test_a_compiler_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = tmp_path / "cc"
    compiler.write_text("#!/bin/sh\necho 'no header' >&2\nexit 1\n")
    compiler.chmod(0o755)
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "cache")
    monkeypatch.setattr(shutil, "which", lambda *_, **__: str(compiler))
    with pytest.raises(cache.UnavailableError, match="cc failed: no header"):
        cache.viewers()


def test_the_peers_versions_are_locked() -> None:
    lines = (PEERS / "requirements.txt").read_text().split()
    assert lines
    assert all(line.count("==") == 1 for line in lines)
    lock = json.loads((PEERS / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert all("integrity" in each for each in packages.values())
    assert not any("//" in each.get("resolved", "") for each in packages.values())
