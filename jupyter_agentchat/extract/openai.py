"""The stream of an OpenAI-compatible chat-completions endpoint: bytes in, items out; sans-I/O.

Written against what OpenAI, Azure, vLLM, llama.cpp, Ollama, LM Studio, Mistral and OpenRouter send.
"""

from __future__ import annotations

import re
from typing import Final

from jupyter_agentchat.extract.errors import StreamError
from jupyter_agentchat.extract.openai_choice import ChoiceReader
from jupyter_agentchat.extract.openai_items import (
    Delta,
    Done,
    Failure,
    Finish,
    Item,
    ToolCall,
    Usage,
)
from jupyter_agentchat.extract.openai_wire import (
    WireChunk,
    WireError,
    WireTimings,
    decode_chunk,
    read_timings,
    read_usage,
)
from jupyter_agentchat.extract.sse import ServerSentEvent, SseDecoder
from jupyter_agentchat.extract.utf16 import well_formed

__all__ = [
    "ChatCompletionsParser",
    "Delta",
    "Done",
    "Failure",
    "Finish",
    "Item",
    "ToolCall",
    "Usage",
]

_SHOWN: Final = 80
_STATUS: Final = re.compile(r"[1-5][0-9][0-9]")


class ChatCompletionsParser:
    """Reads one answer, that of choice 0.

    Guarantees: any split of the same bytes gives the same items; the last item, of `finish` at the
    latest, is `Done` or `Failure`, exactly once; `Finish` comes at most once, before `Done`. No
    input raises.
    """

    def __init__(self) -> None:
        # llama.cpp wrote `error: {…}` as a field of its own until the end of 2025
        self._events = SseDecoder(data_fields=("data", "error"))
        self._answer = ChoiceReader()
        self._timings: WireTimings | None = None
        self._counted = False
        self._closed = False

    def feed(self, data: bytes) -> list[Item]:
        """Return the items that `data` completes."""
        return self._read(data, ended=False)

    def finish(self) -> list[Item]:
        """Return what the end of the connection means.

        Nothing if the stream was complete; `Done` if only ``[DONE]`` is missing after a finish
        reason; otherwise a `Failure` of type ``BROKEN``.
        """
        items = self._read(b"", ended=True)
        if self._closed:
            return items
        if self._answer.finished:
            return [*items, *self._complete()]
        message = (
            f"the stream broke off after {self._answer.count} deltas: "
            "neither a finish_reason nor [DONE] came"
        )
        return [*items, *self._fail("BROKEN", message)]

    def _read(self, data: bytes, *, ended: bool) -> list[Item]:
        items: list[Item] = []
        if self._closed:
            return items
        try:
            # a last `data: [DONE]` often lacks its blank line
            events = self._events.finish(dispatch=True) if ended else self._events.feed(data)
        except StreamError as error:
            return self._fail(error.code, error.message)
        for event in events:
            if not self._closed:
                items += self._read_event(event, ended=ended)
        return items

    def _read_event(self, event: ServerSentEvent, *, ended: bool) -> list[Item]:
        data = event.data.strip()
        if data == "[DONE]":
            return self._complete()
        if not data:
            return []
        try:
            chunk = decode_chunk(data)
        except (ValueError, RecursionError) as error:
            if ended:  # cut off in the middle: the connection is to blame
                return []
            return self._fail("PARSE_ERROR", f"not a chunk ({error}): {shorten(data)}")
        failure = chunk.failure(named_error=event.event == "error")
        return self._read_chunk(chunk) if failure is None else self._endpoint_failed(failure)

    def _read_chunk(self, chunk: WireChunk) -> list[Item]:
        items: list[Item] = []
        for choice in chunk.choices or ():
            if not choice.index:
                items += self._answer.read(choice)
        self._timings = chunk.timings or self._timings
        if chunk.usage is not None:
            self._counted = True
            items.append(read_usage(chunk.usage))
        return items

    def _complete(self) -> list[Item]:
        self._closed = True
        if self._counted or self._timings is None:
            return [Done()]
        return [read_timings(self._timings), Done()]

    def _fail(self, type: str, message: str, status: int | None = None) -> list[Item]:
        self._closed = True
        return [Failure(type, message, status)]

    def _endpoint_failed(self, error: WireError) -> list[Item]:
        code = str(error.code or "")
        status = int(code) if _STATUS.fullmatch(code) else None
        word = "" if status else code
        message = error.message or "the endpoint reported an error and gave no message"
        return self._fail(well_formed(error.type or word or "error"), well_formed(message), status)


def shorten(data: str) -> str:
    """Return `data` printable and short enough for an error message."""
    return repr(data if len(data) <= _SHOWN else data[:_SHOWN] + "…")
