"""What a model agent asks for, whatever the endpoint."""

from __future__ import annotations

from msgspec import Struct


class ModelParameters(Struct, frozen=True, kw_only=True):
    """How to ask a model.

    Attributes
    ----------
    system : str
        The system prompt; empty for none.
    max_history_chars : int
        Characters of earlier messages that the model sees; the question itself is never cut.
    temperature, max_tokens, seed
        Left to the endpoint where None.
    """

    system: str = ""
    max_history_chars: int = 24_000
    temperature: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
