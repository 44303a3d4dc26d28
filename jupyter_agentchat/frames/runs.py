"""The runs of the server that the log holds: the table of runs, from streams, messages and hops."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from jupyter_agentchat.frames.renders import table
from jupyter_agentchat.frames.schemas import RUNS
from jupyter_agentchat.metrics.content import FAILED


def build(streams: pa.Table, messages: pa.Table, hops: pa.Table) -> pa.Table:
    """Return one row for each clock that streams were measured with, by its first message.

    A server's process has one monotonic clock; instants of two runs cannot be compared. What its
    readers' clocks add is told by the largest uncertainty of their instants.
    """
    asked = streams.select(["message_id", "clock_id", "status", "t_request", "t_end"]).to_pandas()
    asked = asked.astype({"t_end": "Int64", "clock_id": object})
    said = messages.select(["message_id", "created_at"]).to_pandas()
    asked = asked.merge(said, on="message_id", how="left")
    rows = []
    readers = _readers(streams, hops)
    for clock, run in asked.groupby("clock_id", sort=False):
        theirs = readers[readers["own"] == clock]
        rows.append(
            {
                "run_id": clock,
                "clock_id": clock,
                "started_at": run["created_at"].min(),
                "t_first_request": run["t_request"].min(),
                "t_last_end": run["t_end"].max(),
                "n_streams": len(run),
                "n_failed": int(run["status"].isin(FAILED).sum()),
                "n_client_clocks": theirs["clock_id"].nunique(),
                "uncertainty_ns": theirs["uncertainty_ns"].max(),
            }
        )
    found = pd.DataFrame(rows, columns=RUNS.names)
    return table(found.sort_values("started_at", kind="stable"), RUNS)


def _readers(streams: pa.Table, hops: pa.Table) -> pd.DataFrame:
    """Return the instants that were read by another clock than their stream's."""
    of = streams.select(["stream_id", "clock_id"]).to_pandas().astype({"clock_id": object})
    seen = hops.select(["stream_id", "clock_id", "uncertainty_ns"]).to_pandas()
    seen = seen.astype({"clock_id": object, "uncertainty_ns": "Int64"})
    seen = seen.merge(of.rename(columns={"clock_id": "own"}), on="stream_id")
    theirs: pd.DataFrame = seen[seen["clock_id"] != seen["own"]]
    return theirs
