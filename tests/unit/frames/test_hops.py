from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_agentchat.frames.convert import to_frame
from jupyter_agentchat.frames.hops import durations
from jupyter_agentchat.frames.schemas import HOPS
from jupyter_agentchat.frames.tables import table
from tests.frames.logs import LogWriter, memory

KEY = ["stream_id", "index", "conn_id"]


def frame(log: LogWriter) -> pd.DataFrame:
    log.flush()
    return to_frame("hops", table(log.store, "hops", channel="lab", since=None, until=None))


def journey(found: pd.DataFrame, conn_id: str | None, index: int = 0) -> list[tuple[Any, ...]]:
    mine = found.conn_id.isna() if conn_id is None else found.conn_id == conn_id
    part = found[mine.fillna(False) & (found["index"] == index)]
    return list(zip(part.hop, part.t_ns, part.duration_ns, strict=True))


def sums_are_exact(found: pd.DataFrame) -> bool:
    chain = found[found.hop != "store"].groupby(KEY, dropna=False, observed=True)
    total, span = chain.duration_ns.sum(), chain.t_ns.last() - chain.t_ns.first()
    return bool((total == span).all())


def test_a_chunk_that_reached_nobody_has_the_servers_hops() -> None:
    log = LogWriter(memory())
    log.start("s")
    log.chunk("s", "a", 2000, provider_ns=1990, bus_ns=2015)
    log.flush()
    log.store.committed("lab", 3, 3, 2500)
    found = frame(log)
    assert journey(found, None) == [
        ("provider", 1990, 0),
        ("agent", 2000, 10),
        ("bus", 2015, 15),
        ("store", 2500, 485),
    ]
    assert set(found.clock_id) == {"server"}
    assert set(found.uncertainty_ns) == {0}


def test_each_connection_has_the_whole_journey_the_first_opened_first() -> None:
    log = LogWriter(memory())
    log.connection("a", opened_us=2)
    log.connection("b", opened_us=1)
    log.start("s")
    log.chunk("s", "x", 2000, provider_ns=1990, bus_ns=2015)
    log.chunk("s", "y", 2001)
    log.stamps("s", "a", 0, socket_ns=(2020,))
    log.stamps("s", "b", 0, 1, socket_ns=(2030, 2031))
    late = {"client_ns": (40,), "dom_ns": (0,), "paint_ns": (55,)}
    log.stamps("s", "b", 0, **late, client_clock_id="page", offset_ns=2000, uncertainty_ns=7)
    found = frame(log)
    assert list(dict.fromkeys(zip(found["index"], found.conn_id, strict=True))) == [
        (0, "b"),
        (0, "a"),
        (1, "b"),
    ]
    server = [("provider", 1990, 0), ("agent", 2000, 10), ("bus", 2015, 15)]
    assert journey(found, "a") == [*server, ("socket", 2020, 5)]
    assert journey(found, "b") == [
        *server,
        ("socket", 2030, 15),
        ("client", 2040, 10),
        ("paint", 2055, 15),
    ]
    page = found[found.hop.isin(["client", "dom", "paint"])]
    assert set(zip(page.clock_id, page.uncertainty_ns, strict=True)) == {("page", 7)}
    assert set(found[found.hop == "socket"].uncertainty_ns) == {0}


def test_an_uncertainty_that_nobody_estimated_is_missing() -> None:
    log = LogWriter(memory())
    log.connection("c")
    log.start("s")
    log.chunk("s", "x", 2000)
    log.stamps("s", "c", 0, client_ns=(40,), client_clock_id="page", offset_ns=2000)
    found = frame(log)
    assert found[found.hop == "client"].uncertainty_ns.isna().all()
    assert found[found.hop == "client"].duration_ns.tolist() == [40]


def page_log(uncertainty_ns: int | None, resolution_ns: int | None) -> LogWriter:
    """A chunk that took 100 ns to a page's client, 50 to its document, 400 to its screen."""
    log = LogWriter(memory())
    log.connection("c")
    log.start("s")
    log.chunk("s", "x", 2000, bus_ns=2010)
    log.stamps("s", "c", 0, socket_ns=(2020,))
    late: dict[str, Any] = {"client_ns": (120,), "dom_ns": (170,), "paint_ns": (570,)}
    log.stamps(
        *("s", "c", 0), **late, client_clock_id="page", offset_ns=2000,
        uncertainty_ns=uncertainty_ns, resolution_ns=resolution_ns,
    )  # fmt: skip
    return log


@pytest.mark.parametrize(
    ("uncertainty_ns", "resolution_ns", "marks"),
    [
        (50, 10, [False, False, False]),
        (95, 10, [True, False, False]),
        (0, 101, [True, True, False]),
        (0, None, [False, None, None]),
        (None, 60, [None, True, False]),
    ],
)
def test_what_the_clocks_cannot_tell_is_marked(
    uncertainty_ns: int | None, resolution_ns: int | None, marks: list[bool | None]
) -> None:
    found = frame(page_log(uncertainty_ns, resolution_ns)).set_index("hop")["is_uncertain"]
    assert not found.loc[["agent", "bus", "socket"]].any()
    shown = found.loc[["client", "dom", "paint"]]
    assert [None if pd.isna(mark) else bool(mark) for mark in shown] == marks


def test_history_and_hidden_pages_are_marked_in_every_hop() -> None:
    log = LogWriter(memory())
    for connection in "abc":
        log.connection(connection)
    log.start("s")
    log.chunk("s", "x", 2000)
    log.stamps("s", "a", 0, socket_ns=(2010,))
    log.stamps("s", "b", 0, socket_ns=(9000,), is_replay=True)
    log.stamps("s", "c", 0, client_ns=(9,), client_clock_id="server", hidden=True)
    found = frame(log).groupby("conn_id")[["is_replay", "is_hidden"]].agg(["all", "any"])
    assert found.to_numpy().tolist() == [
        [False, False, False, False],
        [True, True, False, False],
        [False, False, True, True],
    ]


def test_hops_are_in_the_order_of_the_journey() -> None:
    log = LogWriter(memory())
    log.start("s")
    log.chunk("s", "a", 2000)
    assert tuple(frame(log).hop.cat.categories) == HOPS


def test_the_check_of_the_sums_can_go_red() -> None:
    log = LogWriter(memory())
    log.start("s")
    log.chunk("s", "a", 2000, provider_ns=1990)
    found = frame(log)
    assert sums_are_exact(found)
    found.loc[found.hop == "agent", "duration_ns"] += 1
    assert not sums_are_exact(found)


INSTANT = st.one_of(st.just(0), st.integers(1, 2**62))


@given(st.lists(st.lists(INSTANT, min_size=8, max_size=8), max_size=20))
def test_durations_sum_exactly_whatever_is_missing(listed: list[list[int]]) -> None:
    instants = np.array(listed, np.int64).reshape(-1, len(HOPS))
    taken = durations(instants)
    for row, spent in zip(instants.tolist(), taken.tolist(), strict=True):
        branch, since_bus = row.pop(HOPS.index("store")), spent.pop(HOPS.index("store"))
        present = [instant for instant in row if instant]
        assert sum(spent) == (present[-1] - present[0] if present else 0)
        assert since_bus == (branch - row[HOPS.index("bus")] if branch and row[2] else 0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["s", "t"]),
            st.sampled_from(["a", "b", "c"]),
            st.integers(0, 4),
            st.integers(0, 10**6),
            st.integers(0, 10**6),
        ),
        max_size=12,
    )
)
@settings(max_examples=40, deadline=None)
def test_every_connections_journeys_sum_exactly(
    told: list[tuple[str, str, int, int, int]],
) -> None:
    log = LogWriter(memory())
    log.start("s")
    log.start("t")
    for number in range(4):
        for stream in "st":
            log.chunk(stream, "x", 2000 + number, bus_ns=2005 + number)
    for stream, connection, index, socket_ns, client_ns in told:
        log.stamps(
            stream,
            connection,
            index,
            socket_ns=(socket_ns,),
            client_ns=(client_ns,),
            client_clock_id="page",
            offset_ns=17,
        )
    found = frame(log)
    log.store.close()
    assert sums_are_exact(found)
    assert len(found.drop_duplicates(["stream_id", "index"])) == 8
    assert not found.duplicated([*KEY, "hop"]).any()
    reached = {
        (stream, index, connection)
        for stream, connection, index, socket_ns, client_ns in told
        if index < 4 and (socket_ns or client_ns)
    }
    known = found[found.conn_id.notna()]
    assert set(zip(known.stream_id, known["index"], known.conn_id, strict=True)) == reached
