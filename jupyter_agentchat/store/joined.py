"""Neighbouring blocks of chunks read as one, for those who read a whole log."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.columns import Part, column, unpack_all
from jupyter_agentchat.store.packed import COLUMNS, Packed

_CODES = {"stream": "streams", "kind": "kinds"}
_BYTE = 256
_RAMP = bytes(range(_BYTE)) * 2


class Joined:
    """A `Segment` of several blocks, whose columns are unpacked when they are first asked for.

    Its `streams` and `kinds` are those of the blocks one after the other, so names may repeat.

    Parameters
    ----------
    blocks : sequence of Packed
        Each is `joinable`.
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

    def __init__(self, blocks: Sequence[Packed]) -> None:
        self.blocks = blocks
        self.streams = tuple(chain.from_iterable(each.streams for each in blocks))
        self.kinds = tuple(chain.from_iterable(each.kinds for each in blocks))

    def __len__(self) -> int:
        """Return the number of chunks."""
        return sum(map(len, self.blocks))

    def __getattr__(self, name: str) -> memoryview:
        """Unpack a column of all blocks."""
        if name == "text":
            values = memoryview(b"".join([each.text for each in self.blocks]))
        elif name == "offsets":
            values = self._offsets()
        elif name in COLUMNS:
            values = self._unpacked(name)
        else:
            raise AttributeError(name)
        setattr(self, name, values)
        return values

    def _unpacked(self, name: str) -> memoryview:
        parts = [each.part(name) for each in self.blocks]
        if name in _CODES:
            sizes = [len(getattr(each, _CODES[name])) for each in self.blocks]
            starts = accumulate(sizes, initial=0)
            parts = [_moved(part, start) for part, start in zip(parts, starts, strict=False)]
        try:
            # Moved codes need two bytes, and int8 has one.
            return unpack_all("i" if name in _CODES else COLUMNS[name], parts)
        except (ValueError, OverflowError) as error:
            message = f"A block of chunks cannot be read: {error}. The database is damaged."
            raise StoreError(message) from error

    def _offsets(self) -> memoryview:
        starts = accumulate((len(each.text) for each in self.blocks), initial=0)
        moved = [
            [start + offset for offset in each.offsets[:-1]]
            for start, each in zip(starts, self.blocks, strict=False)
        ]
        return column("i", chain(chain.from_iterable(moved), [len(self.text)]))


def joinable(block: Packed) -> bool:
    """Return whether a block can be one of `Joined`: its codes have one byte, and it has planes."""
    if block.is_listed:
        return False
    heads = [block.part(name)[0] for name in _CODES]
    return all(mask <= 1 and 0 <= first < _BYTE for first, mask in heads)


def join(blocks: Sequence[Packed]) -> Packed | Joined:
    """Return neighbouring blocks as one."""
    return blocks[0] if len(blocks) == 1 else Joined(blocks)


def _moved(part: Part, start: int) -> Part:
    """Return codes of one byte with `start` added to each: as two bytes, or as one value."""
    (first, mask), count, plane = part
    if not mask:
        return (first + start, 0), count, plane
    low, high = start % _BYTE, start // _BYTE
    codes = bytes(plane)
    lower = codes.translate(_RAMP[low : low + _BYTE])
    upper = codes.translate(bytes((high,)) * (_BYTE - low) + bytes((high + 1,)) * low)
    return (0, 0b11), count, lower + upper
