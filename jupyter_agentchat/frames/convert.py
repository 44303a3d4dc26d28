"""Arrow tables to DataFrames with the declared dtypes, whatever way the table came."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from jupyter_agentchat.frames.schemas import DERIVED, HOPS, SCHEMAS

_WIDTH = np.dtype(np.int64).itemsize
_EXTENSIONS = {
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype("pyarrow"),
    pa.large_string(): pd.StringDtype("pyarrow"),
}


def to_frame(name: str, table: pa.Table, *, fresh: bool = False) -> pd.DataFrame:
    """Return the table `name` as a DataFrame.

    Integers are ``int64``, or ``Int64`` where the schema allows a null; text is ``string``, or a
    category where values are few; wall times are ``datetime64[ns, UTC]``, ``ms`` are ``float64``.

    Parameters
    ----------
    name : str
        One of `SCHEMAS` or `DERIVED`.
    table : pyarrow.Table
        Of that schema, or one that casts to it, as a file may hold.
    fresh : bool
        Whether nobody else has the table: the frame's integers may then stay where they are.
    """
    schema = (SCHEMAS | DERIVED)[name]
    columns = {field.name: table.column(field.name) for field in schema}
    del table  # each column's memory is given back when its series is made
    frame = {field.name: _series(columns.pop(field.name), field, fresh) for field in schema}
    return pd.DataFrame(frame, copy=False)


def _series(column: pa.ChunkedArray, field: pa.Field, fresh: bool) -> pd.Series:  # noqa: FBT001
    if column.type != field.type:
        column = column.cast(field.type)
    if pa.types.is_integer(field.type) and column.null_count == len(column) > 0:
        nothing = np.zeros(len(column), np.int64), np.ones(len(column), bool)
        return pd.Series(pd.arrays.IntegerArray(*nothing), copy=False)
    values = _where_they_are(column) if fresh and pa.types.is_integer(field.type) else None
    if values is None:
        return pd.Series(_maker(field)(column), copy=False)
    if field.nullable:
        present = np.zeros(len(values), bool)
        return pd.Series(pd.arrays.IntegerArray(values, present), copy=False)
    return pd.Series(values, copy=False)


def _maker(field: pa.Field) -> Callable[[pa.ChunkedArray], object]:
    kind = field.type
    if pa.types.is_integer(kind):
        return _extension if field.nullable else _numpy
    if pa.types.is_boolean(kind):
        return _extension if field.nullable else _numpy
    if pa.types.is_dictionary(kind):
        return _hops if field.name == "hop" else _categories
    if pa.types.is_timestamp(kind):
        return _wall
    return _numpy if pa.types.is_floating(kind) else _extension


def _numpy(column: pa.ChunkedArray) -> object:
    """Return writable values: a view of Arrow's memory is not."""
    values = column.to_numpy(zero_copy_only=False)
    return values if values.flags.writeable else values.copy()


def _where_they_are(column: pa.ChunkedArray) -> npt.NDArray[np.int64] | None:
    """Return integers in Arrow's own memory; None if some are missing or it cannot be written."""
    if column.num_chunks != 1 or column.null_count:
        return None
    values = column.chunk(0)
    memory = values.buffers()[1]
    if memory is None or not memory.is_mutable or not len(values):
        return None
    return np.frombuffer(memory, np.int64, len(values), values.offset * _WIDTH)


def _extension(column: pa.ChunkedArray) -> object:
    return column.to_pandas(types_mapper=_EXTENSIONS.get).array


def _wall(column: pa.ChunkedArray) -> object:
    nanoseconds = column.cast(pa.int64()).fill_null(np.iinfo(np.int64).min).to_numpy()
    return pd.DatetimeIndex(nanoseconds.view("datetime64[ns]"), tz="UTC")


def _categories(column: pa.ChunkedArray) -> pd.Categorical[str]:
    one = column.unify_dictionaries().combine_chunks()
    codes = one.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return pd.Categorical.from_codes(codes, categories=one.dictionary.to_pandas())


def _hops(column: pa.ChunkedArray) -> object:
    """Return hops whose order is that of the journey."""
    return _categories(column).set_categories(list(HOPS))
