"""One Socket.IO client of this dialect: what it says, and what it is answered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from jupyter_agentchat.dialects.eliza import asking
from jupyter_agentchat.dialects.eliza.fields import Fields
from jupyter_agentchat.dialects.eliza.ids import channel_id
from jupyter_agentchat.dialects.eliza.log_watch import LogWatch
from jupyter_agentchat.dialects.eliza.payloads import Form
from jupyter_agentchat.dialects.eliza.seats import Seats, place
from jupyter_agentchat.dialects.eliza.speak import claim_sender, speak
from jupyter_agentchat.dialects.eliza.state import ElizaState
from jupyter_agentchat.dialects.eliza.stays import MAX_ROOMS, Stays
from jupyter_agentchat.dialects.eliza.wire_form import NAMESPACE
from jupyter_agentchat.errors import AgentChatError, InvalidInputError
from jupyter_agentchat.runtime.answers import Origin
from jupyter_agentchat.web.engineio.client import Client
from jupyter_agentchat.web.engineio.framing import packed
from jupyter_agentchat.web.failures import info_of

PROCESSING = "received_by_server_and_processing"
JOIN_MISSING = "channelId is required for joining."
LEAVE_MISSING = "channelId is required for leaving."
TYPING_MISSING = "roomId is required for typing."
NOT_JOINED = "You have not joined this room, so you receive nothing of it: send type 1 first."
_LOGS = frozenset({"subscribe_logs", "unsubscribe_logs", "update_log_filters"})

_log = logging.getLogger(__name__)


class ElizaMember:
    """Takes a client's events one after the other.

    Parameters
    ----------
    entity : str
        The id that it speaks under where an event names none.
    """

    def __init__(self, eliza: ElizaState, seats: Seats, client: Client, entity: str) -> None:
        self.user = client.user
        self._eliza = eliza
        self._service = eliza.service
        self._seats = seats
        self._client = client
        self._entity = entity
        self._stays = Stays(eliza, seats, client, self)
        self._logs = LogWatch(eliza.service.logs, client)
        self._gone: dict[str, Form] = {}

    def offer(self, packets: bytes) -> None:
        """Take what the others in a room do."""
        self._client.offer(packets)

    def begin(self, *, recovered: bool) -> None:
        """Welcome the client, and go on where it was."""
        self._write(
            "authenticated",
            {
                "entityId": self._entity,
                "timestamp": self._service.clock.wall_us() // 1000,
                "recovered": recovered,
            },
        )
        message = "Connected to Eliza Socket.IO server"
        self._write("connection_established", {"message": message, "socketId": self._client.sid})
        gone, self._gone = self._gone, {}
        for channel, form in gone.items():
            self._write("channelDeleted", place(form))
            self._stays.leave(channel)
        self._stays.begin()
        self._logs.resume()

    async def event(self, name: str, args: Sequence[object]) -> Sequence[object]:
        """Answer an event; what is wrong with it is told by ``messageError``."""
        try:
            return (await self._take(name, args),)
        except Exception as error:  # noqa: BLE001 - one event's failure is not the connection's
            if not isinstance(error, AgentChatError):
                _log.exception("The event %r failed", name[:40])
            info = info_of(error)
            answer = {"error": info.message, "code": info.code, "retry": info.retry}
            await self._send("messageError", {**answer, **_repeated(args)})
            return ({"success": False, **answer},)

    def parked(self) -> None:
        """Keep everything: the wire is lost."""
        self._stays.park()
        self._logs.park()

    async def resume(self, offset: str | None) -> bool:
        """Find the places again at which the client stands."""
        gone = await self._stays.readings.resume(offset)
        for channel in gone or ():
            self.deleted(channel)
        return gone is not None

    def left(self) -> None:
        """Leave every room."""
        self._stays.park()
        self._logs.park()
        for channel in self._stays:
            self._stays.leave(channel)

    def deleted(self, channel: str) -> None:
        """Tell that a channel is gone, and tell it again if the wire is lost after that.

        It is no event of the log, so no offset says whether the client has heard it.
        """
        if seats := self._stays.of(channel):
            self._gone[channel] = next(iter(seats.values())).form
            if len(self._gone) > MAX_ROOMS:
                del self._gone[next(iter(self._gone))]
            if self._client.is_here:
                self._write("channelDeleted", place(next(iter(seats.values())).form))
                self._stays.leave(channel)

    async def _take(self, name: str, args: Sequence[object]) -> dict[str, Any]:
        if name in _LOGS:
            return await self._take_logs(name, args)
        if name == "typing":
            return self._type(asking.first_object(args, name))
        if name == "message":
            verb, fields = asking.read_message(args)
        elif name in asking.EVENTS:
            verb, fields = asking.EVENTS[name], asking.first_object(args, name)
        else:
            known = "message, typing, leave, subscribe_logs"
            raise InvalidInputError(f"The event {name[:40]!r} is not known; there are {known}.")
        if verb == "join":
            return await self._join(fields)
        if verb == "leave":
            return await self._leave(fields)
        return await self._speak(fields, needs_sender=verb == "send")

    async def _join(self, fields: Fields) -> dict[str, Any]:
        asked = asking.read_room(fields, JOIN_MISSING)
        after = asking.read_after(fields)
        log, form, answer = await self._stays.enter(asked, self._alias(asked), after)
        await self._send("channel_joined", answer)
        await self._send("room_joined", answer)
        self._stays.readings.follow(log, form, answer["seq"])
        return answer

    def _alias(self, asked: asking.Asked) -> str:
        if asked.entity is None:
            return self._entity
        return claim_sender(self._eliza, self.user, asked.entity)

    async def _leave(self, fields: Fields) -> dict[str, Any]:
        asked = asking.read_room(fields, LEAVE_MISSING)
        self._stays.leave(channel_id(asked.channel), asked.entity)
        answer = {
            "message": f"Socket {self._client.sid} left channel {asked.channel}.",
            **place(Form(asked.channel, asked.server)),
        }
        await self._send("channel_left", answer)
        await self._send("room_left", answer)
        return answer

    async def _speak(self, fields: Fields, *, needs_sender: bool) -> dict[str, Any]:
        spoken = asking.read_send(fields, needs_sender=needs_sender)
        if spoken.sender is None:
            spoken = replace(spoken, sender=self._entity)
        connection = self._stays.readings.connection
        origin = Origin(
            transport="socket.io",
            connection=None if connection is None else connection.id,
            t_request=self._service.clock.monotonic_ns(),
        )
        sending = await speak(self._eliza, self.user, spoken, origin)
        channel = sending.message.channel
        await self._stays.readings.reached(channel, sending.position.seq)
        for seat in self._stays.of(channel).values():
            self._seats.typing(seat, seat.alias, is_typing=False)
        answer = {
            "clientMessageId": spoken.client_message_id,
            "messageId": sending.message.id,
            "status": PROCESSING,
            **place(Form(spoken.channel, spoken.server)),
            "seq": sending.position.seq,
            "streams": list(sending.streams),
        }
        if sending.duplicate:
            answer["duplicate"] = True
        if channel not in self._stays:
            answer["warning"] = NOT_JOINED
        await self._send("messageAck", answer)
        return answer

    def _type(self, fields: Fields) -> dict[str, Any]:
        """Tell the others who types; from outside the room it is ignored."""
        asked = asking.read_room(fields, TYPING_MISSING)
        seats = self._stays.of(channel_id(asked.channel))
        if not seats:
            return {"success": False, "error": NOT_JOINED}
        alias = self._alias(asked) if asked.entity else next(iter(seats))
        seat = seats.get(alias) or next(iter(seats.values()))
        self._seats.typing(seat, alias, is_typing=bool(fields.get("isTyping")))
        return {"success": True}

    async def _take_logs(self, name: str, args: Sequence[object]) -> dict[str, Any]:
        fields = asking.first_object(args, name) if args and args[0] is not None else {}
        if name == "update_log_filters":
            answer = self._logs.update(fields)
            await self._send("log_filters_updated", answer)
            return answer
        if name == "subscribe_logs":
            answer = await self._logs.subscribe(fields)
        else:
            answer = self._logs.unsubscribe()
        await self._send("log_subscription_confirmed", answer)
        return answer

    async def _send(self, name: str, payload: dict[str, Any]) -> None:
        await self._client.send(packed(NAMESPACE, name, payload))

    def _write(self, name: str, payload: dict[str, Any]) -> None:
        self._client.write(packed(NAMESPACE, name, payload))


def _repeated(args: Sequence[object]) -> dict[str, Any]:
    """Return what tells a client which of its events went wrong, in its own words."""
    envelope = args[0] if args and isinstance(args[0], dict) else {}
    payload = envelope.get("payload")
    fields = payload if isinstance(payload, dict) else envelope
    channel = next((fields[name] for name in asking.CHANNEL if fields.get(name)), None)
    found = {"channelId": channel, "roomId": channel, "clientMessageId": fields.get("messageId")}
    return {name: value for name, value in found.items() if isinstance(value, str)}
