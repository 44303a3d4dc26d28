"""Metrics of many streams, summarised by group; the stream is the unit of analysis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from jupyter_agentchat import metrics as m
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.measures import METRICS, token_methods, values
from jupyter_agentchat.frames.schemas import HOPS, STREAMS
from jupyter_agentchat.frames.timelines import Measured, measured
from jupyter_agentchat.metrics import NA


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
    tables: Sequence[pa.Table], by: Sequence[str], metrics: Sequence[str], at: str
) -> pd.DataFrame:
    """Return one row for each group and metric.

    Parameters
    ----------
    tables : (pyarrow.Table, pyarrow.Table)
        Streams and chunks of the same log; chunks of other streams are passed over.
    by : sequence of str
        Columns of `streams`; without one all streams are one group.
    metrics : sequence of str
        Of `METRICS`.
    at : str
        The hop whose instants are measured.
    """
    streams, chunks = tables
    groups: dict[tuple[Any, ...], list[Measured]] = {}
    for stream in measured(streams.to_pylist(), chunks, at):
        groups.setdefault(tuple(stream.row[name] for name in by), []).append(stream)
    found = []
    for key, members in groups.items():
        for name in metrics:
            _, unit = METRICS[name]
            summary = m.summarize(values(members, name)).row()
            numbers = {
                column: np.nan if isinstance(value, NA) else value
                for column, value in summary.items()
            }
            found.append(
                {
                    **dict(zip(by, key, strict=True)),
                    "metric": name,
                    "unit": unit,
                    "token_method": token_methods(members, name),
                    **numbers,
                }
            )
    if found:
        return pd.DataFrame(found)
    columns = m.summarize([]).row()
    return pd.DataFrame(columns=[*by, "metric", "unit", "token_method", *columns])
