"""A table as Arrow goes out piece by piece, as the reader takes it."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pyarrow as pa
import pytest

from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.http import Http
from jupyter_agentchat.client.remote import RemoteTransport
from jupyter_agentchat.dialects.native import log as module
from jupyter_agentchat.errors import DisconnectedError, StoreError
from jupyter_agentchat.frames.tables import NAMES

PIECE = bytes(1 << 20)


async def test_every_table_is_streamed(chat: Any) -> None:
    await chat.channel()
    await chat.send("hi", mode="sync")
    for name in NAMES:
        answer = await chat.get(f"api/log/{name}", params={"channel": "lab"})
        assert answer.headers["transfer-encoding"] == "chunked"
        assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
        read = pa.ipc.open_stream(answer.content).read_all()
        assert (len(read) > 0) is (name != "connections"), name


async def test_the_next_piece_is_made_when_the_reader_has_taken_the_last(
    chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server holds one piece; the rest of what is under way is in the sockets' buffers."""
    made: list[int] = []

    def endless(*args: object, **how: object) -> Iterator[bytes]:
        del args, how
        while True:
            made.append(1)
            yield PIECE

    monkeypatch.setattr(module, "pieces", endless)
    async with chat.http.stream("GET", "api/log/chunks") as response:
        reader = response.aiter_raw()
        taken = 0
        while taken < 20 * len(PIECE):
            taken += len(await anext(reader))
        assert len(made) <= taken // len(PIECE) + 16


async def test_a_table_that_breaks_off_is_no_table(
    chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **how: object) -> Iterator[bytes]:
        del args, how
        yield PIECE
        raise StoreError("The database is damaged.")

    monkeypatch.setattr(module, "pieces", broken)
    with pytest.raises(httpx.RemoteProtocolError):
        await chat.get("api/log/chunks")


def refuse(piece: bytes) -> bytes:
    raise StoreError(f"The database is damaged, {piece!r}.")


async def test_an_error_before_the_first_piece_is_told(
    chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **how: object) -> Iterator[bytes]:
        del args, how
        yield from map(refuse, [b""])

    monkeypatch.setattr(module, "pieces", broken)
    answer = await chat.get("api/log/chunks")
    assert answer.status_code >= 500
    assert "damaged" in answer.json()["error"]["message"]


def transport(handler: httpx.MockTransport) -> RemoteTransport:
    http = Http(Server("http://h/", token="t"))
    http._client = httpx.AsyncClient(base_url=http._client.base_url, transport=handler)
    remote = object.__new__(RemoteTransport)
    remote._http = http
    return remote


def pieces_of(table: pa.Table) -> list[bytes]:
    """Return a table as the network brings it."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    body = sink.getvalue().to_pybytes()
    return [body[start : start + 65_536] for start in range(0, len(body), 65_536)]


async def passing(pieces: list[bytes]) -> AsyncIterator[bytes]:
    """Hand the pieces on, and forget them."""
    while pieces:
        yield pieces.pop(0)


async def test_the_client_reads_the_body_where_it_is() -> None:
    """Everything that the table refers to lies in the body, and the body was there once."""
    table = pa.table({"number": range(500_000), "text": ["one", "two"] * 250_000})
    pieces = pieces_of(table)
    size = sum(map(len, pieces))
    remote = transport(
        httpx.MockTransport(lambda _: httpx.Response(200, content=passing(pieces))),
    )
    bodies: list[bytearray] = []
    request = remote._http.request

    async def kept(*args: Any, **how: Any) -> bytearray:
        bodies.append(await request(*args, **how))
        return bodies[-1]

    remote._http.request = kept  # type: ignore[method-assign]
    tracemalloc.start()
    try:
        before = pa.total_allocated_bytes()
        read = await remote.table("chunks", None, None, None)
        assert pa.total_allocated_bytes() - before < 1000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read.equals(table)
    assert peak < 1.25 * size
    (body,) = bodies
    start = pa.py_buffer(body).address
    for column in read.columns:
        for buffer in filter(None, column.chunk(0).buffers()):
            assert start <= buffer.address < start + len(body)


OPEN = pa.ipc.open_stream


def copied_first(source: pa.Buffer) -> Any:
    return OPEN(source.to_pybytes())


def copied_into_arrow(source: pa.Buffer) -> Any:
    memory = pa.allocate_buffer(source.size)
    memoryview(memory)[:] = memoryview(source)
    return OPEN(memory)


async def joined_at_the_end(self: Http, method: str, path: str, *_: object) -> Any:
    async with self._client.stream(method, path) as response:
        return response.status_code, bytearray(b"".join([x async for x in response.aiter_bytes()]))


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ((pa.ipc, "open_stream"), copied_first),
        ((pa.ipc, "open_stream"), copied_into_arrow),
        ((Http, "_try"), joined_at_the_end),
    ],
)
async def test_a_planted_copy_is_found(
    place: tuple[object, str], fault: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*place, fault)
    with pytest.raises(AssertionError):
        await test_the_client_reads_the_body_where_it_is()


async def test_the_client_notices_a_body_that_breaks_off() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("incomplete chunked read", request=request)

    with pytest.raises(DisconnectedError, match="incomplete chunked read"):
        await transport(httpx.MockTransport(broken)).table("chunks", None, None, None)
