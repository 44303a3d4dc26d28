"""What holds for every packet, every payload and every order of what a peer may do."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from jupyter_agentchat.socketio import (
    Answer,
    Close,
    Connection,
    ConnectionSettings,
    ConnectRequested,
    EngineEvent,
    EngineSession,
    EngineSettings,
    EventReceived,
    Frame,
    MessageReceived,
    PacketError,
    Rooms,
    SessionClosed,
    Write,
    encode_event,
    encode_packet,
    message_frame,
)
from jupyter_agentchat.socketio.decoding import PacketDecoder
from jupyter_agentchat.socketio.engine_packets import (
    EnginePacket,
    EngineType,
    decode_frame,
    decode_payload,
    encode_payload,
)
from jupyter_agentchat.socketio.packets import MAX_ACK_ID, RESERVED_EVENTS, Packet, PacketType

LIMITS = EngineSettings(ping_interval_ms=30, ping_timeout_ms=20, linger_ms=40)
SETTINGS = ConnectionSettings()
MS = 1_000_000

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
wire_text = text.map(lambda value: value.replace("\x1e", ""))
namespaces = st.sampled_from(["/", "/admin", "/é?x=1", '/a"[0]{'])
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | text
scalars = scalars.filter(lambda value: value not in (float("inf"), float("-inf")))


def nested(leaves: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    keys = text.filter(lambda key: key != "_placeholder")
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=8,
    )


values = nested(scalars | st.binary(max_size=8))
arguments = st.lists(values, max_size=4)
names = text.filter(lambda name: name not in RESERVED_EVENTS)
ack_ids = st.integers(0, MAX_ACK_ID)
objects = st.dictionaries(text, nested(scalars), max_size=4)

packets = st.one_of(
    st.builds(Packet, st.just(PacketType.CONNECT), namespaces, st.none() | objects),
    st.builds(Packet, st.just(PacketType.DISCONNECT), namespaces),
    st.builds(
        lambda namespace, name, args, ack_id: Packet(
            PacketType.EVENT, namespace, [name, *args], ack_id
        ),
        namespaces,
        names,
        arguments,
        st.none() | ack_ids,
    ),
    st.builds(Packet, st.just(PacketType.ACK), namespaces, arguments, ack_ids),
    st.builds(Packet, st.just(PacketType.CONNECT_ERROR), namespaces, objects | text),
)
engine_packets = st.one_of(
    st.builds(EnginePacket, st.sampled_from(EngineType), wire_text),
    st.builds(EnginePacket, st.just(EngineType.MESSAGE), st.binary()),
)


def to_frame(packet: EnginePacket) -> Frame:
    if isinstance(packet.data, bytes):
        return Frame(packet.data, binary=True)
    return Frame(b"%d%b" % (packet.type, packet.data.encode()))


def as_received(frame: Frame) -> str | bytes:
    return frame.data if frame.binary else frame.data.decode()


def generous(decoder_of: list[Packet]) -> PacketDecoder:
    return PacketDecoder(ConnectionSettings(max_attachments=64 * max(1, len(decoder_of))))


@given(engine_packets)
def test_an_engine_packet_survives_a_websocket(packet: EnginePacket) -> None:
    assert decode_frame(as_received(to_frame(packet)), 10_000) == packet


@given(st.lists(engine_packets, min_size=1))
def test_engine_packets_survive_a_payload(sent: list[EnginePacket]) -> None:
    body = encode_payload([to_frame(packet) for packet in sent])
    assert decode_payload(body, LIMITS) == sent


@given(st.lists(engine_packets, min_size=1), st.lists(engine_packets, min_size=1))
def test_payloads_concatenate(first: list[EnginePacket], second: list[EnginePacket]) -> None:
    bodies = [encode_payload([to_frame(packet) for packet in part]) for part in (first, second)]
    assert decode_payload(b"\x1e".join(bodies), LIMITS) == first + second


@given(packets)
def test_a_packet_survives_the_wire(packet: Packet) -> None:
    decoder = generous([packet])
    *early, last = [decoder.feed(_message(frame)) for frame in encode_packet(packet)]
    assert early == [None] * len(early)
    assert last == packet


@given(st.lists(packets))
def test_packets_survive_one_after_the_other(sent: list[Packet]) -> None:
    decoder = generous(sent)
    frames = [frame for packet in sent for frame in encode_packet(packet)]
    received = [decoder.feed(_message(frame)) for frame in frames]
    assert [packet for packet in received if packet is not None] == sent


@given(st.lists(packets, min_size=1))
def test_no_packet_ends_another_in_a_payload(sent: list[Packet]) -> None:
    frames = [frame for packet in sent for frame in encode_packet(packet)]
    polled = decode_payload(encode_payload(frames), EngineSettings(max_payload=10**7))
    assert [packet.data for packet in polled] == [_message(frame) for frame in frames]


@given(namespaces, names, arguments, ack_ids, text)
def test_what_is_spliced_in_is_what_would_have_been_encoded(
    namespace: str, name: str, args: list[object], ack_id: int, offset: str
) -> None:
    event = encode_event(namespace, name, *args)
    kind = PacketType.EVENT
    assert event.frames() == encode_packet(Packet(kind, namespace, [name, *args]))
    with_id = encode_packet(Packet(kind, namespace, [name, *args], ack_id))
    assert event.frames(ack_id=ack_id) == with_id
    with_offset = encode_packet(Packet(kind, namespace, [name, *args, offset]))
    assert event.frames(offset=offset) == with_offset


hostile_text = st.one_of(
    st.text(max_size=40),
    st.text('0123456/,-[]{}"\\:num_placeholdertrue ', max_size=60),
    st.from_regex(r"[0-6]([0-9]+-)?(/[a-z]*,?)?[0-9]*[\[{\"].*", fullmatch=True),
)
hostile = hostile_text | st.binary(max_size=40)


@given(st.lists(hostile, max_size=8))
def test_arbitrary_messages_are_packets_or_packet_errors(messages: list[str | bytes]) -> None:
    decoder = PacketDecoder(SETTINGS)
    for message in messages:
        try:
            packet = decoder.feed(message)
        except PacketError:
            return
        assert packet is None or isinstance(packet, Packet)


@given(st.binary(max_size=80) | hostile_text.map(lambda value: value.encode(errors="replace")))
def test_arbitrary_payloads_are_packets_or_packet_errors(body: bytes) -> None:
    try:
        received = decode_payload(body, LIMITS)
    except PacketError:
        return
    assert received


@given(st.lists(hostile, max_size=8))
def test_a_connection_never_raises_and_can_answer_what_it_hands_up(
    messages: list[str | bytes],
) -> None:
    connection = Connection({"/", "/admin"}, settings=SETTINGS, now=0)
    connection.receive("0", 0)
    connection.accept("/", "S")
    for message in messages:
        for event in connection.receive(message, 0):
            if isinstance(event, ConnectRequested):
                connection.accept(event.namespace, "T")
            elif isinstance(event, EventReceived):
                connection.emit(encode_event(event.namespace, event.name + "-back", *event.args))
                if event.ack_id is not None:
                    connection.ack(event.namespace, event.ack_id, *event.args)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.booleans())))
def test_rooms_are_a_set_of_pairs(steps: list[tuple[str, str, bool]]) -> None:
    rooms, pairs = Rooms(), set[tuple[str, str]]()
    for sid, room, joins in steps:
        if joins:
            rooms.join(sid, room)
            pairs.add((sid, room))
        else:
            rooms.leave(sid, room)
            pairs.discard((sid, room))
        assert {(one, where) for where in "xyz" for one in rooms.members(where)} == pairs
        assert {(one, where) for one in "abc" for where in rooms.rooms_of(one)} == pairs


def _message(frame: Frame) -> str | bytes:
    return frame.data if frame.binary else frame.data[1:].decode()


class AnySession(RuleBasedStateMachine):
    """A session under every order of requests, frames, losses and timers.

    Whatever happens: no call raises, each request is answered exactly once, the session closes
    once, and what the server sent arrives in order, once, on one transport or the other.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.session = EngineSession("S", "polling", identity=None, settings=LIMITS, now=0)
        self.open_requests: set[str] = set()
        self.open_sockets: set[str] = set()
        self.peers = 0
        self.sent: list[str] = []
        self.received: list[str] = []
        self.closings = 0
        self.take(self.session.open(self.request()))

    def request(self) -> str:
        self.peers += 1
        self.open_requests.add(f"request {self.peers}")
        return f"request {self.peers}"

    def take(self, events: list[EngineEvent]) -> None:
        for event in events:
            match event:
                case Answer(str(peer), status, body):
                    self.open_requests.remove(peer)
                    if status == 200 and body != b"ok":
                        self.deliver([part.decode() for part in body.split(b"\x1e")])
                case Write(str(peer), frames):
                    assert peer in self.open_sockets
                    self.deliver([frame.data.decode() for frame in frames])
                case Close(str(peer)):
                    self.open_sockets.discard(peer)
                case MessageReceived(data):
                    assert data in ("a", b"\x01", "")
                case SessionClosed():
                    self.closings += 1
                case _:
                    pass

    def deliver(self, packets: list[str]) -> None:
        self.received += [packet[1:] for packet in packets if packet.startswith("4")]

    @rule()
    def poll(self) -> None:
        peer = self.request()
        self.take(self.session.poll(peer, self.now))

    @rule(body=st.sampled_from([b"4a", b"3", b"1", b"6\x1e4a\x1ebAQ==", b"3\x1e1"]) | st.binary())
    def post(self, body: bytes) -> None:
        peer = self.request()
        events = self.session.post(peer, body, self.now)
        self.take([event for event in events if not isinstance(event, MessageReceived)])
        assert peer not in self.open_requests

    @rule()
    def attach(self) -> None:
        self.peers += 1
        peer = f"socket {self.peers}"
        self.open_sockets.add(peer)
        self.take(self.session.attach(peer, self.now))

    @precondition(lambda self: self.open_sockets)
    @rule(data=st.data(), frame=st.sampled_from(["2probe", "5", "4a", "3", "1", "x", b"\x01", "2"]))
    def frame(self, data: st.DataObject, frame: str | bytes) -> None:
        peer = data.draw(st.sampled_from(sorted(self.open_sockets)))
        self.take(self.session.receive(peer, frame, self.now))

    @precondition(lambda self: self.open_sockets)
    @rule(data=st.data())
    def lose_socket(self, data: st.DataObject) -> None:
        peer = data.draw(st.sampled_from(sorted(self.open_sockets)))
        self.open_sockets.discard(peer)
        self.take(self.session.lost(peer, self.now))

    @precondition(lambda self: self.open_requests)
    @rule()
    def lose_poll(self) -> None:
        peer = self.open_requests.pop()
        self.take(self.session.lost(peer, self.now))

    @precondition(lambda self: self.session.is_open)
    @rule()
    def send(self) -> None:
        self.sent.append(str(len(self.sent)))
        self.take(self.session.send((message_frame(self.sent[-1]),)))

    @rule(milliseconds=st.integers(0, 60))
    def wait(self, milliseconds: int) -> None:
        self.now += milliseconds * MS
        self.take(self.session.handle_timeout(self.now))

    @rule()
    def close(self) -> None:
        self.take(self.session.close(self.now))
        assert not self.session.is_open

    @invariant()
    def it_closes_once(self) -> None:
        assert self.closings == (not self.session.is_open)

    @invariant()
    def what_was_sent_arrives_in_order_and_once(self) -> None:
        assert self.received == self.sent[: len(self.received)]

    @invariant()
    def at_most_one_poll_is_held_and_none_after_the_end(self) -> None:
        assert len(self.open_requests) <= self.session.is_open

    @invariant()
    def there_is_a_deadline_until_it_is_finished(self) -> None:
        deadline = self.session.next_deadline()
        assert (deadline is None) == self.session.finished
        assert deadline is None or deadline > self.now

    @invariant()
    def no_socket_is_left_open_after_the_end(self) -> None:
        assert self.session.is_open or not self.open_sockets


TestAnySession = AnySession.TestCase
TestAnySession.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
