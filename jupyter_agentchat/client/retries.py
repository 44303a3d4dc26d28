"""How hard a lost connection is tried again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from msgspec import Struct
from tornado.websocket import WebSocketClientConnection

from jupyter_agentchat.client.dialing import dial
from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock

Dial = Callable[[Server], Awaitable[WebSocketClientConnection]]


class Retries(Struct, frozen=True, kw_only=True):
    """How a lost connection is opened again; tests bring their own time and chance.

    Attributes
    ----------
    limit : int or None
        Tries in a row that may fail before the connection is given up; None: no limit.
    patience_s : float
        How long a connection may be away before those who wait are told; the tries go on.
    """

    limit: int | None = None
    patience_s: float = 30.0
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    clock: Clock = SYSTEM_CLOCK
    dial: Dial = dial
