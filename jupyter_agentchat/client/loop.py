"""An event loop on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import Future, wait
from typing import Any, TypeVar

from jupyter_agentchat.errors import DisconnectedError

T = TypeVar("T")

GOODBYE_S = 5.0
"""How long what still runs may take to end when the loop is closed."""

_END = object()


class LoopThread:
    """Runs coroutines for a thread that has no loop to spare."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._closing = threading.Lock()
        self._is_open = True
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="agentchat-client", daemon=True
        )
        self._thread.start()

    @property
    def is_own_thread(self) -> bool:
        """Whether the caller runs on the loop's thread, where waiting for it would never end."""
        return threading.current_thread() is self._thread

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` to its end; an interrupt of this thread cancels it and waits for that.

        Raises
        ------
        DisconnectedError
            After `close`.
        """
        if not self._is_open:
            work.close()
            message = "This chat is closed; connect() opens another."
            raise DisconnectedError(message)
        done: Future[T] = Future()
        tasks: list[asyncio.Task[None]] = []

        def start() -> None:
            tasks.append(self._loop.create_task(_report(work, done)))

        def stop() -> None:
            for task in tasks:
                task.cancel()
            if not tasks:  # the interrupt came before the start
                work.close()
                done.cancel()

        try:
            self._loop.call_soon_threadsafe(start)
            return done.result()
        except KeyboardInterrupt:
            self._loop.call_soon_threadsafe(stop)
            wait([done])
            raise

    def iterate(self, source: AsyncIterator[T]) -> Iterator[T]:
        """Iterate over `source` from this thread; leaving early closes it."""
        try:
            while (item := self.run(_next(source))) is not _END:
                yield item  # type: ignore[misc]
        finally:
            close = getattr(source, "aclose", None)
            if close is not None and self._is_open:
                self.run(close())

    def close(self) -> None:
        """Cancel what still runs and stop the loop; twice does nothing."""
        with self._closing:
            if not self._is_open:
                return
            self.run(_cancel_others())
            self.run(self._loop.shutdown_asyncgens())
            self._is_open = False
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


async def _report(work: Coroutine[Any, Any, T], done: Future[T]) -> None:
    try:
        done.set_result(await work)
    except asyncio.CancelledError:
        done.set_exception(DisconnectedError("The chat was closed, or this call interrupted."))
    except BaseException as error:  # noqa: BLE001 - the waiting thread raises it
        done.set_exception(error)


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=GOODBYE_S)


async def _next(source: AsyncIterator[T]) -> T | object:
    return await anext(source, _END)
