"""The body of a chat completion, as clients send it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from jupyter_agentchat.dialects.openai.failures import ParameterError
from jupyter_agentchat.errors import InvalidInputError, InvalidJSONError, TooLargeError

Role = Literal["system", "developer", "user", "assistant"]
Count = Annotated[int, Meta(ge=1)]
Stop = Annotated[str, Meta(min_length=1)]

_FIELD = re.compile(r"`\$\.(\w+)")
_MAX_STOPS = 4

T = TypeVar("T")


class Part(Struct):
    """One part of a message's content; only text is taken."""

    type: str
    text: str | None = None


class Said(Struct):
    """One entry of ``messages``."""

    role: Role
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """The text of the content.

        Raises
        ------
        ParameterError
            If a part is no text.
        """
        if not isinstance(self.content, list):
            return self.content or ""
        for part in self.content:
            if part.type != "text":
                message = f"A content part of type {part.type!r} is not taken here: send text."
                raise ParameterError(message, "messages")
        return "".join(part.text or "" for part in self.content)


class StreamOptions(Struct):
    """``stream_options``."""

    include_usage: bool = False


class ChatRequest(Struct, kw_only=True):
    """What is read of the body; every other field is ignored.

    `metadata` goes to the agent as it is.
    """

    model: str
    messages: Annotated[list[Said], Meta(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    stop: Stop | Annotated[list[Stop], Meta(max_length=_MAX_STOPS)] | None = None
    max_tokens: Count | None = None
    max_completion_tokens: Count | None = None
    temperature: float | None = None
    seed: int | None = None
    user: str | None = None
    metadata: dict[str, Any] | None = None

    @property
    def includes_usage(self) -> bool:
        """Whether a stream tells its usage at the end."""
        return self.stream_options is not None and self.stream_options.include_usage

    def generation(self) -> dict[str, object]:
        """Return what the request asks of the answer, as ``metadata.generation`` says it."""
        asked = {
            "max_tokens": self.max_completion_tokens or self.max_tokens,
            "stop": [self.stop] if isinstance(self.stop, str) else self.stop,
            "temperature": self.temperature,
            "seed": self.seed,
        }
        return {
            **{name: value for name, value in asked.items() if value is not None},
            "estimate_usage": True,
        }


R = TypeVar("R", bound=ChatRequest)


class _Model(Struct):
    model: str


def read_model(body: bytes, limit: int) -> str:
    """Return the model that a body asks for; nothing else of it is looked at.

    Raises
    ------
    TooLargeError, InvalidJSONError
        If it is too large, or no JSON.
    ParameterError
        If it names none.
    """
    if len(body) > limit:
        raise TooLargeError(f"The body has {len(body)} bytes and at most {limit} are taken.")
    return _decoded(body, _Model).model


def read_request(body: bytes) -> ChatRequest:
    """Read a body.

    Raises
    ------
    ParameterError
        If a field is missing or wrong; it is named.
    """
    return read_as(body, ChatRequest)


def read_as(body: bytes, kind: type[R]) -> R:
    """Read a body that holds more; ParameterError as for `read_request`."""
    asked = _decoded(body, kind)
    if asked.n not in {None, 1}:
        raise ParameterError(f"An agent gives one answer: n is 1, not {asked.n}.", "n")
    return asked


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise _explained(str(error)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InvalidJSONError(f"The body is not valid JSON: {error}.") from None


def _explained(what: str) -> InvalidInputError:
    missing = re.search(r"missing required field `(\w+)`", what)
    found = missing or _FIELD.search(what)
    if found is None:
        return InvalidInputError(f"The body is wrong: {what}.")
    return ParameterError(f"The field {found[1]!r} is wrong: {what}.", found[1])
