from __future__ import annotations

import pytest

from jupyter_agentchat.store import packed
from jupyter_agentchat.store.columns import unpack
from jupyter_agentchat.store.packed import COLUMNS, dump, load
from jupyter_agentchat.store.segments import gather
from tests.unit.store.disk import chunks

BLOCK = gather([row.publication for row in chunks(300)])


@pytest.mark.parametrize("count", [1, 31, 32, 300])
def test_every_column_reads_back(count: int) -> None:
    block = gather([row.publication for row in chunks(count)])
    read = load(dump(block))
    assert len(read) == count
    assert (read.streams, read.kinds) == (block.streams, block.kinds)
    for name in (*COLUMNS, "text"):
        assert getattr(read, name).tolist() == getattr(block, name).tolist()


def test_only_what_is_asked_for_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[object] = []

    def counted(*args: object) -> memoryview:
        unpacked.append(args)
        return unpack(*args)  # type: ignore[arg-type]

    data = dump(BLOCK)
    monkeypatch.setattr(packed, "unpack", counted)
    block = load(data)
    assert len(block) == 300
    assert unpacked == []
    assert block.seq[-1] == block.seq.tolist()[-1] == 300
    assert len(unpacked) == 1


def test_there_is_no_other_column() -> None:
    with pytest.raises(AttributeError, match="colour"):
        _ = load(dump(BLOCK)).colour
