from __future__ import annotations

from jupyter_agentchat.socketio.settings import ConnectionSettings, EngineSettings, to_ns


def test_instants_are_nanoseconds() -> None:
    assert to_ns(25) == 25_000_000


def test_defaults_are_those_of_the_reference_server() -> None:
    engine = EngineSettings()
    assert (engine.ping_interval_ms, engine.ping_timeout_ms) == (25_000, 20_000)
    assert (engine.max_payload, engine.upgrade_timeout_ms) == (1_000_000, 10_000)
    assert ConnectionSettings().connect_timeout_ms == 10_000
    assert ConnectionSettings().max_attachments == 10
