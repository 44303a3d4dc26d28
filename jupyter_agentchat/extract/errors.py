"""The one error of this layer, with the five codes that ElizaOS gave it (seed 002)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeGuard

from jupyter_agentchat.errors import AgentChatError

StreamErrorCode = Literal["CHUNK_TOO_LARGE", "BUFFER_OVERFLOW", "PARSE_ERROR", "TIMEOUT", "ABORTED"]

MAX_CHUNK_SIZE: Final = 1024 * 1024
"""Largest chunk one push accepts, in UTF-16 code units (1 MiB)."""

MAX_BUFFER: Final = 100 * 1024
"""Most text an extractor keeps or skips while it waits for a tag, in UTF-16 code units."""

Detail = int | float | str | None


class StreamError(AgentChatError):
    """Model output could not be turned into a stream.

    Parameters
    ----------
    code : str
        ``CHUNK_TOO_LARGE``, ``BUFFER_OVERFLOW``, ``PARSE_ERROR``, ``TIMEOUT`` or ``ABORTED``.
    message : str
        One sentence for the person who reads it.
    details : mapping, optional
        The numbers behind the sentence.
    """

    code: StreamErrorCode  # type: ignore[misc]  # one class, five codes: seed 002 says so
    status = 502
    fault = "provider"

    def __init__(
        self, code: StreamErrorCode, message: str, details: Mapping[str, Detail] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.details: dict[str, Detail] = dict(details or {})

    @staticmethod
    def is_stream_error(error: object) -> TypeGuard[StreamError]:
        """Return whether `error` is a `StreamError`."""
        return isinstance(error, StreamError)

    @classmethod
    def chunk_too_large(cls, size: int) -> StreamError:
        """Return the error for a chunk of `size` UTF-16 code units."""
        return cls(
            "CHUNK_TOO_LARGE",
            f"Chunk size {size} exceeds maximum allowed {MAX_CHUNK_SIZE}",
            {"chunkSize": size, "maxAllowed": MAX_CHUNK_SIZE},
        )

    @classmethod
    def buffer_overflow(
        cls, what: str, size: int, allowed: int = MAX_BUFFER, unit: str = "UTF-16 units"
    ) -> StreamError:
        """Return the error for `what` having grown to `size` where `allowed` are allowed."""
        return cls(
            "BUFFER_OVERFLOW",
            f"{what} reached {size} {unit}; {allowed} are allowed",
            {"bufferSize": size, "maxAllowed": allowed},
        )
