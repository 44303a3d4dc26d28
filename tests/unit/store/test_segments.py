from __future__ import annotations

from itertools import pairwise

import pytest

from jupyter_agentchat.errors import InvalidInputError, StoreError
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.packed import COLUMNS, dump, load
from jupyter_agentchat.store.segments import deltas, encode, gather, merge
from tests.unit.store.disk import chunks


def publications(texts: list[str]) -> list[Publication]:
    return [
        Publication(
            seq,
            StreamDelta(seq=seq, t=100 + seq, stream=f"s{seq % 2}", index=seq // 2, text=text),
            b"",
            seq * 10,
            seq * 10 + 1,
            seq * 10 + 2,
        )
        for seq, text in enumerate(texts, 1)
    ]


TEXTS = ["", "plain", "wéll", "👍🏽", "\x00\n", "日本"]


def test_text_stands_end_to_end() -> None:
    block = load(encode(publications(TEXTS)))
    assert bytes(block.text) == "".join(TEXTS).encode()
    ends = block.offsets.tolist()
    cut = [bytes(block.text[a:b]).decode() for a, b in pairwise(ends)]
    assert cut == TEXTS


def test_columns_have_the_declared_types() -> None:
    block = load(encode(publications(TEXTS * 20)))
    formats = {name: getattr(block, name).format for name in (*COLUMNS, "text")}
    assert formats == {
        **dict.fromkeys(["seq", "t", "provider_ns", "agent_ns", "bus_ns", "store_ns"], "q"),
        **dict.fromkeys(["stream", "index", "offsets"], "i"),
        "kind": "b",
        "text": "B",
    }
    assert len(block) == 120


def test_the_text_is_not_copied() -> None:
    data = encode(publications(TEXTS))
    assert load(data).text.obj is data


@pytest.mark.parametrize("count", [1, 31, 32, 1000])
def test_small_and_large_blocks_read_alike(count: int) -> None:
    rows = publications([f"{index} " for index in range(count)])
    block = load(encode(rows), 77)
    assert list(deltas(block)) == [row.event for row in rows]
    assert block.store_ns.tolist() == [77] * count


def test_a_full_block_of_short_chunks_is_compact() -> None:
    """P6: a 1,000-chunk reply takes at most 100 KB, its message and its last event included."""
    start = 3 * 10**15
    rows = [
        Publication(
            seq,
            StreamDelta(seq=seq, t=10**15 + seq * 20_000, stream="s", index=seq, text="six ch"),
            b"",
            start + seq * 20_000_000 + seq % 97,
            start + seq * 20_000_000 + 9_000 + seq % 89,
            start + seq * 20_000_000 + 40_000 + seq % 83,
        )
        for seq in range(1000)
    ]
    assert len(encode(rows)) < 36_000


def test_merging_keeps_the_instants_of_each_commit() -> None:
    rows = publications(["a", "b", "c", "d"])
    parts = [load(encode(rows[:1]), 5), load(encode(rows[1:3])), load(encode(rows[3:]), 9)]
    merged = load(dump(merge(parts)))
    assert merged.store_ns.tolist() == [5, 0, 0, 9]
    assert merged.streams == ("s1", "s0")
    assert list(deltas(merged, 1)) == [row.event for row in rows[1:]]


def test_a_lone_surrogate_is_refused_even_where_chunks_would_pair_it() -> None:
    with pytest.raises(InvalidInputError, match="lone surrogate"):
        encode(publications(["\ud83d", "\ude00"]))


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:0],
        lambda data: b"\x63" + data[1:],
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: data[:1] + b"\xff\xff\xff\x7f" + data[5:],
        lambda data: data[:5] + b"\xc1" + data[6:],
    ],
    ids=["empty", "another format", "short", "long", "endless header", "no header"],
)
def test_what_is_no_block_is_reported(harm: object) -> None:
    assert callable(harm)
    for rows in (publications(["text"]), publications(["text"] * 50)):
        with pytest.raises(StoreError, match="cannot be read"):
            load(harm(encode(rows)))


def test_gathered_rows_equal_their_block() -> None:
    rows = [row.publication for row in chunks(40)]
    assert dump(gather(rows)) == encode(rows)
