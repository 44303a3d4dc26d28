from __future__ import annotations

import pytest

from jupyter_agentchat.server.settings import CHUNK_SIZE_VARIABLE, SettingsTraits


@pytest.mark.parametrize(
    ("given", "expected"), [("16", 16), ("", 1), ("many", 1), ("0", 1), ("-3", 1), ("٣", 1)]
)
def test_open_webuis_environment_is_the_default_of_the_chunk_size(
    monkeypatch: pytest.MonkeyPatch, given: str, expected: int
) -> None:
    monkeypatch.setenv(CHUNK_SIZE_VARIABLE, given)
    assert SettingsTraits().runtime_settings().delta_chunk_size == expected
    assert SettingsTraits(delta_chunk_size=4).runtime_settings().delta_chunk_size == 4
