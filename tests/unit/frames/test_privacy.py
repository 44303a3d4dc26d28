from __future__ import annotations

import json

import pyarrow as pa
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.privacy import guard, new_key
from jupyter_agentchat.frames.tables import NAMES, table
from tests.frames.logs import full_log

LOG = full_log()
SAID = ("Grüße", "Welt", "changed", "é0", "é1")
KEY = b"k" * 32


def arrow(name: str) -> pa.Table:
    return table(LOG.store, name, channel="lab", since=None, until=None)


@pytest.mark.parametrize("text", ["hash", "drop"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_was_said_is_left(name: str, text: str) -> None:
    source = arrow(name)
    found = guard(source, text, KEY)
    assert found.schema.equals(source.schema)
    assert found.num_rows == source.num_rows
    everything = repr(found.to_pylist())
    assert not [word for word in SAID if word in everything]
    same = [each for each in source.schema.names if each not in {"text", "data", "error"}]
    assert found.select(same).equals(source.select(same))


def test_the_search_would_find_what_was_said() -> None:
    everything = repr([guard(arrow(name), "keep", KEY).to_pylist() for name in NAMES])
    assert all(word in everything for word in SAID)


def test_equal_texts_have_equal_hashes_under_one_key() -> None:
    texts = pa.table({"text": pa.array(["one", "two", "one", "", None])})
    found = guard(texts, "hash", KEY).column("text").to_pylist()
    assert found[0] == found[2] != found[1]
    assert len(found[0]) == 32
    assert found[3:] == ["", None]
    assert guard(texts, "hash", new_key()).column("text").to_pylist()[0] != found[0]


def test_a_hash_is_that_of_rfc_2104() -> None:
    texts = pa.table({"text": ["what do ya want for nothing?"]})
    (found,) = guard(texts, "hash", b"Jefe").column("text").to_pylist()  # RFC 4231, case 2
    assert found == "5bdcc146bf60754e6a042426089575c7"


def test_an_event_keeps_its_place_and_its_ids() -> None:
    events = guard(arrow("events"), "drop", KEY).to_pylist()
    first = json.loads(next(row["data"] for row in events if row["type"] == "message.created"))
    assert first == {
        "type": "message.created",
        "seq": 2,
        "t": first["t"],
        "message": "m1",
    }
    delta = json.loads(next(row["data"] for row in events if row["type"] == "stream.delta"))
    assert "text" not in delta
    assert {"stream", "index", "seq"} <= set(delta)


def test_another_word_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="text='blur' is not known; choose one of keep"):
        guard(arrow("chunks"), "blur", KEY)
