"""Version 3: late hops may tell of flushes, by seq; each other row tells of one chunk again.

In version 2 a row could tell of several chunks of one stream that had left together: a sixth
column said of how many. Those who read version 2 would take a flush's seq for a chunk's index.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, text

from jupyter_agentchat.store.columns import Head, column, pack, size, unpack
from jupyter_agentchat.store.sql.migrations.sealing import damaged, opened, sealed

_COLUMNS = 6
_COUNT = 3
"""The place of the number of rows in a run."""
_SELECT = text("SELECT data FROM stamps WHERE number = :number")
_UPDATE = text("UPDATE stamps SET count = :count, data = :data WHERE number = :number")


class _Old(Struct, frozen=True, array_like=True):
    runs: list[list[Any]]
    heads: list[Head]
    planes: bytes


_OLD = msgspec.msgpack.Decoder(_Old)


def migrate(connection: Connection) -> None:
    """Bring a database of version 2 forward.

    Raises
    ------
    StoreError
        If a row is damaged.
    """
    numbers = connection.execute(text("SELECT number FROM stamps ORDER BY number")).scalars()
    for number in numbers.all():
        data = connection.execute(_SELECT, {"number": number}).scalar_one()
        old = opened(_OLD, data)
        if len(old.heads) == _COLUMNS:
            try:
                count, spread = _spread(old.runs, _columns(old))
            except (ValueError, TypeError, LookupError, OverflowError) as error:
                raise damaged(error) from error
            connection.execute(_UPDATE, {"number": number, "count": count, "data": spread})


def _columns(old: _Old) -> list[list[int]]:
    count = sum(run[_COUNT] for run in old.runs)
    ends = list(accumulate(size(head, count) for head in old.heads))
    return [
        unpack("q", head, count, old.planes[start:end]).tolist()
        for head, start, end in zip(old.heads, [0, *ends], ends, strict=False)
    ]


def _spread(runs: list[list[Any]], columns: list[list[int]]) -> tuple[int, bytes]:
    """Return the block with a row for each chunk: how many there are, and its bytes."""
    index, *instants, repeats = columns
    start = 0
    for run in runs:
        end = start + run[_COUNT]
        run[_COUNT] = sum(repeats[start:end])
        start = end
    spread = [
        [first + each for first, n in zip(index, repeats, strict=True) for each in range(n)],
        *(
            [each for each, n in zip(values, repeats, strict=True) for _ in range(n)]
            for values in instants
        ),
    ]
    heads, planes = zip(*(pack(column("q", values)) for values in spread), strict=True)
    return len(spread[0]), sealed((runs, heads, b"".join(planes)))
