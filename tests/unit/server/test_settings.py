from __future__ import annotations

import pytest

from jupyter_agentchat.server.settings import (
    CHUNK_SIZE_VARIABLE,
    LOG_LEVEL_VARIABLE,
    ORIGINS_VARIABLE,
    PING_INTERVAL_VARIABLE,
    PING_TIMEOUT_VARIABLE,
    WEBSOCKET_VARIABLE,
    SettingsTraits,
)


@pytest.mark.parametrize(
    ("given", "expected"), [("16", 16), ("", 1), ("many", 1), ("0", 1), ("-3", 1), ("٣", 1)]
)
def test_open_webuis_environment_is_the_default_of_the_chunk_size(
    monkeypatch: pytest.MonkeyPatch, given: str, expected: int
) -> None:
    monkeypatch.setenv(CHUNK_SIZE_VARIABLE, given)
    assert SettingsTraits().runtime_settings().delta_chunk_size == expected
    assert SettingsTraits(delta_chunk_size=4).runtime_settings().delta_chunk_size == 4


def test_open_webuis_environment_sets_its_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    before = SettingsTraits().runtime_settings()
    sockets = (before.socket_ping_interval_s, before.socket_ping_timeout_s, before.socket_websocket)
    assert sockets == (25.0, 20.0, True)
    monkeypatch.setenv(PING_INTERVAL_VARIABLE, "7")
    monkeypatch.setenv(PING_TIMEOUT_VARIABLE, "nonsense")
    monkeypatch.setenv(WEBSOCKET_VARIABLE, "False")
    after = SettingsTraits().runtime_settings()
    sockets = (after.socket_ping_interval_s, after.socket_ping_timeout_s, after.socket_websocket)
    assert sockets == (7.0, 20.0, False)


def test_open_webuis_environment_names_origins_and_a_log_level(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = SettingsTraits().runtime_settings()
    assert (before.socket_origins, before.socket_log_level) == ("", "")
    monkeypatch.setenv(ORIGINS_VARIABLE, "https://a.example;https://b.example")
    monkeypatch.setenv(LOG_LEVEL_VARIABLE, "debug")
    after = SettingsTraits().runtime_settings()
    assert after.socket_origins == "https://a.example;https://b.example"
    assert after.socket_log_level == "DEBUG"
    monkeypatch.setenv(LOG_LEVEL_VARIABLE, "loud")
    assert SettingsTraits().runtime_settings().socket_log_level == ""
