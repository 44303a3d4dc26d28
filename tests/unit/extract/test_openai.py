from __future__ import annotations

import json

import pytest

from jupyter_agentchat.extract.openai import (
    ChatCompletionsParser,
    Delta,
    Done,
    Failure,
    Finish,
    Item,
    ToolCall,
    Usage,
    shorten,
)
from jupyter_agentchat.extract.sse import MAX_LINE_BYTES

DONE = b"data: [DONE]\n\n"


def parse(stream: bytes) -> list[Item]:
    """Parse at once and byte by byte; both have to agree."""
    whole, single = ChatCompletionsParser(), ChatCompletionsParser()
    items = whole.feed(stream) + whole.finish()
    assert [i for b in stream for i in single.feed(bytes([b]))] + single.finish() == items
    assert whole.finish() == whole.feed(DONE) == []
    return items


def data(**chunk: object) -> bytes:
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def delta(content: str | None = None, finish: str | None = None, **fields: object) -> bytes:
    return data(
        id="c-1",
        object="chat.completion.chunk",
        choices=[{"index": 0, "delta": {"content": content, **fields}, "finish_reason": finish}],
    )


def texts(*parts: str) -> list[Item]:
    return [Delta(text, "text", index) for index, text in enumerate(parts)]


def test_openai() -> None:
    stream = (
        delta("", role="assistant", refusal=None)
        + delta("Hel")
        + delta("lo 😀")
        + delta(finish="stop")
        + data(choices=[], usage={"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11})
        + DONE
    )
    assert parse(stream) == [*texts("Hel", "lo 😀"), Finish("stop"), Usage(9, 2, 11), Done()]


def test_azure_begins_without_choices() -> None:
    stream = data(choices=[], prompt_filter_results=[{}]) + delta("a", "stop") + DONE
    assert parse(stream) == [*texts("a"), Finish("stop"), Done()]


def test_vllm_reasons_and_counts_in_every_chunk() -> None:
    def chunk(usage: int, **fields: str) -> bytes:
        return data(
            choices=[{"index": 0, "delta": fields, "logprobs": None, "stop_reason": None}],
            usage={"prompt_tokens": 5, "completion_tokens": usage, "total_tokens": 5 + usage},
        )

    stream = chunk(0, role="assistant") + chunk(1, reasoning="hm") + chunk(2, content="a") + DONE
    assert parse(stream) == [
        Usage(5, 0, 5),
        Delta("hm", "reasoning", 0),
        Usage(5, 1, 6),
        Delta("a", "text", 1),
        Usage(5, 2, 7),
        Done(),
    ]


def test_llama_cpp_measures_instead_of_counting() -> None:
    timings = {"cache_n": 40, "prompt_n": 3, "prompt_ms": 24.6, "predicted_n": 2}
    last = data(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}], timings=timings)
    expected = [*texts("Hi"), Finish("stop"), Usage(43, 2, 45, None, 40, "timings"), Done()]
    assert parse(delta("Hi") + last + DONE) == expected
    assert parse(delta("Hi") + last) == expected


def test_usage_wins_over_timings() -> None:
    stream = data(
        choices=[],
        timings={"prompt_n": 1},
        usage={"prompt_tokens": 8, "completion_tokens": 1, "total_tokens": 9},
    )
    assert parse(stream + DONE) == [Usage(8, 1, 9), Done()]


@pytest.mark.parametrize(
    "end", [b"data: [DONE]", b"data: [DONE]\n", b"data:[DONE]\r\n\r\n", b"data: [DONE] \n\n", b""]
)
def test_ends_of_a_complete_stream(end: bytes) -> None:
    assert parse(delta("a", "stop") + end) == [*texts("a"), Finish("stop"), Done()]


def test_done_alone_is_an_end() -> None:
    assert parse(delta("a") + DONE + delta("b")) == [*texts("a"), Done()]


@pytest.mark.parametrize(
    ("rest", "count"),
    [(b"", 1), (b'data: {"choices":[{"del', 1), (b"data: [DO", 1), (b": ping\n\n", 1)],
)
def test_a_broken_stream_is_reported_as_such(rest: bytes, count: int) -> None:
    items = parse(delta("a") + rest)
    assert items[:-1] == texts("a")
    assert isinstance(items[-1], Failure)
    assert items[-1].type == "BROKEN"
    assert f"broke off after {count} deltas" in items[-1].message


def test_an_empty_answer_is_broken() -> None:
    assert [type(item) for item in parse(b"")] == [Failure]


def test_comments_empty_data_and_other_events_say_nothing() -> None:
    noise = b": OPENROUTER PROCESSING\n\ndata:\n\nevent: ping\ndata: {}\n\nretry: 5\n\n"
    assert parse(noise + delta("a") + noise + DONE) == [*texts("a"), Done()]


def test_only_choice_0_is_read() -> None:
    def both(**fields: str) -> bytes:
        return data(
            choices=[
                {"index": i, "delta": {k: f"{v}{i}" for k, v in fields.items()}} for i in (1, 0)
            ]
        )

    assert parse(both(content="a") + both(content="b") + DONE) == [*texts("a0", "b0"), Done()]


def test_tool_calls() -> None:
    def call(**function: str) -> dict[str, object]:
        return {"index": 0, "function": function}

    stream = (
        delta(tool_calls=[{**call(name="search", arguments=""), "id": "c0", "type": "function"}])
        + delta(tool_calls=[call(arguments='{"q":')])
        + delta(tool_calls=[call(arguments='"x"}')])
        + delta(finish="tool_calls")
        + DONE
    )
    assert parse(stream) == [
        Delta("", "tool_call", 0, ToolCall(0, "c0", "search")),
        Delta('{"q":', "tool_call", 1, ToolCall(0)),
        Delta('"x"}', "tool_call", 2, ToolCall(0)),
        Finish("tool_calls"),
        Done(),
    ]


@pytest.mark.parametrize(
    ("event", "failure"),
    [
        (data(error={"message": "quota", "type": "limit", "code": 429}), ("limit", "quota", 429)),
        (data(error={"message": "full", "code": "503"}), ("error", "full", 503)),
        (
            data(error={"message": "long", "code": "context_length_exceeded"}),
            ("context_length_exceeded", "long", None),
        ),
        (data(error="overloaded"), ("error", "overloaded", None)),
        (data(error={}), ("error", "the endpoint reported an error and gave no message", None)),
        (
            data(object="error", message="old vLLM", type="BadRequestError", code=400),
            ("BadRequestError", "old vLLM", 400),
        ),
        (
            b'error: {"code":400,"message":"llama.cpp","type":"invalid_request_error"}\n\n',
            ("invalid_request_error", "llama.cpp", 400),
        ),
        (b'event: error\ndata: {"message":"named"}\n\n', ("error", "named", None)),
        (
            data(
                error={"message": "mid", "code": 502},
                choices=[{"delta": {}, "finish_reason": "error"}],
            ),
            ("error", "mid", 502),
        ),
        (b'data: {"error":{"message":"half \\ud83d"}}\n\n', ("error", "half \ufffd", None)),
    ],
)
@pytest.mark.parametrize("before", [b"", delta("a")], ids=["first", "after tokens"])
def test_errors_inside_a_successful_response(
    event: bytes, failure: tuple[str, str, int | None], before: bytes
) -> None:
    expected = [*(texts("a") if before else []), Failure(*failure)]
    assert parse(before + event + DONE) == expected


@pytest.mark.parametrize(
    "payload", [b"{not json", b"<html>502 Bad Gateway</html>", b"[1]", b'{"choices":1}']
)
def test_what_cannot_be_read_is_named(payload: bytes) -> None:
    items = parse(delta("a") + b"data: " + payload + b"\n\n" + delta("b") + DONE)
    assert items[:-1] == texts("a")
    failure = items[-1]
    assert isinstance(failure, Failure)
    assert failure.type == "PARSE_ERROR"
    assert repr(payload.decode()) in failure.message


def test_nesting_without_end_is_a_parse_error() -> None:
    parser = ChatCompletionsParser()
    items = parser.feed(b'data: {"x":' + b"[" * 200_000 + b"\n\n")
    assert [item.type for item in items if isinstance(item, Failure)] == ["PARSE_ERROR"]


def test_a_line_without_end_is_an_overflow() -> None:
    parser = ChatCompletionsParser()
    items = parser.feed(delta("a") + b"data: " + b"x" * MAX_LINE_BYTES)
    assert items == texts("a")
    failure = parser.feed(b"x")[0]
    assert isinstance(failure, Failure)
    assert failure.type == "BUFFER_OVERFLOW"
    assert parser.finish() == []


def test_an_offending_line_is_shortened() -> None:
    assert shorten("a\n") == r"'a\n'"
    assert len(shorten("x" * 1000)) == 83
