"""Faults planted in the core: the checks about the broken behaviour turn red, and tell which."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from jupyter_agentchat.socketio import Connection, EngineSession, PacketError
from jupyter_agentchat.socketio import engine_packets as wire
from jupyter_agentchat.socketio.acks import OwedAcks
from jupyter_agentchat.socketio.decoding import PacketDecoder
from jupyter_agentchat.socketio.engine_events import EngineEvent
from jupyter_agentchat.socketio.heartbeat import Beat, Heartbeat
from jupyter_agentchat.socketio.packets import Packet
from jupyter_agentchat.socketio.polling import PollQueue
from tests.conformance.socketio.checks import Check
from tests.conformance.socketio.engine_checks import ENGINE_CHECKS
from tests.conformance.socketio.memory import MS, MemoryServer
from tests.conformance.socketio.socket_checks import SOCKET_CHECKS

Plant = Callable[[pytest.MonkeyPatch], None]


def nobody_is_ever_dead(patch: pytest.MonkeyPatch) -> None:
    check = Heartbeat.check

    def lenient(self: Heartbeat, now: int) -> Beat | None:
        beat = check(self, now)
        if beat is not Beat.DEAD:
            return beat
        self.deadline = now + self.timeout_ns
        return None

    patch.setattr(Heartbeat, "check", lenient)


def no_ping_is_due(patch: pytest.MonkeyPatch) -> None:
    def silent(self: Heartbeat, now: int) -> None:
        self.deadline = max(self.deadline, now + 1_000 * MS)

    patch.setattr(Heartbeat, "check", silent)


def a_second_poll_replaces_the_first(patch: pytest.MonkeyPatch) -> None:
    poll = EngineSession.poll

    def lenient(self: EngineSession, peer: object, now: int) -> list[EngineEvent]:
        self._polls.peer = None
        return poll(self, peer, now)

    patch.setattr(EngineSession, "poll", lenient)


def an_aborted_poll_is_forgiven(patch: pytest.MonkeyPatch) -> None:
    def lenient(self: EngineSession, _peer: object, _now: int) -> list[EngineEvent]:
        self._polls.peer = None
        return []

    patch.setattr(EngineSession, "lost", lenient)


def a_probe_does_not_end_polling(patch: pytest.MonkeyPatch) -> None:
    answer = PollQueue.answer

    def patient(self: PollQueue, *, even_if_empty: bool = False) -> list[EngineEvent]:
        return answer(self, even_if_empty=even_if_empty and bool(self.frames))

    patch.setattr(PollQueue, "answer", patient)


def what_is_malformed_is_a_noop(patch: pytest.MonkeyPatch) -> None:
    decode = wire.decode_frame

    def lenient(data: str | bytes, max_payload: int) -> wire.EnginePacket:
        try:
            return decode(data, max_payload)
        except PacketError:
            return wire.EnginePacket(wire.EngineType.NOOP)

    patch.setattr(wire, "decode_frame", lenient)


def what_no_socket_says_is_ignored(patch: pytest.MonkeyPatch) -> None:
    feed = PacketDecoder.feed

    def lenient(self: PacketDecoder, data: str | bytes) -> Packet | None:
        try:
            return feed(self, data)
        except PacketError:
            return None

    patch.setattr(PacketDecoder, "feed", lenient)


def connecting_may_take_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Connection, "handle_timeout", lambda _self, _now: [])
    patch.setattr(Connection, "next_deadline", lambda _self: None)


def acknowledgements_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    settle = OwedAcks.settle
    patch.setattr(OwedAcks, "settle", lambda self, ack_id: settle(self, ack_id + 1))


FAULTS: dict[Plant, set[str]] = {
    nobody_is_ever_dead: {
        "engine-18-polling-silence-closes",
        "engine-20-websocket-silence-closes",
        "socket-09-polling-silence-closes",
        "socket-11-websocket-silence-closes",
    },
    no_ping_is_due: {
        "engine-17-polling-heartbeat",
        "engine-18-polling-silence-closes",
        "engine-19-websocket-heartbeat",
        "engine-20-websocket-silence-closes",
        "socket-08-polling-heartbeat",
        "socket-09-polling-silence-closes",
        "socket-10-websocket-heartbeat",
        "socket-11-websocket-silence-closes",
        "socket-23-no-connect-closes",
        "socket-24-leaving-keeps-the-session",
    },
    a_second_poll_replaces_the_first: {"engine-12-two-polls-close"},
    an_aborted_poll_is_forgiven: {"engine-13-aborted-poll-closes"},
    a_probe_does_not_end_polling: {
        "engine-23-upgrade-carries-messages",
        "socket-14-upgrade-ends-polling",
    },
    what_is_malformed_is_a_noop: {"engine-16-malformed-frame-closes"},
    what_no_socket_says_is_ignored: {
        "socket-22-malformed-connect-closes",
        "socket-30-unknown-packet-closes",
        "socket-31-payload-that-is-no-list-closes",
        "socket-32-malformed-ack-id-closes",
    },
    connecting_may_take_for_ever: {"socket-23-no-connect-closes"},
    acknowledgements_are_forgotten: {
        "socket-28-acknowledgement",
        "socket-29-binary-acknowledgement",
    },
}


def fails(check: Check) -> bool:
    async def run() -> None:
        await check.run(MemoryServer(check.application))

    try:
        asyncio.run(run())
    except Exception:  # noqa: BLE001  # whatever a broken server leads to
        return True
    return False


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_turns_its_own_checks_red(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    red = {str(check) for check in ENGINE_CHECKS + SOCKET_CHECKS if fails(check)}
    assert red == FAULTS[plant]
