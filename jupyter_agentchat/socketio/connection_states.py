"""A client's membership of one namespace as ONE transition table; an illegal move raises.

Source: socket.io-protocol, revision 5, "Connection to a namespace" and "Disconnection".
"""

from __future__ import annotations

from enum import StrEnum


class MemberState(StrEnum):
    """Where a client stands with one namespace."""

    ABSENT = "absent"
    ASKED = "asked"
    """The client sent CONNECT; the application decides."""
    CONNECTED = "connected"
    LEFT = "left"
    """The server disconnected it: what the client sent meanwhile is dropped, not punished."""


class MemberMove(StrEnum):
    """What can happen between them; the first four are the client's."""

    ASK = "ask"
    EVENT = "receive an event"
    ACK = "receive an acknowledgement"
    LEAVE = "leave"
    ACCEPT = "accept"
    REFUSE = "refuse"
    SEND = "send"
    EXPEL = "disconnect"


_S, _M = MemberState, MemberMove

MEMBER_TRANSITIONS: dict[MemberState, dict[MemberMove, MemberState]] = {
    _S.ABSENT: {
        _M.ASK: _S.ASKED,
    },
    _S.ASKED: {
        _M.ACCEPT: _S.CONNECTED,
        _M.REFUSE: _S.ABSENT,
    },
    _S.CONNECTED: {
        _M.EVENT: _S.CONNECTED,
        _M.ACK: _S.CONNECTED,
        _M.SEND: _S.CONNECTED,
        _M.LEAVE: _S.ABSENT,
        _M.EXPEL: _S.LEFT,
    },
    _S.LEFT: {
        _M.ASK: _S.ASKED,
        _M.EVENT: _S.LEFT,
        _M.ACK: _S.LEFT,
        _M.LEAVE: _S.ABSENT,
    },
}
