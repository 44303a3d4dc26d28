from __future__ import annotations

import json

import pytest

from jupyter_agentchat.dialects.openwebui.kept import Kept
from jupyter_agentchat.dialects.openwebui.parcels import Counter, Parcel, told
from jupyter_agentchat.web.engineio.framing import unframed


def read(data: bytes) -> list[tuple[int, str | None]]:
    """Return what a client would read: the events' numbers, and their offsets."""
    found = []
    for frame in unframed(data):
        name, payload, *offset = json.loads(frame.data[2:])
        assert name == "events"
        found.append((payload["n"], offset[0] if offset else None))
    return found


def parcels(*sizes: int) -> list[Parcel]:
    counter, made = Counter(), iter(range(1, 100))
    return [counter.parcel([told("events", {"n": next(made)}) for _ in range(n)]) for n in sizes]


def test_events_are_encoded_once_and_numbered_on() -> None:
    one, two = parcels(2, 1)
    assert read(one.plain) == [(1, None), (2, None)]
    assert read(one.numbered) == [(1, "1"), (2, "2")]
    assert read(two.numbered) == [(3, "3")]
    assert (one.first, one.last, two.first, two.last) == (1, 2, 3, 3)
    assert one.numbered is one.numbered


@pytest.mark.parametrize("seen", range(6))
def test_after_an_offset_comes_the_rest_once_and_in_order(seen: int) -> None:
    kept = Kept()
    for each in parcels(2, 1, 2):
        kept.add(each)
    rest = kept.after(str(seen))
    assert rest is not None
    assert [number for number, _ in read(rest)] == list(range(seen + 1, 6))


@pytest.mark.parametrize("offset", [None, "", "x", "r1.5", "²"])
def test_who_has_seen_nothing_gets_all(offset: str | None) -> None:
    kept = Kept()
    for each in parcels(2, 1):
        kept.add(each)
    rest = kept.after(offset)
    assert rest is not None
    assert len(read(rest)) == 3


def test_what_is_forgotten_is_not_pretended_to_be_all() -> None:
    one, two, three = parcels(1, 1, 1)
    kept = Kept(max_bytes=len(two.numbered) + len(three.numbered))
    for each in (one, two, three):
        kept.add(each)
    assert kept.after(None) is None
    assert kept.after("0") is None
    rest = kept.after("1")
    assert rest is not None
    assert [number for number, _ in read(rest)] == [2, 3]
