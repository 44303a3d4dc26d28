"""Late hops of some streams on some connections, as bytes: the columns packed as in a segment."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeAlias

import msgspec
from msgspec import Struct

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.columns import Head, column, pack, size, unpack
from jupyter_agentchat.store.rows import Run, StampBlock, Stamps

COLUMNS = ("socket_ns", "client_ns", "dom_ns", "paint_ns")
"""The hops, in the order of the bits of `Run.told`."""
BLOCK_ROWS = 8000
"""Neighbouring stamps make one block up to about so many rows: its columns fit a cache."""
_ALL = ("index", *COLUMNS)


class _Packed(Struct, frozen=True, array_like=True):
    runs: tuple[Run, ...]
    heads: tuple[Head, ...]
    planes: bytes


class GatheredStamps(Struct, kw_only=True):
    """A `StampBlock` in memory."""

    channel: str
    runs: tuple[Run, ...]
    index: memoryview
    socket_ns: memoryview
    client_ns: memoryview
    dom_ns: memoryview
    paint_ns: memoryview

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.index)


Buffer: TypeAlias = "bytes | memoryview | array[int]"
"""Of native-endian int64."""

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Packed)


def gather(stamps: Sequence[Stamps]) -> GatheredStamps:
    """Return stamps of one channel, in the order they were written, as one block.

    Raises
    ------
    StoreError
        If a column is neither empty nor as long as `index`.
    """
    counts = [len(each.index) for each in stamps]
    return GatheredStamps(
        channel=stamps[0].channel,
        runs=tuple(map(_run, stamps)),
        **{name: _column(name, stamps, counts) for name in _ALL},
    )


def parts(stamps: Iterable[Stamps]) -> Iterator[list[Stamps]]:
    """Return neighbours of at most `BLOCK_ROWS` rows together, or one alone that has more."""
    held: list[Stamps] = []
    rows = 0
    for each in stamps:
        count = len(each.index)
        if held and rows + count > BLOCK_ROWS:
            yield held
            held, rows = [], 0
        held.append(each)
        rows += count
    if held:
        yield held


def merge(blocks: Sequence[StampBlock]) -> GatheredStamps:
    """Return blocks of one channel as one; nothing of them is lost."""
    return GatheredStamps(
        channel=blocks[0].channel,
        runs=tuple(chain.from_iterable(each.runs for each in blocks)),
        **{name: _joined([getattr(each, name) for each in blocks]) for name in _ALL},
    )


def dump(block: StampBlock) -> bytes:
    """Return the bytes that `load` reads."""
    packed = [pack(getattr(block, name)) for name in _ALL]
    heads, planes = zip(*packed, strict=True)
    return _ENCODER.encode(_Packed(runs=block.runs, heads=heads, planes=b"".join(planes)))


class PackedStamps:
    """A `StampBlock` whose columns are unpacked each time they are asked for, and not kept."""

    index: memoryview
    socket_ns: memoryview
    client_ns: memoryview
    dom_ns: memoryview
    paint_ns: memoryview

    def __init__(self, channel: str, packed: _Packed) -> None:
        self.channel = channel
        self.runs = packed.runs
        self._count = sum(run.count for run in packed.runs)
        self._places: dict[str, tuple[Head, memoryview]] = {}
        planes, start = memoryview(packed.planes), 0
        if len(packed.heads) != len(_ALL):
            message = f"it has {len(packed.heads)} columns, not {len(_ALL)}"
            raise ValueError(message)
        for name, head in zip(_ALL, packed.heads, strict=True):
            end = start + size(head, self._count)
            self._places[name] = head, planes[start:end]
            start = end
        if start != len(planes):
            message = f"its columns have {len(planes)} bytes, not {start}"
            raise ValueError(message)

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._count

    def __getattr__(self, name: str) -> memoryview:
        """Unpack a column."""
        try:
            head, plane = self._places[name]
        except KeyError:
            raise AttributeError(name) from None
        try:
            return unpack("q", head, self._count, plane)
        except (ValueError, OverflowError) as error:
            raise _damaged(error) from error


def load(channel: str, data: bytes | memoryview) -> PackedStamps:
    """Read a block of a channel.

    Raises
    ------
    StoreError
        If `data` is not what `dump` wrote.
    """
    try:
        return PackedStamps(channel, _DECODER.decode(data))
    except (msgspec.MsgspecError, ValueError) as error:
        raise _damaged(error) from error


def split(block: StampBlock) -> Iterator[Stamps]:
    """Return the stamps that a block was made of."""
    columns = {name: getattr(block, name) for name in _ALL}
    start = 0
    for run in block.runs:
        end = start + run.count
        yield Stamps(
            channel=block.channel,
            stream=run.stream,
            connection=run.connection,
            clock_id=run.clock_id,
            index=columns["index"][start:end],
            client_clock_id=run.client_clock_id,
            offset_ns=run.offset_ns,
            uncertainty_ns=run.uncertainty_ns,
            is_replay=run.is_replay,
            hidden=run.hidden,
            offset_at_ns=run.offset_at_ns,
            drift_ppb=run.drift_ppb,
            resolution_ns=run.resolution_ns,
            after=run.after,
            **{
                name: columns[name][start:end]
                for bit, name in enumerate(COLUMNS)
                if run.told >> bit & 1
            },
        )
        start = end


def _column(name: str, stamps: Sequence[Stamps], counts: Sequence[int]) -> memoryview:
    """Return a column of all stamps end to end; `counts` are their rows."""
    told = [getattr(each, name) for each in stamps]
    for values, count in zip(told, counts, strict=True):
        if len(values) not in {0, count}:
            message = f"Stamps have {count} rows and {len(values)} values in {name}."
            raise StoreError(message)
    if not any(map(len, told)):
        return _joined([bytes(8 * sum(counts))])
    return _joined(
        _flat(values) if len(values) else bytes(8 * count)
        for values, count in zip(told, counts, strict=True)
    )


def _flat(values: Sequence[int]) -> Buffer:
    """Return int64 values in a buffer; those that stand in one already are not touched."""
    return values if isinstance(values, array | memoryview) else column("q", values)


def _joined(parts: Iterable[Buffer]) -> memoryview:
    return memoryview(b"".join(parts)).cast("q")


def _run(stamps: Stamps) -> Run:
    return Run(
        stream=stamps.stream,
        connection=stamps.connection,
        clock_id=stamps.clock_id,
        count=len(stamps.index),
        told=sum(1 << bit for bit, name in enumerate(COLUMNS) if len(getattr(stamps, name))),
        client_clock_id=stamps.client_clock_id,
        offset_ns=stamps.offset_ns,
        uncertainty_ns=stamps.uncertainty_ns,
        is_replay=stamps.is_replay,
        hidden=stamps.hidden,
        offset_at_ns=stamps.offset_at_ns,
        drift_ppb=stamps.drift_ppb,
        resolution_ns=stamps.resolution_ns,
        after=stamps.after,
    )


def _damaged(error: Exception) -> StoreError:
    return StoreError(f"A row of late hops cannot be read: {error}. The database is damaged.")
