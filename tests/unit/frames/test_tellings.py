from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from jupyter_agentchat.frames.blocks import Blocks
from jupyter_agentchat.frames.tellings import Chunks, Openings, Telling, shown
from jupyter_agentchat.store.late import gather
from jupyter_agentchat.store.rows import ConnectionRow, Stamps
from tests.conformance.store.making import stream_row

FOUND = Blocks(
    ["empty", "s", "t", "unknown"],
    np.array([0, 0, 3, 5, 6]),
    ["text"],
    {
        "stream": np.array([1, 1, 1, 2, 2, 3], np.int32),
        "index": np.array([4, 5, 6, 0, 2, 0], np.int32),
        "seq": np.array([21, 23, 29, 24, 26, 22]),
    },
    None,
)
CHUNKS = Chunks(
    FOUND,
    {name: replace(stream_row(name), connection=f"asks {name}") for name in ("empty", "s", "t")},
)


def told(stream: str, connection: str, *index: int) -> Stamps:
    socket_ns = [1] * len(index)
    row = {"channel": "lab", "clock_id": "k", "index": index, "socket_ns": socket_ns}
    return Stamps(stream=stream, connection=connection, **row)  # type: ignore[arg-type]


def openings(*names: str) -> Openings:
    return Openings(
        ConnectionRow(
            connection=name, transport="ws", user="u", opened=1, clock_id="c", opened_us=us
        )
        for us, name in enumerate(names)
    )


def chosen(*stamps: Stamps, opened: tuple[str, ...] = ("b", "a")) -> list[list[str]]:
    """By block, the connections whose runs are shown; each stamps is a block."""
    codes: dict[str, int] = {}
    tellings = [Telling(gather([each]), CHUNKS, codes) for each in stamps]
    flags = shown(tellings, CHUNKS, codes, openings(*opened))
    return [
        [run.connection for run, flag in zip(gather([each]).runs, of, strict=True) if flag]
        for each, of in zip(stamps, flags, strict=True)
    ]


def test_places_of_whole_streams_of_holes_and_of_what_is_absent() -> None:
    number, count = np.array([1, 2, -1, 0]), np.array([4, 3, 1, 1])
    index = np.array([4, 6, 3, 7, 0, 2, 1, 0, 0])
    assert CHUNKS.places(number, count, index).tolist() == [0, 2, -1, -1, 3, 4, -1, -1, -1]


def test_the_connection_that_asked_is_shown_even_if_it_came_late() -> None:
    blocks = told("s", "b", 4), told("s", "asks s", 4), told("s", "asks t", 5)
    assert chosen(*blocks) == [[], ["asks s"], []]


def test_else_the_first_that_was_opened() -> None:
    assert chosen(told("s", "a", 4), told("s", "b", 4), told("s", "x", 4)) == [[], ["b"], []]
    assert chosen(told("s", "x", 4), told("s", "a", 4), opened=()) == [[], ["a"]]


def test_streams_that_the_table_does_not_know_are_of_nobody() -> None:
    assert chosen(told("unknown", "b", 0), told("other", "b", 0)) == [[], []]


def test_runs_of_absent_chunks_can_be_passed_over() -> None:
    telling = Telling(gather([told("s", "b", 1, 2), told("s", "a", 3, 4)]), CHUNKS, {})
    telling.pass_over_absent(CHUNKS)
    assert telling.stream.tolist() == [-1, 1]


def test_connections_by_their_opening_and_unknown_ones_last() -> None:
    codes = {"x": 0, "a": 1, "b": 2}
    assert openings("b", "a").ranks(codes).tolist() == [2, 1, 0]


def test_the_chunks_of_a_channel_by_seq() -> None:
    seqs, rows = CHUNKS.by_seq("lab")
    assert seqs.tolist() == [21, 23, 24, 26, 29]
    assert rows.tolist() == [0, 1, 3, 4, 2]
    assert [each.tolist() for each in CHUNKS.by_seq("other")] == [[], []]
