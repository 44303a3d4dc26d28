"""Planted faults: servers that are wrong in one way, to prove that the checks see it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.conformance.socketio.adapter import Query, Request, Response, Server, Socket

OPENINGS = ("0{", "40", '42["auth"', '42/custom,["auth"')


@dataclass
class WrongRequest:
    """Garbles what is answered, and never refuses."""

    request: Request
    spare: tuple[str, ...]

    async def response(self) -> Response:
        _, body = await self.request.response()
        return Response(200, garble(body, self.spare))

    async def abort(self) -> None:
        await self.request.abort()


@dataclass
class WrongSocket:
    """Garbles what is received, and never closes."""

    socket: Socket
    spare: tuple[str, ...]
    accepted: bool = True

    async def send(self, data: str | bytes) -> None:
        await self.socket.send(data)

    async def receive(self) -> str | bytes:
        try:
            return garble(await self.socket.receive(), self.spare)
        except EOFError:
            raise TimeoutError from None

    async def wait_closed(self) -> None:
        raise TimeoutError


@dataclass
class WrongServer:
    """Does everything wrong but what begins with one of `spare`.

    Spared openings let a check get as far as the behaviour it is about.
    """

    server: Server
    spare: tuple[str, ...] = OPENINGS

    async def request(self, method: str, query: Query, body: str = "") -> Request:
        return WrongRequest(await self.server.request(method, query, body), self.spare)

    async def connect(self, query: Query) -> Socket:
        return WrongSocket(await self.server.connect(query), self.spare)

    def now_ms(self) -> float:
        return self.server.now_ms()

    async def sleep(self, milliseconds: int) -> None:
        await self.server.sleep(milliseconds)


def garble(data: str | bytes, spare: tuple[str, ...]) -> str:
    """Return `data` unless it may pass, as something that no server ever says."""
    return data if isinstance(data, str) and data.startswith(spare) else f"garbled {data!r}"
