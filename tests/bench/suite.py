"""All scenarios by name, in the order in which they run."""

from __future__ import annotations

from tests.bench.scenarios.base import Scenario
from tests.bench.scenarios.frames import Frames
from tests.bench.scenarios.history import Connect, History
from tests.bench.scenarios.idle import Idle
from tests.bench.scenarios.reply import Reply
from tests.bench.scenarios.resume import Resume
from tests.bench.scenarios.stalled import Stalled
from tests.bench.scenarios.stamps import ALONE, CROWD, Stamps
from tests.bench.scenarios.startup import StartUp
from tests.bench.scenarios.streaming import Streaming
from tests.bench.systems import OURS_ELIZA, OURS_FORGETFUL, OURS_SILENT, OURS_SSE, OURS_WS, SYSTEMS
from tests.bench.work import Order

NAP_US = 200
_WHOLE = {"openwebui-whole", "openwebui-redis-whole"}
_OPEN = [
    name
    for name in SYSTEMS
    if name not in {OURS_SILENT, OURS_FORGETFUL, "jupyterlab-chat-direct", *_WHOLE}
]
_SOCKETS = ("tornado", OURS_WS, OURS_SSE, "openwebui", "elizaos", "starlette", "jupyterlab-chat")


def suite(
    *, is_quick: bool = False, is_large: bool = False, realtime: bool = False
) -> list[Scenario]:
    """Return the scenarios.

    Parameters
    ----------
    is_quick : bool
        Shorter, and fewer chunks to load: for a look, not for the page.
    is_large : bool
        Those of ``make bench-large`` instead.
    """
    if is_large:
        return [
            Idle(
                "idle-large",
                "10,000 idle connections, 10 in each room",
                connections=10_000,
                rooms=1_000,
                systems=["tornado", OURS_WS, OURS_SSE],
            )
        ]
    seconds = 1.0 if is_quick else 2.0
    fanout = Order(rooms=4, streams=16, seconds=seconds)
    single = Order(rooms=50, streams=50, seconds=seconds)
    return [
        Streaming(
            "fanout",
            "flat out: 16 streams, 4 channels, 20 viewers each",
            fanout,
            viewers=20,
            systems=list(SYSTEMS),
            nap_us=NAP_US,
            realtime=realtime,
        ),
        Streaming(
            "single",
            "flat out: 50 channels with one stream and one viewer each",
            single,
            viewers=1,
            systems=[*_OPEN, OURS_SILENT, OURS_FORGETFUL],
            nap_us=NAP_US,
            realtime=realtime,
        ),
        Streaming(
            "rate",
            "50 streams × 50 chunks/s × 2 viewers",
            Order(rooms=50, streams=50, seconds=2 * seconds, rate=50),
            viewers=2,
            systems=_OPEN,
            realtime=realtime,
        ),
        Streaming(
            "room",
            "one crowded room: 8 streams × 50 chunks/s, 50 viewers",
            Order(rooms=1, streams=8, seconds=2 * seconds, rate=50),
            viewers=50,
            systems=["tornado", "transport", OURS_WS, OURS_SSE, OURS_ELIZA, "openwebui", "elizaos"],
            realtime=realtime,
        ),
        Stamps({CROWD: (fanout, 20), ALONE: (single, 1)}, nap_us=NAP_US, realtime=realtime),
        Stalled(realtime=realtime),
        History(realtime=realtime),
        Connect(),
        Reply(),
        Resume(),
        Idle(
            "idle",
            "1,000 idle connections, one in each room",
            connections=1_000,
            rooms=1_000,
            systems=_SOCKETS,
        ),
        Frames(100_000 if is_quick else 1_000_000, realtime=realtime),
        StartUp(realtime=realtime),
    ]
