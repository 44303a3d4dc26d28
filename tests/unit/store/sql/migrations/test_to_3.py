"""Version 2, whose rows of late hops may tell of several chunks, becomes version 3."""

from __future__ import annotations

import sqlite3
from array import array
from contextlib import closing
from pathlib import Path
from zlib import crc32

import msgspec
import pytest

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.columns import pack
from jupyter_agentchat.store.late import split
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.store.sql.migrations import VERSION, to_3
from jupyter_agentchat.testing.clock import FakeClock

RUNS = [("s", "c", "k", 2, 1), ("t", "d", "k", 1, 3, "page", -5, 7)]
INDEX, SOCKET, CLIENT, NONE = [0, 4, 9], [30, 31, 40], [0, 0, 50], [0, 0, 0]
Told = tuple[str | None, str, list[int], list[int], list[int], int | None, int | None]


def sealed(body: bytes) -> bytes:
    return body + crc32(body).to_bytes(4, "little")


def packed(repeats: list[int] | None) -> tuple[object, list[object], bytes]:
    """A row as version 2 wrote it: with a sixth column, or before there was one."""
    columns = [INDEX, SOCKET, CLIENT, NONE, NONE, *([] if repeats is None else [repeats])]
    parts = [pack(memoryview(array("q", values))) for values in columns]
    return RUNS, [head for head, _ in parts], b"".join(planes for _, planes in parts)


def block(repeats: list[int] | None) -> bytes:
    return sealed(msgspec.msgpack.encode(packed(repeats)))


def version_2(path: Path, data: bytes) -> Path:
    open_store(f"sqlite:///{path}", FakeClock()).close()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE meta SET value = '2' WHERE key = 'version'")
        raw.execute("INSERT INTO stamps VALUES (1, 'lab', 3, 5, ?)", (data,))
    return path


def told(path: Path) -> list[Told]:
    with closing(open_store(f"sqlite:///{path}", FakeClock())) as store:
        (found,) = store.stamps("lab")
        columns = ("index", "socket_ns", "client_ns")
        return [
            (
                row.stream,
                row.connection,
                *(list(getattr(row, name)) for name in columns),
                row.offset_ns,
                row.after,
            )  # type: ignore[misc]
            for row in split(found)
        ]


def size(path: Path) -> int:
    with closing(sqlite3.connect(path)) as raw:
        (count,) = raw.execute("SELECT count FROM stamps").fetchone()
        return int(count)


def test_a_row_that_tells_of_several_chunks_becomes_as_many(tmp_path: Path) -> None:
    path = version_2(tmp_path / "log.db", block([3, 1, 2]))
    assert told(path) == [
        ("s", "c", [0, 1, 2, 4], [30, 30, 30, 31], [], None, None),
        ("t", "d", [9, 10], [40, 40], [50, 50], -5, None),
    ]
    assert size(path) == 6
    assert VERSION >= 3


@pytest.mark.parametrize("repeats", [None, [1, 1, 1]])
def test_other_rows_stay_as_they_are(tmp_path: Path, repeats: list[int] | None) -> None:
    path = version_2(tmp_path / "log.db", block(repeats))
    assert told(path) == [
        ("s", "c", [0, 4], [30, 31], [], None, None),
        ("t", "d", [9], [40], [50], -5, None),
    ]
    assert size(path) == 3


WHOLE = packed([3, 1, 2])
HARMED = {
    "a flipped bit": b"\x00" + block([3, 1, 2])[1:],
    "no message": sealed(b"\xc1"),
    "another shape": sealed(msgspec.msgpack.encode({"a": 1})),
    "planes that end early": sealed(msgspec.msgpack.encode((*WHOLE[:2], WHOLE[2][:-1]))),
    "a run without its count": sealed(msgspec.msgpack.encode(([("s", "c")], *WHOLE[1:]))),
}


@pytest.mark.parametrize("data", HARMED.values(), ids=HARMED.keys())
def test_damage_is_reported(tmp_path: Path, data: bytes) -> None:
    path = version_2(tmp_path / "log.db", data)
    with pytest.raises(StoreError, match=r"[Tt]he database is damaged"):
        told(path)


def test_a_planted_fault_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(to_3, "_COLUMNS", 7)
    with pytest.raises(StoreError, match="6 columns"):
        test_a_row_that_tells_of_several_chunks_becomes_as_many(tmp_path)
