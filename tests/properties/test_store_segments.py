"""Blocks of chunks give back what they took, however they were cut and merged."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_agentchat.errors import InvalidInputError, StoreError
from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.model import ChunkKind
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.columns import Kind, column, pack, size, unpack
from jupyter_agentchat.store.packed import dump, load
from jupyter_agentchat.store.rows import Segment
from jupyter_agentchat.store.segments import deltas, encode, merge

MODEST = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # blocks are large, and the machine may be busy
INSTANT = st.integers(0, 2**63 - 1)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


CHUNK = st.tuples(
    st.integers(1, 3),
    INSTANT,
    st.sampled_from(["s1", "s2", "ström"]),
    st.integers(0, 2**31 - 1),
    ANY_TEXT,
    st.sampled_from(get_args(ChunkKind)),
    st.tuples(INSTANT, INSTANT, INSTANT),
)


@st.composite
def chunks(draw: st.DrawFn, max_size: int = 60) -> list[Publication]:
    """Deltas of one channel with ascending seqs, gaps included where other events stood."""
    seq = draw(st.integers(1, 2**40))
    found: list[Publication] = []
    for step, t, stream, index, text, kind, hops in draw(
        st.lists(CHUNK, min_size=1, max_size=max_size)
    ):
        seq += step
        delta = StreamDelta(seq=seq, t=t, stream=stream, index=index, text=text, kind=kind)
        found.append(Publication(seq, delta, encode_event(delta), *hops))
    return found


def hops(block: Segment) -> list[list[int]]:
    return [
        each.tolist()
        for each in (block.seq, block.provider_ns, block.agent_ns, block.bus_ns, block.store_ns)
    ]


@given(st.data(), st.sampled_from(["q", "i", "b"]))
def test_a_column_reads_back(data: st.DataObject, kind: Kind) -> None:
    bits = {"q": 63, "i": 31, "b": 7}[kind]
    values = data.draw(st.lists(st.integers(-(2**bits), 2**bits - 1), max_size=50))
    head, planes = pack(column(kind, values))
    assert len(planes) == size(head, len(values))
    assert unpack(kind, head, len(values), planes).tolist() == values


@MODEST
@given(chunks())
def test_a_block_reads_back(rows: list[Publication]) -> None:
    block = load(encode(rows))
    assert list(deltas(block)) == [row.event for row in rows]
    assert [encode_event(each) for each in deltas(block)] == [row.data for row in rows]
    assert hops(block) == [
        [row.seq for row in rows],
        [row.provider_ns for row in rows],
        [row.agent_ns for row in rows],
        [row.bus_ns for row in rows],
        [0] * len(rows),
    ]


@MODEST
@given(chunks(), st.data())
def test_deltas_begin_after_any_seq(rows: list[Publication], data: st.DataObject) -> None:
    after = data.draw(st.integers(rows[0].seq - 2, rows[-1].seq + 2))
    assert list(deltas(load(encode(rows)), after)) == [row.event for row in rows if row.seq > after]


@MODEST
@given(chunks(), st.lists(st.integers(1, 40), min_size=1), st.booleans())
def test_merged_blocks_equal_one_block(
    rows: list[Publication],
    cuts: list[int],
    recorded: bool,  # noqa: FBT001 - drawn
) -> None:
    parts: list[Segment] = []
    expected: list[int] = []
    rest = rows
    while rest:
        cut = cuts[len(parts) % len(cuts)]
        here, rest = rest[:cut], rest[cut:]
        parts.append(load(encode(here), len(parts) if recorded else None))
        expected += [len(parts) - 1 if recorded else 0] * len(here)
    merged = load(dump(merge(parts)))
    assert list(deltas(merged)) == [row.event for row in rows]
    assert merged.store_ns.tolist() == expected
    assert hops(merged)[:4] == hops(load(encode(rows)))[:4]


@given(st.text(max_size=3), st.sampled_from(["\ud800", "\udfff"]), st.text(max_size=3))
def test_a_lone_surrogate_is_refused(before: str, half: str, after: str) -> None:
    delta = StreamDelta(seq=1, t=1, stream="s", index=0, text=before + half + after)
    with pytest.raises(InvalidInputError, match="lone surrogate"):
        encode([Publication(1, delta, b"", 0, 0, 0)])


@MODEST
@given(chunks(), st.data())
def test_a_block_cut_short_is_no_block(rows: list[Publication], data: st.DataObject) -> None:
    whole = encode(rows)
    end = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(StoreError, match="cannot be read"):
        load(whole[:end])
