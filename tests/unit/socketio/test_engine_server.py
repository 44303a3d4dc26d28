from __future__ import annotations

import pytest

from jupyter_agentchat.socketio.engine import EngineSession
from jupyter_agentchat.socketio.engine_server import (
    Continue,
    EngineRequest,
    EngineServer,
    Open,
    new_session_id,
)
from jupyter_agentchat.socketio.refusal import (
    BAD_METHOD,
    BAD_REQUEST,
    FORBIDDEN,
    UNKNOWN_SID,
    UNKNOWN_TRANSPORT,
    UNSUPPORTED_VERSION,
)
from jupyter_agentchat.socketio.settings import EngineSettings

POLLING = {"EIO": "4", "transport": "polling"}
WEBSOCKET = {"EIO": "4", "transport": "websocket"}


def begin(identity: object = "ann") -> tuple[EngineServer, EngineSession]:
    server = EngineServer(EngineSettings(), new_sid=lambda: "S1")
    return server, server.open("polling", identity=identity, now=0)


def test_a_handshake_opens_the_transport_it_asks_for() -> None:
    server = EngineServer(EngineSettings())
    assert server.decide(EngineRequest("GET", POLLING)) == Open("polling")
    assert server.decide(EngineRequest("GET", WEBSOCKET, websocket=True)) == Open("websocket")


@pytest.mark.parametrize(
    ("method", "query", "websocket", "refusal"),
    [
        ("GET", {"EIO": "4"}, False, UNKNOWN_TRANSPORT),
        ("GET", {**POLLING, "transport": "abc"}, False, UNKNOWN_TRANSPORT),
        ("GET", {"transport": "polling"}, False, UNSUPPORTED_VERSION),
        ("GET", {**POLLING, "EIO": "abc"}, False, UNSUPPORTED_VERSION),
        ("GET", {**POLLING, "EIO": "3"}, False, UNSUPPORTED_VERSION),
        ("GET", {**WEBSOCKET, "EIO": "2"}, True, UNSUPPORTED_VERSION),
        ("POST", POLLING, False, BAD_METHOD),
        ("PUT", POLLING, False, BAD_METHOD),
        ("GET", WEBSOCKET, False, BAD_REQUEST),
        ("GET", POLLING, True, BAD_REQUEST),
        ("GET", {**POLLING, "sid": "S2"}, False, UNKNOWN_SID),
        ("GET", {**POLLING, "sid": ""}, False, UNKNOWN_SID),
        ("PUT", {**POLLING, "sid": "S1"}, False, BAD_REQUEST),
        ("GET", {**WEBSOCKET, "sid": "S1"}, False, BAD_REQUEST),
        ("GET", {**POLLING, "sid": "S1"}, True, BAD_REQUEST),
    ],
)
def test_what_fits_no_session_is_refused(
    method: str, query: dict[str, str], *, websocket: bool, refusal: object
) -> None:
    server, _ = begin()
    assert server.decide(EngineRequest(method, query, websocket, "ann")) == refusal


def test_a_transport_that_is_switched_off_is_unknown() -> None:
    server = EngineServer(EngineSettings(transports=("websocket",)))
    assert server.decide(EngineRequest("GET", POLLING)) == UNKNOWN_TRANSPORT


@pytest.mark.parametrize(
    ("method", "transport", "websocket", "call"),
    [
        ("GET", "polling", False, "poll"),
        ("POST", "polling", False, "post"),
        ("GET", "websocket", True, "attach"),
    ],
)
def test_a_known_sid_continues_its_session(
    method: str, transport: str, *, websocket: bool, call: str
) -> None:
    server, session = begin()
    query = {"EIO": "4", "transport": transport, "sid": "S1"}
    decision = server.decide(EngineRequest(method, query, websocket, "ann"))
    assert isinstance(decision, Continue)
    assert decision.session is session
    assert decision.call == call


@pytest.mark.parametrize("identity", ["bob", None])
@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_a_session_answers_to_its_own_identity_alone(transport: str, identity: object) -> None:
    server, _ = begin("ann")
    query = {"EIO": "4", "transport": transport, "sid": "S1"}
    request = EngineRequest("GET", query, transport == "websocket", identity)
    assert server.decide(request) == FORBIDDEN


def test_an_anonymous_session_is_not_taken_over_by_a_user() -> None:
    server, _ = begin(None)
    request = EngineRequest("GET", {**POLLING, "sid": "S1"}, identity="ann")
    assert server.decide(request) == FORBIDDEN


def test_a_forgotten_session_is_unknown() -> None:
    server, session = begin()
    server.forget(session.sid)
    server.forget(session.sid)
    request = EngineRequest("GET", {**POLLING, "sid": "S1"}, identity="ann")
    assert server.decide(request) == UNKNOWN_SID


def test_session_ids_are_long_and_differ() -> None:
    ids = {new_session_id() for _ in range(100)}
    assert len(ids) == 100
    assert {len(sid) for sid in ids} == {20}
