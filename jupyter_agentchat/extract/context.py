"""An extractor, the reader it feeds, and what to know before a retry (ElizaOS's two helpers)."""

from __future__ import annotations

from collections.abc import Callable

from jupyter_agentchat.extract.base import Extractor

OnChunk = Callable[[str, str | None], object]


class StreamingRetryState:
    """Remembers what a reader has seen, so that a retry can go on from there.

    Parameters
    ----------
    extractor : Extractor
        The one whose output is remembered.
    """

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self._pieces: list[str] = []

    def append(self, text: str) -> None:
        """Remember `text` as shown."""
        if text:
            self._pieces.append(text)

    def get_streamed_text(self) -> str:
        """Return everything extracted, what is held back included; repeatable."""
        self.append(self._extractor.flush())
        return "".join(self._pieces)

    def is_complete(self) -> bool:
        """Return whether the extractor is done, so that no retry is needed."""
        return self._extractor.done

    def reset(self) -> None:
        """Forget the text and reset the extractor."""
        self._extractor.reset()
        self._pieces = []


class StreamingContext(StreamingRetryState):
    """A retry state that also hands the extracted text to a reader.

    Parameters
    ----------
    extractor : Extractor
        What filters the chunks.
    on_chunk : callable
        Called as ``on_chunk(text, message_id)``, never with an empty text.
    message_id : str, optional
        Passed through.
    """

    def __init__(
        self, extractor: Extractor, on_chunk: OnChunk, message_id: str | None = None
    ) -> None:
        super().__init__(extractor)
        self._on_chunk = on_chunk
        self.message_id = message_id

    def on_stream_chunk(self, chunk: str) -> None:
        """Extract from `chunk` and hand on the result; ignored once the extractor is done."""
        if self._extractor.done:
            return
        text = self._extractor.push(chunk)
        if text:
            self.append(text)
            self._on_chunk(text, self.message_id)


def create_streaming_retry_state(extractor: Extractor) -> StreamingRetryState:
    """Return the retry state of `extractor`."""
    return StreamingRetryState(extractor)


def create_streaming_context(
    extractor: Extractor, on_chunk: OnChunk, message_id: str | None = None
) -> StreamingContext:
    """Return a context that extracts from chunks and calls ``on_chunk(text, message_id)``."""
    return StreamingContext(extractor, on_chunk, message_id)
