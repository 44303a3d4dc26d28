"""Bytes out of a payload and back into it, by numbered placeholders.

Source: socket.io-protocol, revision 5, "Packet encoding"; the reference parser's placeholders.
"""

from __future__ import annotations

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.socketio.errors import PacketError

_MARK = "_placeholder"
_BYTES = (bytes, bytearray, memoryview)
_NESTS = (list, dict)


def extract(value: object) -> tuple[object, tuple[bytes, ...]]:
    """Return `value` with every bytes replaced by its placeholder, and the bytes in order.

    Raises
    ------
    InvalidInputError
        If `value` has bytes and also an object that would be taken for a placeholder.
    """
    if not _has_bytes(value):
        return value, ()
    found: list[bytes] = []
    return _replace(value, found), tuple(found)


def restore(value: object, attachments: list[bytes]) -> object:
    """Return `value` with its placeholders replaced by `attachments`.

    Raises
    ------
    PacketError
        Unless each attachment is named exactly once: one named often would make a short packet
        an arbitrarily long one.
    """
    unused = dict(enumerate(attachments))
    restored = _restore(value, unused)
    if unused:
        raise PacketError("Each attachment is named by one placeholder; one has none.")
    return restored


def nests_deeper(value: object, limit: int) -> bool:
    """Return whether lists and objects in `value` are nested more than `limit` deep."""
    level = [value] if isinstance(value, _NESTS) else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            child
            for item in level
            for child in (item if isinstance(item, list) else item.values())
            if isinstance(child, _NESTS)
        ]
    return bool(level)


def _has_bytes(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_bytes, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_has_bytes, value))
    return isinstance(value, _BYTES)


def _replace(value: object, found: list[bytes]) -> object:
    if isinstance(value, _BYTES):
        found.append(bytes(value))
        return {_MARK: True, "num": len(found) - 1}
    if isinstance(value, (list, tuple)):
        return [_replace(child, found) for child in value]
    if isinstance(value, dict):
        if value.get(_MARK) is True:
            message = "An event with bytes cannot hold an object whose '_placeholder' is true."
            raise InvalidInputError(message)
        return {key: _replace(child, found) for key, child in value.items()}
    return value


def _restore(value: object, unused: dict[int, bytes]) -> object:
    if isinstance(value, list):
        return [_restore(child, unused) for child in value]
    if not isinstance(value, dict):
        return value
    if value.get(_MARK) is not True:
        return {key: _restore(child, unused) for key, child in value.items()}
    number = value.get("num")
    if type(number) is not int or number not in unused:
        raise PacketError("A placeholder's 'num' names an attachment that no other one names.")
    return unused.pop(number)
