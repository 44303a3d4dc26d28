"""The adapter without sockets: a shell around the sans-I/O core whose time is a number."""

from __future__ import annotations

from collections.abc import Callable

from jupyter_agentchat.socketio import (
    Answer,
    Close,
    CloseEngine,
    Connection,
    ConnectionEvent,
    ConnectionSettings,
    ConnectRequested,
    Continue,
    EngineEvent,
    EngineRequest,
    EngineServer,
    EngineSession,
    EngineSettings,
    EventReceived,
    MessageReceived,
    Open,
    Refuse,
    SendFrames,
    SessionClosed,
    Write,
    encode_event,
    message_frame,
)
from tests.conformance.socketio.adapter import (
    CONNECT_TIMEOUT_MS,
    MAX_PAYLOAD,
    PATIENCE_MS,
    PING_INTERVAL_MS,
    PING_TIMEOUT_MS,
    Query,
    Response,
)
from tests.conformance.socketio.checks import Application

MS = 1_000_000
ENGINE = EngineSettings(
    ping_interval_ms=PING_INTERVAL_MS, ping_timeout_ms=PING_TIMEOUT_MS, max_payload=MAX_PAYLOAD
)
SOCKETIO = ConnectionSettings(connect_timeout_ms=CONNECT_TIMEOUT_MS)


class MemoryRequest:
    """A request that the server holds until it answers."""

    def __init__(self, server: MemoryServer) -> None:
        self.answer: Response | None = None
        self.session: EngineSession | None = None
        self._server = server

    async def response(self) -> Response:
        self._server.wait_for(lambda: self.answer is not None)
        assert self.answer is not None
        return self.answer

    async def abort(self) -> None:
        if self.session is not None and self.answer is None:
            self._server.perform(self.session, self.session.lost(self, self._server.now))


class MemorySocket:
    """The client's end of a WebSocket; frames arrive as they are sent."""

    def __init__(self, server: MemoryServer, *, accepted: bool = True) -> None:
        self.accepted = accepted
        self.closed = not accepted
        self.inbox: list[str | bytes] = []
        self.session: EngineSession | None = None
        self._server = server

    async def send(self, data: str | bytes) -> None:
        if self.session is not None and not self.closed:
            events = self.session.receive(self, data, self._server.now)
            self._server.perform(self.session, events)

    async def receive(self) -> str | bytes:
        self._server.wait_for(lambda: bool(self.inbox) or self.closed)
        if not self.inbox:
            raise EOFError
        return self.inbox.pop(0)

    async def wait_closed(self) -> None:
        self._server.wait_for(lambda: self.closed)


class MemoryServer:
    """Runs the core as a real shell would, one timer a session."""

    def __init__(self, application: Application) -> None:
        self.now = 0
        self._application = application
        self._engine = EngineServer(ENGINE)
        self._connections: dict[str, Connection] = {}
        self._members = 0

    async def request(self, method: str, query: Query, body: str = "") -> MemoryRequest:
        request = MemoryRequest(self)
        decision = self._engine.decide(EngineRequest(method, query))
        match decision:
            case Refuse():
                request.answer = Response(decision.status, decision.body.decode())
            case Open():
                self._open(decision, request)
            case Continue(session, "post"):
                self.perform(session, session.post(request, body.encode(), self.now))
            case Continue(session):
                request.session = session
                self.perform(session, session.poll(request, self.now))
        return request

    async def connect(self, query: Query) -> MemorySocket:
        decision = self._engine.decide(EngineRequest("GET", query, websocket=True))
        if isinstance(decision, Refuse):
            return MemorySocket(self, accepted=False)
        socket = MemorySocket(self)
        if isinstance(decision, Open):
            self._open(decision, socket)
        else:
            socket.session = decision.session
            events = decision.session.attach(socket, self.now)
            self.perform(decision.session, events)
        return socket

    def now_ms(self) -> float:
        return self.now / MS

    async def sleep(self, milliseconds: int) -> None:
        self._run_until(self.now + milliseconds * MS)

    def _open(self, decision: Open, peer: MemoryRequest | MemorySocket) -> None:
        session = self._engine.open(decision.transport, identity=None, now=self.now)
        self._connections[session.sid] = Connection(
            {"/", "/custom"}, settings=SOCKETIO, now=self.now
        )
        peer.session = session
        self.perform(session, session.open(peer))

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Let time pass from deadline to deadline until `condition` holds."""
        until = self.now + PATIENCE_MS * MS
        while not condition():
            deadline = self._next_deadline()
            if deadline is None or deadline > until:
                raise TimeoutError
            self._run_until(deadline)

    def perform(self, session: EngineSession, events: list[EngineEvent]) -> None:
        """Do what a session says."""
        for event in events:
            match event:
                case Answer(MemoryRequest() as request, status, body):
                    request.answer = Response(status, body.decode())
                case Answer():
                    pass
                case Write(MemorySocket() as socket, frames):
                    socket.inbox += [
                        frame.data if frame.binary else frame.data.decode() for frame in frames
                    ]
                case Close(MemorySocket() as socket):
                    socket.closed = True
                case MessageReceived(data):
                    self._on_message(session, data)
                case SessionClosed(reason):
                    self._apply(session, self._connections[session.sid].end(reason))
                case _:
                    pass
        if session.finished:
            self._engine.forget(session.sid)

    def _on_message(self, session: EngineSession, data: str | bytes) -> None:
        if self._application == "engine":
            self.perform(session, session.send((message_frame(data),)))
        else:
            self._apply(session, self._connections[session.sid].receive(data, self.now))

    def _apply(self, session: EngineSession, events: list[ConnectionEvent]) -> None:
        connection = self._connections[session.sid]
        for event in events:
            match event:
                case SendFrames(frames):
                    self.perform(session, session.send(frames))
                case CloseEngine():
                    self.perform(session, session.close(self.now))
                case ConnectRequested(namespace, auth):
                    self._members += 1
                    frames = connection.accept(namespace, f"sid{self._members}")
                    self.perform(session, session.send(frames))
                    frames = connection.emit(encode_event(namespace, "auth", auth))
                    self.perform(session, session.send(frames))
                case EventReceived():
                    self._on_event(session, connection, event)
                case _:
                    pass

    def _on_event(
        self, session: EngineSession, connection: Connection, event: EventReceived
    ) -> None:
        if event.name == "message":
            back = encode_event(event.namespace, "message-back", *event.args)
            self.perform(session, session.send(connection.emit(back)))
        elif event.name == "message-with-ack" and event.ack_id is not None:
            frames = connection.ack(event.namespace, event.ack_id, *event.args)
            self.perform(session, session.send(frames))

    def _next_deadline(self) -> int | None:
        deadlines = [session.next_deadline() for session in self._engine.sessions.values()]
        if self._application == "socket":
            deadlines += [connection.next_deadline() for connection in self._connections.values()]
        return min((at for at in deadlines if at is not None), default=None)

    def _run_until(self, until: int) -> None:
        while (deadline := self._next_deadline()) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            for session in list(self._engine.sessions.values()):
                connection = self._connections[session.sid]
                if self._application == "socket":
                    self._apply(session, connection.handle_timeout(self.now))
                self.perform(session, session.handle_timeout(self.now))
        self.now = until
