"""A block of chunks as bytes.

A block is ``format (1 byte) | header length (uint32) | header | planes | text``, little-endian.
The header is msgpack and names the streams, the kinds and each column's head (see `columns`); the
text is every chunk's UTF-8 end to end and is never copied when a block is read. The few chunks of
one commit stand in the header itself, as lists: ten times cheaper to write, and re-blocked soon.
"""

from __future__ import annotations

import struct

import msgspec
from msgspec import Struct

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.columns import Head, Kind, Part, column, pack, size, unpack
from jupyter_agentchat.store.rows import Segment

LISTED_ROWS = 32
"""A block with fewer chunks keeps its columns as lists."""

_FORMAT = 1
_PREFIX = struct.Struct("<BI")
COLUMNS: dict[str, Kind] = {
    "seq": "q",
    "t": "q",
    "stream": "i",
    "index": "i",
    "kind": "b",
    "provider_ns": "q",
    "agent_ns": "q",
    "bus_ns": "q",
    "store_ns": "q",
    "offsets": "i",
}


class _Header(Struct, frozen=True, array_like=True, omit_defaults=True):
    count: int
    streams: tuple[str, ...]
    kinds: tuple[str, ...]
    text: int
    heads: tuple[Head, ...] = ()
    lists: tuple[list[int], ...] = ()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Header)


def dump(block: Segment) -> bytes:
    """Return the bytes that `load` reads."""
    columns: list[memoryview] = [getattr(block, name) for name in COLUMNS]
    if len(block) < LISTED_ROWS:
        lists = tuple(values.tolist() for values in columns)
        return listed(lists, block.streams, block.kinds, block.text)
    packed = [pack(values) for values in columns]
    header = _Header(
        count=len(block),
        streams=block.streams,
        kinds=block.kinds,
        text=len(block.text),
        heads=tuple(head for head, _ in packed),
    )
    return _joined(header, [plane for _, plane in packed], block.text)


def listed(
    lists: tuple[list[int], ...],
    streams: tuple[str, ...],
    kinds: tuple[str, ...],
    text: bytes | memoryview,
) -> bytes:
    """Return the block of a few chunks, whose columns are given in the order of `COLUMNS`."""
    header = _Header(count=len(lists[0]), streams=streams, kinds=kinds, text=len(text), lists=lists)
    return _joined(header, [], text)


def load(data: bytes | memoryview, store_ns: int | None = None) -> Packed:
    """Read a block; `store_ns`, where it is given, is the instant of the commit of all its rows.

    Raises
    ------
    StoreError
        If `data` is not a block.
    """
    try:
        return Packed(memoryview(data), store_ns)
    except (struct.error, msgspec.MsgspecError, LookupError, ValueError, OverflowError) as error:
        raise _damaged(error) from error


class Packed:
    """A `Segment` whose columns are unpacked when they are first asked for.

    Parameters
    ----------
    data : memoryview
        What `dump` returned.
    store_ns : int or None
        Of all rows, where it is given.
    """

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

    def __init__(self, data: memoryview, store_ns: int | None) -> None:
        format_, length = _PREFIX.unpack_from(data)
        if format_ != _FORMAT:
            message = f"its format is {format_}, not {_FORMAT}"
            raise ValueError(message)
        start = _PREFIX.size + length
        header = _DECODER.decode(data[_PREFIX.size : start])
        self.streams, self.kinds, self._count = header.streams, header.kinds, header.count
        self._data = data
        self._listed = dict(zip(COLUMNS, header.lists, strict=False))
        self._places: dict[str, tuple[Head, int, slice]] = {}
        for name, head in zip(COLUMNS, header.heads, strict=False):
            count = header.count + (name == "offsets")
            end = start + size(head, count)
            self._places[name] = head, count, slice(start, end)
            start = end
        if store_ns is not None:
            self._places["store_ns"] = (store_ns, 0), header.count, slice(0, 0)
            self._listed.pop("store_ns", None)
        self.text = data[start:]
        if len(self.text) != header.text or self._ends_at() != header.text:
            message = "it is longer or shorter than its header says"
            raise ValueError(message)

    def __len__(self) -> int:
        """Return the number of chunks."""
        return self._count

    def __getattr__(self, name: str) -> memoryview:
        """Unpack a column."""
        if name not in COLUMNS:
            raise AttributeError(name)
        try:
            values = self._unpacked(name)
        except (ValueError, OverflowError) as error:
            raise _damaged(error) from error
        setattr(self, name, values)
        return values

    @property
    def is_listed(self) -> bool:
        """Whether its columns are lists, not packed."""
        return bool(self._listed)

    def part(self, name: str) -> Part:
        """Return a column as it is packed, of a block that is not listed."""
        head, count, place = self._places[name]
        return head, count, self._data[place]

    def _unpacked(self, name: str) -> memoryview:
        if name in self._listed:
            return column(COLUMNS[name], self._listed[name])
        return unpack(COLUMNS[name], *self.part(name))

    def _ends_at(self) -> int:
        """Return where the last chunk's text ends."""
        if "offsets" in self._listed:
            return self._listed["offsets"][-1]
        (first, mask), count, place = self._places["offsets"]
        start = place.start
        last = bytearray(first.to_bytes(4, "little"))
        for byte in range(4):
            if mask >> byte & 1:
                start += count
                last[byte] = self._data[start - 1]
        return int.from_bytes(last, "little")


def _joined(header: _Header, planes: list[bytes], text: bytes | memoryview) -> bytes:
    encoded = _ENCODER.encode(header)
    return b"".join((_PREFIX.pack(_FORMAT, len(encoded)), encoded, *planes, text))


def _damaged(error: Exception) -> StoreError:
    return StoreError(f"A block of chunks cannot be read: {error}. The database is damaged.")
