"""Makes the fixtures of this folder: legal logs, cut at random, with the states they fold to.

``python -m tests.data.fold.make`` writes them anew; both languages' folds run them.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import msgspec

from jupyter_agentchat.protocol.codec import merge_deltas
from jupyter_agentchat.protocol.events import AnyEvent, ChannelUpdated
from jupyter_agentchat.protocol.fold import Fold
from tests.properties.strategies import LogWriter

WORDS = ("one ", "é", "日本", "😀", " ", "\n", "**b**", "<i>", "")
CASES = 40


def random_log(seed: int) -> list[AnyEvent]:
    """Return a legal log made by a seed."""
    chance, log = random.Random(seed), LogWriter("lab")
    for _ in range(chance.randrange(5, 60)):
        live = chance.choice(sorted(log.live)) if log.live else None
        text = chance.choice(WORDS)
        act = chance.randrange(10)
        if act >= 5 and live:
            log.delta(live, text or "x", reasoning=act == 5)
        elif act == 4 and live:
            log.end(live, chance.randrange(3))
        elif act == 3 and live:
            log.note(live, text, chance.randrange(7))
        elif act == 2 and log.messages:
            log.change(chance.choice(log.messages), text, chance.randrange(6))
        elif act == 1:
            log.start()
        else:
            log.message(text)
    return log.events


def case(seed: int) -> dict[str, object]:
    """Return one fixture: a snapshot, the (merged) events after it, and the state at the end."""
    events = random_log(seed)
    cut = random.Random(seed).randrange(1, len(events))
    head = events[0]
    assert isinstance(head, ChannelUpdated)
    before, after = Fold.empty(head.channel), Fold.empty(head.channel)
    for event in events[:cut]:
        before.apply(event)
    for event in events:
        after.apply(event)
    return {
        "snapshot": msgspec.to_builtins(before.snapshot()),
        "events": msgspec.to_builtins(merge_deltas(events[cut:]) if seed % 2 else events[cut:]),
        "result": msgspec.to_builtins(after.snapshot()),
    }


def main() -> None:
    """Write the fixtures."""
    cases = [case(seed) for seed in range(CASES)]
    text = json.dumps(cases, ensure_ascii=False, indent=None, separators=(",", ":"))
    Path(__file__).with_name("cases.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
