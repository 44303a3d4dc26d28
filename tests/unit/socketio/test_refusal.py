from __future__ import annotations

import json

from jupyter_agentchat.socketio.refusal import (
    BAD_METHOD,
    BAD_REQUEST,
    FORBIDDEN,
    UNKNOWN_SID,
    UNKNOWN_TRANSPORT,
    UNSUPPORTED_VERSION,
)


def test_the_body_carries_the_number_and_the_words_of_the_reference_server() -> None:
    assert json.loads(UNSUPPORTED_VERSION.body) == {
        "code": 5,
        "message": "Unsupported protocol version",
    }


def test_the_answer_is_an_http_error_to_the_peer() -> None:
    answer = FORBIDDEN.answer("request")
    assert (answer.peer, answer.status) == ("request", 403)
    assert answer.content_type == "application/json"
    assert answer.body == FORBIDDEN.body


def test_the_numbers_are_those_of_the_reference_server() -> None:
    refusals = (
        UNKNOWN_TRANSPORT,
        UNKNOWN_SID,
        BAD_METHOD,
        BAD_REQUEST,
        FORBIDDEN,
        UNSUPPORTED_VERSION,
    )
    assert [refusal.code for refusal in refusals] == [0, 1, 2, 3, 4, 5]
    assert {refusal.status for refusal in refusals if refusal is not FORBIDDEN} == {400}
