from __future__ import annotations

import pytest

from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.extract.errors import MAX_BUFFER, MAX_CHUNK_SIZE, StreamError


def test_it_carries_code_message_and_details() -> None:
    error = StreamError("TIMEOUT", "too late", {"deadlineNs": 5})
    assert (error.code, error.message, error.details) == ("TIMEOUT", "too late", {"deadlineNs": 5})
    assert isinstance(error, AgentChatError)
    assert (error.status, error.fault, error.retry) == (502, "provider", False)


def test_details_may_be_missing_and_are_a_copy() -> None:
    details = {"a": 1}
    error = StreamError("ABORTED", "stop", details)
    details["a"] = 2
    assert error.details == {"a": 1}
    assert StreamError("ABORTED", "stop").details == {}


@pytest.mark.parametrize(
    ("thing", "expected"),
    [(StreamError("ABORTED", "stop"), True), (ValueError("no"), False), (None, False)],
)
def test_is_stream_error(thing: object, expected: bool) -> None:  # noqa: FBT001  # a table
    assert StreamError.is_stream_error(thing) is expected


def test_the_limits_are_those_of_the_original() -> None:
    assert (MAX_CHUNK_SIZE, MAX_BUFFER) == (1_048_576, 102_400)


def test_chunk_too_large_says_what_the_original_says() -> None:
    error = StreamError.chunk_too_large(1_048_577)
    assert error.message == "Chunk size 1048577 exceeds maximum allowed 1048576"
    assert error.details == {"chunkSize": 1_048_577, "maxAllowed": 1_048_576}


def test_buffer_overflow_names_the_thing_and_the_unit() -> None:
    error = StreamError.buffer_overflow("a line", 12, 10, "bytes")
    assert error.code == "BUFFER_OVERFLOW"
    assert error.message == "a line reached 12 bytes; 10 are allowed"
