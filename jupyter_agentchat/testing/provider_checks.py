"""The guarantees of `jupyter_agentchat.providers.base.Provider`, one check each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise

from jupyter_agentchat.errors import ProviderError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.providers.base import Delivered, Provider, RawChunk, Request, Turned
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.conformance import STOP_LIMIT_S, NonConformanceError, ensure

REQUEST = Request(model="m", turns=[Turned("user", "hi")])


async def check_order(provider: Provider, texts: Sequence[str]) -> None:
    """Check that it delivers `texts` in order, stamped as they arrive, the usage last."""
    start_ns = SYSTEM_CLOCK.monotonic_ns()
    items, error = await collect(provider.stream(REQUEST))
    ensure(error is None, f"a good answer raises nothing: {error!r}")
    chunks = [item for item in items if isinstance(item, RawChunk)]
    ensure([chunk.text for chunk in chunks] == list(texts), "chunks come in the endpoint's order")
    ensure(
        [place for place, item in enumerate(items, 1) if isinstance(item, Usage)]
        in ([], [len(items)]),
        "the usage comes once, last",
    )
    instants = [start_ns, *(chunk.provider_ns for chunk in chunks), SYSTEM_CLOCK.monotonic_ns()]
    ensure(
        all(before <= after for before, after in pairwise(instants)),
        "chunks carry the monotonic instants of their arrival",
    )


async def check_failure(provider: Provider, texts: Sequence[str]) -> None:
    """Check that an answer that breaks off after `texts` delivers them and then raises."""
    items, error = await collect(provider.stream(REQUEST))
    ensure(error is not None, "a stream that breaks off never ends quietly")
    ensure(isinstance(error, ProviderError), f"only ProviderError leaves it, not {error!r}")
    ensure(_texts(items) == list(texts), "what arrived before the failure is delivered")


async def check_stop(
    provider: Provider, aborted: Callable[[], Awaitable[object]], *, cancel: bool
) -> None:
    """Check that a stream that nobody reads any more aborts its request within 500 ms.

    Parameters
    ----------
    aborted : callable
        Waits until the endpoint sees the request aborted.
    cancel : bool
        Cancel the reader; else close the iterator.
    """
    stream = provider.stream(REQUEST)
    ensure(isinstance(await anext(stream), RawChunk), "the first chunk comes before the second")
    try:
        async with asyncio.timeout(STOP_LIMIT_S):
            if cancel:
                reader = asyncio.ensure_future(anext(stream))
                await asyncio.sleep(0)
                reader.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await reader
            else:
                await stream.aclose()
            await aborted()
    except TimeoutError:
        raise NonConformanceError("a stopped request is aborted within 500 ms") from None


async def check_close(provider: Provider) -> None:
    """Check that it can be closed after a request, and twice."""
    await collect(provider.stream(REQUEST))
    await provider.close()
    await provider.close()


def _texts(items: Sequence[Delivered]) -> list[str]:
    return [item.text for item in items if isinstance(item, RawChunk)]
