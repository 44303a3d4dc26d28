"""Both ways to the socket, on streams of the Tornado that is installed."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import tornado
from tornado.iostream import IOStream, SSLIOStream, StreamClosedError

from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.web import direct
from jupyter_agentchat.web.direct import DirectSink, StreamSink, sink_of

BIG = 4 * 1024 * 1024
WAYS = pytest.mark.parametrize("way", [DirectSink, StreamSink])


@asynccontextmanager
async def pair() -> AsyncIterator[tuple[IOStream, socket.socket]]:
    """Give a stream and the peer's end; the buffers between them are small."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        end.setblocking(False)
    stream = IOStream(ours)
    try:
        yield stream, theirs
    finally:
        stream.close()
        theirs.close()


async def receive(end: socket.socket, size: int) -> bytes:
    data = bytearray()
    async with asyncio.timeout(10):
        while len(data) < size:
            data += await asyncio.get_running_loop().sock_recv(end, 1 << 20)
    return bytes(data)


def test_the_tornado_that_is_installed_is_one_whose_inside_is_known() -> None:
    assert tornado.version_info[0] in direct.KNOWN


PRIVATE = re.compile(r"\._(finished|headers|transforms|write_buffer)\b|def _log\(self\) -> None")


def looks_inside(source: str) -> bool:
    """Return whether a module touches what is private in Tornado."""
    return "tornado" in source and PRIVATE.search(source) is not None


def test_no_other_module_looks_inside_tornado() -> None:
    package = Path(direct.__file__).parents[1]
    found = [path.name for path in package.rglob("*.py") if looks_inside(path.read_text())]
    assert found == ["direct.py"]
    assert looks_inside("import tornado\nif self._finished: ...")


@WAYS
async def test_a_small_frame_is_with_the_operating_system_at_once(way: type[StreamSink]) -> None:
    async with pair() as (stream, peer):
        sink = way(stream)
        assert sink.write(b"abc")
        assert sink.waiting() == 0
        assert peer.recv(10) == b"abc"


@WAYS
async def test_what_does_not_fit_waits_in_order_and_then_is_drained(way: type[StreamSink]) -> None:
    async with pair() as (stream, peer):
        sink, drained = way(stream), asyncio.Event()
        sink.drained = drained.set
        big = bytes(range(256)) * (BIG // 256)
        assert not sink.write(big)
        assert 0 < sink.waiting() <= BIG
        await stream_write(stream, b"[from Tornado]")
        assert not sink.write(b"after")
        assert not drained.is_set()
        wanted = big + b"[from Tornado]" + b"after"
        assert await receive(peer, len(wanted)) == wanted
        async with asyncio.timeout(5):
            await drained.wait()
        assert sink.waiting() == 0
        assert sink.write(b"again")
        assert await receive(peer, 5) == b"again"


@WAYS
async def test_the_bytes_that_wait_fall_while_the_peer_reads(way: type[StreamSink]) -> None:
    async with pair() as (stream, peer):
        sink = way(stream)
        assert not sink.write(bytes(BIG))
        before = sink.waiting()
        await receive(peer, BIG // 2)
        await asyncio.sleep(0)
        assert sink.waiting() < before


@WAYS
async def test_it_is_drained_even_if_tornado_has_more_to_write(way: type[StreamSink]) -> None:
    """A ping that waits behind the last byte is nothing that a reader waits for."""
    async with pair() as (stream, peer):
        sink, drained = way(stream), asyncio.Event()
        sink.drained = drained.set
        assert not sink.write(bytes(BIG))
        await stream_write(stream, bytes(BIG))
        await receive(peer, BIG)
        async with asyncio.timeout(5):
            await drained.wait()
        assert stream.writing()


async def stream_write(stream: IOStream, data: bytes) -> None:
    """Write as Tornado itself does, for pings; do not wait."""
    stream.write(data)


@WAYS
async def test_a_peer_that_has_gone_is_a_disconnect(way: type[StreamSink]) -> None:
    async with pair() as (stream, peer):
        sink = way(stream)
        peer.close()
        with suppress(DisconnectedError):  # the first write may find the error, or close it
            sink.write(b"abc")
        await asyncio.sleep(0)
        assert stream.closed()
        with pytest.raises(DisconnectedError):
            sink.write(b"abc")


@WAYS
async def test_a_stream_that_closes_with_bytes_waiting_drains_nobody(way: type[StreamSink]) -> None:
    async with pair() as (stream, _):
        sink, drained = way(stream), asyncio.Event()
        sink.drained = drained.set
        assert not sink.write(bytes(BIG))
        stream.close()
        await asyncio.sleep(0)
        assert not drained.is_set()


async def test_a_plain_stream_is_written_directly_and_any_surprise_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with pair() as (stream, _):
        assert type(sink_of(stream)) is DirectSink
        with monkeypatch.context() as other:
            other.setattr(tornado, "version_info", (7, 0, 0, 0))
            assert type(sink_of(stream)) is StreamSink
        with monkeypatch.context() as other:
            other.delattr(stream, "_write_buffer")
            assert type(sink_of(stream)) is StreamSink


async def test_a_stream_with_tls_goes_through_tornado() -> None:
    server, client = (
        ssl.SSLContext(kind) for kind in (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT)
    )
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    for context in (server, client):  # no certificate: a cipher that asks for none
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("aNULL:@SECLEVEL=0")
    left, right = socket.socketpair()
    for end in (left, right):
        end.setblocking(False)
    ours = SSLIOStream(server.wrap_socket(left, server_side=True, do_handshake_on_connect=False))
    theirs = SSLIOStream(client.wrap_socket(right, do_handshake_on_connect=False))
    try:
        async with asyncio.timeout(10):
            await asyncio.gather(ours.wait_for_handshake(), theirs.wait_for_handshake())
            sink, drained = sink_of(ours), asyncio.Event()
            assert type(sink) is StreamSink
            sink.drained = drained.set
            big = bytes(range(256)) * (BIG // 256)
            assert not sink.write(big)
            assert not sink.write(b"after")
            assert await theirs.read_bytes(BIG + 5) == big + b"after"
            await drained.wait()
    except StreamClosedError as error:
        raise AssertionError(error.real_error) from error
    finally:
        ours.close()
        theirs.close()
