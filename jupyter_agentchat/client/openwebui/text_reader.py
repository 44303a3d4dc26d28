"""A streamed chat completion as text updates, in Open WebUI's order of tests; sans-I/O.

Its twin is ``textReader.ts``, and both run the fixtures in ``tests/data/clients``.
"""

from __future__ import annotations

import json
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from jupyter_agentchat.extract.errors import StreamError
from jupyter_agentchat.extract.sse import ServerSentEvent, SseDecoder
from jupyter_agentchat.extract.utf16 import SurrogateJoiner

_SHOWN = 80
_SPACE = " \t\n"
BROKEN = "The stream ended before it was finished: neither a finish_reason nor [DONE] came."


class TextUpdate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that the stream said.

    Attributes
    ----------
    text : str
        What is new of the answer.
    sources : list or None
        What it is taken from.
    selected_model_id : str or None
        Which model answers, where one was chosen for the caller.
    usage : dict or None
        Token counts, as the endpoint has them.
    error : dict or str or None
        Why it failed, in the endpoint's own form; ours have ``type`` and ``message``.
    done : bool
        Whether it is the last update.
    received_ns : int
        When its bytes came, by the reader's monotonic clock; parts of one delta share it.
    """

    text: str = ""
    sources: list[Any] | None = None
    selected_model_id: str | None = None
    usage: dict[str, Any] | None = None
    error: dict[str, Any] | str | None = None
    done: bool = False
    received_ns: int = 0


class TextReader:
    """Bytes in, updates out.

    Guarantees
    ----------
    Order
        Of one frame come, in this order (wire.md §1.4), ``[DONE]``, error, sources, model, usage
        and text, and nothing of it is lost. The last update of `finish` at the latest is `done`,
        exactly once.
    Chunking
        Any split of the same bytes gives the same updates. No input raises.
    """

    def __init__(self) -> None:
        self._events = SseDecoder()
        self._joiner = SurrogateJoiner()
        self._is_finished = False
        self._is_closed = False

    def feed(self, data: bytes, received_ns: int = 0) -> list[TextUpdate]:
        """Return what `data` completes."""
        updates = self._read(data, ended=False)
        return [replace(update, received_ns=received_ns) for update in updates]

    def finish(self, received_ns: int = 0) -> list[TextUpdate]:
        """Return what the end of the stream means."""
        updates = self._read(b"", ended=True)
        if not self._is_closed:
            updates += self._close() if self._is_finished else self._fail("BROKEN", BROKEN)
        return [replace(update, received_ns=received_ns) for update in updates]

    def _read(self, data: bytes, *, ended: bool) -> list[TextUpdate]:
        if self._is_closed:
            return []
        try:
            events = self._events.finish(dispatch=True) if ended else self._events.feed(data)
        except StreamError as error:
            return self._fail(error.code, error.message)
        updates: list[TextUpdate] = []
        for event in events:
            if not self._is_closed:
                updates += self._frame(event, ended=ended)
        return updates

    def _frame(self, event: ServerSentEvent, *, ended: bool) -> list[TextUpdate]:
        data = event.data.strip(_SPACE)
        if data.startswith("[DONE]"):
            return self._close()
        if not data:
            return []
        try:
            frame = json.loads(data, parse_constant=_no_number)
        except (ValueError, RecursionError):
            frame = None
        if not isinstance(frame, dict):
            if ended:  # cut off in the middle: the connection is to blame
                return []
            return self._fail("PARSE_ERROR", f"Not a frame of a chat completion: {data[:_SHOWN]}")
        error = frame.get("error")
        if isinstance(error, dict) or (isinstance(error, str) and error):
            return self._close(error)
        return self._said(frame)

    def _said(self, frame: dict[str, Any]) -> list[TextUpdate]:
        updates = []
        if isinstance(frame.get("sources"), list):
            updates.append(TextUpdate(sources=frame["sources"]))
        if isinstance(frame.get("selected_model_id"), str):
            updates.append(TextUpdate(selected_model_id=frame["selected_model_id"]))
        if isinstance(frame.get("usage"), dict):
            updates.append(TextUpdate(usage=frame["usage"]))
        choices = frame.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if isinstance(choice, dict):
            reason = choice.get("finish_reason")
            self._is_finished = self._is_finished or (isinstance(reason, str) and reason != "")
            delta = choice.get("delta")
            content = delta.get("content") if isinstance(delta, dict) else None
            text = self._joiner.feed(content) if isinstance(content, str) else ""
            updates += [TextUpdate(text=text)] if text else []
        return updates

    def _close(self, error: dict[str, Any] | str | None = None) -> list[TextUpdate]:
        self._is_closed = True
        rest = self._joiner.finish()
        return [*([TextUpdate(text=rest)] if rest else []), TextUpdate(error=error, done=True)]

    def _fail(self, type: str, message: str) -> list[TextUpdate]:
        return self._close({"type": type, "message": message})


def _no_number(name: str) -> None:
    raise ValueError(name)  # JSON has no NaN
