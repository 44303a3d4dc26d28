"""Blocks of chunks in columns: how the log keeps what streams say.

A block is ``format (1 byte) | header length (uint32) | header | planes | text``, little-endian.
The header is msgpack and names the streams, the kinds and each column's head (see `columns`); the
text is every chunk's UTF-8 end to end and is never copied when a block is read. The few chunks of
one commit stand in the header itself, as lists: ten times cheaper to write, and re-blocked soon.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from sys import intern
from typing import cast

import msgspec
from msgspec import Struct

from jupyter_agentchat.errors import InvalidInputError, StoreError
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.model import ChunkKind
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.columns import Head, Kind, column, pack, size, unpack
from jupyter_agentchat.store.rows import Segment

BLOCK_ROWS = 1000
"""Chunks in a full block."""
BLOCK_BYTES = 4 * 1024 * 1024
"""Text in a full block."""

_LISTED_ROWS = 32
_FORMAT = 1
_PREFIX = struct.Struct("<BI")
_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("seq", "q"),
    ("t", "q"),
    ("stream", "i"),
    ("index", "i"),
    ("kind", "b"),
    ("provider_ns", "q"),
    ("agent_ns", "q"),
    ("bus_ns", "q"),
    ("store_ns", "q"),
    ("offsets", "i"),
)


class _Header(Struct, frozen=True, array_like=True, omit_defaults=True):
    count: int
    streams: tuple[str, ...]
    kinds: tuple[str, ...]
    text: int
    heads: tuple[Head, ...] = ()
    lists: tuple[list[int], ...] = ()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Header)


def encode(rows: Sequence[Publication]) -> bytes:
    """Return the block of some deltas of one channel, ascending by seq.

    Raises
    ------
    InvalidInputError
        If a text holds a lone surrogate: it has no UTF-8.
    """
    return _listed(rows) if len(rows) < _LISTED_ROWS else dump(gather(rows))


def parts(rows: Sequence[Publication]) -> Iterator[Sequence[Publication]]:
    """Cut into blocks of at most BLOCK_ROWS rows and, but for single rows, BLOCK_BYTES bytes."""
    for start in range(0, len(rows), BLOCK_ROWS):
        yield from _halves(rows[start : start + BLOCK_ROWS])


def gather(rows: Sequence[Publication]) -> Segment:
    """Return deltas of one channel in columns; their commit is not recorded yet."""
    deltas = [cast("StreamDelta", row.event) for row in rows]
    streams: dict[str, int] = {}
    kinds: dict[str, int] = {}
    text, offsets = _join([delta.text for delta in deltas])
    return Segment(
        seq=column("q", [row.seq for row in rows]),
        t=column("q", [delta.t for delta in deltas]),
        stream=column("i", [streams.setdefault(delta.stream, len(streams)) for delta in deltas]),
        index=column("i", cast("list[int]", [delta.index for delta in deltas])),
        kind=column("b", [kinds.setdefault(delta.kind, len(kinds)) for delta in deltas]),
        provider_ns=column("q", [row.provider_ns for row in rows]),
        agent_ns=column("q", [row.agent_ns for row in rows]),
        bus_ns=column("q", [row.bus_ns for row in rows]),
        store_ns=_constant(0, len(rows)),
        offsets=offsets,
        text=text,
        streams=tuple(streams),
        kinds=tuple(kinds),
    )


def merge(blocks: Sequence[Segment]) -> Segment:
    """Return neighbouring blocks of one channel as one; nothing of them is lost."""
    streams: dict[str, int] = {}
    kinds: dict[str, int] = {}
    stream = [_recode(each.stream, each.streams, streams) for each in blocks]
    kind = [_recode(each.kind, each.kinds, kinds) for each in blocks]
    starts = accumulate((len(each.text) for each in blocks), initial=0)
    offsets = [
        [start + offset for offset in each.offsets[:-1]]
        for start, each in zip(starts, blocks, strict=False)
    ]
    text = b"".join(each.text for each in blocks)
    return Segment(
        seq=_chain("q", [each.seq for each in blocks]),
        t=_chain("q", [each.t for each in blocks]),
        stream=column("i", chain.from_iterable(stream)),
        index=_chain("i", [each.index for each in blocks]),
        kind=column("b", chain.from_iterable(kind)),
        provider_ns=_chain("q", [each.provider_ns for each in blocks]),
        agent_ns=_chain("q", [each.agent_ns for each in blocks]),
        bus_ns=_chain("q", [each.bus_ns for each in blocks]),
        store_ns=_chain("q", [each.store_ns for each in blocks]),
        offsets=column("i", chain(chain.from_iterable(offsets), [len(text)])),
        text=memoryview(text),
        streams=tuple(streams),
        kinds=tuple(kinds),
    )


def dump(block: Segment) -> bytes:
    """Return the bytes that `load` reads."""
    count = len(block)
    columns: list[memoryview] = [getattr(block, name) for name, _ in _COLUMNS]
    listed = count < _LISTED_ROWS
    packed = [] if listed else [pack(values) for values in columns]
    header = _ENCODER.encode(
        _Header(
            count=count,
            streams=block.streams,
            kinds=block.kinds,
            text=len(block.text),
            heads=tuple(head for head, _ in packed),
            lists=tuple(values.tolist() for values in columns) if listed else (),
        )
    )
    planes = [plane for _, plane in packed]
    return b"".join([_PREFIX.pack(_FORMAT, len(header)), header, *planes, block.text])


def load(data: bytes | memoryview, store_ns: int | None = None) -> Segment:
    """Read a block; `store_ns`, where it is given, is the instant of the commit of all its rows.

    Raises
    ------
    StoreError
        If `data` is not a block.
    """
    try:
        return _load(memoryview(data), store_ns)
    except (struct.error, msgspec.MsgspecError, ValueError, OverflowError) as error:
        message = f"A block of chunks cannot be read: {error}. The database is damaged."
        raise StoreError(message) from error


def deltas(block: Segment, after: int = 0) -> Iterator[StreamDelta]:
    """Return the chunks with seq > `after` as the events that they were."""
    text, offsets = block.text, block.offsets
    # msgspec leaves out a default by identity, so that the JSON is as it was only if interned.
    kinds = [intern(kind) for kind in block.kinds]
    for row in range(bisect_right(block.seq, after), len(block)):
        yield StreamDelta(
            seq=block.seq[row],
            t=block.t[row],
            stream=block.streams[block.stream[row]],
            index=block.index[row],
            text=str(text[offsets[row] : offsets[row + 1]], "utf-8"),
            kind=cast("ChunkKind", kinds[block.kind[row]]),
        )


def _listed(rows: Sequence[Publication]) -> bytes:
    """Return what `dump` makes of the gathered rows, without a column in between."""
    deltas = [cast("StreamDelta", row.event) for row in rows]
    streams: dict[str, int] = {}
    kinds: dict[str, int] = {}
    try:
        texts = [delta.text.encode() for delta in deltas]
    except UnicodeEncodeError as error:
        raise _no_utf8(error) from error
    text = b"".join(texts)
    header = _ENCODER.encode(
        _Header(
            count=len(rows),
            lists=(
                [row.seq for row in rows],
                [delta.t for delta in deltas],
                [streams.setdefault(delta.stream, len(streams)) for delta in deltas],
                cast("list[int]", [delta.index for delta in deltas]),
                [kinds.setdefault(delta.kind, len(kinds)) for delta in deltas],
                [row.provider_ns for row in rows],
                [row.agent_ns for row in rows],
                [row.bus_ns for row in rows],
                [0] * len(rows),
                list(accumulate(map(len, texts), initial=0)),
            ),
            streams=tuple(streams),
            kinds=tuple(kinds),
            text=len(text),
        )
    )
    return b"".join((_PREFIX.pack(_FORMAT, len(header)), header, text))


def _halves(rows: Sequence[Publication]) -> Iterator[Sequence[Publication]]:
    if len(rows) == 1 or sum(len(row.data) for row in rows) <= BLOCK_BYTES:
        yield rows
        return
    middle = len(rows) // 2
    yield from _halves(rows[:middle])
    yield from _halves(rows[middle:])


def _load(data: memoryview, store_ns: int | None) -> Segment:
    format_, length = _PREFIX.unpack_from(data)
    if format_ != _FORMAT:
        message = f"its format is {format_}, not {_FORMAT}"
        raise ValueError(message)
    start = _PREFIX.size + length
    header = _DECODER.decode(data[_PREFIX.size : start])
    columns: dict[str, memoryview] = {}
    if header.lists:
        for (name, kind), values in zip(_COLUMNS, header.lists, strict=True):
            columns[name] = column(kind, values)
    else:
        for (name, kind), head in zip(_COLUMNS, header.heads, strict=True):
            count = header.count + (name == "offsets")
            end = start + size(head, count)
            columns[name] = unpack(kind, head, count, data[start:end])
            start = end
    if len(data) != start + header.text or columns["offsets"][-1] != header.text:
        message = "it is longer or shorter than its header says"
        raise ValueError(message)
    if store_ns is not None:
        columns["store_ns"] = _constant(store_ns, header.count)
    return Segment(streams=header.streams, kinds=header.kinds, text=data[start:], **columns)


def _constant(value: int, count: int) -> memoryview:
    return unpack("q", (value, 0), count, b"")


def _join(texts: list[str]) -> tuple[memoryview, memoryview]:
    """Return the UTF-8 of `texts` end to end, and where each begins and the last ends."""
    try:
        joined = "".join(texts).encode()
        if len(joined) == sum(map(len, texts)):
            lengths: Iterable[int] = map(len, texts)
        else:
            lengths = [len(text.encode()) for text in texts]
    except UnicodeEncodeError as error:
        # Two lone halves in neighbouring chunks stay two code points, so joining hides nothing.
        raise _no_utf8(error) from error
    return memoryview(joined), column("i", accumulate(lengths, initial=0))


def _no_utf8(error: UnicodeEncodeError) -> InvalidInputError:
    message = f"A chunk's text holds a lone surrogate, which has no UTF-8: {error}."
    return InvalidInputError(message)


def _recode(codes: memoryview, names: Sequence[str], known: dict[str, int]) -> list[int]:
    table = [known.setdefault(name, len(known)) for name in names]
    return [table[code] for code in codes]


def _chain(kind: Kind, parts: Sequence[memoryview]) -> memoryview:
    return memoryview(b"".join(parts)).cast(kind)
