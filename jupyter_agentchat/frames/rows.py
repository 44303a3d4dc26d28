"""Rows to columns: for tables that come out of the store row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

import pyarrow as pa

_BATCH = 65_536
"""Rows that exist as Python objects at a time."""


def gather(schema: pa.Schema, rows: Iterable[Sequence[object]]) -> pa.Table:
    """Return a table of `rows`, each as long as `schema`; the categories of its parts are one."""
    parts = iter(rows)
    batches = []
    while batch := list(islice(parts, _BATCH)):
        columns = zip(*batch, strict=True)
        batches.append(
            pa.record_batch(
                [column(values, field.type) for values, field in zip(columns, schema, strict=True)],
                schema=schema,
            )
        )
    return pa.Table.from_batches(batches, schema).unify_dictionaries()


def column(values: Sequence[object], type_: pa.DataType) -> pa.Array:
    """Return an Arrow array of `type_`; a dictionary holds its values in order of appearance."""
    if pa.types.is_dictionary(type_):
        return pa.array(values, type_.value_type).dictionary_encode().cast(type_)
    return pa.array(values, type_)
