"""Frames against their schemas, with pandera (extra ``analysis``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.convert import to_frame
from jupyter_agentchat.frames.schemas import DERIVED, HOPS, SCHEMAS

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import Check, DataFrameSchema

KEYS = {
    "messages": ["channel", "seq"],
    "streams": ["stream_id"],
    "chunks": ["stream_id", "index"],
    "hops": ["stream_id", "index", "conn_id", "hop"],
    "events": ["channel", "seq"],
    "connections": ["conn_id"],
    "renders": ["stream_id", "conn_id", "t_paint"],
    "runs": ["run_id"],
    "slo": ["name", "metric"],
}
"""What identifies a row of each table."""

ONE_OF = {
    "status": ("complete", "completed", "streaming", "failed", "cancelled", "interrupted"),
    "author_kind": ("user", "agent", "system"),
    "kind": ("text", "reasoning", "tool_call"),
    "token_source": ("usage", "tokenizer", "chunk", "unknown"),
    "hop": HOPS,
    "op": ("<=", ">="),
}
_COUNTS = ("n_", "bytes_", "chars_")
_AT_LEAST_0 = frozenset({"index", "rtt_p50_ms", "uncertainty_ns", "threshold"})
_AT_LEAST_1 = frozenset({"seq"})
_SHARES = frozenset({"share", "share_low", "share_high"})


def schema(name: str) -> DataFrameSchema:
    """Return the pandera schema of a table: dtypes, what may be missing, ranges, keys.

    Parameters
    ----------
    name : str
        One of the six tables, or ``renders``, ``runs``, ``slo``.

    Raises
    ------
    InvalidInputError
        There is no such table, or pandera is not installed.
    """
    try:
        from pandera.pandas import Column, DataFrameSchema  # noqa: PLC0415 - optional
    except ImportError:
        message = "checking frames needs pandera: pip install 'jupyter-agentchat[analysis]'"
        raise InvalidInputError(message) from None
    declared = SCHEMAS | DERIVED
    if name not in declared:
        raise InvalidInputError(f"There is no table {name!r}; choose from {', '.join(declared)}.")
    dtypes = to_frame(name, declared[name].empty_table()).dtypes
    columns = {
        field.name: Column(
            None if pa.types.is_dictionary(field.type) else dtypes[field.name],
            [_is_category()] * pa.types.is_dictionary(field.type) + _checks(field.name),
            nullable=field.nullable,
        )
        for field in declared[name]
    }
    return DataFrameSchema(columns, strict=True, ordered=True, unique=KEYS[name], name=name)


def check(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` if it is one of the table `name`.

    Raises
    ------
    InvalidInputError
        It is not; the sentence tells the first column that differs, and how.
    """
    from pandera.errors import SchemaError, SchemaErrors  # noqa: PLC0415 - optional

    try:
        # Repeated row labels are legal in pandas and stop pandera from telling what is wrong.
        schema(name).validate(frame.reset_index(drop=True))
    except (SchemaError, SchemaErrors) as error:
        first = str(error).splitlines()[0]
        raise InvalidInputError(f"this is no frame of {name}: {first}") from error
    return frame


def _checks(column: str) -> list[Check]:
    from pandera.pandas import Check  # noqa: PLC0415 - optional

    if column in ONE_OF:
        return [Check.isin(ONE_OF[column])]
    if column in _SHARES:
        return [Check.in_range(0, 1)]
    if column in _AT_LEAST_1:
        return [Check.ge(1)]
    if column in _AT_LEAST_0 or column.startswith(_COUNTS):
        return [Check.ge(0)]
    return []


def _is_category() -> Any:  # noqa: ANN401 - pandera's decorators have no types
    from pandera.pandas import Check  # noqa: PLC0415 - optional

    def is_category(series: pd.Series) -> bool:
        return series.dtype == "category"

    return Check(is_category, error="is no category", ignore_na=False)
