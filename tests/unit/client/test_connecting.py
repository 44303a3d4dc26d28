from __future__ import annotations

import socket
from pathlib import Path

import pytest

import jupyter_agentchat as ac
from jupyter_agentchat.errors import (
    InvalidInputError,
    ServerNotFoundError,
    StoreFormatError,
    StoreLockedError,
)
from jupyter_agentchat.protocol.announcement import SECRET_VARIABLE, URL_VARIABLE


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (URL_VARIABLE, SECRET_VARIABLE, "JPY_PARENT_PID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def dead_url() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


def test_without_a_server_it_runs_here() -> None:
    with ac.connect() as chat:
        assert chat.embedded


async def test_the_asynchronous_twin() -> None:
    async with await ac.connect_async() as chat:
        assert chat.embedded
        assert (await chat.ask("hi", agent="echo")).text == "hi"


def test_embedded_false_never_runs_here() -> None:
    with pytest.raises(ServerNotFoundError, match="embedded=True"):
        ac.connect(embedded=False)


def test_a_url_and_embedded_contradict_each_other() -> None:
    with pytest.raises(InvalidInputError, match="not both"):
        ac.connect("http://h/", embedded=True)
    with pytest.raises(InvalidInputError, match="not both"):
        ac.connect("http://h/", path="lab.db")


def test_a_server_that_was_named_but_is_not_there_is_an_error(
    dead_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ServerNotFoundError, match=dead_url):
        ac.connect(dead_url)
    monkeypatch.setenv(URL_VARIABLE, dead_url)
    monkeypatch.setenv(SECRET_VARIABLE, "s")
    with pytest.raises(ServerNotFoundError, match=dead_url):
        ac.connect()


def test_a_server_of_the_list_without_the_extension_leaves_it_to_this_process(
    dead_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "jpserver-7.json").write_text(f'{{"pid":7,"url":"{dead_url}","token":"t"}}')
    monkeypatch.setenv("JPY_PARENT_PID", "7")
    with ac.connect() as chat:
        assert chat.embedded
    with pytest.raises(ServerNotFoundError):
        ac.connect(embedded=False)


def test_a_file_that_is_no_log_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("these are my notes, and no database at all\n" * 100)
    with pytest.raises(StoreFormatError):
        ac.connect(path=file)


def test_a_file_has_one_owner(tmp_path: Path) -> None:
    file = tmp_path / "lab.db"
    with ac.connect(path=file), pytest.raises(StoreLockedError):
        ac.connect(path=file)
