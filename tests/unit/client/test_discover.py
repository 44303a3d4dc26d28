from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jupyter_agentchat.client.discover import Server, discover, running_servers
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.announcement import SECRET_VARIABLE, URL_VARIABLE

ENVIRONMENT = {URL_VARIABLE: "http://env:1/base", SECRET_VARIABLE: "s", "JPY_PARENT_PID": "7"}
RUNNING = [
    {"pid": 6, "url": "http://other:1/", "token": "o"},
    {"pid": 7, "url": "http://list:1/", "token": "t"},
]


def test_explicit_then_environment_then_the_list_of_servers() -> None:
    found = discover("http://given:1", "g", environment=ENVIRONMENT, running=RUNNING)
    assert found == Server("http://given:1/", token="g")
    found = discover(environment=ENVIRONMENT, running=RUNNING)
    assert found == Server("http://env:1/base/", secret="s")
    found = discover(environment={"JPY_PARENT_PID": "7"}, running=RUNNING)
    assert found == Server("http://list:1/", token="t", is_chosen=False)


@pytest.mark.parametrize(
    ("environment", "running"),
    [
        ({}, RUNNING),
        ({"JPY_PARENT_PID": "8"}, RUNNING),
        ({URL_VARIABLE: "http://env:1/"}, []),
        ({"JPY_PARENT_PID": "7"}, [{"pid": 7, "url": "http://list:1/", "token": ""}]),
        ({"JPY_PARENT_PID": "7"}, [{"pid": 7, "url": "http://list:1/", "token": "", "x": 1}]),
    ],
    ids=["no-parent", "another-parent", "no-secret", "password-server", "unknown-fields"],
)
def test_nothing_is_found_where_nothing_is_ours(
    environment: dict[str, str], running: list[dict[str, object]]
) -> None:
    assert discover(environment=environment, running=running) is None


@pytest.mark.parametrize(
    ("given", "url", "token"),
    [
        ("http://h:8888/lab?token=abc", "http://h:8888/", "abc"),
        ("http://h/base/lab/tree/01_first_chat.ipynb?token=abc", "http://h/base/", "abc"),
        ("http://h/?token=abc", "http://h/", "abc"),
        ("http://h/user/lab", "http://h/user/lab/", None),
        ("https://h", "https://h/", None),
    ],
)
def test_the_url_that_jupyter_prints_is_good(given: str, url: str, token: str | None) -> None:
    assert discover(given) == Server(url, token=token)


def test_a_token_that_is_given_wins_over_the_one_in_the_url() -> None:
    assert discover("http://h/?token=abc", "x") == Server("http://h/", token="x")


@pytest.mark.parametrize("url", ["foo", "ftp://h/", "localhost:8888", "", "http://"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError, match="looks like"):
        discover(url)


def test_credentials_are_never_shown() -> None:
    assert repr(Server("http://h/", token="hidden", secret="hidden")) == "Server('http://h/')"


def test_the_secret_authenticates_before_the_token() -> None:
    assert Server("http://h/", token="t").headers() == {"Authorization": "token t"}
    assert Server("http://h/", token="t", secret="s").headers() == {"X-Agentchat-Secret": "s"}
    assert Server("http://h/").headers() == {}


def test_the_list_is_read_from_the_runtime_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "jpserver-1.json").write_text("not json")
    (tmp_path / "jpserver-7.json").write_text(json.dumps(RUNNING[1]))
    found = discover(environment={"JPY_PARENT_PID": "7"})
    assert found is not None
    assert found.url == "http://list:1/"


def test_running_servers_are_those_that_open_and_the_latest_comes_first() -> None:
    running: list[dict[str, object]] = [
        {"url": "http://early:1/base/", "token": "e", "password": False},
        {"url": "http://secret:1/", "token": "", "password": True},
        {"url": "http+unix://socket/", "token": "u", "password": False},
        {"url": "http://open:1", "token": "", "password": False},
        {"token": "of what"},
    ]
    assert running_servers(running) == [
        Server("http://open:1/"),
        Server("http://early:1/base/", token="e"),
    ]


def test_the_latest_is_told_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    for pid, info in zip((9, 10), RUNNING, strict=True):
        file = tmp_path / f"jpserver-{pid}.json"
        file.write_text(json.dumps(info))
        os.utime(file, (pid, pid))
    assert [server.token for server in running_servers()] == ["t", "o"]
