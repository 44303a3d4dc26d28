from __future__ import annotations

from jupyter_agentchat.extract.passthrough import PassthroughExtractor


def test_everything_passes_at_once_and_it_is_never_done() -> None:
    extractor = PassthroughExtractor(margin=10)
    assert [extractor.push(chunk) for chunk in ("Hello ", "", "<text>")] == ["Hello ", "", "<text>"]
    assert extractor.flush() == ""
    extractor.reset()
    assert extractor.done is False


def test_a_pair_cut_in_two_arrives_whole() -> None:
    extractor = PassthroughExtractor()
    assert [extractor.push("a\ud83d"), extractor.push("\ude00")] == ["a", "😀"]
