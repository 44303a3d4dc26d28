"""What opens a server: a token, or a callable that is asked for one at each connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable

from jupyter_agentchat.errors import UnavailableError

Token = str | Callable[[], str | Awaitable[str]]
"""A token that expires comes from a callable, plain or asynchronous."""

READING_S = 30.0
"""How long a callable may take."""


async def read_token(token: Token) -> str:
    """Return the token; a callable is asked now, a plain one on a thread of its own.

    Raises
    ------
    UnavailableError
        If the callable fails, takes too long or returns no text.
    """
    if isinstance(token, str):
        return token
    try:
        async with asyncio.timeout(READING_S):
            found = await asyncio.to_thread(token)
            value: object = await found if isawaitable(found) else found
    except TimeoutError:
        message = f"The callable given as token= took longer than {READING_S:g} s."
        raise UnavailableError(message) from None
    except Exception as error:
        message = f"The callable given as token= failed: {type(error).__name__}: {error}."
        raise UnavailableError(message) from error
    if not isinstance(value, str):
        message = f"The callable given as token= returned {type(value).__name__} and no text."
        raise UnavailableError(message)
    return value
