from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_agentchat.protocol.events import (
    AnyEvent,
    MessageCreated,
    StreamCompleted,
    StreamDelta,
    StreamStarted,
)
from jupyter_agentchat.protocol.fold import Fold, newest_page
from jupyter_agentchat.protocol.model import Author, Channel, Message, Snapshot

CASES: list[dict[str, Any]] = msgspec.json.decode(
    (Path(__file__).parents[2] / "data/fold/cases.json").read_bytes()
)


@pytest.mark.parametrize("number", range(len(CASES)))
def test_the_fixtures_that_typescript_runs_too(number: int) -> None:
    case = CASES[number]
    fold = Fold(msgspec.convert(case["snapshot"], Snapshot))
    for event in msgspec.convert(case["events"], list[AnyEvent]):
        fold.apply(event)
    assert fold.snapshot() == msgspec.convert(case["result"], Snapshot)


def message(seq: int, text: str = "x") -> Message:
    author = Author(id="u", kind="user", name="U")
    return Message(
        id=f"m{seq}",
        channel="lab",
        seq=seq,
        author=author,
        text=text,
        created_at=0,
        status="complete",
    )


def test_a_page_is_the_newest_that_fits_and_never_empty() -> None:
    messages = [message(seq, "y" * 1000) for seq in range(1, 100)]
    page, oldest = newest_page(messages, 5000)
    assert [each.seq for each in page] == [96, 97, 98, 99]
    assert oldest == 96
    assert newest_page(messages, 1) == ([messages[-1]], 99)
    assert newest_page([], 1) == ([], None)


def test_a_live_streams_text_is_in_the_snapshot_even_outside_the_page() -> None:
    fold = Fold.empty(Channel(id="lab", name="lab"))
    fold.apply(StreamStarted(seq=1, t=1, stream="s", message="m1", agent="a"))
    fold.apply(StreamDelta(seq=2, t=2, stream="s", index=0, text="so far"))
    for seq in range(3, 60):
        fold.apply(MessageCreated(seq=seq, t=seq, message=message(seq, "z" * 1000)))
    snapshot = fold.snapshot(limit=3000)
    assert snapshot.live[0].text == "so far"
    assert "m1" in [each.id for each in snapshot.messages]
    assert snapshot.before == snapshot.messages[1].seq
    fold.trim(3000)
    fold.apply(StreamCompleted(seq=60, t=60, stream="s", message="m1", text="so far"))
    assert fold.messages["m1"].status == "complete"
