from __future__ import annotations

import numpy as np

from jupyter_agentchat.frames.blocks import Blocks
from jupyter_agentchat.frames.late import UNKNOWN, Late
from jupyter_agentchat.frames.memory import Integers
from jupyter_agentchat.frames.tellings import Chunks, Telling
from jupyter_agentchat.store.late import gather
from jupyter_agentchat.store.rows import Stamps
from tests.conformance.store.making import stream_row


def stamps(*index: int, **fields: object) -> Stamps:
    row = {"channel": "lab", "stream": "s", "connection": "c", "clock_id": "k", **fields}
    return Stamps(index=index, **row)  # type: ignore[arg-type]


def table(*index: int) -> Chunks:
    """A table with the chunks of one stream."""
    columns: dict[str, Integers] = {
        "stream": np.zeros(len(index), np.int32),
        "index": np.array(index, np.int32),
        "seq": np.array(index),
    }
    return Chunks(
        Blocks(["s"], np.array([0, len(index)]), ["text"], columns, None), {"s": stream_row("s")}
    )


def lay(*told: Stamps, index: tuple[int, ...] = (0, 1, 2), together: bool = True) -> Late:
    chunks, codes = table(*index), dict[str, int]()
    laid = Late.uncertain(len(index))
    for block in [gather(told)] if together else [gather([each]) for each in told]:
        telling = Telling(block, chunks, codes)
        laid.lay(telling, np.ones(len(block.runs), bool), telling.places(chunks))
    return laid


def test_a_later_instant_fills_a_gap_and_changes_nothing() -> None:
    told = stamps(0, 1, socket_ns=(10, 0)), stamps(0, 1, 2, socket_ns=(11, 12, 13))
    for together in (True, False):
        laid = lay(*told, together=together)
        assert laid.instants["socket_ns"].tolist() == [10, 12, 13]


def test_the_first_delivery_says_whether_it_was_history() -> None:
    told = stamps(0, socket_ns=(1,)), stamps(0, 1, socket_ns=(2, 3), is_replay=True)
    for together in (True, False):
        assert lay(*told, together=together).is_replay.tolist() == [False, True, False]


def test_a_painted_chunk_says_nothing_of_its_delivery() -> None:
    told = stamps(0, paint_ns=(1,), is_replay=True), stamps(0, socket_ns=(5,))
    assert not lay(*told).is_replay.any()


def test_chunks_outside_the_rows_are_passed_over() -> None:
    laid = lay(stamps(0, 4, 5, 9, socket_ns=(1, 2, 3, 4)), index=(4, 5))
    assert laid.instants["socket_ns"].tolist() == [2, 3]


def test_rows_with_holes_are_found_too() -> None:
    laid = lay(stamps(*range(9), socket_ns=tuple(range(100, 109))), index=(2, 5, 7))
    assert laid.instants["socket_ns"].tolist() == [102, 105, 107]


def test_a_stream_without_rows_takes_nothing() -> None:
    assert lay(stamps(0, socket_ns=(1,)), index=()).instants == {}
    assert lay(stamps(0, stream="other", socket_ns=(1,))).instants == {}


def test_what_another_run_of_the_server_stamped_is_left_out() -> None:
    laid = lay(stamps(0, socket_ns=(1,), clock_id="old"), stamps(1, socket_ns=(2,)))
    assert laid.instants["socket_ns"].tolist() == [0, 2, 0]


def test_a_hidden_page_paints_nothing() -> None:
    page = {"client_ns": (5,), "paint_ns": (6,), "client_clock_id": "k", "hidden": True}
    laid = lay(stamps(0, **page))
    assert laid.instants["client_ns"].tolist() == [5, 0, 0]
    assert not laid.instants["paint_ns"].any()


def test_each_instant_keeps_the_uncertainty_of_its_own_estimate() -> None:
    page = {"client_clock_id": "page", "offset_ns": 100}
    laid = lay(
        stamps(0, client_ns=(1,), uncertainty_ns=5, **page),
        stamps(1, client_ns=(2,), uncertainty_ns=8, **page),
        stamps(2, client_ns=(2,), client_clock_id="page"),
    )
    assert laid.instants["client_ns"].tolist() == [101, 102, 0]
    assert laid.uncertainty_ns is not None
    assert laid.uncertainty_ns.tolist() == [5, 8, UNKNOWN]


def test_only_the_hops_that_are_wanted_are_laid() -> None:
    chunks = table(0)
    telling = Telling(
        gather([stamps(0, socket_ns=(1,), paint_ns=(2,), client_clock_id="k")]), chunks, {}
    )
    laid = Late(1, ("paint_ns",))
    laid.lay(telling, np.ones(1, bool), telling.places(chunks))
    assert {name: column.tolist() for name, column in laid.instants.items()} == {"paint_ns": [2]}


def test_a_clock_that_drifts_is_followed() -> None:
    page = {"client_clock_id": "page", "offset_ns": 10**6, "offset_at_ns": 10**9}
    laid = lay(stamps(0, 1, client_ns=(10**9, 3 * 10**9), drift_ppb=-40_000, **page))
    assert laid.instants["client_ns"].tolist() == [10**9 + 10**6, 3 * 10**9 + 10**6 - 80_000, 0]


def test_several_estimates_of_one_connection_each_translate_their_own() -> None:
    page = {"client_clock_id": "page"}
    laid = lay(
        stamps(0, client_ns=(5,), offset_ns=100, uncertainty_ns=7, resolution_ns=1, **page),
        stamps(1, client_ns=(6,), offset_ns=200, uncertainty_ns=3, resolution_ns=2, **page),
    )
    assert laid.instants["client_ns"].tolist() == [105, 206, 0]
    assert laid.uncertainty_ns is not None
    assert laid.uncertainty_ns.tolist() == [7, 3, UNKNOWN]
    assert laid.resolution_ns is not None
    assert laid.resolution_ns.tolist() == [1, 2, 0]


def test_chunks_that_reached_a_hidden_page_are_marked() -> None:
    page = {"client_clock_id": "k"}
    laid = lay(stamps(0, client_ns=(5,), hidden=True, **page), stamps(1, client_ns=(6,), **page))
    assert laid.is_hidden.tolist() == [True, False, False]
