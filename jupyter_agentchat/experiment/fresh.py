"""What a later look at the log has beyond an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_KEYS = {
    "messages": ("message_id",),
    "streams": ("stream_id",),
    "chunks": ("stream_id",),
    "hops": ("stream_id",),
    "events": ("channel", "seq"),
    "connections": ("conn_id",),
}
"""What tells rows of a table apart; the chunks and hops of a stream stay together."""


def fresh(earlier: Mapping[str, pa.Table], later: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the rows of `later` on what `earlier` does not know."""
    import pyarrow.compute as pc  # noqa: PLC0415 - slow

    found = {}
    for name, table in later.items():
        known = pc.is_in(_key(table, name), value_set=_key(earlier[name], name).combine_chunks())
        found[name] = table.filter(pc.invert(known))
    return found


def _key(table: pa.Table, name: str) -> pa.ChunkedArray:
    import pyarrow as pa  # noqa: PLC0415 - slow
    import pyarrow.compute as pc  # noqa: PLC0415 - slow

    texts = [pc.cast(table[column], pa.string()) for column in _KEYS[name]]
    return texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, " ")
