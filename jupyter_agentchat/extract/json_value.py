"""One string of a JSON document, as it arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.extract.base import BaseExtractor
from jupyter_agentchat.extract.bounded import BoundedText
from jupyter_agentchat.extract.errors import StreamError
from jupyter_agentchat.extract.json_lexer import JsonLexer, Token

MAX_DEPTH: Final = 512
"""Containers within containers that are followed."""

_Expected = Literal["key or }", "key", ":", "value or ]", "value", ", or }", ", or ]"]

_ALLOWED: Final[dict[_Expected, str]] = {
    "key or }": "string }",
    "key": "string",
    ":": ":",
    "value or ]": "string scalar { [ ]",
    "value": "string scalar { [",
    ", or }": ", }",
    ", or ]": ", ]",
}


@dataclass(slots=True)
class _Container:
    """An open object or array; `live` if it lies on the path."""

    bracket: str
    live: bool
    expected: _Expected
    name: str = ""
    index: int = 0


class JsonValueExtractor(BaseExtractor):
    r"""Streams the string at a place in a JSON document, unescaped.

    Halves of a pair (``\ud83d``, ``\ude00``) are joined wherever the chunks were cut. Done when
    that string ends, when the value there is no string, or when the document ends without it.

    Parameters
    ----------
    path : str or sequence of str and int
        A key of the outermost object; or a JSON Pointer, which begins with ``/`` (RFC 6901); or
        keys and array indices.
    margin : int, optional
        Accepted as by its siblings; nothing needs to be held back.
    strict : bool
        Raise ``PARSE_ERROR`` for what is not JSON, for another value than a string at `path`, and
        at `flush` for a document cut short. By default text before the document is skipped
        (models like to introduce it), and what cannot be read ends the output without an error.
        Text that came before the error is returned first; the next call raises.
    """

    def __init__(
        self,
        path: str | Sequence[str | int] = "response",
        *,
        margin: int | None = None,
        strict: bool = False,
    ) -> None:
        self._path = parse_path(path)
        super().__init__(margin=margin, strict=strict)

    def _restart(self) -> None:
        self._lexer = JsonLexer(strict=self._strict)
        self._stack: list[_Container] = []
        self._role: Literal["key", "target", "other"] = "other"
        self._key = BoundedText("a key", strict=self._strict)
        self._fault: StreamError | None = None

    def _extract(self, text: str) -> str:
        if self._fault is not None:
            return self._give_up(self._fault)
        shown: list[str] = []
        try:
            for token in self._lexer.feed(text if self._stack else self._skip_noise(text)):
                shown.append(self._accept(token))
                if self._done:
                    break
        except StreamError as error:
            self._fault = error
            if not any(shown):
                return self._give_up(error)
        return "".join(shown)

    def _give_up(self, error: StreamError) -> str:
        if self._strict:
            raise error
        return ""

    def _skip_noise(self, text: str) -> str:
        """Return `text` from the first bracket that can begin the document."""
        if self._strict:
            return text
        brackets = "{[" if self._path[0].isdigit() else "{"
        starts = [start for start in map(text.find, brackets) if start >= 0]
        return text[min(starts) :] if starts else ""

    def _accept(self, token: Token) -> str:
        """Follow one token; return what of the wanted string it holds."""
        if token.kind in ("piece", "end"):
            return self._accept_string(token)
        if not self._stack:
            if token.kind not in ("{", "["):
                self._lexer.fail("the document has to begin with { or [")
            self._enter(token.kind, live=True)
            return ""
        here = self._stack[-1]
        if token.kind not in _ALLOWED[here.expected].split():
            self._lexer.fail(f"expected {here.expected}, got {token.text or token.kind}")
        if token.kind == ":":
            here.expected = "value"
        elif token.kind == ",":
            here.expected, here.index = ("key" if here.bracket == "{" else "value"), here.index + 1
        elif token.kind in ("}", "]"):
            self._leave()
        elif here.expected in ("key", "key or }"):
            self._role = "key"
        else:
            self._begin_value(here, token)
        return ""

    def _accept_string(self, token: Token) -> str:
        here = self._stack[-1]
        if self._role == "key":
            if here.live:
                self._key.add(token.text)
            if token.kind == "end":
                here.name, here.expected = self._key.take(), ":"
        elif token.kind == "end":
            self._done = self._role == "target"
        return token.text if self._role == "target" else ""

    def _begin_value(self, here: _Container, token: Token) -> None:
        """Note a value of `here`, which may be the wanted one or lie on the way to it."""
        depth = len(self._stack)
        name = here.name if here.bracket == "{" else str(here.index)
        live = here.live and depth <= len(self._path) and name == self._path[depth - 1]
        wanted = live and depth == len(self._path)
        here.expected = ", or }" if here.bracket == "{" else ", or ]"
        if wanted and token.kind != "string":
            if self._strict:
                self._lexer.fail(f"the value at {'/'.join(['', *self._path])} is not a string")
            self._done = True
        elif token.kind == "string":
            self._role = "target" if wanted else "other"
        elif token.kind in ("{", "["):
            self._enter(token.kind, live=live)

    def _enter(self, bracket: str, *, live: bool) -> None:
        if len(self._stack) == MAX_DEPTH:
            self._lexer.fail(f"nested deeper than {MAX_DEPTH}")
        expected: _Expected = "key or }" if bracket == "{" else "value or ]"
        self._stack.append(_Container(bracket, live, expected))

    def _leave(self) -> None:
        self._stack.pop()
        self._done = not self._stack

    def _release(self) -> str:
        if self._strict:
            self._lexer.fail("the document ended early")
        return ""


def parse_path(path: str | Sequence[str | int]) -> tuple[str, ...]:
    """Return `path` as its steps: a key, a JSON Pointer, or a sequence of keys and indices.

    Raises
    ------
    InvalidInputError
        For a path without steps.
    """
    if isinstance(path, str):
        if not path.startswith("/"):
            return (path,)
        return tuple(step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/"))
    if not path:
        raise InvalidInputError("path is empty: name at least one key, for example 'response'")
    return tuple(map(str, path))
