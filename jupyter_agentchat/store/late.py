"""Late hops of one stream on one connection, as bytes: the columns packed as in a segment."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.columns import Head, column, pack, size, unpack
from jupyter_agentchat.store.rows import Stamps

_COLUMNS = ("index", "socket_ns", "client_ns", "dom_ns", "paint_ns")


class _Packed(Struct, frozen=True, array_like=True):
    count: int
    heads: tuple[Head | None, ...]
    planes: bytes
    stream: str
    connection: str
    clock_id: str
    client_clock_id: str | None
    offset_ns: int | None
    uncertainty_ns: int | None
    is_replay: bool
    hidden: bool


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Packed)


def dump(stamps: Stamps) -> bytes:
    """Return the bytes that `load` reads.

    Raises
    ------
    StoreError
        If a column is neither empty nor as long as `index`.
    """
    count = len(stamps.index)
    heads: list[Head | None] = []
    planes: list[bytes] = []
    for name in _COLUMNS:
        values = getattr(stamps, name)
        if len(values) not in {0, count}:
            message = f"Stamps have {count} chunks and {len(values)} instants in {name}."
            raise StoreError(message)
        head, plane = pack(column("q", values))
        heads.append(head if len(values) == count else None)
        planes.append(plane)
    return _ENCODER.encode(
        _Packed(
            count=count,
            heads=tuple(heads),
            planes=b"".join(planes),
            stream=stamps.stream,
            connection=stamps.connection,
            clock_id=stamps.clock_id,
            client_clock_id=stamps.client_clock_id,
            offset_ns=stamps.offset_ns,
            uncertainty_ns=stamps.uncertainty_ns,
            is_replay=stamps.is_replay,
            hidden=stamps.hidden,
        )
    )


def load(channel: str, data: bytes | memoryview) -> Stamps:
    """Read the stamps of a channel's stream; their columns are memoryviews of int64.

    Raises
    ------
    StoreError
        If `data` is not what `dump` wrote.
    """
    try:
        packed = _DECODER.decode(data)
        columns = _unpack(packed)
    except (msgspec.MsgspecError, ValueError, OverflowError) as error:
        message = f"A row of late hops cannot be read: {error}. The database is damaged."
        raise StoreError(message) from error
    return Stamps(
        channel=channel,
        stream=packed.stream,
        connection=packed.connection,
        clock_id=packed.clock_id,
        client_clock_id=packed.client_clock_id,
        offset_ns=packed.offset_ns,
        uncertainty_ns=packed.uncertainty_ns,
        is_replay=packed.is_replay,
        hidden=packed.hidden,
        **columns,
    )


def _unpack(packed: _Packed) -> dict[str, memoryview]:
    columns: dict[str, memoryview] = {}
    start = 0
    for name, head in zip(_COLUMNS, packed.heads, strict=True):
        if head is None:
            continue
        end = start + size(head, packed.count)
        columns[name] = unpack("q", head, packed.count, packed.planes[start:end])
        start = end
    return columns
