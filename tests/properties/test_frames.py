"""Random logs as tables: files give them back bit for bit, and chunks are their message's text."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from typing import NamedTuple

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_agentchat.frames.files import FORMATS, read, write
from jupyter_agentchat.frames.tables import NAMES, table
from jupyter_agentchat.protocol.model import ChunkKind
from tests.frames.logs import LogWriter, memory

HARD = [
    "",
    "null",
    "NULL",
    "NaN",
    "\r",
    "\r\n",
    "\x00",
    '"',
    '""',
    ",",
    "\u2028",
    " ",
    "\ufeff",
    "1",
]
TEXT = st.sampled_from(HARD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INSTANT = st.integers(1, 2**62)
KINDS: tuple[ChunkKind, ...] = ("text", "text", "reasoning", "tool_call")
MODEST = settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Piece(NamedTuple):
    """A chunk of one of three streams."""

    stream: int
    text: str
    kind: ChunkKind
    t: int


PIECES = st.lists(
    st.builds(Piece, st.integers(0, 2), TEXT, st.sampled_from(KINDS), INSTANT), max_size=12
)


@st.composite
def logs(draw: st.DrawFn) -> dict[str, pa.Table]:
    """Return the tables of a channel with questions, and three answers that come interleaved."""
    log = LogWriter(memory())
    log.connection("c", closed=draw(st.none() | INSTANT), close_code=draw(st.none() | st.just(1)))
    for number, text in enumerate(draw(st.lists(TEXT, max_size=3))):
        log.message(f"m{number}", text, client_message_id=draw(st.none() | TEXT))
    for number in range(3):
        model = draw(st.none() | TEXT)
        log.start(f"s{number}", connection="c", model=model, t_request=draw(INSTANT))
    said: defaultdict[str, list[str]] = defaultdict(list)
    for piece in draw(PIECES):
        stream = f"s{piece.stream}"
        log.chunk(stream, piece.text, piece.t, kind=piece.kind)
        said[stream] += [piece.text] if piece.kind == "text" else []
    for number in range(3):
        stream = f"s{number}"
        tokens, error = draw(st.none() | st.integers(0, 2**53)), draw(st.none() | TEXT)
        log.end(stream, "".join(said[stream]), n_tokens=tokens, error=error, t_end=draw(INSTANT))
        if log.rows[stream].n_chunks:
            log.stamps(stream, "c", 0, socket_ns=(draw(INSTANT),))
    log.flush()
    return {name: table(log.store, name, channel=None, since=None, until=None) for name in NAMES}


@MODEST
@given(logs())
def test_every_format_gives_back_what_was_written(tables: dict[str, pa.Table]) -> None:
    for suffix in FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            files = write(tables.items(), folder, suffix)
            for name, file in zip(NAMES, files, strict=True):
                back = read(name, file)
                assert back.schema.equals(tables[name].schema), (name, suffix)
                assert back.equals(tables[name]), (name, suffix)


@MODEST
@given(logs())
def test_the_chunks_of_a_stream_are_the_text_of_its_message(tables: dict[str, pa.Table]) -> None:
    texts = {row["stream_id"]: row["text"] for row in tables["messages"].to_pylist()}
    chunks = tables["chunks"].to_pylist()
    for stream in tables["streams"].to_pylist():
        own = [row for row in chunks if row["stream_id"] == stream["stream_id"]]
        assert [row["index"] for row in own] == list(range(stream["n_chunks"]))
        said = "".join(row["text"] for row in own if row["kind"] == "text")
        assert said == texts[stream["stream_id"]]
        assert sum(row["n_bytes"] for row in own) == sum(len(row["text"].encode()) for row in own)
