"""What a message's text has to be, wherever it comes from."""

from __future__ import annotations

from jupyter_agentchat.errors import EmptyMessageError, InvalidInputError, TooLargeError


def has_visible(text: str) -> bool:
    """Return whether `text` shows anything: neither white space nor zero-width characters do."""
    return any(letter.isprintable() and not letter.isspace() for letter in text)


def check_text(text: str, limit: int) -> None:
    """Refuse a text that nobody should send.

    Raises
    ------
    EmptyMessageError
        If nothing in it can be seen.
    InvalidInputError
        If it cannot be written in UTF-8.
    TooLargeError
        If it has more than `limit` bytes of UTF-8.
    """
    if not has_visible(text):
        message = "The message is empty; write at least one visible character."
        raise EmptyMessageError(message)
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        message = "The message holds half a surrogate pair, which is no text; send UTF-8."
        raise InvalidInputError(message) from None
    if size > limit:
        message = (
            f"The message has {size} bytes and at most {limit} are taken; "
            "attach long material as a file."
        )
        raise TooLargeError(message)
