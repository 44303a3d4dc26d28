from __future__ import annotations

import numpy as np

from jupyter_agentchat.frames.late import UNKNOWN, Late, Openings
from jupyter_agentchat.store.rows import ConnectionRow, Stamps


def stamps(*index: int, **fields: object) -> Stamps:
    row = {"channel": "lab", "stream": "s", "connection": "c", "clock_id": "server", **fields}
    return Stamps(index=index, **row)  # type: ignore[arg-type]


def lay(*told: Stamps, first: int = 0, count: int = 3) -> Late:
    laid = Late.empty(count, uncertainty=True)
    laid.lay(0, np.arange(first, first + count, dtype=np.int32), told, "server")
    return laid


def test_a_later_instant_fills_a_gap_and_changes_nothing() -> None:
    laid = lay(
        stamps(0, 1, socket_ns=(10, 0)),
        stamps(0, 1, 2, socket_ns=(11, 12, 13)),
    )
    assert laid.instants["socket_ns"].tolist() == [10, 12, 13]


def test_chunks_outside_the_rows_are_passed_over() -> None:
    laid = lay(stamps(0, 4, 5, 9, socket_ns=(1, 2, 3, 4)), first=4, count=2)
    assert laid.instants["socket_ns"].tolist() == [2, 3]


def test_a_stream_without_rows_takes_nothing() -> None:
    assert lay(stamps(0, socket_ns=(1,)), count=0).instants["socket_ns"].tolist() == []


def test_each_instant_keeps_the_uncertainty_of_its_own_estimate() -> None:
    page = {"client_clock_id": "page", "offset_ns": 100}
    laid = lay(
        stamps(0, client_ns=(1,), uncertainty_ns=5, **page),
        stamps(1, client_ns=(2,), uncertainty_ns=8, **page),
    )
    assert laid.instants["client_ns"].tolist() == [101, 102, 0]
    assert laid.uncertainty_ns is not None
    assert laid.uncertainty_ns.tolist() == [5, 8, UNKNOWN]


def test_connections_by_their_opening_and_unknown_ones_last() -> None:
    def opened(name: str, us: int) -> ConnectionRow:
        return ConnectionRow(
            connection=name, transport="ws", user="u", opened=1, clock_id="c", opened_us=us
        )

    openings = Openings([opened("b", 1), opened("a", 2)])
    assert sorted(["x", "a", "b"], key=openings.order) == ["b", "a", "x"]
