"""Blocks of chunks in columns: how the log keeps what streams say; their bytes: see `packed`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from sys import intern
from typing import cast

from msgspec import Struct

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.model import ChunkKind
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.columns import Kind, column
from jupyter_agentchat.store.packed import LISTED_ROWS, dump, listed
from jupyter_agentchat.store.rows import Segment

BLOCK_ROWS = 1000
"""Chunks in a full block."""
BLOCK_BYTES = 4 * 1024 * 1024
"""Text in a full block."""


class Gathered(Struct):
    """A `Segment` in memory."""

    streams: tuple[str, ...]
    kinds: tuple[str, ...]
    seq: memoryview
    t: memoryview
    stream: memoryview
    index: memoryview
    kind: memoryview
    provider_ns: memoryview
    agent_ns: memoryview
    bus_ns: memoryview
    store_ns: memoryview
    offsets: memoryview
    text: memoryview

    def __len__(self) -> int:
        """Return the number of chunks."""
        return len(self.seq)


def encode(rows: Sequence[Publication]) -> bytes:
    """Return the block of some deltas of one channel, ascending by seq.

    Raises
    ------
    InvalidInputError
        If a text holds a lone surrogate: it has no UTF-8.
    """
    return _few(rows) if len(rows) < LISTED_ROWS else dump(gather(rows))


def parts(rows: Sequence[Publication]) -> Iterator[Sequence[Publication]]:
    """Cut into blocks of at most BLOCK_ROWS rows and, but for single rows, BLOCK_BYTES bytes."""
    for start in range(0, len(rows), BLOCK_ROWS):
        yield from _halves(rows[start : start + BLOCK_ROWS])


def gather(rows: Sequence[Publication]) -> Gathered:
    """Return deltas of one channel in columns; their commit is not recorded yet."""
    deltas = [cast("StreamDelta", row.event) for row in rows]
    streams: dict[str, int] = {}
    kinds: dict[str, int] = {}
    text, offsets = _join([delta.text for delta in deltas])
    return Gathered(
        seq=column("q", [row.seq for row in rows]),
        t=column("q", [delta.t for delta in deltas]),
        stream=column("i", [streams.setdefault(delta.stream, len(streams)) for delta in deltas]),
        index=column("i", cast("list[int]", [delta.index for delta in deltas])),
        kind=column("b", [kinds.setdefault(delta.kind, len(kinds)) for delta in deltas]),
        provider_ns=column("q", [row.provider_ns for row in rows]),
        agent_ns=column("q", [row.agent_ns for row in rows]),
        bus_ns=column("q", [row.bus_ns for row in rows]),
        store_ns=memoryview(bytes(8 * len(rows))).cast("q"),
        offsets=offsets,
        text=text,
        streams=tuple(streams),
        kinds=tuple(kinds),
    )


def merge(blocks: Sequence[Segment]) -> Gathered:
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
    return Gathered(
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


def _few(rows: Sequence[Publication]) -> bytes:
    """Return what `dump` makes of a few gathered rows, without a column in between."""
    deltas = [cast("StreamDelta", row.event) for row in rows]
    streams: dict[str, int] = {}
    kinds: dict[str, int] = {}
    try:
        texts = [delta.text.encode() for delta in deltas]
    except UnicodeEncodeError as error:
        raise _no_utf8(error) from error
    lists = (
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
    )
    return listed(lists, tuple(streams), tuple(kinds), b"".join(texts))


def _halves(rows: Sequence[Publication]) -> Iterator[Sequence[Publication]]:
    if len(rows) == 1 or sum(len(row.data) for row in rows) <= BLOCK_BYTES:
        yield rows
        return
    middle = len(rows) // 2
    yield from _halves(rows[:middle])
    yield from _halves(rows[middle:])


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
