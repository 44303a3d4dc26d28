from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.socketio.attachments import extract, nests_deeper, restore
from jupyter_agentchat.socketio.errors import PacketError


def slot(number: object) -> dict[str, object]:
    return {"_placeholder": True, "num": number}


def test_bytes_are_taken_out_in_order_wherever_they_are() -> None:
    value = ["name", b"a", {"x": [b"b", 1], "y": (b"c",)}]
    assert extract(value) == (
        ["name", slot(0), {"x": [slot(1), 1], "y": [slot(2)]}],
        (b"a", b"b", b"c"),
    )


def test_anything_bytes_like_is_bytes() -> None:
    assert extract([bytearray(b"a"), memoryview(b"b")])[1] == (b"a", b"b")


def test_what_has_no_bytes_is_left_as_it_is() -> None:
    value = ["name", {"_placeholder": True, "num": 0}]
    data, found = extract(value)
    assert data is value
    assert found == ()


def test_an_object_that_looks_like_a_placeholder_is_refused_beside_bytes() -> None:
    with pytest.raises(InvalidInputError, match="_placeholder"):
        extract([b"a", slot(0)])


def test_attachments_are_put_back() -> None:
    value = ["name", slot(1), {"x": [slot(0)], "_placeholder": False}]
    assert restore(value, [b"a", b"b"]) == ["name", b"b", {"x": [b"a"], "_placeholder": False}]


@pytest.mark.parametrize(
    "value",
    [
        [],
        [slot(1)],
        [slot(-1)],
        [slot("0")],
        [slot(None)],
        [slot(0.0)],
        [slot(False)],
        [{"_placeholder": True}],
        [slot(0), slot(0)],
    ],
)
def test_each_attachment_is_named_exactly_once(value: object) -> None:
    with pytest.raises(PacketError, match="attachment"):
        restore(value, [b"a"])


def test_depth_counts_lists_and_objects() -> None:
    assert not nests_deeper("text", 0)
    assert nests_deeper([], 0)
    assert not nests_deeper([1, {}], 2)
    assert nests_deeper([{"a": [1]}], 2)
    assert not nests_deeper([{"a": [1]}], 3)
