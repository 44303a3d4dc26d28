"""Jitter: how unevenly chunks arrive."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, pstdev

from jupyter_agentchat.metrics.content import NS_PER_S, arrivals
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.icl import gapped, gaps
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.parameters import one_of
from jupyter_agentchat.metrics.quantiles import quantile
from jupyter_agentchat.metrics.timeline import Timeline, integers

METHODS = frozenset({"rfc3550", "sd", "p99-p50", "cv"})


def jitter(
    timeline: Timeline,
    *,
    dialect: str = "agentchat",
    method: str | None = None,
    send: Sequence[int] | None = None,
) -> float | NA:
    """Return the jitter of the content chunks.

    Formula: by method, see there. Unit: s, except for cv, which has none. Needs two content chunks;
    for cv also gaps that are not all 0.

    Parameters
    ----------
    timeline : Timeline
        The stream.
    dialect : str
        Ours alone.
    method : {"rfc3550", "sd", "p99-p50", "cv"}, optional
        ``rfc3550``: ``J += (|D| - J) / 16`` over consecutive chunks, from J = 0, where
        ``D = (R_i - R_(i-1)) - (S_i - S_(i-1))``, R the arrivals and S the instants in `send`.
        ``sd``: standard deviation of the gaps (ddof = 0: all of them are there). ``p99-p50``: of
        the gaps, linear quantiles. ``cv``: sd / mean of the gaps, without unit.
        Without it rfc3550 if `send` is given, else sd.
    send : sequence of int, optional
        When each content chunk was sent (ns); a constant offset between its clock and that of the
        timeline cancels.

    Raises
    ------
    InvalidInputError
        `method` is unknown, or `send` holds no integers.

    Notes
    -----
    Source: RFC 3550, section 6.4.1 and appendix A.8.
    """
    speaker = resolve(dialect)
    if dialect not in OWN:
        return unpublished("jitter", speaker)
    if method is None:
        method = "sd" if send is None else "rfc3550"
    one_of(method, METHODS, "method")
    if method == "rfc3550":
        return _rfc3550(arrivals(timeline, speaker), send)
    instants = gapped(timeline, speaker)
    if isinstance(instants, NA):
        return instants
    found = gaps(instants)
    if method == "p99-p50":
        return quantile(found, 0.99) - quantile(found, 0.5)
    mean, sd = fmean(found), pstdev(found)
    if method == "sd":
        return sd
    return sd / mean if mean else undefined("all chunks arrived at one instant")


def _rfc3550(received: Sequence[int] | NA, send: Sequence[int] | None) -> float | NA:
    if isinstance(received, NA):
        return received
    if send is None:
        return undefined("RFC 3550 compares with the instants of sending, and send is unknown")
    sent = integers(send, "send")
    if len(sent) != len(received):
        return undefined(f"send has {len(sent)} instants for {len(received)} content chunks")
    if len(sent) == 1:
        return undefined("one content chunk has no gap")
    found = 0.0
    transits = (r - s for r, s in zip(received, sent, strict=True))
    for one, two in pairwise(transits):
        found += (abs(two - one) - found) / 16
    return found / NS_PER_S
