"""The load client, against the baseline and against servers that cut bytes where they like."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.bench.scenarios.streaming import Streaming
from tests.bench.systems import SYSTEMS, System, python_peer
from tests.bench.viewers import Arrivals, Viewers, Wire
from tests.bench.work import Order, delta

TINY = Order(rooms=2, streams=4, seconds=0.2)
EVENTS = Wire(protocol="sse", path="/events", tag='"type":"', want='stream.delta"')


@pytest.fixture(autouse=True)
def compiler() -> None:
    if any(map(shutil.which, ("cc", "gcc", "clang"))):
        return
    reason = "no C compiler on this machine: install Debian's 'gcc' and 'libc6-dev'"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def tiny(system: str, order: Order = TINY) -> Streaming:
    return Streaming("tiny", "a tiny run", order, viewers=3, systems=[system])


def test_every_viewer_gets_every_chunk() -> None:
    reading = tiny("tornado").measure("tornado")
    assert reading.fault == ""
    assert reading.figures["deliveries"] == 3 * reading.figures["chunks"] > 0
    assert 0 < reading.figures["p50_us"] <= reading.figures["p99_us"]
    assert reading.figures["cpu_us"] > 0


def test_a_server_that_drops_one_chunk_is_invalid(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = SYSTEMS["tornado"]
    lossy = System(
        label="lossy", wire=honest.wire, start=python_peer("tornado_server", "lossy", own=True)
    )
    monkeypatch.setitem(SYSTEMS, "lossy", lossy)
    monkeypatch.setattr("tests.bench.viewers.STALL_MS", 300)
    reading = tiny("lossy", Order(rooms=1, streams=1, seconds=1, chunks=50)).measure("lossy")
    assert reading.fault == "3 chunks not delivered, 3 chunks skipped"


def arrivals(**counts: int) -> Arrivals:
    fields = dict.fromkeys(Arrivals.__struct_fields__, 0) | counts
    return Arrivals(**fields)


@pytest.mark.parametrize(
    ("counts", "fault"),
    [
        ({"deliveries": 9}, ""),
        ({"deliveries": 8}, "1 chunks not delivered"),
        ({"deliveries": 9, "missing": 2}, "2 chunks skipped"),
        ({"deliveries": 9, "repeated": 1}, "1 chunks delivered twice"),
        ({"deliveries": 9, "strange": 1}, "1 chunks delivered to the wrong viewer"),
    ],
)
def test_whatever_is_not_exactly_once_is_a_fault(counts: dict[str, int], fault: str) -> None:
    assert arrivals(**counts).fault(9) == fault


@asynccontextmanager
async def serving(answer: bytes, size: int) -> AsyncIterator[int]:
    """Answer each request with these bytes, cut into pieces of `size`; give the port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for start in range(0, len(answer), size):
            writer.write(answer[start : start + size])
            await writer.drain()
            await asyncio.sleep(0)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def received(wire: Wire, answer: bytes, size: int, log: Path, *, chunks: int) -> Arrivals:
    def read(port: int) -> Arrivals:
        with Viewers(wire, port, log=log, connections=1, rooms=1, streams=1) as viewers:
            viewers.wait(chunks)
            return viewers.report()

    async with serving(answer, size) as port:
        return await asyncio.to_thread(read, port)


def event(kind: str, text: str) -> bytes:
    data = f'data: {{"type":"{kind}","seq":1,"text":"{text}"}}\n\n'.encode()
    return b"%x\r\n%b\r\n" % (len(data), data)


def frame(payload: bytes) -> bytes:
    head = (
        bytes([0x81, len(payload)])
        if len(payload) < 126
        else b"\x81\x7e" + len(payload).to_bytes(2, "big")
    )
    return head + payload


def event_stream() -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    deltas = b"".join(
        event("stream.delta", delta(0, index).replace("\n", "")) for index in range(4)
    )
    whole = event("stream.completed", "".join(delta(0, index).strip() for index in range(3)))
    return head + b"8\r\n: hello\n\r\n1\r\n\n\r\n" + deltas + whole


def frames() -> bytes:
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
    two = b"".join(f'{{"delta":"{delta(0, index)}"}}'.encode() for index in range(2))
    return head + frame(b"hello") + frame(two) + frame(delta(0, 2).encode()) + frame(b"~no marker")


@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize(
    ("wire", "answer", "chunks"),
    [
        pytest.param(EVENTS, event_stream, 4, id="sse"),
        pytest.param(Wire(protocol="ws", path="/ws"), frames, 3, id="websocket"),
    ],
)
async def test_bytes_may_be_cut_anywhere(
    wire: Wire, answer: Callable[[], bytes], chunks: int, size: int, tmp_path: Path
) -> None:
    found = await received(wire, answer(), size, tmp_path / "log", chunks=chunks)
    assert found.fault(chunks) == ""
    assert found.deliveries == chunks


async def test_a_chunk_in_the_wrong_room_or_twice_is_noticed(tmp_path: Path) -> None:
    answer = frames() + frame(delta(0, 1).encode()) + frame(delta(5, 0).encode())
    found = await received(
        Wire(protocol="ws", path="/ws"), answer, 4096, tmp_path / "log", chunks=3
    )
    assert found.fault(3) == ("1 chunks delivered twice, 1 chunks delivered to the wrong viewer")


async def test_a_system_of_whole_messages_delivers_their_newest_chunk(tmp_path: Path) -> None:
    texts = ["".join(delta(0, index) for index in range(end)) for end in (1, 2, 3)]
    answer = frames()[: frames().index(b"hello") + 5] + b"".join(
        frame(text.encode()) for text in texts
    )
    wire = Wire(protocol="ws", path="/ws", is_whole=True)
    assert (await received(wire, answer, 4096, tmp_path / "log", chunks=3)).fault(3) == ""
