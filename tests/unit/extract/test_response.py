from __future__ import annotations

import pytest

from jupyter_agentchat.extract.errors import MAX_BUFFER, StreamError
from jupyter_agentchat.extract.response import ResponseStreamExtractor

BOTH = pytest.mark.parametrize("margin", [None, 10])
REPLY = "<actions>REPLY</actions>"


def run(*chunks: str, margin: int | None = None, strict: bool = False) -> tuple[str, bool]:
    extractor = ResponseStreamExtractor(margin=margin, strict=strict)
    text = "".join(extractor.push(chunk) for chunk in chunks) + extractor.flush()
    return text, extractor.done


@BOTH
@pytest.mark.parametrize(
    "actions", ["REPLY", "reply", "  REPLY\n", "REPLY,", ",, reply ,", "\ufeffREPLY"]
)
def test_exactly_reply_is_shown(actions: str, margin: int | None) -> None:
    text = f"<response><actions>{actions}</actions><text>Hi there</text></response>"
    assert run(text, margin=margin) == ("Hi there", True)


@BOTH
@pytest.mark.parametrize("actions", ["SEARCH", "REPLY,SEARCH", "REPLY,REPLY", "", " , "])
def test_anything_else_is_hidden_and_never_done(actions: str, margin: int | None) -> None:
    text = f"<response><actions>{actions}</actions>"
    assert run(text, "<text>no</text>", REPLY, "<text>no</text>", margin=margin) == ("", False)


@BOTH
def test_text_waits_for_the_actions(margin: int | None) -> None:
    assert run("<response><thought>thinking</thought>", margin=margin) == ("", False)
    assert run("<response><text>Early", "</text>", margin=margin) == ("", False)
    hidden = run("<text>Early", "</text><actions>SEARCH</actions></response>", margin=margin)
    assert hidden == ("", False)


@BOTH
@pytest.mark.parametrize(
    "chunks",
    [
        (f"<text>Early</text>{REPLY}",),
        ("<text>Early</text>", REPLY),
        ("<text>Early</text><text>other</text>", f"{REPLY}<text>third</text>"),
        ("<text>Ea", f"rly{REPLY}</text>"),
        ("<text>Ea", f"{REPLY}rly</text>"),
        ("<text>Early</text><thought>not <actions>SEARCH</actions></thought>", REPLY),
    ],
)
def test_an_early_text_is_not_lost_and_shows_no_markup(
    chunks: tuple[str, ...], margin: int | None
) -> None:
    assert run(*chunks, margin=margin) == ("Early", True)


def test_actions_that_an_early_text_only_mentions_stay_in_it() -> None:
    text = f"<text>write <actions> first</text>{REPLY}"
    assert run(text) == ("write <actions> first", True)


def test_once_it_is_shown_a_text_may_say_anything() -> None:
    text = f"{REPLY}<text>as in <actions>SEARCH</actions></text>"
    assert run(text) == ("as in <actions>SEARCH</actions>", True)


def test_what_a_thought_mentions_does_not_count() -> None:
    thought = "<thought>no <actions>SEARCH</actions><text>no</text></thought>"
    assert run(f"{thought}{REPLY}{thought}<text>yes</text>") == ("yes", True)


@BOTH
def test_tags_cut_in_two(margin: int | None) -> None:
    assert run(
        "<actions>REPLY</act", "ions><te", "xt>Hello", " world</te", "xt>", margin=margin
    ) == (
        "Hello world",
        True,
    )


def test_it_streams() -> None:
    extractor = ResponseStreamExtractor()
    chunks = (REPLY, "<text>", "Hello beautiful ", "world!", "</text>")
    assert [extractor.push(chunk) for chunk in chunks] == ["", "", "Hello beautiful ", "world!", ""]


def test_a_second_text_is_not_shown() -> None:
    assert run(f"{REPLY}<text>Hello</text>", "<text>again</text>", "more") == ("Hello", True)


def test_flush_gives_the_margin_without_a_partial_tag() -> None:
    assert run(f"{REPLY}<text>Hello</te", margin=10) == ("Hello", False)


def test_reset() -> None:
    extractor = ResponseStreamExtractor()
    extractor.push(f"{REPLY}<text>First</text>")
    extractor.reset()
    assert extractor.push("<text>x</text><actions>SEARCH</actions>") == ""
    extractor.reset()
    assert extractor.push(f"{REPLY}<text>Second</text>") == "Second"


def test_a_long_thought_is_skipped_silently_or_strictly() -> None:
    thought = f"{REPLY}<thought>{'a' * 150 * 1024}</thought>"
    assert run(thought, "<text>Finally</text>") == ("Finally", True)
    with pytest.raises(StreamError) as caught:
        run(thought, strict=True)
    assert caught.value.code == "BUFFER_OVERFLOW"


LONG = "x" * (MAX_BUFFER + 1)


@pytest.mark.parametrize(
    "chunks",
    [
        (f"<text>{LONG}</text>{REPLY}",),
        (f"<text>{LONG}{REPLY}</text>",),
        (f"<actions>REPLY{LONG}</actions>{REPLY}",),
    ],
)
def test_what_is_too_long_to_keep_is_forgotten_silently_or_strictly(
    chunks: tuple[str, ...],
) -> None:
    assert run(*chunks, "<text>next</text>") == ("next", True)
    with pytest.raises(StreamError) as caught:
        run(*chunks, strict=True)
    assert caught.value.code == "BUFFER_OVERFLOW"


def test_unreadable_actions_in_and_after_an_early_text_decide_nothing() -> None:
    unreadable = f"<actions>{LONG}</actions>"
    assert run(f"<text>a{unreadable}b</text>{unreadable}{REPLY}") == ("ab", True)
