from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.dialects.openwebui.joining import DeltaJoiner, Piece

KINDS = st.sampled_from(["text", "reasoning"])
DELTAS = st.lists(st.tuples(KINDS, st.text(max_size=3)), max_size=30)


def joined(size: int, *deltas: Piece) -> list[Piece]:
    joiner = DeltaJoiner(size)
    return [piece for delta in deltas for piece in joiner.feed(*delta)] + joiner.flush()


def test_deltas_are_joined_by_putting_them_together() -> None:
    assert joined(2, ("text", "a"), ("text", "b"), ("text", "c")) == [("text", "ab"), ("text", "c")]


def test_another_kind_ends_a_piece() -> None:
    assert joined(9, ("reasoning", "a"), ("text", "b"), ("text", "c")) == [
        ("reasoning", "a"),
        ("text", "bc"),
    ]


def test_one_or_less_joins_nothing() -> None:
    for size in (1, 0, -3):
        assert joined(size, ("text", "a"), ("text", "b")) == [("text", "a"), ("text", "b")]


def test_it_tells_whether_it_holds_something() -> None:
    joiner = DeltaJoiner(2)
    seen = [joiner.holds]
    joiner.feed("text", "a")
    seen.append(joiner.holds)
    joiner.flush()
    assert [*seen, joiner.holds] == [False, True, False]


def said(pieces: list[Piece]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for kind, text in pieces:
        texts[kind] = texts.get(kind, "") + text
    return texts


@given(st.integers(1, 9), DELTAS)
def test_no_text_is_lost_and_none_changes_its_place(size: int, deltas: list[Piece]) -> None:
    pieces = joined(size, *deltas)
    assert said(pieces) == said(deltas)
    assert "".join(text for _, text in pieces) == "".join(text for _, text in deltas)
    assert len(pieces) <= len(deltas)
