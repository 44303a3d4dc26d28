from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.late import BLOCK_ROWS, dump, gather, load, merge, parts, split
from jupyter_agentchat.store.rows import Stamps

SOCKET = Stamps(
    channel="lab",
    stream="s",
    connection="c",
    clock_id="k",
    index=(0, 1, 5),
    socket_ns=(3, 4, 0),
)
PAGE = replace(
    SOCKET,
    connection="d",
    index=(1,),
    socket_ns=(),
    client_ns=(7,),
    paint_ns=(9,),
    client_clock_id="page",
    offset_ns=-5,
    uncertainty_ns=2,
    hidden=True,
)
FLUSHES = Stamps(
    channel="lab",
    stream=None,
    connection="c",
    clock_id="k",
    index=(7, 9),
    socket_ns=(5, 6),
    after=3,
)
NOTHING = Stamps(channel="lab", stream="s", connection="c", clock_id="k", index=())


def plain(stamps: Stamps) -> Stamps:
    columns = ("index", "socket_ns", "client_ns", "dom_ns", "paint_ns")
    return replace(stamps, **{name: tuple(getattr(stamps, name)) for name in columns})


@pytest.mark.parametrize(
    "stamps",
    [[SOCKET], [SOCKET, PAGE], [NOTHING], [FLUSHES], [PAGE, NOTHING, FLUSHES, SOCKET]],
    ids=["one", "two connections", "no chunk", "flushes", "all"],
)
def test_what_was_gathered_reads_back(stamps: list[Stamps]) -> None:
    block = load("lab", dump(gather(stamps)))
    assert [plain(each) for each in split(block)] == stamps
    assert len(block) == sum(len(each.index) for each in stamps)


def test_the_columns_of_a_block_are_as_long_as_its_runs_together() -> None:
    block = load("lab", dump(gather([SOCKET, PAGE])))
    assert block.socket_ns.tolist() == [3, 4, 0, 0]
    assert block.client_ns.tolist() == [0, 0, 0, 7]
    assert [run.told for run in block.runs] == [0b0001, 0b1010]
    assert block.paint_ns.format == "q"


def test_merged_blocks_say_the_same_in_the_same_order() -> None:
    stamps = [SOCKET, PAGE, replace(SOCKET, stream="t", is_replay=True)]
    merged = merge([load("lab", dump(gather(stamps[:1]))), gather(stamps[1:])])
    assert dump(merged) == dump(gather(stamps))


@pytest.mark.parametrize(
    ("counts", "together"),
    [
        ([], []),
        ([1, 2], [[1, 2]]),
        ([BLOCK_ROWS - 1, 1], [[BLOCK_ROWS - 1, 1]]),
        ([BLOCK_ROWS, 1, 0, BLOCK_ROWS], [[BLOCK_ROWS], [1, 0], [BLOCK_ROWS]]),
        ([3 * BLOCK_ROWS, 2], [[3 * BLOCK_ROWS], [2]]),
    ],
)
def test_neighbours_make_a_block_up_to_so_many_rows(
    counts: list[int], together: list[list[int]]
) -> None:
    stamps = [replace(NOTHING, index=range(count)) for count in counts]
    assert [[len(each.index) for each in part] for part in parts(stamps)] == together


def test_a_column_of_another_length_is_refused() -> None:
    with pytest.raises(StoreError, match="2 rows and 1 values in dom_ns"):
        gather([replace(SOCKET, index=(1, 2), socket_ns=(), dom_ns=(5,))])


WHOLE = dump(gather([SOCKET]))


@pytest.mark.parametrize("data", [b"", b"\xc1", WHOLE[:-1]], ids=["empty", "odd", "short"])
def test_what_is_no_row_is_reported(data: bytes) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        load("lab", data)


def test_a_block_that_lacks_a_column_is_damaged() -> None:
    runs, heads, planes = msgspec.msgpack.decode(dump(gather([SOCKET])))
    with pytest.raises(StoreError, match="it has 4 columns, not 5"):
        load("lab", msgspec.msgpack.encode((runs, heads[:4], planes)))
