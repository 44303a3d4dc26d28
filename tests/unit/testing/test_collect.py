from __future__ import annotations

from collections.abc import AsyncIterator

from jupyter_agentchat.testing.collect import collect


async def test_it_returns_what_came_and_what_ended_it() -> None:
    async def numbers(error: Exception | None) -> AsyncIterator[int]:
        yield 1
        yield 2
        if error is not None:
            raise error

    error = ValueError("x")
    assert await collect(numbers(error)) == ([1, 2], error)
    assert await collect(numbers(None)) == ([1, 2], None)
