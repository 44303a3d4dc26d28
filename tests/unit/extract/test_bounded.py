from __future__ import annotations

import pytest

from jupyter_agentchat.extract.bounded import BoundedText
from jupyter_agentchat.extract.errors import MAX_BUFFER, StreamError


def test_it_joins_and_begins_again() -> None:
    kept = BoundedText("a key", strict=True)
    kept.add("ab")
    kept.add("c")
    assert kept.take() == "abc"
    assert kept.take() == ""


def test_exactly_the_limit_is_kept() -> None:
    kept = BoundedText("a key", strict=True)
    kept.add("x" * MAX_BUFFER)
    assert len(kept.take()) == MAX_BUFFER


@pytest.mark.parametrize("pieces", [["x" * (MAX_BUFFER + 1)], ["x" * MAX_BUFFER, "y", "z"]])
def test_above_the_limit_everything_is_forgotten(pieces: list[str]) -> None:
    kept = BoundedText("a key", strict=False)
    for piece in pieces:
        kept.add(piece)
    assert kept.lost
    assert kept.take() == ""
    assert not kept.lost


def test_strict_raises_and_counts_utf16_units() -> None:
    kept = BoundedText("a key", strict=True)
    with pytest.raises(StreamError, match="a key reached 102402 UTF-16 units") as caught:
        kept.add("😀" * (MAX_BUFFER // 2 + 1))
    assert caught.value.code == "BUFFER_OVERFLOW"
    assert caught.value.details == {"bufferSize": MAX_BUFFER + 2, "maxAllowed": MAX_BUFFER}
