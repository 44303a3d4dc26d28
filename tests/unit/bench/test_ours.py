"""The real server under the harness, once and shortly, so that neither outgrows the other."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.ours import OurServer
from tests.bench.reader import Reader
from tests.bench.scenarios.streaming import play
from tests.bench.systems import OURS_SSE, OURS_WS, SYSTEMS
from tests.bench.viewers import Viewers
from tests.bench.work import Order

pytestmark = pytest.mark.slow
TINY = Order(rooms=2, streams=2, seconds=0.2)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OurServer]:
    with OurServer(tmp_path_factory.mktemp("ours")) as server:
        server.channels(TINY.rooms)
        yield server


@pytest.mark.parametrize("name", [OURS_WS, OURS_SSE])
def test_viewers_of_our_server_get_every_chunk(
    server: OurServer, name: str, tmp_path: Path
) -> None:
    if os.environ.get("CI") != "true" and not any(map(shutil.which, ("cc", "gcc", "clang"))):
        pytest.skip("no C compiler on this machine: install Debian's 'gcc' and 'libc6-dev'")
    with Viewers(
        SYSTEMS[name].wire,
        server.port,
        log=tmp_path / "log",
        connections=4,
        rooms=TINY.rooms,
        streams=TINY.streams,
    ) as viewers:
        reading = play(server, viewers, TINY, viewers_per_room=2)
    assert reading.fault == ""
    assert reading.figures["deliveries"] == 2 * reading.figures["chunks"] > 0


def test_a_reader_counts_what_it_is_sent(server: OurServer) -> None:
    with Reader(server.url) as reader:
        subscribed = reader.subscribe("room-0")
        assert subscribed["snapshot"]["channel"]["id"] == "room-0"
        assert reader.received > len(str(subscribed["snapshot"]))
