"""How far one clock is from another, with bounds; its twin is the page's ``core/src/offset.ts``.

A round trip bounds the offset without any assumption about its two ways (RFC 5905, section 8): the
question was not received before it was sent, nor the answer before it was given. Of two clocks
that run evenly the offset is a straight line in time, above every lower bound and below every
upper one (Moon, Skelly and Towsley, INFOCOM 1999). All such lines together are the estimate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from jupyter_agentchat.errors import InvalidInputError

MAX_DRIFT = 500e-6
"""No clock is further off its rate (RFC 5905, figure 27)."""
_BILLION = 1_000_000_000


class Sample(Struct, frozen=True):
    """One round trip in ns: our clock at both ends, theirs between."""

    sent: int
    received: int
    answered: int
    back: int

    @property
    def trip_ns(self) -> int:
        """How long it took without the other side's share."""
        return (self.back - self.sent) - (self.answered - self.received)


class Offset(Struct, frozen=True):
    """Their clock minus ours, in ns, when ours reads `at_ns`.

    It is off by no more than `uncertainty_ns`. It grows by `drift_ppb` ns each second, off by no
    more than `drift_uncertainty_ppb`.
    """

    at_ns: int
    offset_ns: int
    uncertainty_ns: int
    drift_ppb: int = 0
    drift_uncertainty_ppb: int = 0

    def uncertainty_at(self, instant: int) -> int:
        """Return by how much the offset, drift included, can be off when ours reads `instant`."""
        beyond = abs(instant - self.at_ns) * self.drift_uncertainty_ppb
        return self.uncertainty_ns + -(-beyond // _BILLION)


def estimate(samples: Sequence[Sample], resolution_ns: int = 0) -> Offset:
    """Return the offset when the newest answer came back.

    The shortest round trips decide, for their bounds are the tightest. Samples that no straight
    line allows, as after a machine slept, are passed over from the oldest on.

    Parameters
    ----------
    samples : sequence of Sample
        One or more, oldest first.
    resolution_ns : int
        The smallest step of our clock: every instant of it may be off by so much.

    Raises
    ------
    InvalidInputError
        If there is no sample, or the newest took less than no time.
    """
    for start in range(len(samples)):
        found = _line(samples[start:], resolution_ns)
        if found is not None:
            return found
    message = "An offset needs a round trip that did not end before it began."
    raise InvalidInputError(message)


def _line(samples: Sequence[Sample], resolution_ns: int) -> Offset | None:
    """Return what lies between all lines that the samples allow; None if there is no line."""
    above = [(each.sent, each.received - each.sent + resolution_ns) for each in samples]
    below = [(each.back, each.answered - each.back - resolution_ns) for each in samples]
    rises, falls = [MAX_DRIFT], [-MAX_DRIFT]
    for low_at, low in below:
        for high_at, high in above:
            if high_at > low_at:
                rises.append((high - low) / (high_at - low_at))
            elif high_at < low_at:
                falls.append((low - high) / (low_at - high_at))
    most, least = min(rises), max(falls)
    at = samples[-1].back
    highest = min(high + math.ceil(most * (at - there)) for there, high in above)
    lowest = max(low + math.floor(least * (at - there)) for there, low in below)
    if least > most or lowest > highest:
        return None
    offset = lowest + (highest - lowest) // 2
    drift = round((most + least) / 2 * _BILLION)
    return Offset(
        at_ns=at,
        offset_ns=offset,
        uncertainty_ns=max(highest - offset, 1),
        drift_ppb=drift,
        drift_uncertainty_ppb=math.ceil((most - least) / 2 * _BILLION) + 1,
    )
