from __future__ import annotations

import pytest
from msgspec.structs import replace

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.late import dump, load
from jupyter_agentchat.store.rows import Stamps

SOCKET = Stamps(
    channel="lab", stream="s", connection="c", clock_id="k", index=(0, 1, 5), socket_ns=[3, 4, 0]
)


def test_it_reads_back() -> None:
    read = load("lab", dump(SOCKET))
    assert list(read.index) == [0, 1, 5]
    assert list(read.socket_ns) == [3, 4, 0]
    assert list(read.client_ns) == list(read.paint_ns) == []
    assert (read.channel, read.stream, read.connection, read.clock_id) == ("lab", "s", "c", "k")
    assert isinstance(read.socket_ns, memoryview)
    assert read.socket_ns.format == "q"


def test_what_was_read_can_be_written_again() -> None:
    assert dump(load("lab", dump(SOCKET))) == dump(SOCKET)


def test_no_chunk_at_all_reads_back() -> None:
    nothing = Stamps(channel="lab", stream="s", connection="c", clock_id="k", index=())
    assert list(load("lab", dump(nothing)).index) == []


def test_a_column_of_another_length_is_refused() -> None:
    with pytest.raises(StoreError, match="2 chunks and 1 instants in dom_ns"):
        dump(replace(SOCKET, index=(1, 2), socket_ns=(), dom_ns=(5,)))


@pytest.mark.parametrize("data", [b"", b"\xc1", dump(SOCKET)[:-1]], ids=["empty", "odd", "short"])
def test_what_is_no_row_is_reported(data: bytes) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        load("lab", data)
