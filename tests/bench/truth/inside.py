"""Our log of the same requests, and which row belongs to which."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from msgspec import Struct

import jupyter_agentchat as ac
from tests.bench.truth.outside import Seen

NS_PER_MS = 1e6


class Frames(Struct, frozen=True):
    """What the log says of all channels."""

    messages: pd.DataFrame
    streams: pd.DataFrame
    chunks: pd.DataFrame


class Row(Struct, frozen=True, kw_only=True):
    """One request from both sides; milliseconds.

    `agent` is when the agent yielded a chunk, `socket` when its bytes were handed to the socket.
    """

    seen: Seen
    status: str
    tokens: int
    token_source: str
    chunks: int
    agent_ttft_ms: float
    socket_ttft_ms: float
    agent_e2e_ms: float
    socket_e2e_ms: float
    tpot_ms: float
    t_request: int
    t_last: int


def read(url: str, token: str) -> Frames:
    """Return the frames of a running server, of its unlisted channels too."""
    with ac.connect(url=url, token=token) as chat:
        log = chat.log(None)
        return Frames(log.messages(), log.streams(), log.chunks())


def matched(frames: Frames, seen: Sequence[Seen]) -> list[Row]:
    """Return the requests that both sides know, by the request's own id.

    AIPerf sends it as ``X-Request-ID``; the question carries it as its ``client_message_id``.
    """
    asked = frames.messages.dropna(subset=["client_message_id"])
    question = dict(zip(asked["client_message_id"], asked["message_id"], strict=True))
    replies = frames.messages.dropna(subset=["reply_to", "stream_id"])
    reply = dict(zip(replies["reply_to"], replies["stream_id"], strict=True))
    streams = frames.streams.set_index("stream_id")
    chunks = dict(iter(frames.chunks.groupby("stream_id", observed=True)))
    rows = []
    for each in seen:
        stream = reply.get(question.get(each.request_id, ""))
        if stream is not None and stream in chunks:
            rows.append(_row(each, streams.loc[[stream]].iloc[0], chunks[stream]))
    return rows


def _row(seen: Seen, stream: pd.Series, chunks: pd.DataFrame) -> Row:
    asked = int(stream["t_request"])
    socket = chunks["socket_ns"].astype("int64")
    return Row(
        seen=seen,
        status=str(stream["status"]),
        tokens=int(stream["n_tokens"]),
        token_source=str(stream["token_source"]),
        chunks=len(chunks),
        agent_ttft_ms=float(stream["ttft_ms"]),
        socket_ttft_ms=(int(socket.iloc[0]) - asked) / NS_PER_MS,
        agent_e2e_ms=float(stream["e2e_ms"]),
        socket_e2e_ms=(int(socket.iloc[-1]) - asked) / NS_PER_MS,
        tpot_ms=float(stream["tpot_ms"]),
        t_request=asked,
        t_last=int(stream["t_last_content"]),
    )
