"""What ``metadata.generation`` asks of an answer: its length, where it stops, how it is sampled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from jupyter_agentchat.errors import InvalidInputError

CHARS_PER_TOKEN: Final = 4
"""The rule of thumb for English; where nobody counts, `estimated_tokens` does."""
KEY: Final = "generation"


class Generation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a sender wants to be answered; whatever is left out is the agent's own.

    Attributes
    ----------
    max_tokens : int or None
        The answer ends there, with reason ``length``. Models and `synthetic` count themselves;
        of other agents' text, four characters are one token.
    stop : tuple of str
        The answer ends right before the first of them.
    temperature, seed
        For models.
    estimate_usage : bool
        Estimate the tokens (four characters each) where the agent tells none.
    history : int or None
        How many earlier messages the agent sees; 0 asks without what was said before.
    """

    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    stop: Annotated[tuple[Annotated[str, Meta(min_length=1)], ...], Meta(max_length=16)] = ()
    temperature: float | None = None
    seed: int | None = None
    estimate_usage: bool = False
    history: Annotated[int, Meta(ge=0)] | None = None


_DEFAULT: Final = Generation()


def read_generation(metadata: Mapping[str, Any]) -> Generation:
    """Return what a message's metadata asks for.

    Raises
    ------
    InvalidInputError
        If a field is unknown or wrong; the sentence names it.
    """
    asked = metadata.get(KEY)
    if asked is None:
        return _DEFAULT
    try:
        return msgspec.convert(asked, Generation)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"metadata.{KEY} is wrong: {error}.") from None


def estimated_tokens(chars: int) -> int:
    """Return about how many tokens so many characters are, rounded up."""
    return -(-chars // CHARS_PER_TOKEN)
