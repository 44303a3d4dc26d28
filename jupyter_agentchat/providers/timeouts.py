"""How long an endpoint may take, and the sentence for each way to take too long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec import Struct

from jupyter_agentchat.errors import ProviderTimeoutError


class Timeouts(Struct, frozen=True, kw_only=True):
    """Seconds that an endpoint may take.

    Attributes
    ----------
    connect : float
        To accept the connection.
    first_byte : float
        From the request to the first bytes of the answer; a local model reads the prompt meanwhile.
    idle : float
        Between two reads of the answer.
    total : float
        For the whole answer.
    """

    connect: float = 10.0
    first_byte: float = 120.0
    idle: float = 60.0
    total: float = 600.0


class Watch:
    """Watches one request; made when it begins.

    Parameters
    ----------
    timeouts : Timeouts
        What is allowed.
    who : str
        The endpoint, for the sentences.
    """

    def __init__(self, timeouts: Timeouts, who: str) -> None:
        self._timeouts = timeouts
        self._who = who
        self._now = asyncio.get_running_loop().time
        self._end = self._now() + timeouts.total
        self._first_end = self._now() + timeouts.first_byte
        self._has_begun = False

    def begin(self) -> None:
        """Note that the first bytes are there."""
        self._has_begun = True

    @asynccontextmanager
    async def limit(self) -> AsyncIterator[None]:
        """Bound one wait for the endpoint; never held across a yield to the reader.

        Raises
        ------
        ProviderTimeoutError
            If it takes too long; the sentence says which limit was passed.
        """
        stage_end = self._now() + self._timeouts.idle if self._has_begun else self._first_end
        try:
            async with asyncio.timeout_at(min(stage_end, self._end)):
                yield
        except TimeoutError:
            raise ProviderTimeoutError(self._sentence(is_total=self._end <= stage_end)) from None

    def _sentence(self, *, is_total: bool) -> str:
        allowed = self._timeouts
        if is_total:
            return f"{self._who} did not finish its answer within {allowed.total:g} s."
        if self._has_begun:
            return f"{self._who} fell silent for {allowed.idle:g} s in the middle of its answer."
        return f"{self._who} sent nothing within {allowed.first_byte:g} s."
