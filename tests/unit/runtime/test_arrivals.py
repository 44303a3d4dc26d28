from __future__ import annotations

from jupyter_agentchat.protocol.offset import Offset
from jupyter_agentchat.runtime.arrivals import Arrival, Arrivals
from jupyter_agentchat.store.rows import Stamps

EARLY = Offset(at_ns=1_000, offset_ns=100, uncertainty_ns=5)
LATE = Offset(at_ns=3_000, offset_ns=200, uncertainty_ns=7, drift_ppb=50)


def arrivals() -> tuple[Arrivals, list[Stamps]]:
    rows: list[Stamps] = []
    made = Arrivals("c", "server", rows.append)
    made.client_clock_id, made.resolution_ns = "page", 100
    return made, rows


def arrive(made: Arrivals, index: int, client_ns: int, *, hidden: bool = False) -> None:
    made.add("lab", Arrival(stream="s", index=index, client_ns=client_ns, hidden=hidden))


def told(rows: list[Stamps]) -> list[tuple[tuple[int, ...], int | None, int | None]]:
    return [(tuple(row.index), row.offset_ns, row.uncertainty_ns) for row in rows]


def test_each_arrival_takes_the_estimate_that_is_nearest() -> None:
    made, rows = arrivals()
    made.translate(EARLY)
    for index, client_ns in enumerate((1_100, 1_900, 2_000, 2_900)):
        arrive(made, index, client_ns)
    made.translate(LATE)
    assert told(rows) == [((0, 1), 100, 5)]
    made.flush()
    assert told(rows)[1:] == [((2, 3), 200, 7)]
    assert {(row.client_clock_id, row.resolution_ns) for row in rows} == {("page", 100)}
    assert (rows[1].offset_at_ns, rows[1].drift_ppb) == (3_000, 50)


def test_what_came_before_the_first_estimate_waits_for_it() -> None:
    made, rows = arrivals()
    arrive(made, 0, 10)
    made.translate(EARLY)
    assert rows == []
    made.flush()
    assert told(rows) == [((0,), 100, 5)]


def test_without_an_estimate_the_instants_are_kept_as_they_are() -> None:
    made, rows = arrivals()
    arrive(made, 0, 10)
    made.flush()
    made.flush()
    assert told(rows) == [((0,), None, None)]


def test_the_uncertainty_is_that_of_the_instant_farthest_from_the_estimate() -> None:
    made, rows = arrivals()
    made.translate(Offset(at_ns=0, offset_ns=0, uncertainty_ns=5, drift_uncertainty_ppb=1_000_000))
    arrive(made, 0, 1_000)
    made.add("lab", Arrival(stream="s", index=1, client_ns=2_000, dom_ns=3_000, paint_ns=9_000))
    made.flush()
    assert told(rows) == [((0, 1), 0, 5 + 9)]


def test_rows_of_hidden_pages_stand_for_themselves() -> None:
    made, rows = arrivals()
    arrive(made, 1, 10)
    arrive(made, 0, 20, hidden=True)
    made.flush()
    assert sorted((row.hidden, tuple(row.index)) for row in rows) == [(False, (1,)), (True, (0,))]
