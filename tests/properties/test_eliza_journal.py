"""From its last offset alone, a client gets what it missed in every room, once and in order."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.dialects.eliza.journal import Journal
from jupyter_agentchat.dialects.eliza.offsets import (
    Point,
    offset_after,
    offset_within,
    parse_offset,
)

ROOMS = ("r0", "r1", "r2")


class Packet(NamedTuple):
    """One event of ElizaOS, as part of the log's `seq`."""

    room: str
    seq: int
    number: int
    offset: str


class Wire:
    """A server that writes, and a client that received a part of it."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.logs: dict[str, list[int]] = {room: [] for room in ROOMS}
        self.joined: dict[str, int] = {}
        self.written: list[Packet] = []
        self.received: list[Packet] = []

    def join(self, room: str) -> None:
        if room not in self.joined:
            self.joined[room] = len(self.logs[room])
            self.journal.join(room, self.joined[room])

    def publish(self, room: str, count: int) -> None:
        self.logs[room].append(count)
        if room in self.joined:
            self.write(room, Point.after(len(self.logs[room]) - 1))

    def write(self, room: str, point: Point) -> None:
        for seq in range(point.next, len(self.logs[room]) + 1):
            taken = point.taken if seq == point.next else 0
            for packet in packets(room, seq, self.logs[room][seq - 1])[taken:]:
                self.written.append(packet)
                parsed = parse_offset(packet.offset)
                assert parsed is not None
                self.journal.wrote(*parsed)

    def break_off(self, arrived: int) -> None:
        """Lose what was written beyond `arrived` packets, and come back."""
        self.received += self.written[:arrived]
        self.written = []
        offset = self.received[-1].offset if self.received else None
        points = self.journal.rewind(offset)
        assert points is not None
        assert set(points) == set(self.joined)
        for room, point in points.items():
            self.write(room, point)


def packets(room: str, seq: int, count: int) -> list[Packet]:
    offsets = [offset_within(room, seq, seq, number) for number in range(1, count)]
    offsets.append(offset_after(room, seq))
    return [Packet(room, seq, number, offset) for number, offset in enumerate(offsets, 1)]


steps = st.one_of(
    st.tuples(st.just("join"), st.sampled_from(ROOMS), st.just(0)),
    st.tuples(st.just("publish"), st.sampled_from(ROOMS), st.integers(1, 3)),
    st.tuples(st.just("break"), st.just(""), st.integers(0, 12)),
)


@given(st.lists(steps, max_size=60))
def test_every_event_arrives_once_and_in_order(script: list[tuple[str, str, int]]) -> None:
    wire = Wire()
    for verb, room, number in script:
        if verb == "join":
            wire.join(room)
        elif verb == "publish":
            wire.publish(room, number)
        else:
            wire.break_off(min(number, len(wire.written)))
    wire.break_off(len(wire.written))
    for room, since in wire.joined.items():
        got = [(each.seq, each.number) for each in wire.received if each.room == room]
        assert got == [
            (seq, number)
            for seq, count in enumerate(wire.logs[room], 1)
            if seq > since
            for number in range(1, count + 1)
        ]


def test_an_offset_of_another_session_counts_as_none() -> None:
    journal = Journal()
    journal.join("r0", 20)
    journal.wrote("r0", Point.after(25))
    assert journal.rewind("r0.5") == {"r0": Point.after(20)}
    assert journal.rewind("r9.7") == {"r0": Point.after(20)}
    assert journal.rewind("not ours") == {"r0": Point.after(20)}


def test_the_offset_of_a_room_that_was_left_still_tells_of_the_others() -> None:
    journal = Journal()
    journal.join("r0", 0)
    journal.join("r1", 0)
    journal.wrote("r1", Point.after(5))
    journal.wrote("r0", Point.after(6))
    journal.leave("r0")
    assert journal.rewind("r0.6") == {"r1": Point.after(5)}


def test_who_joins_again_begins_there() -> None:
    journal = Journal()
    journal.join("r0", 0)
    journal.wrote("r0", Point.after(6))
    journal.leave("r0")
    journal.join("r0", 10)
    assert journal.rewind("r0.6") == {"r0": Point.after(10)}


def test_what_is_forgotten_is_not_guessed() -> None:
    journal = Journal(max_entries=2)
    journal.join("r0", 0)
    journal.join("r1", 0)
    for seq in range(1, 4):
        journal.wrote("r0", Point.after(seq))
        journal.wrote("r1", Point.after(seq))
    assert journal.rewind("r0.1") is None
    assert journal.rewind(None) is None
    assert journal.rewind("r1.3") == {"r0": Point.after(3), "r1": Point.after(3)}


def test_offsets_say_what_they_were_made_of() -> None:
    assert parse_offset(offset_after("r1", 7)) == ("r1", Point.after(7))
    assert parse_offset(offset_within("r1", 3, 9, 2)) == ("r1", Point(3, 2, 9))
    assert Point.after(2) < Point(3, 2, 9) < Point.after(9)
    assert [parse_offset(text) for text in ("", "r1", "r1.x", "r1.1.2", "r 1.2")] == [None] * 5
