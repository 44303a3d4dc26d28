"""The life of an Engine.IO session as ONE transition table; an illegal move raises.

Source: engine.io-protocol, revision 4, "Transports" and "Upgrade".
"""

from __future__ import annotations

from enum import StrEnum


class EngineState(StrEnum):
    """Where a session stands."""

    POLLING = "polling"
    PROBING = "probing"
    """Polling, and a WebSocket has come that has not probed yet."""
    PROBED = "probed"
    """The probe was answered: polls end at once, so that the client can stop polling."""
    WEBSOCKET = "websocket"
    LINGERING = "lingering"
    """Closed between two polls; the next one is told so, once."""
    CLOSED = "closed"


class EngineMove(StrEnum):
    """What can happen to it."""

    POLL = "poll"
    POST = "post"
    FRAME = "receive a frame"
    SEND = "send"
    ATTACH = "attach a WebSocket"
    PROBE = "answer a probe"
    DETACH = "drop the probe"
    UPGRADE = "upgrade"
    LINGER = "linger"
    CLOSE = "close"


_S, _M = EngineState, EngineMove
_ENDS = {_M.LINGER: _S.LINGERING, _M.CLOSE: _S.CLOSED}

ENGINE_TRANSITIONS: dict[EngineState, dict[EngineMove, EngineState]] = {
    _S.POLLING: {
        _M.POLL: _S.POLLING,
        _M.POST: _S.POLLING,
        _M.SEND: _S.POLLING,
        _M.ATTACH: _S.PROBING,
        **_ENDS,
    },
    _S.PROBING: {
        _M.POLL: _S.PROBING,
        _M.POST: _S.PROBING,
        _M.SEND: _S.PROBING,
        _M.PROBE: _S.PROBED,
        _M.DETACH: _S.POLLING,
        **_ENDS,
    },
    _S.PROBED: {
        _M.POLL: _S.PROBED,
        _M.POST: _S.PROBED,
        _M.SEND: _S.PROBED,
        _M.PROBE: _S.PROBED,
        _M.DETACH: _S.POLLING,
        _M.UPGRADE: _S.WEBSOCKET,
        **_ENDS,
    },
    _S.WEBSOCKET: {
        _M.FRAME: _S.WEBSOCKET,
        _M.SEND: _S.WEBSOCKET,
        _M.CLOSE: _S.CLOSED,
    },
    _S.LINGERING: {
        _M.POLL: _S.CLOSED,
        _M.CLOSE: _S.CLOSED,
    },
    _S.CLOSED: {},
}
