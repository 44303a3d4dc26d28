from __future__ import annotations

import json

from jupyter_agentchat.bus.subscription import Batch, page
from jupyter_agentchat.dialects.eliza.offsets import Point
from jupyter_agentchat.dialects.eliza.payloads import Form
from jupyter_agentchat.dialects.eliza.turn import Turns
from jupyter_agentchat.dialects.eliza.wire_form import ElizaForm, points_in
from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import AnyEvent, Read, StreamDelta, last_seq
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.web.engineio.framing import packed, unframed
from tests.properties.strategies import LogWriter


def publications(log: list[AnyEvent]) -> list[Publication]:
    return [Publication(last_seq(each), each, encode_event(each), 0, 0, 0) for each in log]


def answer(chunks: int) -> list[AnyEvent]:
    writer = LogWriter("lab")
    writer.start()
    [stream] = writer.live
    for _ in range(chunks):
        writer.delta(stream, "x" * 100, reasoning=False)
    writer.end(stream, 0)
    return writer.events


def offsets(form: ElizaForm, batch: Batch) -> list[str]:
    frames = [frame for packet in form.packets(batch) for frame in unframed(packet)]
    return [json.loads(frame.data[2:])[-1] for frame in frames]


def test_a_cut_between_any_two_packets_can_be_told() -> None:
    form = ElizaForm("r0", Form("lab"), Turns())
    batch = page(0, publications(answer(2)))
    assert not batch.merged
    assert offsets(form, batch) == [
        "r0.1",  # channelUpdated
        "r0.2.2.1",  # disable_input
        "r0.2",  # userTyping
        "r0.3",  # chunks
        "r0.4",
        "r0.5.5.1",  # userTyping
        "r0.5.5.2",  # the answer
        "r0.5.5.3",  # messageComplete
        "r0.5",  # enable_input
    ]


def test_a_merged_page_is_the_same_when_it_is_made_again() -> None:
    log = publications(answer(1500))
    form = ElizaForm("r0", Form("lab"), Turns())
    batch = page(0, log)
    assert batch.merged
    first = form.packets(batch)
    assert len(first) < 20
    assert ElizaForm("r0", Form("lab"), Turns()).packets(page(0, log)) == first
    *within, last = [point for _, point in points_in(b"".join(first))]
    assert [point.taken for point in within] == list(range(1, len(first)))
    assert last == Point.after(batch.last)


def test_what_elizaos_has_no_word_for_takes_no_bytes() -> None:
    form = ElizaForm("r0", Form("lab"), Turns())
    [read] = publications([Read(seq=1, t=1, user="ada", upto=0)])
    assert form.encode("lab", "e", page(0, [read])) == b""
    lost = StreamDelta(seq=1, t=1, stream="unknown", index=0, text="x")
    assert form.encode("lab", "e", page(0, publications([lost]))) == b""


def test_only_events_of_a_log_have_points() -> None:
    data = packed("/", "a", {}) + packed("/", "b", {}, offset="r1.9") + packed("/", "c", "text")
    assert list(points_in(data)) == [("r1", Point.after(9))]


def test_clients_that_spell_alike_share_one_encoding() -> None:
    turns = Turns()
    assert ElizaForm("r0", Form("lab"), turns).key == ElizaForm("r0", Form("lab"), turns).key
    assert ElizaForm("r0", Form("lab"), turns).key != ElizaForm("r0", Form("lab", "s"), turns).key
