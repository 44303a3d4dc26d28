"""The sans-I/O core behind the memory shell, against all 57 checks."""

from __future__ import annotations

import asyncio

import pytest

from tests.conformance.socketio.checks import Check
from tests.conformance.socketio.engine_checks import (
    ENGINE_CHECKS,
    polling_handshake,
    websocket_handshake,
)
from tests.conformance.socketio.faults import OPENINGS, WrongServer
from tests.conformance.socketio.memory import MemoryServer
from tests.conformance.socketio.socket_checks import (
    SOCKET_CHECKS,
    connects,
    connects_to_a_namespace,
    connects_to_a_namespace_with_payload,
    connects_with_payload,
)

CHECKS = ENGINE_CHECKS + SOCKET_CHECKS
ABOUT_OPENINGS = {
    polling_handshake,
    websocket_handshake,
    connects,
    connects_with_payload,
    connects_to_a_namespace,
    connects_to_a_namespace_with_payload,
}


def test_there_are_as_many_checks_as_the_official_suites_have() -> None:
    assert (len(ENGINE_CHECKS), len(SOCKET_CHECKS)) == (25, 32)
    assert len({str(check) for check in CHECKS}) == 57


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_core(check: Check) -> None:
    async def run() -> None:
        await check.run(MemoryServer(check.application))

    asyncio.run(run())


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_check_can_fail(check: Check) -> None:
    spare = ("0{",) if check.run in ABOUT_OPENINGS else OPENINGS
    if check.run in (polling_handshake, websocket_handshake):
        spare = ("nothing",)

    async def run() -> None:
        await check.run(WrongServer(MemoryServer(check.application), spare))

    with pytest.raises((AssertionError, TimeoutError)):
        asyncio.run(run())
