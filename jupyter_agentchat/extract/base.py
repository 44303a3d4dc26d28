"""What an extractor is, and the parts that all of ours share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.extract.errors import MAX_BUFFER, MAX_CHUNK_SIZE, StreamError
from jupyter_agentchat.extract.utf16 import SurrogateJoiner, utf16_length


@runtime_checkable
class Extractor(Protocol):
    """Raw chunks in, streamable text out; sans-I/O.

    Guarantees: the joined results of `push` and a last `flush`, and `done` after it, depend on the
    joined input alone, never on where the chunks were cut. After `reset` it is as new.
    """

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        ...

    def push(self, chunk: str) -> str:
        """Take `chunk`; return the text that can be shown now, perhaps none."""
        ...

    def flush(self) -> str:
        """Return what was held back: the input has ended."""
        ...

    def reset(self) -> None:
        """Forget everything; ready for the next answer."""
        ...


class BaseExtractor(ABC):
    """Limits, cancellation, deadline and well-formed text for the extractors of this package.

    Parameters
    ----------
    margin : int, optional
        Hold back at least so many UTF-16 code units of the text. 10 reproduces the release
        pattern of ElizaOS; by default only what may still become the closing tag is held.
    strict : bool
        Raise ``BUFFER_OVERFLOW`` where the default silently forgets, and ``PARSE_ERROR`` where the
        default silently gives up.

    Raises
    ------
    StreamError
        From `push`: ``CHUNK_TOO_LARGE`` above 1 MiB, counted in UTF-16 code units; the state is
        unchanged. From `push` and `flush`: ``ABORTED`` after `abort`.
    """

    def __init__(self, *, margin: int | None = None, strict: bool = False) -> None:
        if margin is not None and margin < 0:
            raise InvalidInputError(f"margin is {margin}: it counts held characters, 0 or more")
        self._margin = margin or 0
        self._strict = strict
        self.reset()

    def reset(self) -> None:
        """Forget everything, an abort and a deadline included."""
        self._done = False
        self._skipped = 0
        self._aborted: str | None = None
        self._deadline_ns: int | None = None
        self._joiner = SurrogateJoiner()
        self._restart()

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self._done

    def push(self, chunk: str) -> str:
        """Take `chunk`; return the text that can be shown now, perhaps none."""
        self._check_abort()
        check_chunk_size(chunk)
        return "" if self._done else self._extract(self._joiner.feed(chunk))

    def flush(self) -> str:
        """Return what was held back, never a part of a closing tag: the input has ended."""
        self._check_abort()
        return "" if self._done else self._extract(self._joiner.finish()) + self._release()

    def abort(self, reason: str = "the reader cancelled it") -> None:
        """Make every later `push` and `flush` raise ``ABORTED``, until `reset`."""
        self._aborted = reason

    def set_deadline(self, deadline_ns: int | None) -> None:
        """Set the monotonic instant at which the next output is overdue; None lifts it."""
        self._deadline_ns = deadline_ns

    def check_deadline(self, now_ns: int) -> None:
        """Raise ``TIMEOUT`` if the deadline has passed and the stream is not done."""
        late = self._deadline_ns
        if late is not None and now_ns >= late and not self._done:
            raise StreamError(
                "TIMEOUT",
                f"the stream is {(now_ns - late) / 1e9:.3f} s past its deadline",
                {"deadlineNs": late, "nowNs": now_ns},
            )

    @abstractmethod
    def _restart(self) -> None:
        """Put the extractor's own state back to its beginning."""

    @abstractmethod
    def _extract(self, text: str) -> str:
        """Take well-formed `text`; return the text that can be shown now."""

    def _release(self) -> str:
        """Return held text at the end of the input."""
        return ""

    def _skip(self, text: str) -> None:
        """Account for `text` that went by while a tag was awaited."""
        if self._strict:
            self._skipped += utf16_length(text)
            if self._skipped > MAX_BUFFER:
                raise StreamError.buffer_overflow("the text before the tag", self._skipped)

    def _check_abort(self) -> None:
        if self._aborted is not None:
            raise StreamError("ABORTED", f"the stream was aborted: {self._aborted}")


def check_chunk_size(chunk: str) -> None:
    """Raise ``CHUNK_TOO_LARGE`` if `chunk` has more than 1 Mi UTF-16 code units."""
    if len(chunk) > MAX_CHUNK_SIZE // 2:
        size = utf16_length(chunk)
        if size > MAX_CHUNK_SIZE:
            raise StreamError.chunk_too_large(size)
