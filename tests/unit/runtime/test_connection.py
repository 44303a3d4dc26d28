from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.dialects.native.form import NATIVE
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.offset import Offset
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.store.late import COLUMNS, split
from jupyter_agentchat.store.rows import Stamps
from jupyter_agentchat.testing.agents import ScriptedAgent
from tests.properties.rooms import FakeSink
from tests.unit.runtime.conftest import USER, origin, running

Run = Callable[[Coroutine[Any, Any, None]], None]


def test_what_was_written_and_painted_when_is_stored_per_connection(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent(["a", "b"])) as service:
            joined = await service.join("lab", None)
            connection = service.connect("ws", USER)
            connection.reads_clock("page")
            sending = await service.send("lab", USER, Outgoing(text="x"), origin())
            await service.ended(sending.streams)
            batch = await anext(joined.subscription)
            connection.delivered(
                "lab", batch.publications, joined.subscription.replay_until, socket_ns=4
            )
            seq = next(each.seq for each in batch.publications if hasattr(each.event, "index"))
            await service.painted(connection, "lab", seq, (5, 6, 7), hidden=False)
            with pytest.raises(InvalidInputError, match="no chunk at seq 1"):
                await service.painted(connection, "lab", 1, (5, 6, 7), hidden=False)
            with pytest.raises(InvalidInputError, match="never negative"):
                await service.painted(connection, "lab", seq, (-5, 0, 0), hidden=False)
            await service.settle()
            rows = [row for block in service.store.stamps("lab") for row in split(block)]
            sent = [row for row in rows if row.socket_ns]
            seen = [row for row in rows if row.client_ns]
            assert [list(row.index) for row in sent] == [[0, 1]]
            assert not sent[0].is_replay
            assert isinstance(seen[0], Stamps)
            assert [seen[0].index[0], seen[0].client_ns[0], seen[0].paint_ns[0]] == [0, 5, 7]
            assert seen[0].client_clock_id == "page"
            service.disconnect(connection, 1000)
            await service.settle()
            row = next(iter(service.store.connections(None, None)))
            assert (row.transport, row.user, row.close_code) == ("ws", "ann", 1000)
            assert row.closed is not None

    run(main())


def test_history_is_marked_as_replay(run: Run) -> None:
    async def main() -> None:
        async with running(ScriptedAgent(["a"])) as service:
            sending = await service.send("lab", USER, Outgoing(text="x"), origin())
            await service.ended(sending.streams)
            joined = await service.join("lab", sending.position)
            connection = service.connect("ws", USER)
            batch = await anext(joined.subscription)
            connection.delivered(
                "lab", batch.publications, joined.subscription.replay_until, socket_ns=4
            )
            await service.settle()
            (block,) = service.store.stamps("lab")
            assert [row.is_replay for row in split(block)] == [True]

    run(main())


@pytest.mark.parametrize("recording", [True, False])
def test_recording_can_be_switched_off(run: Run, *, recording: bool) -> None:
    async def main() -> None:
        settings = Settings(record_hops=recording)
        async with running(ScriptedAgent(["a", "b"]), settings=settings) as service:
            connection = service.connect("ws", USER)
            connection.estimated(Offset(0, 0, 1))
            outlet = Outlet(FakeSink(), list[CloseCode]().append)
            reading = service.read(await service.join("lab", None), NATIVE, outlet, connection)
            sending = await service.send("lab", USER, Outgoing(text="x"), origin())
            await service.ended(sending.streams)
            log = await service.channel("lab")
            await reading.reached(log.seq)
            found = await log.read(0, 100)
            seq = next(each.seq for each in found if hasattr(each.event, "index"))
            await service.painted(connection, "lab", seq, (5, 6, 7), hidden=False)
            await service.settle()
            rows = [row for block in service.store.stamps("lab") for row in split(block)]
            told = {name for row in rows for name in COLUMNS if len(getattr(row, name))}
            assert told == (set(COLUMNS) if recording else set())
            reading.close()

    run(main())
