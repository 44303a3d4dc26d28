from __future__ import annotations

from jupyter_agentchat.frames.tables import table
from jupyter_agentchat.protocol.codec import decode_event
from jupyter_agentchat.protocol.events import StreamDelta
from tests.frames.logs import SECOND_US, START_US, LogWriter, memory


def test_every_event_is_there_in_order_and_its_data_is_its_json() -> None:
    log = LogWriter(memory())
    log.message("m", "Grüße")
    log.start("s")
    log.chunk("s", "né", 2000)
    log.end("s", "né")
    log.flush()
    rows = table(log.store, "events", channel="lab", since=None, until=None).to_pylist()
    assert [row["seq"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["type"] for row in rows] == [
        "channel.updated",
        "message.created",
        "stream.started",
        "stream.delta",
        "stream.completed",
    ]
    assert [row["created_ns"] for row in rows] == [
        (START_US + seq * SECOND_US) * 1000 for seq in range(1, 6)
    ]
    delta = decode_event(rows[3]["data"])
    assert isinstance(delta, StreamDelta)
    assert delta.text == "né"


def test_since_is_included_and_until_is_not() -> None:
    log = LogWriter(memory())
    for number in range(6):
        log.message(f"m{number}", "")
    log.flush()
    since, until = START_US + 3 * SECOND_US, START_US + 5 * SECOND_US
    found = table(log.store, "events", channel="lab", since=since, until=until)
    assert found.column("seq").to_pylist() == [3, 4]
