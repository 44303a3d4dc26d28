"""Our shell on Tornado, against all 57 checks, over real sockets."""

from __future__ import annotations

import asyncio

import pytest

from tests.conformance.socketio.checks import Check
from tests.conformance.socketio.engine_checks import ENGINE_CHECKS
from tests.conformance.socketio.socket_checks import SOCKET_CHECKS
from tests.conformance.socketio.tornado import serving


@pytest.mark.parametrize("check", ENGINE_CHECKS + SOCKET_CHECKS, ids=str)
def test_shell(check: Check) -> None:
    async def run() -> None:
        async with serving(check.application) as server:
            await check.run(server)

    asyncio.run(run())
