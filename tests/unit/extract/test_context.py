from __future__ import annotations

from jupyter_agentchat.extract.context import (
    create_streaming_context,
    create_streaming_retry_state,
)
from jupyter_agentchat.extract.xml_tag import XmlTagExtractor


def test_the_retry_state_includes_what_is_held_back_once() -> None:
    extractor = XmlTagExtractor("text", margin=10)
    state = create_streaming_retry_state(extractor)
    state.append(extractor.push("<text>Hello wonderful wor"))
    assert [state.get_streamed_text(), state.get_streamed_text()] == ["Hello wonderful wor"] * 2
    assert not state.is_complete()


def test_reset_empties_state_and_extractor() -> None:
    extractor = XmlTagExtractor("text")
    state = create_streaming_retry_state(extractor)
    state.append(extractor.push("<text>a</text>"))
    assert state.is_complete()
    state.reset()
    assert (state.get_streamed_text(), state.is_complete()) == ("", False)


def test_the_context_calls_only_with_text_and_not_after_the_end() -> None:
    calls: list[tuple[str, str | None]] = []
    context = create_streaming_context(
        XmlTagExtractor("text"), lambda text, message: calls.append((text, message)), "m-1"
    )
    for chunk in ("<text>", "Hello", "</te", "xt>", "<text>ignored</text>"):
        context.on_stream_chunk(chunk)
    assert calls == [("Hello", "m-1")]
    assert (context.get_streamed_text(), context.is_complete()) == ("Hello", True)


def test_a_message_id_is_optional() -> None:
    calls: list[tuple[str, str | None]] = []
    context = create_streaming_context(
        XmlTagExtractor("text"), lambda text, message: calls.append((text, message))
    )
    context.on_stream_chunk("<text>a")
    assert calls == [("a", None)]
    assert context.message_id is None
