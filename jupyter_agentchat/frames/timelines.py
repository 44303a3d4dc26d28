"""The streams of a log as timelines at one hop: what every metric is a function of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from jupyter_agentchat.metrics import NA, Timeline

_AFTER_THE_LOG = frozenset({"socket", "client", "dom", "paint"})
"""Hops of a reader, to whom a chunk may come as history."""
_ON_THE_PAGE = frozenset({"dom", "paint"})
"""Hops whose instants a hidden page throttles."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One stream at one hop.

    Attributes
    ----------
    row : dict
        Its row of the table of streams.
    timeline : Timeline
        Without a chunk where not all of them were measured.
    missing : NA or None
        Why not all of them were.
    """

    row: dict[str, Any]
    timeline: Timeline
    missing: NA | None = None

    @property
    def label(self) -> str:
        """The stream's id."""
        return str(self.row["stream_id"])


def measured(rows: Sequence[dict[str, Any]], chunks: pa.Table, at: str) -> list[Measured]:
    """Return each stream as it was seen at a hop.

    A stream some of whose chunks have no instant there has no number there: its gaps would lie. So
    has one that reached its reader in part as history, whose instants tell of the reader alone; on
    the page, one that it got in part while it was hidden.

    Parameters
    ----------
    rows : sequence of dict
        Rows of the table of streams.
    chunks : pyarrow.Table
        By stream and index; those of other streams are passed over.
    at : str
        One of `HOPS`.
    """
    names = chunks.column("stream_id").combine_chunks()
    kinds = chunks.column("kind").to_pylist()
    instants = chunks.column(f"{at}_ns").to_pylist()
    replays = chunks.column("is_replay").to_pylist() if at in _AFTER_THE_LOG else []
    hidden = chunks.column("is_hidden").to_pylist() if at in _ON_THE_PAGE else []
    ids = names.to_numpy(zero_copy_only=False)
    edges = [0, *(np.flatnonzero(ids[1:] != ids[:-1]) + 1).tolist(), len(ids)] if len(ids) else []
    places = {ids[start]: slice(start, end) for start, end in pairwise(edges)}
    found = []
    for row in rows:
        place = places.get(row["stream_id"], slice(0))
        missing = _missing(instants[place], replays[place], hidden[place], at)
        timeline = _timeline(row, kinds[place], instants[place], whole=missing is None)
        found.append(Measured(row, timeline, missing))
    return found


def _missing(
    instants: list[int | None], replays: list[bool], hidden: list[bool], at: str
) -> NA | None:
    if any(replays):
        return NA(f"{sum(replays)} of {len(replays)} chunks reached the reader as history")
    if any(hidden):
        return NA(f"{sum(hidden)} of {len(hidden)} chunks reached a page that was hidden")
    unknown = sum(instant is None for instant in instants)
    if unknown:
        return NA(f"{unknown} of {len(instants)} chunks were not stamped at {at}")
    return None


def _timeline(
    row: dict[str, Any], kinds: list[str], instants: list[int | None], *, whole: bool
) -> Timeline:
    seen = [instant for instant in instants if instant is not None] if whole else []
    return Timeline(
        t_request=row["t_request"],
        t_chunks=seen,
        kinds=kinds if whole else (),
        n_tokens=row["n_tokens"],
        t_end=row["t_end"],
        t_intended=row["t_intended"],
        status=row["status"],
        t_first_paint=row["t_first_paint"],
        clock_id=row["clock_id"],
    )
