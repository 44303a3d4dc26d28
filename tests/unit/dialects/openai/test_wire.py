from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_agentchat.dialects.openai.failures import Refusal
from jupyter_agentchat.dialects.openai.wire import DONE, Completion, finish_reason, usage_of
from jupyter_agentchat.extract.openai import ChatCompletionsParser, Delta, Done, Failure, Finish
from jupyter_agentchat.extract.openai import Usage as Counted
from jupyter_agentchat.protocol.events import StreamCompleted
from jupyter_agentchat.protocol.model import Usage

USAGE = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}


def completion() -> Completion:
    return Completion("abcdefghij", 1_795_243_440, 'ollama:ll"ama')


def payload(data: bytes) -> dict[str, Any]:
    assert data.startswith(b"data: ")
    assert data.endswith(b"\n\n")
    loaded: dict[str, Any] = json.loads(data[6:])
    return loaded


def test_a_delta_is_one_message_and_the_first_names_the_role() -> None:
    written = completion()
    first, second = payload(written.text('é"\n')), payload(written.text("x"))
    assert first == {
        "id": "chatcmpl-abcdefghij",
        "object": "chat.completion.chunk",
        "created": 1_795_243_440,
        "model": 'ollama:ll"ama',
        "choices": [
            {
                "index": 0,
                "delta": {"role": "assistant", "content": 'é"\n'},
                "finish_reason": None,
            }
        ],
    }
    assert second["choices"][0]["delta"] == {"content": "x"}


def test_our_own_parser_reads_it_back() -> None:
    written = completion()
    data = [
        *(written.reasoning("Hm. "), written.text("Hel"), written.text("lo 😀")),
        *(written.finish("length"), written.usage(USAGE), DONE),
    ]
    parser = ChatCompletionsParser()
    assert [*parser.feed(b"".join(data)), *parser.finish()] == [
        Delta("Hm. ", "reasoning", 0),
        Delta("Hel", "text", 1),
        Delta("lo 😀", "text", 2),
        Finish("length"),
        Counted(1, 2, 3),
        Done(),
    ]


def test_a_failure_is_read_back_as_one() -> None:
    parser = ChatCompletionsParser()
    data = completion().failure(Refusal(message="It broke.", type="server_error", code="x"))
    assert parser.feed(data) == [Failure("server_error", "It broke.", None)]


def test_an_answer_without_a_delta_opens_before_it_ends() -> None:
    opening, end, _ = completion().finish("stop").split(b"\n\n")
    assert payload(opening + b"\n\n")["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert payload(end + b"\n\n")["choices"][0]["finish_reason"] == "stop"


def test_usage_has_no_choice() -> None:
    told = payload(completion().usage(USAGE))
    assert (told["choices"], told["usage"]) == ([], USAGE)


def test_one_object_at_the_end() -> None:
    whole = completion().whole("Hello", "Hm.", "stop", USAGE)
    assert whole["object"] == "chat.completion"
    assert whole["choices"] == [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "Hello",
                "refusal": None,
                "reasoning_content": "Hm.",
            },
            "logprobs": None,
            "finish_reason": "stop",
        }
    ]


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (Usage(input_tokens=5, output_tokens=6), (5, 6, 11)),
        (Usage(output_tokens=6), (2, 6, 8)),
        (None, (2, 1, 3)),
    ],
)
def test_what_nobody_counted_is_estimated(usage: Usage | None, expected: tuple[int, ...]) -> None:
    assert tuple(usage_of(usage, "12345678", "abc").values()) == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [(None, "stop"), ("ignored", "stop"), ("length", "length"), ("tool_calls", "tool_calls")],
)
def test_the_reason_is_in_openais_words(reason: str | None, expected: str) -> None:
    end = StreamCompleted(seq=1, t=1, stream="s", message="m", text="", reason=reason)
    assert finish_reason(end) == expected


def size(chunks: int, chars: int = 4) -> int:
    written = completion()
    return sum(len(written.text("x" * chars)) for _ in range(chunks))


def test_bytes_grow_linearly_and_two_thousand_chunks_are_under_450_kb() -> None:
    first = size(1) - size(0)
    each = size(3) - size(2)
    assert [size(n) for n in (1, 10, 1000)] == [first + (n - 1) * each for n in (1, 10, 1000)]
    assert size(2000) <= 450_000
    assert size(125, 64) <= 60_000  # the same reply in chunks of sixteen
