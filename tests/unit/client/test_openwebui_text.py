from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.client.openwebui import TextReader, TextUpdate, openai_text_stream
from jupyter_agentchat.client.openwebui import text_reader as module
from jupyter_agentchat.extract.sse import SseDecoder
from tests.data.clients.streams import CURATED, DONE, USAGE, delta, frame, random_stream, read


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_any_split_of_the_bytes_gives_the_same(seed: int, chance: random.Random) -> None:
    stream = CURATED[seed % len(CURATED)] if seed % 2 else random_stream(seed)
    cuts = sorted(chance.randrange(len(stream) + 1) for _ in range(chance.randrange(12)))
    places = zip([0, *cuts], [*cuts, len(stream)], strict=True)
    assert read(*(stream[a:b] for a, b in places)) == read(stream)


@given(st.binary(max_size=200))
def test_whatever_comes_the_last_update_is_done_and_no_other(data: bytes) -> None:
    updates = read(data)
    assert [update.done for update in updates] == [False] * (len(updates) - 1) + [True]


def test_of_one_frame_things_come_in_the_order_of_the_tests_and_none_is_lost() -> None:
    everything = {"sources": [1], "selected_model_id": "m", **USAGE, **delta("text")}
    assert read(frame(everything) + DONE) == [
        TextUpdate(sources=[1]),
        TextUpdate(selected_model_id="m"),
        TextUpdate(usage=USAGE["usage"]),
        TextUpdate(text="text"),
        TextUpdate(done=True),
    ]


def test_an_error_is_the_last_thing() -> None:
    error = {"message": "no"}
    assert read(frame({"error": error, **delta("lost")}) + frame(delta("late"))) == [
        TextUpdate(error=error, done=True)
    ]


@pytest.mark.parametrize(
    ("stream", "type"),
    [(frame(delta("x")), "BROKEN"), (b"data: {nonsense\n\n", "PARSE_ERROR"), (b"", "BROKEN")],
)
def test_what_breaks_off_or_is_no_json_says_so(stream: bytes, type: str) -> None:
    error = read(stream)[-1].error
    assert isinstance(error, dict)
    assert error["type"] == type
    assert error["message"]


def test_a_line_without_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SseDecoder", lambda: SseDecoder(max_line_bytes=10))
    error = read(b"data: " + b"x" * 20)[-1].error
    assert isinstance(error, dict)
    assert error["type"] == "BUFFER_OVERFLOW"


class Ticking:
    """A clock that goes on by one with every question."""

    clock_id = "ticking"

    def __init__(self) -> None:
        self.now = 0

    def monotonic_ns(self) -> int:
        self.now += 1
        return self.now

    def wall_us(self) -> int:
        return 0


async def pieces(*data: bytes | str) -> AsyncIterator[bytes | str]:
    for each in data:
        yield each


PAUSES: list[float] = []


async def pause(seconds: float) -> None:
    PAUSES.append(seconds)


@pytest.mark.parametrize("split", [False, True])
async def test_splitting_changes_no_text_and_no_instant(*, split: bool) -> None:
    PAUSES.clear()
    clock, chance = Ticking(), random.Random(1)
    stream = openai_text_stream(
        pieces(frame(delta("a long text 😀")), frame(delta("four")) + DONE),
        split,
        clock=clock,
        chance=chance.random,
        sleep=pause,
    )
    updates = [update async for update in stream]
    first = [update for update in updates if update.received_ns == 1]
    assert "".join(update.text for update in first) == "a long text 😀"
    assert (len(first) > 4) is split
    assert all(0 < len(update.text) <= 3 for update in first) is split
    assert [update.text for update in updates if update.received_ns == 2] == ["four", ""]
    assert [0.005] * (len(first) - 1) == PAUSES


async def test_lines_do_as_well_as_bytes() -> None:
    stream = frame(delta("one")) + frame(delta("two")) + DONE
    lines = stream.decode().split("\n")[:-1]
    found = [update async for update in openai_text_stream(pieces(*lines))]
    assert [(update.text, update.done) for update in found] == [
        ("one", False),
        ("two", False),
        ("", True),
    ]


async def test_nothing_is_read_after_the_end() -> None:
    source = pieces(DONE, b"never")
    assert [update.done async for update in openai_text_stream(source)] == [True]
    assert await anext(source) == b"never"


def test_a_reader_says_when_the_bytes_came() -> None:
    reader = TextReader()
    stream = frame(delta("x"))
    assert reader.feed(stream[:5], 1) == []
    assert [update.received_ns for update in reader.feed(stream[5:], 2)] == [2]
    assert [update.received_ns for update in reader.finish(3)] == [3]
