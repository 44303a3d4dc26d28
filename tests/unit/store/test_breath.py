from __future__ import annotations

import time

import pytest

from jupyter_agentchat.store.breath import LONGEST_S, PAUSE_S, Breath


def test_it_pauses_when_it_is_time_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    pauses: list[float] = []
    monkeypatch.setattr(time, "perf_counter", lambda: now)
    monkeypatch.setattr(time, "sleep", pauses.append)
    breathe = Breath()
    for _ in range(10):
        now += LONGEST_S / 4
        breathe()
    assert pauses == [PAUSE_S, PAUSE_S]
