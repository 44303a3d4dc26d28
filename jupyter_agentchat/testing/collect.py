"""Everything that a stream gave, and how it ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def collect(stream: AsyncIterator[T]) -> tuple[list[T], Exception | None]:
    """Return what `stream` gave, and the exception that ended it, if one did."""
    items: list[T] = []
    try:
        async for item in stream:
            items.append(item)  # noqa: PERF401 - what came before the error counts
    except Exception as error:  # noqa: BLE001 - the caller judges it
        return items, error
    return items, None
