"""Chat-completions streams: any split, any bytes, one end."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.extract.openai import (
    ChatCompletionsParser,
    Delta,
    Done,
    Failure,
    Finish,
    Item,
)
from jupyter_agentchat.extract.utf16 import well_formed

CHUNKS = st.fixed_dictionaries(
    {},
    optional={
        "choices": st.lists(
            st.fixed_dictionaries(
                {"index": st.sampled_from([0, 0, 1, None])},
                optional={
                    "delta": st.fixed_dictionaries(
                        {},
                        optional={
                            "content": st.none() | st.text(max_size=6),
                            "reasoning": st.none() | st.text(max_size=6),
                            "tool_calls": st.just([{"index": 0, "function": {"arguments": "{"}}]),
                        },
                    ),
                    "finish_reason": st.sampled_from([None, None, "stop"]),
                },
            ),
            max_size=2,
        ),
        "usage": st.none() | st.just({"prompt_tokens": 1, "completion_tokens": 2}),
        "timings": st.just({"prompt_n": 1, "predicted_n": 2}),
        "error": st.sampled_from([None, None, None, None, {"message": "m"}]),
    },
)
LINES = st.one_of(
    CHUNKS.map(lambda chunk: b"data: " + json.dumps(chunk).encode() + b"\n\n"),
    st.sampled_from([b": ping\n\n", b"data:\n\n", b"data: [DONE]\n\n", b"data: {", b"\n", b"\r\n"]),
    st.binary(max_size=5),
)
STREAMS = st.lists(LINES, max_size=8).map(b"".join)


def parse(parts: list[bytes]) -> list[Item]:
    parser = ChatCompletionsParser()
    return [item for part in parts for item in parser.feed(part)] + parser.finish()


@given(STREAMS, st.lists(st.integers(0), max_size=6))
def test_any_split_gives_the_same_items_and_one_end(stream: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    parts = [stream[start:end] for start, end in pairwise(edges)]
    whole = parse([stream])
    assert parse(parts) == whole
    assert parse([bytes([byte]) for byte in stream]) == whole
    assert [isinstance(item, Done | Failure) for item in whole] == [False] * (len(whole) - 1) + [
        True
    ]
    deltas = [item for item in whole if isinstance(item, Delta)]
    assert [item.index for item in deltas] == list(range(len(deltas)))
    assert sum(isinstance(item, Finish) for item in whole) <= 1


@given(st.lists(st.text(max_size=5), max_size=8))
def test_text_comes_out_unchanged(texts: list[str]) -> None:
    stream = b"".join(
        b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"
        for text in texts
    )
    items = parse([stream, b'data: {"choices":[{"finish_reason":"stop"}]}\n\n', b"data: [DONE]"])
    assert items[-1] == Done()
    assert "".join(item.text for item in items if isinstance(item, Delta)) == well_formed(
        "".join(texts)
    )
