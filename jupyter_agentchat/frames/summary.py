"""Metrics of many streams, summarised by group; the stream is the unit of analysis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from jupyter_agentchat import metrics as m
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.schemas import HOPS, STREAMS
from jupyter_agentchat.metrics import NA, Timeline

Metric = Callable[[Timeline], float | NA]


def _icl(timeline: Timeline) -> float | NA:
    gaps = m.icl(timeline)
    return gaps if isinstance(gaps, NA) else m.quantile(gaps, 0.5)


def _stalls(timeline: Timeline) -> float | NA:
    found = m.stalls(timeline)
    return found if isinstance(found, NA) else found.count


METRICS: dict[str, tuple[Metric, str]] = {
    "ttft": (m.ttft, "s"),
    "ttst": (m.ttst, "s"),
    "icl": (_icl, "s"),
    "tpot": (m.tpot, "s"),
    "e2e": (m.e2e, "s"),
    "stalls": (_stalls, "1"),
    "qoe": (m.qoe, "1"),
    "jitter": (m.jitter, "s"),
}
"""What can be summarised: one number for each stream, and its unit.

`icl` is the stream's median gap and `stalls` the number of its gaps over 1 s.
"""


def check(by: Sequence[str], metrics: Sequence[str], at: str) -> None:
    """Raise `InvalidInputError` unless `summarise` can do it."""
    for names, known, what in (
        (by, STREAMS.names, "column of streams() to group by"),
        (metrics, tuple(METRICS), "metric to summarise"),
        ((at,), HOPS, "hop to measure at"),
    ):
        if isinstance(names, str):
            raise InvalidInputError(f"{names!r} is text; give a list of names: [{names!r}].")
        for name in names:
            if name not in known:
                message = f"There is no {what} called {name!r}; choose from {', '.join(known)}."
                raise InvalidInputError(message)


def summarise(
    streams: pa.Table, chunks: pa.Table, by: Sequence[str], metrics: Sequence[str], at: str
) -> pd.DataFrame:
    """Return one row for each group and metric.

    Parameters
    ----------
    streams, chunks : pyarrow.Table
        Of the same log; chunks of other streams are passed over.
    by : sequence of str
        Columns of `streams`; without one all streams are one group.
    metrics : sequence of str
        Of `METRICS`.
    at : str
        The hop whose instants are measured.
    """
    groups: dict[tuple[Any, ...], list[Timeline]] = {}
    rows = streams.to_pylist()
    for row, timeline in zip(rows, timelines(rows, chunks, at), strict=True):
        groups.setdefault(tuple(row[name] for name in by), []).append(timeline)
    found = []
    for key, members in groups.items():
        for name in metrics:
            metric, unit = METRICS[name]
            summary = m.summarize([metric(timeline) for timeline in members]).row()
            numbers = {
                column: np.nan if isinstance(value, NA) else value
                for column, value in summary.items()
            }
            found.append(
                {**dict(zip(by, key, strict=True)), "metric": name, "unit": unit, **numbers}
            )
    if found:
        return pd.DataFrame(found)
    columns = m.summarize([]).row()
    return pd.DataFrame(columns=[*by, "metric", "unit", *columns])


def timelines(rows: Sequence[dict[str, Any]], chunks: pa.Table, at: str) -> list[Timeline]:
    """Return each stream's timeline at a hop; chunks without that instant make it NA.

    Parameters
    ----------
    rows : sequence of dict
        Rows of the table of streams.
    chunks : pyarrow.Table
        By stream and index.
    at : str
        One of `HOPS`.
    """
    names = chunks.column("stream_id").combine_chunks()
    kinds = chunks.column("kind").to_pylist()
    instants = chunks.column(f"{at}_ns").to_pylist()
    ids = names.to_numpy(zero_copy_only=False)
    edges = [0, *(np.flatnonzero(ids[1:] != ids[:-1]) + 1).tolist(), len(ids)] if len(ids) else []
    places = {ids[start]: slice(start, end) for start, end in pairwise(edges)}
    return [_timeline(row, places.get(row["stream_id"], slice(0)), kinds, instants) for row in rows]


def _timeline(
    row: dict[str, Any], place: slice, kinds: list[str], instants: list[int | None]
) -> Timeline:
    seen = [instant for instant in instants[place] if instant is not None]
    whole = len(seen) == len(instants[place])
    return Timeline(
        t_request=row["t_request"],
        t_chunks=seen if whole else (),
        kinds=kinds[place] if whole else (),
        n_tokens=row["n_tokens"],
        t_end=row["t_end"],
        t_intended=row["t_intended"],
        status=row["status"],
        t_first_paint=row["t_first_paint"],
    )
