"""Why a socket is closed; the number itself says whether to come back."""

from __future__ import annotations

from enum import IntEnum
from typing import Self

COME_BACK = range(4000, 4500)
"""Codes after which a client connects again and resumes."""
STAY_AWAY = range(4500, 5000)
"""Codes after which connecting again would fail in the same way."""


class CloseCode(IntEnum):
    """The codes that the server sends; the text is the close frame's reason."""

    INTERNAL = 4000, "The server failed; resume where you were."
    STOPPING = 4001, "The server is stopping; resume when it is back."
    TOO_SLOW = 4008, "The client read too slowly; resume where you were."
    EXPIRED = 4401, "Your credential is no longer valid; come back with a fresh one."
    UNSUPPORTED_PROTOCOL = 4500, "The server does not speak this version of the protocol."
    FORBIDDEN = 4503, "You may no longer read here."

    reason: str

    def __new__(cls, code: int, reason: str) -> Self:
        """Make a number that knows its sentence."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.reason = reason
        return member
