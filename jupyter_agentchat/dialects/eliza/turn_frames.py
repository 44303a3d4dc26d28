"""A turn as the frames of seed 002: ``chunk``, ``complete``, ``error`` and ``control``.

The last frame of a turn is ``complete`` or ``error``; what ``control`` says comes before it.
"""

from __future__ import annotations

from typing import Any

from jupyter_agentchat.dialects.eliza import payloads
from jupyter_agentchat.dialects.eliza.answering import Answering
from jupyter_agentchat.protocol.model import ErrorInfo

Frame = dict[str, Any]


def error_frame(info: ErrorInfo, now_ms: int) -> Frame:
    """Return the frame of something that went wrong."""
    told = {"type": "error", "message": info.message, "code": info.code, "retry": info.retry}
    return {**told, "timestamp": now_ms}


def frame_of(projected: payloads.Projected, answering: Answering, now_ms: int) -> Frame | None:
    """Return the frame that an event becomes, None if it has none."""
    match projected:
        case payloads.MessageStreamChunk():
            return {
                "type": "chunk",
                "text": projected.chunk,
                "index": projected.index,
                "messageId": projected.message_id,
                "roomId": projected.room_id,
                "timestamp": now_ms,
            }
        case payloads.UserTyping():
            action = "typing_start" if projected.is_typing else "typing_stop"
            return _control(action, projected.channel_id, now_ms, isTyping=projected.is_typing)
        case payloads.ControlMessage(action="disable_input"):
            return _control(projected.action, projected.channel_id, now_ms, target="input")
        case payloads.MessageComplete():
            return _last(projected, answering, now_ms)
    return None


def frames_of(projected: payloads.Projected, answering: Answering, now_ms: int) -> list[Frame]:
    """Return the frames of an event; the input is given back before the turn's last one."""
    frame = frame_of(projected, answering, now_ms)
    if frame is None:
        return []
    if isinstance(projected, payloads.MessageComplete):
        enabled = _control("enable_input", projected.channel_id, now_ms, target="input")
        return [enabled, frame]
    return [frame]


def complete_fields(answering: Answering, message: str) -> Frame:
    """Return what ``complete`` says of an answer, which is also what a sync request gets."""
    answer = answering.answers[message]
    return {
        "text": answer.text,
        "actions": answer.actions,
        "thought": answer.thought,
        "messageId": answer.message,
        "agentId": answer.agent,
        "metadata": answer.metadata,
    }


def _last(complete: payloads.MessageComplete, answering: Answering, now_ms: int) -> Frame:
    answer = answering.answers[complete.message_id]
    if error := answer.error:
        told = {"type": "error", "message": error.error, "code": error.code}
        partial = {"partialText": error.partial_text, "messageId": error.message_id}
        return {**told, **partial, "roomId": complete.room_id, "timestamp": now_ms}
    fields = complete_fields(answering, complete.message_id)
    return {"type": "complete", **fields, "roomId": complete.room_id, "timestamp": now_ms}


def _control(action: str, channel: str, now_ms: int, **more: object) -> Frame:
    return {
        "type": "control",
        "action": action,
        "channelId": channel,
        "roomId": channel,
        **more,
        "timestamp": now_ms,
    }
