"""The tokens of a JSON document that arrives in pieces (RFC 8259), strings unescaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, NoReturn

from jupyter_agentchat.extract.bounded import BoundedText
from jupyter_agentchat.extract.errors import StreamError
from jupyter_agentchat.extract.utf16 import SurrogateJoiner

TokenKind = Literal["{", "}", "[", "]", ":", ",", "string", "piece", "end", "scalar"]

_PUNCTUATION: Final[dict[str, TokenKind]] = {
    "{": "{",
    "}": "}",
    "[": "[",
    "]": "]",
    ":": ":",
    ",": ",",
}
_WHITE_SPACE: Final = re.compile(r"[ \t\n\r]+")
_WORD: Final = re.compile(r'[^ \t\n\r,:{}\[\]"]+')
_PLAIN: Final = re.compile(r'[^"\\\x00-\x1f]+')
_SCALAR: Final = re.compile(r"true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_ESCAPES: Final = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_UNICODE_ESCAPE_LENGTH: Final = 6


class Token(NamedTuple):
    """One token; a string is ``string``, any number of ``piece``, and ``end``, both with text."""

    kind: TokenKind
    text: str = ""


class JsonLexer:
    r"""Turns text into tokens, each as early as it is certain.

    Guarantee: the tokens, with the pieces of a string joined, depend on the joined input alone.

    Parameters
    ----------
    strict : bool
        Raise ``PARSE_ERROR`` for what RFC 8259 forbids inside strings and scalars. Otherwise a raw
        control character stands for itself, as does what follows a wrong backslash: models write
        such things.
    """

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._in_string = False
        self._escape = ""
        self._joiner = SurrogateJoiner()
        self._scalar = BoundedText("a number", strict=strict)
        self._in_scalar = False
        self._offset = 0
        self._position = 0

    @property
    def position(self) -> int:
        """Characters read so far."""
        return self._offset + self._position

    def feed(self, text: str) -> Iterator[Token]:
        """Yield the tokens that end in `text`; to be exhausted before the next call."""
        self._position = 0
        while self._position < len(text):
            token = self._string(text) if self._in_string else self._structure(text)
            if token is not None:
                yield token
        self._offset += len(text)
        self._position = 0

    def fail(self, what: str) -> NoReturn:
        """Raise ``PARSE_ERROR`` at the present position."""
        raise StreamError(
            "PARSE_ERROR",
            f"not JSON at character {self.position}: {what}",
            {"position": self.position},
        )

    def _structure(self, text: str) -> Token | None:
        """Read one step outside strings."""
        word = _WORD.match(text, self._position)
        if word is not None:
            self._in_scalar = True
            self._scalar.add(word.group())
            self._position = word.end()
            return None
        if self._in_scalar:  # a delimiter ends it, and is read in the next step
            return self._end_scalar()
        blank = _WHITE_SPACE.match(text, self._position)
        if blank is not None:
            self._position = blank.end()
            return None
        char = text[self._position]
        self._position += 1
        if char == '"':
            self._in_string = True
            return Token("string")
        return Token(_PUNCTUATION[char])

    def _end_scalar(self) -> Token:
        self._in_scalar = False
        scalar = self._scalar.take()
        if self._strict and _SCALAR.fullmatch(scalar) is None:
            self.fail(f"{scalar[:20]!r} is neither a number nor true, false or null")
        return Token("scalar", scalar)

    def _string(self, text: str) -> Token | None:
        """Read one step inside a string."""
        if self._escape:
            return self._piece(self._unescape(text[self._position]))
        plain = _PLAIN.match(text, self._position)
        if plain is not None:
            self._position = plain.end()
            return self._piece(plain.group())
        char = text[self._position]
        if char not in '"\\' and self._strict:
            self.fail(f"control character {char!r} in a string; it has to be escaped")
        self._position += 1
        if char == '"':
            self._in_string = False
            return Token("end", self._joiner.finish())
        if char == "\\":
            self._escape = char
            return None
        return self._piece(char)

    def _piece(self, text: str) -> Token | None:
        joined = self._joiner.feed(text)
        return Token("piece", joined) if joined else None

    def _unescape(self, char: str) -> str:
        """Take the next character of an escape; return what the escape stands for when it ends."""
        escape = self._escape + char
        if escape == "\\u" or (len(escape) < _UNICODE_ESCAPE_LENGTH and self._is_hex(escape)):
            self._position += 1
            self._escape = escape
            return ""
        if self._is_hex(escape):
            self._position += 1
            self._escape = ""
            return chr(int(f"0x{escape[2:]}", base=0))
        if len(self._escape) == 1:
            return self._short_escape(char)
        if self._strict:
            self.fail(f"{escape!r} is no escape; four hexadecimal digits follow \\u")
        kept, self._escape = self._escape, ""
        return kept

    @staticmethod
    def _is_hex(escape: str) -> bool:
        return escape.startswith("\\u") and escape[-1] in _HEX

    def _short_escape(self, char: str) -> str:
        if self._strict and char not in _ESCAPES:
            self.fail(f"'\\{char}' is no escape")
        self._position += 1
        self._escape = ""
        return _ESCAPES.get(char, char)
