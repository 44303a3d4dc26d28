from __future__ import annotations

import sys

import pytest

from jupyter_agentchat.store import columns
from jupyter_agentchat.store.columns import Kind, column, pack, size, unpack


@pytest.mark.parametrize(
    ("kind", "values", "mask"),
    [
        ("q", [], 0),
        ("q", [7], 0),
        ("q", [5, 5, 5], 0),
        ("q", [256, 257, 511], 0b1),
        ("q", [-1, 0, 1], 0b11111111),
        ("i", [2**31 - 1, -(2**31)], 0b1111),
        ("b", [127, -128], 0b1),
    ],
)
def test_only_bytes_that_differ_are_kept(kind: Kind, values: list[int], mask: int) -> None:
    head, planes = pack(column(kind, values))
    assert head == (values[0] if values else 0, mask)
    assert len(planes) == size(head, len(values)) == mask.bit_count() * len(values)
    assert unpack(kind, head, len(values), planes).tolist() == values


def test_a_column_is_a_flat_native_buffer() -> None:
    values = [1, 2**40, -3]
    head, planes = pack(column("q", values))
    read = unpack("q", head, 3, planes)
    assert (read.format, read.itemsize, read.contiguous) == ("q", 8, True)
    assert read.tobytes() == b"".join(
        value.to_bytes(8, sys.byteorder, signed=True) for value in values
    )


def test_planes_are_the_same_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a big-endian machine byte 0 stands last in memory; on disk it stays first."""
    head, planes = pack(memoryview((0x0102).to_bytes(8, "little") * 2).cast("q"))
    assert (head[1], planes) == (0, b"")
    monkeypatch.setattr(columns, "_LITTLE", False)
    raw = b"".join(value.to_bytes(8, "big") for value in (0x0102, 0x0303))
    _, planes = pack(memoryview(raw).cast("q"))
    assert planes == bytes([0x02, 0x03, 0x01, 0x03])


def test_a_value_that_does_not_fit_is_refused() -> None:
    with pytest.raises(OverflowError):
        column("i", [2**31])


@pytest.mark.parametrize("kind", ["q", "i", "b"])
def test_planes_of_another_length_are_refused(kind: Kind) -> None:
    head, planes = pack(column(kind, [1, 2, 3]))
    for other in (planes[:-1], planes + b"x", b""):
        with pytest.raises(ValueError, match=f"planes have {len(other)} bytes, not 3"):
            unpack(kind, head, 3, other)
