"""One reader of one channel: it follows its room, or catches up by itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.room import Follower, Room
from jupyter_agentchat.bus.subscription import PAGE_EVENTS, Batch, page
from jupyter_agentchat.bus.wire import Observer
from jupyter_agentchat.errors import AgentChatError, DisconnectedError
from jupyter_agentchat.protocol.close_codes import CloseCode

_log = logging.getLogger(__name__)


class Reading:
    """Writes a channel's log to one outlet, from a position on.

    While its socket takes everything it follows the room and costs no task. When the socket is
    blocked it keeps its place in the log, and nothing else; when it is free again, or where the
    reader begins in the past, it pulls pages, merged where they are large, until it stands at
    the log's end and follows again. Past its budget the rooms shut its connection.

    Guarantees: what is written is contiguous from the position on, in order, each event once.
    What was in the log before it came counts for no budget.

    Parameters
    ----------
    cursor : int
        Where the reader stands: it has everything up to this seq.
    replay_until : int
        What is at or below it is recorded as history.
    left : callable
        Called once when it is closed.
    """

    def __init__(
        self,
        room: Room,
        outlet: Outlet,
        cursor: int,
        *,
        replay_until: int,
        observer: Observer | None,
        left: Callable[[Room], None],
    ) -> None:
        self._room = room
        self._outlet = outlet
        self._cursor = cursor
        self._replay_until = replay_until
        self._observer = observer
        self._left = left
        self._follower = Follower(room.name, outlet, observer)
        self._entered, self._mark = room.cursor, room.total
        self._sent, self._written = 0, room.written
        self._is_following = False
        self._is_closed = False
        self._task: asyncio.Task[None] | None = None
        self._reached: list[tuple[int, asyncio.Future[None]]] = []
        outlet.take(self)
        self.go_on()

    @property
    def cursor(self) -> int:
        """The last seq that was handed to the socket."""
        return self._room.cursor if self._is_following else self._cursor

    @property
    def backlog(self) -> int:
        """Events that it has not been given."""
        return self._room.log.seq - self.cursor

    @property
    def backlog_bytes(self) -> int:
        """JSON bytes of the events that others have been given since it fell behind."""
        return 0 if self._is_following else self._room.total - self._mark

    @property
    def sent(self) -> int:
        """Bytes that the room has given to the socket for it, framing included."""
        return self._sent + (self._room.written - self._written if self._is_following else 0)

    async def reached(self, seq: int) -> None:
        """Return when everything up to `seq` was handed to the socket, or it is closed."""
        if self._is_following and self._room.cursor < seq:
            self._room.hurry()
        if self.cursor < seq and not self._is_closed:
            future = asyncio.get_running_loop().create_future()
            self._reached.append((seq, future))
            await future

    def fall_behind(self) -> None:
        """Keep the place in the log: the socket is blocked."""
        if self._is_following:
            self._cursor, self._mark, self._sent = self._room.cursor, self._room.total, self.sent
            self._is_following = False
            self._room.leave(self._follower)

    def go_on(self) -> None:
        """Follow, or catch up, unless the socket is blocked."""
        if self._is_closed or self._is_following or self._outlet.blocked:
            return
        if self._task is None and not self._follow():
            self._task = asyncio.create_task(self._catch_up())

    def share(self, change: int) -> None:
        """Let the room know how many of its readers write to an outlet with others."""
        self._room.shared += change

    def close(self) -> None:
        """End it; twice does nothing."""
        if self._is_closed:
            return
        self.fall_behind()
        self._is_closed = True
        self._outlet.release(self)
        if self._task is not None:
            self._task.cancel()
        self._tell_reached()
        self._left(self._room)

    def _follow(self) -> bool:
        self._is_following = self._room.follow(self._follower, self._cursor)
        self._written = self._room.written
        return self._is_following

    async def _catch_up(self) -> None:
        try:
            while not (self._outlet.blocked or self._follow()):
                publications = await self._room.log.read(self._cursor, PAGE_EVENTS)
                if not self._outlet.blocked:
                    self._write(page(self._cursor, publications))
                await asyncio.sleep(0)
        except DisconnectedError:
            return
        except AgentChatError as error:
            _log.warning("A reader lost the log of its channel: %s", error)
            self._outlet.shut(CloseCode.INTERNAL)
        except Exception:  # noqa: BLE001 - a reader that fails closes its own connection
            _log.exception("A reader failed")
            self._outlet.shut(CloseCode.INTERNAL)
        finally:
            self._task = None
            self._tell_reached()

    def _write(self, batch: Batch) -> None:
        data = self._room.form.encode(self._room.name, self._room.epoch, batch)
        self._cursor = batch.last
        self._mark += sum(len(p.data) for p in batch.publications if p.seq > self._entered)
        self._outlet.merges += len(batch.publications) - len(batch.items)
        if data:
            socket_ns = time.monotonic_ns()
            self._outlet.write(data)
            if self._observer is not None:
                self._observer.delivered(
                    self._room.name, batch.publications, self._replay_until, socket_ns=socket_ns
                )
        self._tell_reached()

    def _tell_reached(self) -> None:
        waiting, self._reached = self._reached, []
        for seq, future in waiting:
            if future.done():
                continue
            if self._is_closed or self.cursor >= seq:
                future.set_result(None)
            else:
                self._reached.append((seq, future))
