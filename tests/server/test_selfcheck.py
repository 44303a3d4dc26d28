"""Every face of a real server, checked against instants that the log has no part in."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_agentchat.client.connecting import connect_async
from jupyter_agentchat.experiment.checking import selfcheck_async
from tests.processes import TOKEN, jupyter_server

pytestmark = [pytest.mark.xdist_group("client"), pytest.mark.timeout(120)]

STAMPED = ["plan", "agent", "bus", "socket", "store"]
BUSY_MS = 0.5
"""A bias that is none on a machine that runs other tests."""


async def test_each_face_is_checked_hop_by_hop(tmp_path: Path) -> None:
    with jupyter_server(tmp_path / "server") as server:
        found = await selfcheck_async(server.url, TOKEN, streams=1)
        async with await connect_async(server.url, TOKEN) as chat:
            assert "selfcheck" not in str([each.id for each in await chat.channels()])
    hops = found.frame.groupby("face", sort=False)["hop"].agg(list).to_dict()
    assert hops == {
        "embedded": [*STAMPED, "client"],
        "ws": [*STAMPED, "client"],
        "sse": STAMPED,
        "openai": STAMPED,
        "socket.io": STAMPED,
    }
    assert found.worst_ms <= BUSY_MS
    theirs = found.frame[(found.frame["face"] == "ws") & (found.frame["hop"] == "client")]
    (client,) = theirs.to_dict("records")
    # The offset that the pings told is off by no more than they said.
    assert abs(client["bias_ms"]) <= client["uncertainty_ms"] + client["claimed_ms"]
    assert client["claimed_ms"] > 0
