from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.extract import (
    ActionStreamFilter,
    Extractor,
    JsonValueExtractor,
    PassthroughExtractor,
    ResponseStreamExtractor,
    XmlTagExtractor,
)
from jupyter_agentchat.extract.base import BaseExtractor, check_chunk_size
from jupyter_agentchat.extract.errors import MAX_CHUNK_SIZE, StreamError

Factory = Callable[..., BaseExtractor]
FACTORIES: dict[str, Factory] = {
    "passthrough": PassthroughExtractor,
    "xml": lambda **options: XmlTagExtractor("text", **options),
    "response": ResponseStreamExtractor,
    "action": ActionStreamFilter,
    "json": JsonValueExtractor,
}
ALL = pytest.mark.parametrize("make", FACTORIES.values(), ids=FACTORIES.keys())


class Echo(BaseExtractor):
    """The smallest extractor; done after an exclamation mark."""

    def _restart(self) -> None:
        self.restarted = True

    def _extract(self, text: str) -> str:
        self._done = text.endswith("!")
        return text


@ALL
def test_each_is_an_extractor(make: Factory) -> None:
    extractor = make(margin=10, strict=True)
    assert isinstance(extractor, Extractor)
    assert extractor.done is False


@ALL
def test_chunk_limit(make: Factory) -> None:
    extractor = make()
    with pytest.raises(StreamError) as caught:
        extractor.push("x" * (MAX_CHUNK_SIZE + 1))
    assert caught.value.code == "CHUNK_TOO_LARGE"
    extractor.push("x" * MAX_CHUNK_SIZE)


def test_the_chunk_limit_counts_utf16_units() -> None:
    check_chunk_size("😀" * (MAX_CHUNK_SIZE // 2))
    with pytest.raises(StreamError, match="Chunk size 1048578 "):
        check_chunk_size("😀" * (MAX_CHUNK_SIZE // 2 + 1))


def test_a_refused_chunk_changes_nothing() -> None:
    extractor = XmlTagExtractor("text")
    extractor.push("<te")
    with pytest.raises(StreamError):
        extractor.push("x" * (MAX_CHUNK_SIZE + 1))
    assert extractor.push("xt>a</text>") == "a"


@ALL
def test_abort_lasts_until_reset(make: Factory) -> None:
    extractor = make()
    extractor.abort("the user closed the tab")
    with pytest.raises(StreamError, match="aborted: the user closed the tab") as caught:
        extractor.push("x")
    assert caught.value.code == "ABORTED"
    with pytest.raises(StreamError, match="aborted"):
        extractor.flush()
    extractor.reset()
    assert extractor.push("") == ""


def test_deadline() -> None:
    extractor = Echo()
    extractor.check_deadline(10**18)
    extractor.set_deadline(1_000)
    extractor.check_deadline(999)
    with pytest.raises(StreamError, match=r"1\.500 s past its deadline") as caught:
        extractor.check_deadline(1_500_001_000)
    assert caught.value.code == "TIMEOUT"
    assert caught.value.details == {"deadlineNs": 1_000, "nowNs": 1_500_001_000}


def test_a_deadline_can_be_lifted_and_ends_with_the_stream() -> None:
    extractor = Echo()
    extractor.set_deadline(1)
    extractor.set_deadline(None)
    extractor.check_deadline(2)
    extractor.set_deadline(1)
    extractor.push("over!")
    extractor.check_deadline(2)
    extractor.reset()
    extractor.check_deadline(2)


def test_done_swallows_the_rest() -> None:
    extractor = Echo()
    assert (extractor.push("a!"), extractor.done, extractor.push("b")) == ("a!", True, "")
    assert extractor.flush() == ""
    extractor.reset()
    assert (extractor.done, extractor.push("c")) == (False, "c")


def test_pairs_are_joined_and_half_ones_replaced() -> None:
    extractor = Echo()
    assert [extractor.push("\ud83d"), extractor.push("\ude00\ud83d")] == ["", "😀"]
    assert extractor.flush() == "\ufffd"


def test_a_negative_margin_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="margin is -1"):
        Echo(margin=-1)


def test_strict_counts_what_was_skipped() -> None:
    extractor = Echo(strict=True)
    extractor._skip("x" * 102_400)
    with pytest.raises(StreamError, match="the text before the tag reached 102401") as caught:
        extractor._skip("x")
    assert caught.value.code == "BUFFER_OVERFLOW"
    Echo()._skip("x" * 200_000)
