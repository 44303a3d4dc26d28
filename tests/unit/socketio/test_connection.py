from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.socketio.connection import Connection
from jupyter_agentchat.socketio.connection_events import (
    AckMissed,
    AckReceived,
    CloseEngine,
    ConnectionEvent,
    ConnectRequested,
    EventReceived,
    NamespaceLeft,
    SendFrames,
)
from jupyter_agentchat.socketio.encoding import encode_event
from jupyter_agentchat.socketio.engine_events import CloseReason
from jupyter_agentchat.socketio.errors import IllegalMoveError
from jupyter_agentchat.socketio.frames import Frame, Frames
from jupyter_agentchat.socketio.settings import ConnectionSettings

MS = 1_000_000
SETTINGS = ConnectionSettings(connect_timeout_ms=1_000, max_owed_acks=3)
NEWS = encode_event("/", "news", {"a": 1})


def begin() -> Connection:
    return Connection({"/", "/admin"}, settings=SETTINGS, now=0)


def connected(pid: str | None = None) -> Connection:
    connection = begin()
    connection.receive("0", 0)
    connection.accept("/", "S", pid=pid)
    return connection


def texts(frames: Frames) -> list[str]:
    return [frame.data.decode() for frame in frames]


def expect_protocol_error(events: list[ConnectionEvent]) -> None:
    assert isinstance(events[-1], CloseEngine)
    assert events[-1].reason is CloseReason.PARSE_ERROR
    assert events[-1].detail


class TestConnect:
    def test_the_application_decides(self) -> None:
        connection = begin()
        assert connection.receive('0{"token":"1"}', 0) == [
            ConnectRequested("/", {"token": "1"}, None, None)
        ]
        assert connection.sid_of("/") is None
        assert texts(connection.accept("/", "S")) == ['40{"sid":"S"}']
        assert connection.sid_of("/") == "S"

    def test_a_client_that_comes_back_names_its_state(self) -> None:
        auth = {"pid": "P", "offset": "lab=x:1"}
        (event,) = begin().receive('0/admin,{"pid":"P","offset":"lab=x:1"}', 0)
        assert event == ConnectRequested("/admin", auth, "P", "lab=x:1")

    @pytest.mark.parametrize("auth", ['{"pid":1,"offset":[]}', "{}", ""])
    def test_only_text_is_a_state(self, auth: str) -> None:
        (event,) = begin().receive("0" + auth, 0)
        assert isinstance(event, ConnectRequested)
        assert (event.pid, event.offset) == (None, None)

    def test_a_private_id_goes_with_the_answer(self) -> None:
        connection = begin()
        connection.receive("0/admin,", 0)
        frames = connection.accept("/admin", "S", pid="P")
        assert texts(frames) == ['40/admin,{"sid":"S","pid":"P"}']

    def test_an_unknown_namespace_is_refused_by_itself(self) -> None:
        connection = begin()
        assert connection.receive("0/random", 0) == [
            SendFrames((Frame(b'44/random,{"message":"Invalid namespace"}'),))
        ]
        assert connection.is_open

    def test_a_refused_client_may_ask_again(self) -> None:
        connection = begin()
        connection.receive("0", 0)
        assert texts(connection.refuse("/", "Not authorized")) == ['44{"message":"Not authorized"}']
        assert connection.sid_of("/") is None
        assert isinstance(connection.receive("0", 0)[0], ConnectRequested)
        frames = connection.refuse("/", "No", {"code": 7})
        assert texts(frames) == ['44{"message":"No","data":{"code":7}}']

    @pytest.mark.parametrize("second", ["0", '2["x"]', "1", "30[]"])
    def test_a_client_waits_for_the_answer(self, second: str) -> None:
        connection = begin()
        connection.receive("0", 0)
        expect_protocol_error(connection.receive(second, 0))

    def test_nobody_connects_twice(self) -> None:
        expect_protocol_error(connected().receive("0", 0))

    @pytest.mark.parametrize("first", ["abc", '2["x"]', "1", "30[]", '4{"message":"x"}', b"x"])
    def test_connect_comes_first(self, first: str | bytes) -> None:
        connection = begin()
        expect_protocol_error(connection.receive(first, 0))
        assert not connection.is_open
        assert connection.receive("0", 0) == []

    def test_it_has_to_come_in_time(self) -> None:
        connection = begin()
        assert connection.is_waiting
        assert connection.next_deadline() == 1_000 * MS
        assert connection.handle_timeout(1_000 * MS - 1) == []
        assert connection.handle_timeout(1_000 * MS) == [CloseEngine(CloseReason.CONNECT_TIMEOUT)]
        assert connection.handle_timeout(1_001 * MS) == []
        assert connection.next_deadline() is None

    def test_asking_is_not_enough(self) -> None:
        connection = begin()
        connection.receive("0", 0)
        assert connection.handle_timeout(1_000 * MS) == [CloseEngine(CloseReason.CONNECT_TIMEOUT)]
        with pytest.raises(IllegalMoveError, match="cannot accept"):
            connection.accept("/", "S")

    def test_once_in_there_is_no_hurry(self) -> None:
        connection = connected()
        assert not connection.is_waiting
        connection.receive("1", 0)
        assert connection.next_deadline() is None
        assert connection.handle_timeout(9_000 * MS) == []


class TestEvents:
    def test_events_come_in_order_with_their_arguments(self) -> None:
        connection = connected()
        assert connection.receive('2["a",1,{"b":[2]}]', 0) == [
            EventReceived("/", "a", [1, {"b": [2]}], None)
        ]
        assert connection.receive('51-5["c",{"_placeholder":true,"num":0}]', 0) == []
        assert connection.receive(b"x", 0) == [EventReceived("/", "c", [b"x"], 5)]

    def test_events_of_another_namespace_need_another_connect(self) -> None:
        expect_protocol_error(connected().receive('2/admin,["a"]', 0))

    def test_a_broken_packet_ends_everything(self) -> None:
        connection = connected()
        events = connection.receive("2{}", 0)
        assert events[0] == NamespaceLeft("/", "S", CloseReason.PARSE_ERROR)
        expect_protocol_error(events)

    def test_an_event_is_sent_as_encoded(self) -> None:
        assert connected().emit(NEWS) is NEWS.plain

    def test_an_offset_is_the_last_argument(self) -> None:
        frames = connected("P").emit(NEWS, offset="lab=x:1")
        assert texts(frames) == ['42["news",{"a":1},"lab=x:1"]']

    def test_text_that_would_be_taken_for_an_offset_is_refused(self) -> None:
        text = encode_event("/", "news", "text")
        assert connected().emit(text) is text.plain
        with pytest.raises(InvalidInputError, match="for its offset"):
            connected("P").emit(text)
        assert connected("P").emit(NEWS) is NEWS.plain
        assert connected("P").emit(text, offset="lab=x:1")

    def test_nothing_is_sent_to_who_is_not_there(self) -> None:
        connection = begin()
        with pytest.raises(IllegalMoveError, match="absent cannot send"):
            connection.emit(NEWS)
        with pytest.raises(IllegalMoveError, match="absent cannot send"):
            connection.call(NEWS, timeout_ms=500, now=0)
        with pytest.raises(IllegalMoveError, match="absent cannot send"):
            connection.ack("/", 7)
        with pytest.raises(IllegalMoveError, match="absent cannot disconnect"):
            connection.disconnect("/")
        assert connection.next_deadline() == 1_000 * MS


class TestAcknowledgements:
    def test_ours(self) -> None:
        connection = connected()
        connection.receive('27["ask"]', 0)
        assert texts(connection.ack("/", 7, 1, "two")) == ['437[1,"two"]']
        with pytest.raises(IllegalMoveError, match="acknowledgement 7"):
            connection.ack("/", 7)

    def test_ours_with_bytes(self) -> None:
        connection = connected()
        connection.receive('27["ask"]', 0)
        assert connection.ack("/", 7, b"x") == (
            Frame(b'461-7[{"_placeholder":true,"num":0}]'),
            Frame(b"x", binary=True),
        )

    def test_one_that_is_no_json_can_still_be_given_properly(self) -> None:
        connection = connected()
        connection.receive('27["ask"]', 0)
        with pytest.raises(InvalidInputError, match="JSON"):
            connection.ack("/", 7, object())
        assert texts(connection.ack("/", 7)) == ["437[]"]

    def test_asking_twice_with_one_id_is_an_error(self) -> None:
        connection = connected()
        connection.receive('27["ask"]', 0)
        expect_protocol_error(connection.receive('27["ask"]', 0))

    def test_theirs(self) -> None:
        connection = connected()
        ack_id, frames = connection.call(NEWS, timeout_ms=500, now=0)
        assert texts(frames) == [f'42{ack_id}["news",{{"a":1}}]']
        assert connection.receive(f'3{ack_id}["yes"]', 0) == [AckReceived("/", ack_id, ["yes"])]
        assert connection.receive(f'3{ack_id}["yes"]', 0) == []

    def test_theirs_have_a_time_out(self) -> None:
        connection = connected()
        ack_id, _ = connection.call(NEWS, timeout_ms=500, now=0)
        assert connection.next_deadline() == 500 * MS
        assert connection.receive(f"3{ack_id}[]", 500 * MS) == [
            AckMissed("/", ack_id, timed_out=True)
        ]
        assert connection.next_deadline() is None

    def test_theirs_are_given_up_when_they_leave(self) -> None:
        connection = connected()
        ack_id, _ = connection.call(NEWS, timeout_ms=500, now=0)
        assert connection.receive("1", 0) == [
            AckMissed("/", ack_id, timed_out=False),
            NamespaceLeft("/", "S", CloseReason.CLIENT_LEFT),
        ]


class TestLeaving:
    def test_a_client_leaves_one_namespace(self) -> None:
        connection = connected()
        connection.receive("0/admin,", 0)
        connection.accept("/admin", "T")
        assert connection.receive("1/admin,", 0) == [
            NamespaceLeft("/admin", "T", CloseReason.CLIENT_LEFT)
        ]
        assert connection.receive('2["a"]', 0) == [EventReceived("/", "a", [], None)]
        expect_protocol_error(connection.receive('2/admin,["a"]', 0))

    def test_the_server_disconnects_and_what_was_on_its_way_is_dropped(self) -> None:
        connection = connected()
        ack_id, _ = connection.call(NEWS, timeout_ms=500, now=0)
        assert connection.disconnect("/") == [
            SendFrames((Frame(b"41"),)),
            AckMissed("/", ack_id, timed_out=False),
            NamespaceLeft("/", "S", CloseReason.SERVER_LEFT),
        ]
        assert connection.receive('27["late"]', 0) == []
        assert connection.receive(f"3{ack_id}[]", 0) == []
        assert connection.receive("1", 0) == []
        assert connection.is_open
        assert isinstance(connection.receive("0", 0)[0], ConnectRequested)

    def test_the_end_of_the_session_leaves_all_of_them_once(self) -> None:
        connection = connected()
        connection.receive("0/admin,", 0)
        connection.accept("/admin", "T")
        assert connection.end(CloseReason.PING_TIMEOUT) == [
            NamespaceLeft("/", "S", CloseReason.PING_TIMEOUT),
            NamespaceLeft("/admin", "T", CloseReason.PING_TIMEOUT),
        ]
        assert connection.end(CloseReason.PING_TIMEOUT) == []
        assert connection.receive('2["a"]', 0) == []

    def test_who_was_never_let_in_does_not_leave(self) -> None:
        connection = begin()
        connection.receive("0", 0)
        assert connection.end(CloseReason.TRANSPORT_CLOSE) == []
