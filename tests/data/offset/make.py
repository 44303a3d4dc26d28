"""Round trips between two simulated clocks, and what they show; run to write ``cases.json``.

Python and TypeScript read the same cases. The truth is known, for the clocks are simulated.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from jupyter_agentchat.protocol.offset import Sample, estimate

FILE = Path(__file__).parent / "cases.json"
MS = 1_000_000


class Clock(Struct, frozen=True):
    """The server's clock: how far it is ahead of ours at our 0, and how much faster it is."""

    offset: int
    drift: float = 0.0

    def reads(self, instant: int) -> int:
        """Return what it reads when ours reads `instant`."""
        return instant + self.offset + round(self.drift * instant)


def trips(
    seed: int, at_ms: list[float], clock: Clock, *, there: float, back: float
) -> list[Sample]:
    """Return round trips at some instants; the ways take exponential times of these means in ms."""
    chance = random.Random(seed)
    found = []
    for ms in at_ms:
        sent = round(ms * MS)
        arrived = sent + round(chance.expovariate(1 / there) * MS)
        left = arrived + 40_000
        home = left + round(chance.expovariate(1 / back) * MS)
        found.append(Sample(sent, clock.reads(arrived), clock.reads(left), home))
    return found


def case(name: str, samples: list[Sample], clock: Clock, resolution: int = 0) -> dict[str, Any]:
    """Return a case with the truth and the answer."""
    if resolution:
        samples = [
            structs.replace(
                each,
                sent=each.sent // resolution * resolution,
                back=each.back // resolution * resolution,
            )
            for each in samples
        ]
    found = estimate(samples, resolution)
    return {
        "name": name,
        "resolution_ns": resolution,
        "samples": [structs.astuple(each) for each in samples],
        "true_offset_ns": clock.reads(found.at_ns) - found.at_ns,
        "true_drift_ppb": round(clock.drift * 1e9),
        "estimate": structs.asdict(found),
    }


def cases() -> list[dict[str, Any]]:
    """Return all cases."""
    burst = [1000 + each * 2.0 for each in range(5)]
    minute = [*burst, *(1000 + each * 2000.0 for each in range(1, 27))]
    far = Clock(5_000_000_000)
    fast = Clock(-7_000_000, 40e-6)
    woken = Clock(9_000 * MS)
    slept = [
        *trips(6, minute[:10], Clock(0), there=0.2, back=0.2),
        *trips(7, minute[10:14], woken, there=0.2, back=0.2),
    ]
    return [
        case("one round trip", trips(1, [5.0], far, there=1, back=1), far),
        case("a burst", trips(2, burst, far, there=0.3, back=0.3), far),
        case("all of the delay on one way", trips(3, minute, far, there=20, back=0.05), far),
        case("a clock that drifts", trips(4, minute, fast, there=0.3, back=0.6), fast),
        case("a coarse timer", trips(5, minute, fast, there=0.3, back=0.3), fast, 100_000),
        case("a machine that slept", slept, woken),
    ]  # fmt: skip


if __name__ == "__main__":
    FILE.write_text(json.dumps(cases(), indent=1) + "\n", encoding="utf-8")
