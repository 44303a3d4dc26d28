from __future__ import annotations

import subprocess
import sys

import pytest

import jupyter_agentchat.socketio as package
from jupyter_agentchat.socketio import (
    CloseReason,
    Connection,
    ConnectionSettings,
    ConnectRequested,
    Frames,
    NamespaceLeft,
    RecordState,
    Recovery,
    Rooms,
    encode_event,
)


def test_every_public_name_is_there() -> None:
    assert len(set(package.__all__)) == len(package.__all__)
    assert all(hasattr(package, name) for name in package.__all__)


def test_it_brings_no_loop_and_no_framework() -> None:
    code = (
        "import sys, jupyter_agentchat.socketio; "
        "print(sorted({'asyncio', 'tornado', 'socket', 'threading'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("[]", "['threading']")


class Application:
    """What the package's docstring tells an application to do about recovery, without a wire."""

    def __init__(self) -> None:
        self.recovery = Recovery(ttl_ns=100)
        self.rooms = Rooms()
        self.log: list[object] = []

    def connect(self, user: str, auth: str, now: int) -> tuple[Connection, Frames]:
        """Let `user` in, and return what it gets: the answer, then what it missed."""
        connection = Connection({"/"}, settings=ConnectionSettings(), now=now)
        (request,) = connection.receive("0" + auth, now)
        assert isinstance(request, ConnectRequested)
        record = None
        if request.pid is not None:
            record = self.recovery.find(request.pid, "/", identity=user, now=now)
        if record is None:
            offset = str(len(self.log))
            record = self.recovery.begin("/", f"sid of {user}", identity=user, offset=offset)
            return connection, connection.accept("/", record.sid, pid=record.pid)
        assert record.state is RecordState.PARKED
        self.rooms.join(record.sid, *self.recovery.resume(record))
        frames = connection.accept("/", record.sid, pid=record.pid)
        for position in range(int(request.offset or record.offset or 0), len(self.log)):
            event = encode_event("/", "news", self.log[position])
            frames += connection.emit(event, offset=str(position + 1))
        return connection, frames

    def lose(self, connection: Connection, pid: str, user: str, now: int) -> None:
        """Lose the wire of `connection`."""
        (left,) = connection.end(CloseReason.TRANSPORT_CLOSE)
        assert isinstance(left, NamespaceLeft)
        assert left.reason.recoverable
        record = self.recovery.find(pid, "/", identity=user, now=now)
        assert record is not None
        self.recovery.park(record, self.rooms.leave_all(left.sid), now)


def lost_client() -> tuple[Application, str]:
    """Return an application whose client ann saw event 1 of 3 before her wire was cut."""
    app = Application()
    connection, (answer,) = app.connect("ann", "", 0)
    assert answer.data.startswith(b'40{"sid":"sid of ann","pid":"')
    pid = answer.data.decode().split('"')[-2]
    app.rooms.join("sid of ann", "lab")
    app.log.append({"n": 1})
    app.lose(connection, pid, "ann", 10)
    app.log += [{"n": 2}, {"n": 3}]
    return app, pid


def test_a_client_comes_back_as_who_and_where_it_was_and_misses_nothing() -> None:
    app, pid = lost_client()
    _, (answer, *missed) = app.connect("ann", f'{{"pid":"{pid}","offset":"1"}}', 20)
    assert answer.data.decode() == f'40{{"sid":"sid of ann","pid":"{pid}"}}'
    assert [frame.data for frame in missed] == [
        b'42["news",{"n":2},"2"]',
        b'42["news",{"n":3},"3"]',
    ]
    assert app.rooms.members("lab") == ("sid of ann",)


def test_a_client_that_saw_no_offset_gets_everything_since_it_began() -> None:
    app, pid = lost_client()
    _, frames = app.connect("ann", f'{{"pid":"{pid}"}}', 20)
    assert len(frames) == 1 + 3


@pytest.mark.parametrize(("user", "now"), [("bob", 20), ("ann", 110)])
def test_nobody_else_and_nobody_late_gets_the_state(user: str, now: int) -> None:
    app, pid = lost_client()
    _, (answer,) = app.connect(user, f'{{"pid":"{pid}","offset":"1"}}', now)
    assert pid not in answer.data.decode()
    assert app.rooms.members("lab") == ()
