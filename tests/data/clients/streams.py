"""Cases of streamed chat completions: bytes, and the updates that they are."""

from __future__ import annotations

import json
import random
from typing import Any

import msgspec

from jupyter_agentchat.client.openwebui import TextReader, TextUpdate

Json = dict[str, Any]
WORDS = ("Hello", " ", "é", "日本", "😀", "\n", "", '"', "\\", "a longer piece of text")


def frame(data: object, *, end: str = "\n\n") -> bytes:
    """Return one frame."""
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + end.encode()


def delta(text: str | None, **more: object) -> Json:
    """Return the object of a delta."""
    return {"choices": [{"delta": {"content": text}, **more}]}


USAGE = {"usage": {"prompt_tokens": 3, "completion_tokens": 2}}
DONE = b"data: [DONE]\n\n"
STOP = frame({"choices": [{"delta": {}, "finish_reason": "stop"}]})
ESCAPED = b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n'
CURATED: tuple[bytes, ...] = (
    b"",
    DONE,
    frame(delta("Hi")) + DONE + frame(delta("never")),
    frame(delta("Hi")) + STOP,
    frame(delta("Hi")) + STOP[:-5],
    frame(delta("broken off")),
    frame(delta("Hi")) + b'data: {"choices":[{"del',
    b'data: {"choices": nonsense}\n\n' + DONE,
    b"data: [1, 2]\n\n" + DONE,
    b'data: {"usage": NaN}\n\n',
    frame({"error": {"message": "no", "code": 500}, **delta("lost")}) + DONE,
    frame({"error": "a sentence"}),
    frame({"error": None, **delta("fine")}) + DONE,
    frame({"sources": [{"name": "s"}], "selected_model_id": "m", **USAGE, **delta("all")}) + DONE,
    frame({"sources": {}, "selected_model_id": 3, "usage": [], "choices": [None]}) + DONE,
    frame({"choices": {}}) + frame({"choices": [{"delta": []}]}) + frame(delta(None)) + DONE,
    b"\xef\xbb\xbf: comment\r\n\r\nevent: x\r\n" + frame(delta("crlf"), end="\r\n\r\n") + DONE,
    frame(delta("cr"), end="\r\r") + b"data: [DONE]\r\r",
    b'data: {"choices":[{"delta":\ndata: {"content":"two lines"}}]}\n\n' + DONE,
    ESCAPED + ESCAPED.replace(b"d83d", b"de00") + DONE,
    ESCAPED + DONE,
    b'data: {"choices":[{"delta":{"content":"\xff\xfe"}}]}\n\n' + DONE,
    b"data:\n\ndata: \n\nid: 1\nretry: 5\n\n: ping\n\n" + frame(delta("x")) + b"data: [DONE]",
)


def random_stream(seed: int) -> bytes:
    """Return a stream that some server might send."""
    chance, out = random.Random(seed), b""
    for _ in range(chance.randrange(1, 20)):
        kind = chance.randrange(12)
        ends = chance.choice(["\n\n", "\r\n\r\n", "\r\r"])
        if kind == 0:
            out += frame({"sources": [{"id": chance.randrange(3)}]}, end=ends)
        elif kind == 1:
            out += frame({**USAGE, **delta(chance.choice(WORDS))}, end=ends)
        elif kind == 2:
            out += b": ping" + ends.encode()
        else:
            out += frame(delta("".join(chance.choices(WORDS, k=2))), end=ends)
    return out + chance.choice([DONE, STOP, STOP + DONE, b"", frame({"error": "e"})])


def read(*pieces: bytes) -> list[TextUpdate]:
    """Return the updates of a stream."""
    reader = TextReader()
    return [update for piece in pieces for update in reader.feed(piece)] + reader.finish()


def cases() -> list[Json]:
    """Return every case; bytes are written as Latin-1."""
    streams = [*CURATED, *(random_stream(seed) for seed in range(30))]
    return [
        {"bytes": each.decode("latin-1"), "updates": msgspec.to_builtins(read(each))}
        for each in streams
    ]
