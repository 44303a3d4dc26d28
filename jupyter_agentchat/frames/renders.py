"""What readers saw and when: the table of renders, from hops and chunks."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from jupyter_agentchat.frames.schemas import RENDERS

_KEY = ["stream_id", "conn_id", "t_ns"]


def build(hops: pa.Table, chunks: pa.Table) -> pa.Table:
    """Return one row for each paint that a page reported, by stream, connection and time.

    What stands on the page then is the text up to the last chunk that is painted. A page reports a
    sample of its paints: between two rows there may have been more.
    """
    painted = hops.to_pandas()
    painted = painted[painted["hop"] == "paint"]
    text = chunks.select(["stream_id", "index", "kind", "n_chars"]).to_pandas()
    text["n_chars"] = text["n_chars"].where(text["kind"] == "text", 0)
    text["chars_visible"] = text.groupby("stream_id", observed=True)["n_chars"].cumsum()
    found = painted.merge(text[["stream_id", "index", "chars_visible"]], on=["stream_id", "index"])
    # Chunks of one animation frame are painted together: the last one tells what stands there.
    found = found.sort_values([*_KEY, "index"], kind="stable").drop_duplicates(_KEY, keep="last")
    columns = {
        "stream_id": found["stream_id"],
        "conn_id": found["conn_id"],
        "t_paint": found["t_ns"],
        "index": found["index"],
        "chars_visible": found["chars_visible"],
        "clock_id": found["clock_id"],
        "uncertainty_ns": found["uncertainty_ns"].astype("Int64"),
    }
    return table(pd.DataFrame(columns), RENDERS)


def table(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """Return a DataFrame in a declared schema; categories that do not occur are left out."""
    arrays = []
    for field in schema:
        values = frame[field.name]
        if pa.types.is_dictionary(field.type):
            text = pa.array(values.astype(object), pa.string(), from_pandas=True)
            arrays.append(text.dictionary_encode().cast(field.type))
        else:
            arrays.append(pa.array(values, field.type, from_pandas=True))
    return pa.Table.from_arrays(arrays, schema=schema)
