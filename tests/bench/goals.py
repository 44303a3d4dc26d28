"""What the project holds itself to, and whether a run shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from tests.bench.compare import Spread, ratios, values
from tests.bench.results import Measurement
from tests.bench.scenarios import frames, history, reply, resume, stalled, stamps, startup
from tests.bench.systems import BASE, OURS_CHATS, OURS_ELIZA, OURS_SSE, OURS_WS


class Bound(Struct, frozen=True):
    """One figure and its limit.

    Attributes
    ----------
    base : str
        The case that the figure is divided by; empty: the figure itself.
    """

    what: str
    scenario: str
    case: str
    figure: str
    sign: Literal["≤", "≥"]
    limit: float
    base: str = ""
    digits: int = 2
    unit: str = "×"

    def measured(self, measurements: Sequence[Measurement]) -> Spread | None:
        """Return what a scenario's measurements say; None if they do not."""
        if self.base:
            return Spread.of(ratios(measurements, self.case, self.base, self.figure))
        return Spread.of(values(measurements, self.case, self.figure))

    def is_held(self, spread: Spread) -> bool:
        """Tell whether the median is within the limit."""
        if self.sign == "≤":
            return spread.median <= self.limit
        return spread.median >= self.limit


class Goal(Struct, frozen=True):
    """A number, what it is about, and its bounds: held if all are."""

    number: str
    about: str
    bounds: tuple[Bound, ...]

    def verdict(self, found: Mapping[str, Sequence[Measurement]]) -> bool | None:
        """Tell whether it is held; None if something of it was not measured."""
        spreads = [bound.measured(found.get(bound.scenario, ())) for bound in self.bounds]
        known = [
            bound.is_held(spread)
            for bound, spread in zip(self.bounds, spreads, strict=True)
            if spread is not None
        ]
        if not all(known):
            return False
        return True if len(known) == len(self.bounds) else None


def _faster(what: str, scenario: str, case: str, limit: float, base: str = BASE) -> Bound:
    return Bound(what, scenario, case, "per_s", "≥", limit, base)


def _cpu(what: str, scenario: str, limit: float, base: str = BASE) -> Bound:
    return Bound(what, scenario, OURS_WS, "cpu_us", "≤", limit, base)


_LONG = history.case_of(10_000)
GOALS = (
    Goal(
        "P1",
        "fan-out through the real extension, native WebSocket",
        (
            _faster("bare Tornado", "fanout", OURS_WS, 6),
            _faster("Open WebUI's way", "fanout", OURS_WS, 7, "openwebui"),
            _faster("ElizaOS's way", "fanout", OURS_WS, 3, "elizaos"),
        ),
    ),
    Goal(
        "P2",
        "the same over SSE, and over Socket.IO with clients of ElizaOS and of Open WebUI",
        (
            _faster("SSE, bare Tornado", "fanout", OURS_SSE, 4),
            _faster("Socket.IO, ElizaOS, bare Tornado", "fanout", OURS_ELIZA, 3),
            _faster("Socket.IO, Open WebUI, bare Tornado", "fanout", OURS_CHATS, 3),
        ),
    ),
    Goal("P3", "one viewer per channel", (_faster("bare Tornado", "single", OURS_WS, 2),)),
    Goal(
        "P4",
        "50 streams × 50 chunks/s × 2 viewers",
        (
            Bound("p50", "rate", OURS_WS, "p50_us", "≤", 1.0, BASE),
            Bound("p99", "rate", OURS_WS, "p99_us", "≤", 1.0, BASE),
            _cpu("CPU", "rate", 0.65),
        ),
    ),
    Goal(
        "P5",
        "CPU per chunk with 0 to 10,000 earlier messages",
        (
            Bound("10,000 : 0", "history", _LONG, "chunk_cpu_us", "≤", 1.1, history.case_of(0)),
            Bound("CPU", "history", _LONG, "chunk_cpu_us", "≤", 50, digits=1, unit="µs"),
        ),
    ),
    Goal(
        "P6",
        "one reply on the wire and on disk",
        (
            Bound("as it comes", "reply", reply.AS_IT_COMES, "kb", "≤", 800, digits=0, unit="kB"),
            Bound("lagging", "reply", reply.STANDING, "kb", "≤", 250, digits=0, unit="kB"),
            Bound("disk", "reply", reply.ON_DISK, "kb", "≤", 100, digits=1, unit="kB"),
        ),
    ),
    Goal(
        "P7",
        "first connect with 500 messages",
        (Bound("", "connect", history.NEWCOMER, "connect_kb", "≤", 60, digits=1, unit="kB"),),
    ),
    Goal(
        "P8",
        "`log.chunks()` of 1,000,000 chunks",
        (
            Bound("parquet", "frames", frames.OURS, "load_s", "≤", 2, frames.PARQUET),
            Bound(
                "faster than read_sql_query",
                "frames",
                frames.READ_SQL,
                "load_s",
                "≥",
                15,
                frames.OURS,
            ),
        ),
    ),
    Goal(
        "P9",
        "hop stamps recorded : not (`record_hops`), CPU",
        (
            Bound(stamps.CROWD, "stamps", stamps.CROWD, "ratio", "≤", 1.03),
            Bound(stamps.ALONE, "stamps", stamps.ALONE, "ratio", "≤", 1.15),
        ),
    ),
    Goal(
        "P10",
        "an idle connection's memory",
        (Bound("bare Tornado", "idle", OURS_WS, "connection_kb", "≤", 1.3, BASE),),
    ),
    Goal(
        "P13",
        "start-up of `jupyter server` with the extension",
        (Bound("without", "startup", startup.WITH, "wall_s", "≤", 1.05, startup.WITHOUT),),
    ),
    Goal(
        "P14",
        "one room, 8 streams × 50/s, 50 viewers",
        (
            _cpu("CPU, bare Tornado", "room", 0.35),
            Bound("p99", "room", OURS_WS, "p99_us", "≤", 8000, digits=0, unit="µs"),
        ),
    ),
    Goal(
        "R4",
        "a resume of 1,000 missed chunks, p99",
        tuple(
            Bound(case, "resume", case, "p99_ms", "≤", 300, digits=0, unit="ms")
            for case in (resume.WS, resume.SSE, resume.RESTARTED)
        ),
    ),
    Goal(
        "R7",
        "100 stalled readers in the room: what the others notice",
        (Bound("p99", "stalled", stalled.BESIDE, "p99_us", "≤", 1.2, stalled.ALONE),),
    ),
    Goal(
        "R10",
        "10,000 idle connections",
        (Bound("each", "idle-large", OURS_WS, "connection_kb", "≤", 65.5, digits=1, unit="kB"),),
    ),
)
