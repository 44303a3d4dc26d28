from __future__ import annotations

import json

from jupyter_agentchat.socketio.refusal import FORBIDDEN, UNSUPPORTED_VERSION


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
