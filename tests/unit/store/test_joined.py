from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.joined import Joined, join, joinable
from jupyter_agentchat.store.packed import COLUMNS, Packed, dump, load
from jupyter_agentchat.store.segments import gather, merge

KINDS = ("text", "reasoning", "tool_call")


def block(first: int, count: int, streams: int, stretch: int = 1) -> Packed:
    rows = [
        Publication(
            seq,
            StreamDelta(
                seq=seq,
                t=seq * 1000,
                stream=f"s{(seq * 7) % streams}",
                index=seq,
                text=f"é{seq} ",
                kind=KINDS[seq * stretch % 3],  # type: ignore[arg-type]
            ),
            b"",
            seq * stretch,
            seq * stretch * 300 - 5,
            2**40 + seq,
        )
        for seq in range(first, first + count)
    ]
    return load(dump(gather(rows)), 5 if stretch % 2 else None)


def names(segment: Packed | Joined, column: str, of: str) -> list[str]:
    return [getattr(segment, of)[code] for code in getattr(segment, column)]


@given(
    st.lists(
        st.tuples(st.integers(32, 80), st.integers(1, 70), st.integers(1, 2**20)),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=30, deadline=None)
def test_joined_blocks_say_what_merged_ones_say(shapes: list[tuple[int, int, int]]) -> None:
    blocks, first = [], 1
    for count, streams, stretch in shapes:
        blocks.append(block(first, count, streams, stretch))
        first += count
    assert all(map(joinable, blocks))
    joined, merged = join(blocks), load(dump(merge(blocks)))
    assert len(joined) == len(merged)
    for name in (*COLUMNS, "text"):
        if name not in {"stream", "kind"}:
            assert getattr(joined, name).tolist() == getattr(merged, name).tolist(), name
    for column, of in (("stream", "streams"), ("kind", "kinds")):
        assert names(joined, column, of) == names(merged, column, of)


def test_codes_beyond_a_byte_are_moved_too() -> None:
    blocks = [block(1 + 300 * number, 300, 200) for number in range(5)]
    joined = join(blocks)
    assert max(joined.stream) > 255
    assert names(joined, "stream", "streams") == [
        name for each in blocks for name in names(each, "stream", "streams")
    ]


def test_one_block_stays_itself_and_some_cannot_be_joined() -> None:
    alone = block(1, 40, 2)
    assert join([alone]) is alone
    assert not joinable(block(1, 5, 2))  # its columns are lists
    assert not joinable(block(1, 600, 300))  # its codes have two bytes


def test_there_is_no_other_column() -> None:
    with pytest.raises(AttributeError, match="colour"):
        _ = join([block(1, 40, 2), block(41, 40, 2)]).colour


def test_a_head_that_does_not_fit_is_reported() -> None:
    blocks = [block(1, 40, 2), block(41, 40, 2)]
    (_, mask), count, start = blocks[1]._places["index"]
    blocks[1]._places["index"] = (2**40, mask), count, start
    with pytest.raises(StoreError, match="The database is damaged"):
        _ = join(blocks).index
