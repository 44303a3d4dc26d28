"""Clients that read too slowly, and clients that send what is no packet."""

from __future__ import annotations

import asyncio
import hashlib
import json
import struct
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tornado.websocket import WebSocketClosedError

from jupyter_agentchat.protocol.close_codes import CloseCode
from tests.server.eliza.raw import PATH, RawSocket, opened
from tests.server.stalled import Stalled

FLOOD = {"chunks": 4_000, "chars": 400, "ttft_ms": 0, "icl_ms": 0, "pace": False, "seed": 7}
"""3 MB in packets."""
COMPLETE = b'"messageComplete"'
SHORT = {**FLOOD, "chunks": 1_500}
QUERY = {"EIO": "4", "transport": "polling"}


async def flood(chat: Any, spec: dict[str, Any] = FLOOD) -> str:
    """Stream to the end; returns the text's sha256."""
    body = {"text": "go", "mode": "sync", "metadata": {"synthetic": spec}}
    sent = await chat.post("api/channels/lab/messages", body, timeout=40)
    return hashlib.sha256(sent.json()["replies"][0]["text"].encode()).hexdigest()


def text_frame(text: str) -> bytes:
    """Return a client's frame; the mask is zero, so the payload is plain."""
    data = text.encode()
    head = (
        bytes([0x81, 0x80 | len(data)])
        if len(data) < 126
        else struct.pack("!BBH", 0x81, 0xFE, len(data))
    )
    return head + bytes(4) + data


def digest(payloads: list[dict[str, Any]]) -> str:
    text = "".join(each["chunk"] for each in payloads)
    return hashlib.sha256(text.encode()).hexdigest()


async def join(reader: Stalled) -> None:
    """Connect, join, and read nothing more."""
    await reader.open(
        f"{PATH[len('agentchat/') :]}?EIO=4&transport=websocket",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(reader._socket, text_frame("40"))
    await reader.read(lambda: b"40{" in reader.data)
    await loop.sock_sendall(reader._socket, text_frame('42["1",{"channelId":"lab"}]'))
    await reader.read(lambda: b"room_joined" in reader.data)


def packets_of(reader: Stalled) -> list[str]:
    return [data.decode() for kind, data in reader.frames() if kind == 1]


def told(reader: Stalled) -> list[list[Any]]:
    return [json.loads(each[2:]) for each in packets_of(reader) if each.startswith("42")]


def of(events: list[list[Any]], wanted: str) -> list[dict[str, Any]]:
    return [payload for name, payload, *_ in events if name == wanted]


class TestSlow:
    @pytest.fixture
    def agentchat_config(self) -> dict[str, Any]:
        return {"default_agents": ["synthetic"]}

    async def test_a_stalled_client_is_closed_and_misses_nothing(self, chat: Any) -> None:
        token = chat.app.identity_provider.token
        with Stalled(chat.url, token) as reader, Stalled(chat.url, token) as other:
            await join(reader)
            (driver,) = chat.extension.backend.readers
            await join(other)
            hearing = asyncio.create_task(other.read(lambda: COMPLETE in other.data[-4096:]))
            expected = await flood(chat)
            await hearing
            assert digest(of(told(other), "messageStreamChunk")) == expected
            async with asyncio.timeout(20):
                while not driver.outlet.closed:  # noqa: ASYNC110 - nothing announces it
                    await asyncio.sleep(0.01)
            assert driver.outlet.queue_max_bytes < 2 * 1024 * 1024
            await reader.read(lambda: reader.close_code() is not None)
            assert reader.close_code() == CloseCode.TOO_SLOW
            packets = packets_of(reader)
            events = told(reader)
        handshake = next(each for each in packets if each.startswith("40{"))
        got = of(events, "messageStreamChunk")
        assert digest(got) != expected
        again = RawSocket(chat.url, chat.headers, {})
        again.pid = json.loads(handshake[2:])["pid"]
        again.offset = next(each[2] for each in reversed(events) if len(each) > 2)
        await again.connect()
        assert again.recovered
        await again.until("messageComplete")
        got += again.of("messageStreamChunk")
        assert digest(got) == expected
        number = 0
        for each in got:
            assert each["index"] == number
            number = each.get("lastIndex", each["index"]) + 1
        again.close()

    async def test_who_polls_now_and_then_gets_several_chunks_in_one(self, chat: Any) -> None:
        url = f"{chat.url}{PATH}"
        async with httpx.AsyncClient(headers=chat.headers, timeout=20) as http:
            sid = json.loads((await http.get(url, params=QUERY)).text[1:])["sid"]
            query = {**QUERY, "sid": sid}
            await http.post(url, params=query, content="40")
            assert (await http.get(url, params=query)).text.startswith("40{")
            await http.post(url, params=query, content='42["1",{"channelId":"lab"}]')
            heard = ""
            while "room_joined" not in heard:
                heard += (await http.get(url, params=query)).text
            (driver,) = chat.extension.backend.readers
            expected = await flood(chat, SHORT)
            assert driver.session.queued_bytes < 1024 * 1024
            events: list[list[Any]] = []
            while not any(name == "messageComplete" for name, *_ in events):
                answer = await http.get(url, params=query)
                assert answer.status_code == 200
                packets = answer.text.split("\x1e")
                events += [json.loads(each[2:]) for each in packets if each[1:2] == "2"]
        chunks = of(events, "messageStreamChunk")
        assert digest(chunks) == expected
        assert len(chunks) < SHORT["chunks"]


packets = st.one_of(
    st.text(max_size=40),
    st.binary(max_size=40),
    st.builds("4{}".format, st.text(max_size=40)),
    st.builds("42{}".format, st.text(max_size=40)),
    st.builds(
        lambda value: "42" + json.dumps(value),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(["type", "payload", "channelId", "roomId", "message", "x"]),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        ),
    ),
    st.sampled_from(["41", "40", "1", "2", "3", "5", "6", "2probe", "451-[{}]", "43[]", "42[]"]),
    st.builds(
        lambda name, value: "42" + json.dumps([name, value]),
        st.sampled_from(["message", "1", "2", "typing", "leave", "subscribe_logs"]),
        st.dictionaries(
            st.sampled_from(["type", "payload", "channelId", "message", "senderId", "isTyping"]),
            st.none() | st.integers(-2, 7) | st.text(max_size=4) | st.just({"channelId": "lab"}),
        ),
    ),
)


def test_no_packet_breaks_the_server_or_a_neighbour(
    chat: Any, run: Any, caplog: pytest.LogCaptureFixture
) -> None:
    neighbour = RawSocket(chat.url, chat.headers, {})
    run(neighbour.connect())
    run(neighbour.join("lab"))

    answered: set[str] = set()

    async def send(sent: list[str | bytes]) -> None:
        async with opened(chat) as socket:
            with suppress(EOFError, WebSocketClosedError):  # closed for what it sent
                for packet in sent:
                    await socket.say(packet)
                await socket.ask("dance")
            answered.update(socket.names())

    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(packets, min_size=1, max_size=6))
    def check(sent: list[str | bytes]) -> None:
        run(send(sent))

    check()
    assert "messageError" in answered
    assert run(neighbour.join("lab"))["channelId"] == "lab"
    neighbour.close()
    assert [each for each in caplog.records if each.levelname in ("ERROR", "CRITICAL")] == []
