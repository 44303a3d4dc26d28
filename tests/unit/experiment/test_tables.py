"""Blinded tables: no word and no pattern tells which arm is whose."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from jupyter_agentchat.experiment.tables import blind, label
from jupyter_agentchat.frames.checks import check
from jupyter_agentchat.frames.convert import to_frame
from jupyter_agentchat.frames.tables import NAMES, table
from jupyter_agentchat.store.base import Store
from tests.frames.logs import LogWriter, memory

BY_TRANSPORT = {
    "socket": {"transport": "ws", "agent": "eliza", "model": "doctor"},
    "endpoint": {"transport": "openai", "agent": "eliza", "model": "doctor"},
}
BY_AGENT = {
    "socket": {"transport": "ws", "agent": "eliza", "model": "doctor"},
    "endpoint": {"transport": "ws", "agent": "llama", "model": "llama3", "provider": "ollama"},
}
WORDS = (
    "ws",
    "openai",
    "eliza",
    "llama",
    "ollama",
    "doctor",
    "lane",
    "chatcmpl",
    "conn-",
    "out of",
)


def write(store: Store, arm: str, trial: int, fields: dict[str, str]) -> str:
    """Write a trial: over the socket into a lane, over the endpoint into a channel of its own."""
    stream = f"{'ab'[arm == 'endpoint']}{trial}"
    one_each = fields["transport"] == "openai"
    writer = LogWriter(store, f"chatcmpl-{trial}" if one_each else f"lane-{arm}-{trial}")
    connection = f"conn-{stream}" if one_each else "conn-shared"
    writer.connection(connection, transport=fields["transport"])
    asked = f"chatcmpl-k{trial}" if one_each else None
    writer.message(f"m{stream}", "Hello?", client_message_id=asked)
    intended = None if one_each else 1000
    writer.start(stream, connection=connection, t_intended=intended, **fields)
    for number in range(3):
        writer.chunk(stream, "word ", 2000 + number)
    error = f"{fields['agent']} ran out of memory" if one_each or "provider" in fields else None
    writer.end(stream, status="failed", error=error, n_tokens=3)
    writer.stamps(stream, connection, 0, 1, 2, socket_ns=(3000, 3001, 3002))
    writer.flush()
    return stream


def blinded(arms: dict[str, dict[str, str]]) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """Return the tables of three trials of each arm as they are, and blinded."""
    store, labels = memory(), {}
    for trial in range(3):
        for letter, (arm, fields) in zip("AB", arms.items(), strict=True):
            labels[write(store, arm, trial, fields)] = letter
    tables = {name: table(store, name, channel=None, since=None, until=None) for name in NAMES}
    return label(tables, labels), blind(tables, labels)


def words(tables: dict[str, pa.Table]) -> str:
    return " ".join(str(each.to_pylist()) for each in tables.values())


def patterns(tables: dict[str, pa.Table]) -> dict[str, dict[str, object]]:
    """Return what each arm's rows hold in the columns that are no measurement."""
    streams = to_frame("streams", tables["streams"])
    arm_of = dict(zip(streams["stream_id"], streams["agent"].astype(str), strict=True))
    hops = to_frame("hops", tables["hops"])
    hops = hops.assign(arm=hops["stream_id"].map(arm_of))
    found: dict[str, dict[str, object]] = {}
    for arm, rows in streams.groupby(streams["agent"].astype(str)):
        columns = ["channel", "model", "provider", "transport", "t_intended", "error", "status"]
        shown = {name: sorted(set(map(str, rows[name]))) for name in columns}
        connections: pd.Series = hops.loc[hops["arm"] == arm, "conn_id"]
        found[str(arm)] = {**shown, "connections": sorted(set(map(str, connections)))}
    return found


@pytest.mark.parametrize("arms", [BY_TRANSPORT, BY_AGENT], ids=["transport", "agent"])
def test_no_word_and_no_pattern_tells_an_arm(arms: dict[str, dict[str, str]]) -> None:
    seen, hidden = blinded(arms)
    assert any(word in words(seen) for word in WORDS)
    assert [word for word in WORDS if word in words(hidden)] == []
    one, two = patterns(hidden).values()
    assert one == two
    one, two = patterns(seen).values()
    assert one != two


@pytest.mark.parametrize("arms", [BY_TRANSPORT, BY_AGENT], ids=["transport", "agent"])
def test_blinded_tables_are_tables_of_a_log(arms: dict[str, dict[str, str]]) -> None:
    seen, hidden = blinded(arms)
    for name in NAMES:
        assert hidden[name].schema.equals(seen[name].schema)
        check(name, to_frame(name, hidden[name]))
    measured = ["n_chunks", "t_request", "status", "agent"]
    assert hidden["streams"].select(measured).equals(seen["streams"].select(measured))
    assert hidden["chunks"].drop(["seq"]).equals(seen["chunks"].drop(["seq"]))


def test_a_schedule_that_all_arms_keep_is_shown() -> None:
    assert set(patterns(blinded(BY_AGENT)[1])["A"]["t_intended"]) == {"1000"}  # type: ignore[call-overload]
    assert set(patterns(blinded(BY_TRANSPORT)[1])["A"]["t_intended"]) == {"<NA>"}  # type: ignore[call-overload]
