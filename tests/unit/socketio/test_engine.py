from __future__ import annotations

import json

import pytest

from jupyter_agentchat.socketio.engine import EngineSession
from jupyter_agentchat.socketio.engine_events import (
    Answer,
    Close,
    CloseReason,
    EngineEvent,
    MessageReceived,
    SessionClosed,
    TransportUpgraded,
    Write,
)
from jupyter_agentchat.socketio.engine_packets import PING, message_frame
from jupyter_agentchat.socketio.engine_states import EngineState
from jupyter_agentchat.socketio.errors import IllegalMoveError
from jupyter_agentchat.socketio.frames import Frame
from jupyter_agentchat.socketio.settings import EngineSettings, Transport

MS = 1_000_000
SETTINGS = EngineSettings(
    ping_interval_ms=300,
    ping_timeout_ms=200,
    max_payload=100,
    upgrade_timeout_ms=250,
    linger_ms=1_000,
)
HELLO = message_frame("hello")
OK = (200, b"ok")


def begin(transport: Transport = "polling") -> EngineSession:
    session = EngineSession("S1", transport, identity="ann", settings=SETTINGS, now=0)
    session.open("handshake")
    return session


def probed() -> EngineSession:
    session = begin()
    session.attach("ws", 0)
    session.receive("ws", "2probe", 0)
    return session


def answer_to(peer: object, events: list[EngineEvent]) -> tuple[int, bytes]:
    (found,) = [event for event in events if isinstance(event, Answer) and event.peer == peer]
    return found.status, found.body


def error_code(peer: object, events: list[EngineEvent]) -> int:
    status, body = answer_to(peer, events)
    assert status == 400
    code = json.loads(body)["code"]
    assert isinstance(code, int)
    return code


def closed(events: list[EngineEvent]) -> CloseReason | None:
    found = [event.reason for event in events if isinstance(event, SessionClosed)]
    assert len(found) <= 1
    return found[0] if found else None


class TestHandshake:
    def test_polling_is_answered_with_the_open_packet(self) -> None:
        session = EngineSession("S1", "polling", identity=None, settings=SETTINGS, now=0)
        status, body = answer_to("get", session.open("get"))
        assert status == 200
        assert body.startswith(b'0{"sid":"S1"')

    def test_websocket_is_sent_the_open_packet(self) -> None:
        session = EngineSession("S1", "websocket", identity=None, settings=SETTINGS, now=0)
        (write,) = session.open("ws")
        assert isinstance(write, Write)
        assert write.peer == "ws"
        assert write.frames[0].data.startswith(b'0{"sid":"S1","upgrades":[]')


class TestPolling:
    def test_a_poll_waits_for_the_first_frame_and_takes_all_that_wait(self) -> None:
        session = begin()
        assert session.poll("p1", 0) == []
        assert answer_to("p1", session.send((HELLO, message_frame(b"\x00")))) == (
            200,
            b"4hello\x1ebAA==",
        )
        assert session.send((HELLO,)) == []
        assert session.queued_bytes == 6
        assert answer_to("p2", session.poll("p2", 0)) == (200, b"4hello")
        assert session.queued_bytes == 0

    def test_a_post_hands_up_its_messages_before_it_is_answered(self) -> None:
        events = begin().post("p", b"4a\x1ebAQ==\x1e6", 0)
        assert events[:2] == [MessageReceived("a"), MessageReceived(b"\x01")]
        assert answer_to("p", events[2:]) == OK

    def test_an_overlapping_poll_ends_the_session_for_both(self) -> None:
        session = begin()
        session.poll("p1", 0)
        events = session.poll("p2", 0)
        assert answer_to("p1", events) == (200, b"1")
        assert error_code("p2", events) == 3
        assert closed(events) is CloseReason.TRANSPORT_ERROR
        assert error_code("p3", session.poll("p3", 0)) == 1

    def test_a_lost_poll_ends_the_session(self) -> None:
        session = begin()
        session.poll("p1", 0)
        assert closed(session.lost("p1", 0)) is CloseReason.TRANSPORT_CLOSE
        assert session.finished

    def test_losing_what_was_answered_already_means_nothing(self) -> None:
        session = begin()
        session.poll("p1", 0)
        session.send((HELLO,))
        assert session.lost("p1", 0) == []
        assert session.is_open

    @pytest.mark.parametrize(
        ("body", "status"),
        [(b"abc", 400), (b"", 400), (b"4a\x1e2", 400), (b"0", 400), (b"5", 400), (b"4" * 101, 413)],
    )
    def test_a_malformed_post_closes(self, body: bytes, status: int) -> None:
        session = begin()
        events = session.post("p", body, 0)
        assert answer_to("p", events)[0] == status
        assert closed(events) is CloseReason.PARSE_ERROR
        assert session.finished

    def test_what_follows_a_close_packet_is_not_read(self) -> None:
        session = begin()
        events = session.post("p", b"4a\x1e1\x1e4b\x1e2", 0)
        assert [event for event in events if isinstance(event, MessageReceived)] == [
            MessageReceived("a")
        ]
        assert answer_to("p", events) == OK
        assert closed(events) is CloseReason.TRANSPORT_CLOSE


class TestClose:
    def test_a_posted_close_ends_the_outstanding_poll_with_a_noop(self) -> None:
        session = begin()
        session.poll("p1", 0)
        events = session.post("p2", b"1", 0)
        assert answer_to("p1", events) == (200, b"6")
        assert answer_to("p2", events) == OK
        assert session.finished

    def test_a_poll_that_a_close_overtook_is_answered_once(self) -> None:
        session = begin()
        assert closed(session.post("p1", b"1", 0)) is CloseReason.TRANSPORT_CLOSE
        assert (session.is_open, session.finished) == (False, False)
        assert answer_to("p2", session.poll("p2", 5)) == (200, b"6")
        assert session.finished
        assert session.next_deadline() is None
        assert error_code("p3", session.poll("p3", 5)) == 1

    def test_lingering_ends(self) -> None:
        session = begin()
        session.post("p1", b"1", 0)
        assert session.next_deadline() == 1_000 * MS
        assert session.handle_timeout(1_000 * MS) == []
        assert session.finished
        assert session.next_deadline() is None

    def test_the_server_tells_the_outstanding_poll(self) -> None:
        session = begin()
        session.poll("p1", 0)
        events = session.close(0)
        assert answer_to("p1", events) == (200, b"1")
        assert closed(events) is CloseReason.SERVER_CLOSE
        assert session.finished

    def test_the_server_tells_the_next_poll_after_what_was_queued(self) -> None:
        session = begin()
        session.send((HELLO,))
        session.close(0)
        assert answer_to("p1", session.poll("p1", 5)) == (200, b"4hello\x1e1")

    def test_a_websocket_is_closed(self) -> None:
        session = begin("websocket")
        session.open("ws")
        assert session.close(0) == [Close("ws"), SessionClosed(CloseReason.SERVER_CLOSE)]
        assert session.close(0) == []

    def test_nothing_is_sent_after_the_end(self) -> None:
        session = begin()
        session.close(0)
        with pytest.raises(IllegalMoveError, match="lingering cannot send"):
            session.send((HELLO,))

    def test_requests_after_the_end_are_refused(self) -> None:
        session = begin()
        session.close(0)
        assert error_code("p", session.post("p", b"4a", 0)) == 1
        assert session.attach("ws", 0) == [Close("ws")]
        assert session.receive("ws", "4a", 0) == []


class TestWebSocket:
    def test_frames_go_both_ways(self) -> None:
        session = begin("websocket")
        session.open("ws")
        assert session.receive("ws", "4a", 0) == [MessageReceived("a")]
        assert session.receive("ws", b"\x01", 0) == [MessageReceived(b"\x01")]
        assert session.send((HELLO,)) == [Write("ws", (HELLO,))]

    @pytest.mark.parametrize("frame", ["abc", "", "0", "2", "5", b"x" * 101])
    def test_what_no_client_sends_closes(self, frame: str | bytes) -> None:
        session = begin("websocket")
        session.open("ws")
        events = session.receive("ws", frame, 0)
        assert events[0] == Close("ws")
        assert closed(events) is CloseReason.PARSE_ERROR

    def test_a_close_packet_closes(self) -> None:
        session = begin("websocket")
        session.open("ws")
        events = session.receive("ws", "1", 0)
        assert events == [Close("ws"), SessionClosed(CloseReason.TRANSPORT_CLOSE)]
        assert session.finished

    def test_a_lost_socket_ends_the_session_once(self) -> None:
        session = begin("websocket")
        session.open("ws")
        assert session.lost("ws", 0) == [SessionClosed(CloseReason.TRANSPORT_CLOSE)]
        assert session.lost("ws", 0) == []

    def test_a_second_socket_is_closed_and_harms_nobody(self) -> None:
        session = begin("websocket")
        session.open("ws")
        assert session.attach("other", 0) == [Close("other")]
        assert session.lost("other", 0) == []
        assert session.receive("other", "4a", 0) == []
        assert session.receive("ws", "4a", 0) == [MessageReceived("a")]

    def test_it_is_not_polled(self) -> None:
        session = begin("websocket")
        assert error_code("p", session.poll("p", 0)) == 3
        assert error_code("p", session.post("p", b"4a", 0)) == 3
        assert session.is_open


class TestUpgrade:
    def test_the_probe_is_answered_and_ends_the_poll(self) -> None:
        session = begin()
        session.poll("p1", 0)
        assert session.attach("ws", 0) == []
        events = session.receive("ws", "2probe", 0)
        assert events[0] == Write("ws", (Frame(b"3probe"),))
        assert answer_to("p1", events) == (200, b"6")

    def test_polls_end_at_once_while_the_client_stops_polling(self) -> None:
        session = probed()
        assert answer_to("p1", session.poll("p1", 0)) == (200, b"6")
        session.send((HELLO,))
        assert answer_to("p2", session.poll("p2", 0)) == (200, b"4hello")
        assert answer_to("p3", session.post("p3", b"4a", 0)) == OK

    def test_what_waits_goes_to_the_socket(self) -> None:
        session = probed()
        session.send((HELLO,))
        assert session.receive("ws", "5", 0) == [TransportUpgraded(), Write("ws", (HELLO,))]
        assert session.state is EngineState.WEBSOCKET
        assert session.send((HELLO,)) == [Write("ws", (HELLO,))]

    def test_a_probe_may_be_repeated(self) -> None:
        assert probed().receive("ws", "2probe", 0) == [Write("ws", (Frame(b"3probe"),))]

    @pytest.mark.parametrize("frame", ["5", "4hello", "abc", "2", b"2probe", ""])
    def test_a_socket_that_does_not_probe_is_dropped_and_polling_goes_on(
        self, frame: str | bytes
    ) -> None:
        session = begin()
        session.attach("ws", 0)
        assert session.receive("ws", frame, 0) == [Close("ws")]
        assert session.state is EngineState.POLLING
        assert session.attach("ws2", 0) == []

    def test_a_second_probe_at_once_is_closed(self) -> None:
        session = probed()
        assert session.attach("ws2", 0) == [Close("ws2")]
        assert session.receive("ws", "5", 0) == [TransportUpgraded()]

    def test_a_lost_probe_leaves_polling(self) -> None:
        session = probed()
        assert session.lost("ws", 0) == []
        assert session.state is EngineState.POLLING
        assert session.poll("p1", 0) == []

    def test_a_probe_that_takes_too_long_is_dropped(self) -> None:
        session = probed()
        assert session.next_deadline() == 250 * MS
        assert session.handle_timeout(250 * MS) == [Close("ws")]
        assert session.state is EngineState.POLLING
        assert session.next_deadline() == 300 * MS

    def test_an_upgraded_session_is_not_upgraded_again(self) -> None:
        session = probed()
        session.receive("ws", "5", 0)
        assert session.attach("ws2", 0) == [Close("ws2")]
        assert error_code("p", session.poll("p", 0)) == 3
        assert session.receive("ws", "4a", 0) == [MessageReceived("a")]

    def test_the_end_of_the_session_closes_the_probe(self) -> None:
        assert Close("ws") in probed().close(0)


class TestHeartbeat:
    def test_a_ping_answers_the_poll(self) -> None:
        session = begin()
        session.poll("p1", 0)
        assert session.next_deadline() == 300 * MS
        assert answer_to("p1", session.handle_timeout(300 * MS)) == (200, b"2")
        assert answer_to("p2", session.post("p2", b"3", 310 * MS)) == OK
        assert session.next_deadline() == 610 * MS

    def test_a_ping_comes_alone_in_its_write(self) -> None:
        session = begin("websocket")
        session.open("ws")
        assert session.handle_timeout(300 * MS) == [Write("ws", (PING,))]
        assert session.receive("ws", "3", 310 * MS) == []
        assert session.next_deadline() == 610 * MS

    def test_silence_closes(self) -> None:
        session = begin("websocket")
        session.open("ws")
        session.handle_timeout(300 * MS)
        assert session.next_deadline() == 500 * MS
        events = session.handle_timeout(500 * MS)
        assert events == [Close("ws"), SessionClosed(CloseReason.PING_TIMEOUT)]

    def test_a_request_after_the_deadline_meets_the_closed_session(self) -> None:
        session = begin()
        session.handle_timeout(300 * MS)
        events = session.poll("p1", 500 * MS)
        assert closed(events) is CloseReason.PING_TIMEOUT
        assert error_code("p1", events) == 1

    def test_timeouts_may_be_handled_early_and_often(self) -> None:
        session = begin()
        assert session.handle_timeout(299 * MS) == []
        session.handle_timeout(300 * MS)
        assert session.handle_timeout(300 * MS) == []
        assert session.queued_bytes == 1
