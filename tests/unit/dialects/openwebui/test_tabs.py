from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_agentchat.dialects.openwebui import tabs
from jupyter_agentchat.dialects.openwebui.parcels import Counter, told
from jupyter_agentchat.dialects.openwebui.rooms import Room
from jupyter_agentchat.dialects.openwebui.tabs import Tab, Tabs
from jupyter_agentchat.errors import RateLimitedError
from jupyter_agentchat.protocol.model import Author

COUNTER = Counter()
ONE, TWO, THREE = (COUNTER.parcel([told("events", {"n": n})]) for n in range(3))


class FakeClient:
    """A client whose socket is blocked until it is let go."""

    def __init__(self, user: str = "ann") -> None:
        self.user = Author(id=user, kind="user", name=user)
        self.outlet = SimpleNamespace(blocked=False)
        self.written: list[bytes] = []
        self.is_here = True
        self.dropped = 0
        self.free = asyncio.Event()

    def write(self, packets: bytes) -> None:
        self.written.append(packets)

    async def send(self, packets: bytes) -> None:
        await self.free.wait()
        self.written.append(packets)

    def drop(self) -> None:
        self.dropped += 1


def tab_of(client: FakeClient, *, returns: bool = False) -> Tab:
    fake: Any = client
    return Tab(fake, returns=returns)


async def test_a_free_socket_gets_everything_at_once() -> None:
    client = FakeClient()
    tab = tab_of(client)
    tab.put(ONE)
    tab.put(TWO)
    assert client.written == [ONE.plain, TWO.plain]


async def test_a_blocked_socket_gets_everything_later_and_in_order() -> None:
    client = FakeClient()
    tab = tab_of(client)
    client.outlet.blocked = True
    tab.put(ONE)
    client.outlet.blocked = False
    tab.put(TWO)
    assert client.written == []
    client.free.set()
    assert tab._task is not None
    await tab._task
    tab.put(THREE)
    assert client.written == [ONE.plain, TWO.plain, THREE.plain]


async def test_a_stalled_tab_is_dropped_at_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabs, "BUDGET_BYTES", 2 * len(ONE.plain))
    client = FakeClient()
    tab = tab_of(client)
    client.outlet.blocked = True
    for _ in range(3):
        tab.put(ONE)
    assert client.dropped == 1
    assert not tab._waiting
    await asyncio.sleep(0)


async def test_tabs_are_found_by_user_and_leave_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    all_tabs = Tabs()
    one, two = tab_of(FakeClient()), tab_of(FakeClient("ben"))
    all_tabs.enter(one)
    all_tabs.enter(two)
    assert all_tabs.of("ann") == [one]
    all_tabs.use(one, "eliza")
    all_tabs.use(two, "echo")
    assert all_tabs.used() == {"eliza", "echo"}
    all_tabs.leave(one)
    assert (all_tabs.of("ann"), all_tabs.used()) == ([], {"echo"})
    monkeypatch.setattr(tabs, "USAGE_S", -1.0)
    assert all_tabs.used() == set()
    assert all_tabs._used == {}


async def test_a_tab_hears_what_its_user_may_read() -> None:
    tab = tab_of(FakeClient())
    assert tab.may_read(Room())
    assert not tab.may_read(Room(type="group", members=("ben",)))
    tab.is_admin = True
    assert tab.may_read(Room(type="group", members=("ben",)))


async def test_a_tab_that_comes_back_gets_what_it_missed_and_once() -> None:
    client = FakeClient()
    tab = tab_of(client, returns=True)
    tab.put(ONE)
    client.is_here = False
    tab.put(TWO)
    tab.put(THREE)
    assert client.written == [ONE.numbered]
    client.is_here = True
    assert tab.rewind(str(ONE.last))
    tab.go_on()
    tab.go_on()
    assert client.written == [ONE.numbered, TWO.numbered + THREE.numbered]


async def test_a_tab_that_keeps_nothing_begins_anew() -> None:
    assert not tab_of(FakeClient()).rewind(None)


async def test_a_user_has_a_bounded_number_of_tabs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabs, "MAX_TABS", 1)
    all_tabs = Tabs()
    one = tab_of(FakeClient())
    all_tabs.enter(one)
    all_tabs.enter(tab_of(FakeClient("ben")))
    with pytest.raises(RateLimitedError):
        all_tabs.enter(tab_of(FakeClient()))
    all_tabs.leave(one)
    all_tabs.enter(tab_of(FakeClient()))
