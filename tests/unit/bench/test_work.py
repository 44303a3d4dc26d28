from __future__ import annotations

import re

from tests.bench.work import Order, chunks, delta, quantiles_us

MARKER = re.compile(r"~3\.(\d+)\.\d+ ")


async def play(order: Order, stream: int) -> tuple[list[tuple[int, str]], list[int]]:
    late_ns: list[int] = []
    return [each async for each in chunks(order, stream, late_ns)], late_ns


def test_an_order_travels_as_json() -> None:
    order = Order(rooms=2, streams=4, seconds=1.5, rate=50, chunks=3, start_ns=7)
    assert Order.loads(order.dumps()) == order


def test_a_chunk_begins_with_its_marker() -> None:
    assert re.fullmatch(r"~7\.9\.\d+  jumps over lazy dog", delta(7, 9))


async def test_a_stream_of_so_many_chunks_has_them_in_order() -> None:
    played, late_ns = await play(Order(rooms=1, streams=4, seconds=0, chunks=20), 3)
    assert [index for index, _ in played] == list(range(20))
    markers = [MARKER.match(text) for _, text in played]
    assert [int(match[1]) for match in markers if match] == list(range(20))
    assert late_ns == []


async def test_a_paced_stream_yields_what_is_due_until_the_end() -> None:
    order = Order(rooms=1, streams=4, seconds=0.02, rate=500).starting(0)
    played, late_ns = await play(order, 3)
    assert len(played) == len(late_ns) == 10  # at 1.5 ms, 3.5 ms, … 19.5 ms
    assert min(late_ns) >= 0


async def test_a_stream_without_time_yields_nothing() -> None:
    played, _ = await play(Order(rooms=1, streams=4, seconds=0).starting(0), 3)
    assert played == []


def test_quantiles_are_of_what_was_due() -> None:
    assert quantiles_us([]) == []
    assert quantiles_us([3000, 1000, 2000]) == [2.0, 2.0]
