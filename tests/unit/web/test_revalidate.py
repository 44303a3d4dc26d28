"""The rounds themselves; what a verdict is made of is tested on a server (test_session_end)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.web import revalidate
from jupyter_agentchat.web.revalidate import Sessions, watch_logout


class FakeReader:
    def __init__(self, name: str, *verdicts: CloseCode | None) -> None:
        self.name = name
        self.verdicts = list(verdicts)
        self.ended: list[CloseCode] = []
        self.shut_ = asyncio.Event()

    def username(self) -> str:
        return self.name

    async def verdict(self) -> CloseCode | None:
        return self.verdicts.pop(0) if self.verdicts else None

    def shut(self, code: CloseCode) -> None:
        self.ended.append(code)
        self.shut_.set()


async def test_rounds_go_on_until_somebody_may_no_longer_be_there() -> None:
    good = FakeReader("ann")
    bad = FakeReader("bob", None, None, CloseCode.EXPIRED)
    sessions = Sessions([good, bad], every_s=0)
    sessions.start(FakeProvider())  # type: ignore[arg-type]
    async with asyncio.timeout(5):
        await bad.shut_.wait()
    sessions.stop()
    assert good.ended == []
    assert bad.ended[0] is CloseCode.EXPIRED


async def test_a_logout_ends_its_user_alone_and_its_cookie_for_good() -> None:
    ann, bob = FakeReader("ann"), FakeReader("bob")
    sessions = Sessions([ann, bob])
    sessions.log_out("ann", "cookie-of-ann")
    assert (ann.ended, bob.ended) == ([CloseCode.EXPIRED], [])
    assert sessions.is_over("cookie-of-ann")
    assert not sessions.is_over("cookie-of-bob")
    assert not sessions.is_over(None)


async def test_cookies_that_nobody_signed_are_not_remembered() -> None:
    sessions = Sessions([])
    sessions.log_out(None, "forged")
    assert not sessions.is_over("forged")


async def test_the_oldest_of_too_many_ended_cookies_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(revalidate, "MAX_ENDED", 3)
    sessions = Sessions([])
    for number in range(5):
        sessions.log_out("ann", str(number))
    assert [sessions.is_over(str(number)) for number in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]


class FakeProvider:
    def __init__(self) -> None:
        self.cleared: list[Any] = []

    def clear_login_cookie(self, handler: Any) -> None:
        self.cleared.append(handler)

    def get_cookie_name(self, handler: Any) -> str:
        return f"username-{handler.host}"


def test_a_provider_that_clears_a_cookie_tells_whose_it_was() -> None:
    provider, ended = FakeProvider(), []
    watch_logout(provider, lambda user, cookie: ended.append((user, cookie)))  # type: ignore[arg-type]
    handler = SimpleNamespace(
        host="h", _jupyter_current_user=SimpleNamespace(username="ann"), get_cookie=str.upper
    )
    provider.clear_login_cookie(handler)
    provider.clear_login_cookie("no handler at all")
    assert provider.cleared == [handler, "no handler at all"]
    assert ended == [("ann", "USERNAME-H")]


async def test_thousands_are_looked_at_over_half_of_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if pauses.count(30) == 2:
            raise asyncio.CancelledError

    monkeypatch.setattr(asyncio, "sleep", sleep)
    readers = [FakeReader("ann", None, CloseCode.EXPIRED) for _ in range(5_000)]
    with pytest.raises(asyncio.CancelledError):
        await Sessions(readers)._run()
    assert sum(pauses) - 60 == pytest.approx(15)
    assert all(reader.verdicts == [CloseCode.EXPIRED] for reader in readers)
