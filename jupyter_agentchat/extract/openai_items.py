"""What a chat-completions stream says, one frozen item each."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["text", "reasoning", "tool_call"]


class ToolCall(msgspec.Struct, frozen=True):
    """Which tool call a delta of kind ``tool_call`` belongs to.

    Attributes
    ----------
    index : int
        Its place among the calls of this answer.
    id, name : str or None
        Given with the first delta of a call, usually absent later.
    """

    index: int = 0
    id: str | None = None
    name: str | None = None


class Delta(msgspec.Struct, frozen=True):
    """One increment of the answer.

    Attributes
    ----------
    text : str
        What is new; for ``tool_call`` a fragment of the JSON arguments, which may be empty.
    kind : str
        ``text``, ``reasoning`` or ``tool_call``.
    index : int
        Running number over all kinds, from 0 without gaps.
    tool : ToolCall or None
        Only for ``tool_call``.
    """

    text: str
    kind: Kind = "text"
    index: int = 0
    tool: ToolCall | None = None


class Usage(msgspec.Struct, frozen=True):
    """Token counts; of several in a stream the last one counts.

    Attributes
    ----------
    prompt_tokens, completion_tokens, total_tokens : int
        As the endpoint counts; `completion_tokens` includes reasoning.
    reasoning_tokens, cached_tokens : int or None
        Parts of the above, where the endpoint tells.
    source : str
        ``usage``, or ``timings`` where only llama.cpp's measurement was there.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    source: Literal["usage", "timings"] = "usage"


class Finish(msgspec.Struct, frozen=True):
    """The model stopped, for the endpoint's `reason`: ``stop``, ``length``, ``tool_calls`` …."""

    reason: str


class Failure(msgspec.Struct, frozen=True):
    """The stream failed; nothing follows.

    Attributes
    ----------
    type : str
        ``PARSE_ERROR`` (not the JSON of a chunk), ``BUFFER_OVERFLOW`` (a line or event without
        end), ``BROKEN`` (the stream ended before it was finished), or the endpoint's own word.
    message : str
        One sentence.
    status : int or None
        The HTTP status the endpoint gave inside the stream.
    """

    type: str
    message: str
    status: int | None = None


class Done(msgspec.Struct, frozen=True):
    """The stream is complete; nothing follows."""


Item = Delta | Usage | Finish | Failure | Done
