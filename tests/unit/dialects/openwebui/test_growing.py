from __future__ import annotations

from typing import Any

from jupyter_agentchat.dialects.openwebui.growing import GROWTH_BYTES_PER_S, GROWTH_S, Growing
from jupyter_agentchat.protocol.events import StreamCompleted, StreamDelta, StreamStarted

AT: dict[str, Any] = {"seq": 1, "t": 1, "stream": "s"}


def delta(text: str) -> StreamDelta:
    return StreamDelta(**AT, index=0, text=text)


def test_an_answer_is_told_at_once_and_then_the_rarer_the_longer_it_is() -> None:
    growing = Growing()
    assert growing.look(StreamStarted(**AT, message="m", agent="a"), 100.0) == (None, True)
    assert growing.look(delta("x"), 100.0) == ("m", True)
    assert growing.look(delta("x"), 100.0 + GROWTH_S / 2) == (None, False)
    assert growing.look(delta("x"), 100.0 + GROWTH_S) == ("m", True)
    long = "x" * GROWTH_BYTES_PER_S
    assert growing.look(delta(long), 100.9) == (None, False)
    assert growing.look(delta(""), 101.5) == ("m", True)
    assert growing.look(StreamCompleted(**AT, message="m", text=""), 102.0) == (None, True)
    assert growing.look(delta("x"), 200.0) == (None, False)
