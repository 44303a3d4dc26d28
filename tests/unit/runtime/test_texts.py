from __future__ import annotations

import pytest

from jupyter_agentchat.errors import EmptyMessageError, InvalidInputError, TooLargeError
from jupyter_agentchat.runtime.texts import check_text, has_visible


@pytest.mark.parametrize("text", ["x", " é ", "😀", "\u200bx", "👩\u200d💻", "."])
def test_what_can_be_seen_is_taken(text: str) -> None:
    assert has_visible(text)
    check_text(text, 100)


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "\u200e\u200f", "\u00a0", "\ufeff"])
def test_what_cannot_be_seen_is_empty(text: str) -> None:
    with pytest.raises(EmptyMessageError, match="visible"):
        check_text(text, 100)


def test_size_counts_bytes_and_half_a_pair_is_no_text() -> None:
    check_text("é" * 5, 10)
    with pytest.raises(TooLargeError, match="12 bytes and at most 10"):
        check_text("é" * 6, 10)
    with pytest.raises(InvalidInputError, match="surrogate"):
        check_text("a\ud800", 10)
