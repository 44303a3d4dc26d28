"""The JSON of one chunk of a chat-completions stream, as endpoints really write it.

Unknown fields are ignored; known ones may be missing or null everywhere.
"""

from __future__ import annotations

import json
from typing import Final

import msgspec

from jupyter_agentchat.extract.openai_items import Usage


class WireFunction(msgspec.Struct):
    """Name and arguments of a tool call, in fragments; Ollama may send an object at once."""

    name: str | None = None
    arguments: str | dict[str, object] | None = None

    def arguments_text(self) -> str:
        """Return the arguments as JSON text."""
        if isinstance(self.arguments, dict):
            return msgspec.json.encode(self.arguments).decode()
        return self.arguments or ""


class WireToolCall(msgspec.Struct):
    """One entry of ``tool_calls``."""

    index: int | None = None
    id: str | None = None
    function: WireFunction | None = None


class WirePart(msgspec.Struct):
    """One part of a content list (Mistral): text, or thinking with parts of its own."""

    type: str = "text"
    text: str | None = None
    thinking: list[WirePart] | str | None = None


class WireDelta(msgspec.Struct):
    """``choices[].delta``.

    ``reasoning_content`` is DeepSeek's, llama.cpp's and older vLLM's name, ``reasoning`` that of
    newer vLLM, Ollama and OpenRouter; gateways send both with the same text.
    """

    content: str | list[WirePart] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: list[WireToolCall] | None = None
    function_call: WireFunction | None = None


class WireChoice(msgspec.Struct):
    """One of ``choices``; `text` is what completion endpoints of the older kind send."""

    index: int | None = None
    delta: WireDelta | None = None
    message: WireDelta | None = None
    text: str | None = None
    finish_reason: str | None = None


class WireTokenDetails(msgspec.Struct):
    """``prompt_tokens_details`` and ``completion_tokens_details``."""

    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


class WireUsage(msgspec.Struct):
    """``usage``."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: WireTokenDetails | None = None
    completion_tokens_details: WireTokenDetails | None = None


class WireTimings(msgspec.Struct):
    """llama.cpp's ``timings``: tokens computed, tokens taken from the cache, tokens generated."""

    prompt_n: int | None = None
    cache_n: int | None = None
    predicted_n: int | None = None


class WireError(msgspec.Struct):
    """``error``; `code` is an HTTP status with some endpoints and a word with others."""

    message: str | None = None
    type: str | None = None
    code: int | str | None = None


class WireChunk(msgspec.Struct):
    """One ``data:`` of the stream.

    `message`, `type` and `code` are those of an error without its wrapper (llama.cpp, older vLLM).
    """

    choices: list[WireChoice] | None = None
    usage: WireUsage | None = None
    timings: WireTimings | None = None
    error: WireError | str | None = None
    message: str | None = None
    type: str | None = None
    code: int | str | None = None

    def failure(self, *, named_error: bool) -> WireError | None:
        """Return the error the endpoint reports, if it does.

        Parameters
        ----------
        named_error : bool
            Whether the event itself was named ``error``.
        """
        if isinstance(self.error, str):
            return WireError(self.error)
        if self.error is None and (named_error or (self.choices is None and self.message)):
            return WireError(self.message, self.type, self.code)
        return self.error


_DECODER: Final = msgspec.json.Decoder(WireChunk)


def decode_chunk(data: str) -> WireChunk:
    """Return the chunk in `data`.

    Raises
    ------
    ValueError
        If it is not JSON, or not of a chunk's shape.
    """
    try:
        return _DECODER.decode(data)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        # NaN and Infinity (logprobs) and halves of a pair are no JSON, yet endpoints send them
        return msgspec.convert(json.loads(data), WireChunk)


def read_usage(usage: WireUsage) -> Usage:
    """Return the token counts of a ``usage`` object."""
    prompt, completion = usage.prompt_tokens or 0, usage.completion_tokens or 0
    details = usage.completion_tokens_details
    cached = usage.prompt_tokens_details
    return Usage(
        prompt,
        completion,
        usage.total_tokens or prompt + completion,
        reasoning_tokens=details.reasoning_tokens if details else None,
        cached_tokens=cached.cached_tokens if cached else None,
    )


def read_timings(timings: WireTimings) -> Usage:
    """Return the token counts of llama.cpp's ``timings``."""
    prompt = (timings.prompt_n or 0) + (timings.cache_n or 0)
    completion = timings.predicted_n or 0
    return Usage(
        prompt,
        completion,
        prompt + completion,
        cached_tokens=timings.cache_n,
        source="timings",
    )
