"""Read-ahead: how far delivery is ahead of a reader."""

from __future__ import annotations

from jupyter_agentchat.metrics.content import NS_PER_S, token_instants
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.parameters import positive
from jupyter_agentchat.metrics.timeline import Timeline

SILENT_READING = 238 / 60 / 0.75
"""Tokens/s: 238 words a minute (Brysbaert 2019) at 0.75 words a token."""


def read_ahead(
    timeline: Timeline, *, dialect: str = "agentchat", reading_speed: float = SILENT_READING
) -> float | NA:
    """Return the least lead that delivery had over a reader who began at the first token.

    Formula: ``min over i of (i - 1) - r * (t_i - t_1)``, t_i the arrival of token i and r the
    reading speed: tokens that were there just before token i came, less what could be read by then.
    Unit: tokens; 0 at best, negative if a reader had to wait. Needs one content chunk.

    Parameters
    ----------
    timeline : Timeline
        The stream. A chunk of k tokens counts k times where that is known; else the stream's tokens
        are spread evenly, or each chunk is one.
    dialect : str
        Ours alone.
    reading_speed : float
        Tokens/s; the default is silent reading of English non-fiction.

    Raises
    ------
    InvalidInputError
        `reading_speed` is not above 0.

    Notes
    -----
    Source: our definition; for the speed Brysbaert, "How many words do we read per minute?" (2019).
    """
    speaker = resolve(dialect)
    if dialect not in OWN:
        return unpublished("read-ahead", speaker)
    speed = positive(reading_speed, "reading_speed")
    instants = token_instants(timeline, speaker)
    if isinstance(instants, NA):
        return instants
    first = instants[0]
    return min(i - speed * ((t - first) / NS_PER_S) for i, t in enumerate(instants))
