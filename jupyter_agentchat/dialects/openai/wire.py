"""One answer in OpenAI's form: ready bytes for each chunk, or one object at the end."""

from __future__ import annotations

from jupyter_agentchat.agents.generation import estimated_tokens
from jupyter_agentchat.dialects.openai.failures import Refusal, encode_refusal
from jupyter_agentchat.protocol.codec import ENCODER
from jupyter_agentchat.protocol.events import Terminal
from jupyter_agentchat.protocol.model import Usage

DONE = b"data: [DONE]\n\n"
_REASONS = frozenset({"length", "tool_calls", "content_filter"})


def finish_reason(end: Terminal) -> str:
    """Return why an answer ended, in OpenAI's words."""
    return end.reason if end.reason in _REASONS else "stop"


def usage_of(usage: Usage | None, asked: str, answered: str) -> dict[str, int]:
    """Return the tokens of a call; where nobody counted them, four characters are one."""
    usage = usage or Usage()
    prompt, completion = usage.input_tokens, usage.output_tokens
    prompt = estimated_tokens(len(asked)) if prompt is None else prompt
    completion = estimated_tokens(len(answered)) if completion is None else completion
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


class Completion:
    """The bytes of one answer.

    Parameters
    ----------
    stream : str
        Whose answer it is; its id is the completion's.
    created : int
        Seconds since the Unix epoch.
    model : str
        As the request named it.
    """

    def __init__(self, stream: str, created: int, model: str) -> None:
        self._id, self._created, self._model = f"chatcmpl-{stream}", created, model
        head = b'{"id":%b,"object":"chat.completion.chunk","created":%d,"model":%b,"choices":[' % (
            ENCODER.encode(self._id),
            created,
            ENCODER.encode(model),
        )
        self._head = b"data: " + head
        self._delta = self._head + b'{"index":0,"delta":{'
        self._role = b'"role":"assistant",'

    def text(self, text: str, *, field: bytes = b"content") -> bytes:
        """Return the message of one delta; the first one names the role as well."""
        role, self._role = self._role, b""
        encoded = ENCODER.encode(text)
        return b'%b%b"%b":%b},"finish_reason":null}]}\n\n' % (self._delta, role, field, encoded)

    def reasoning(self, text: str) -> bytes:
        """Return the message of one delta of reasoning, as DeepSeek and vLLM name it."""
        return self.text(text, field=b"reasoning_content")

    def finish(self, reason: str) -> bytes:
        """Return the message that ends the choice."""
        opening = self.text("") if self._role else b""
        return b'%b%b},"finish_reason":"%b"}]}\n\n' % (opening, self._delta, reason.encode())

    def usage(self, usage: dict[str, int]) -> bytes:
        """Return the message of the usage, which has no choices."""
        return b'%b],"usage":%b}\n\n' % (self._head, ENCODER.encode(usage))

    def failure(self, refused: Refusal) -> bytes:
        """Return the message of an error in the middle of an answer."""
        return b"data: %b\n\n" % encode_refusal(refused)

    def whole(
        self, text: str, reasoning: str, reason: str, usage: dict[str, int]
    ) -> dict[str, object]:
        """Return the answer as one object."""
        message: dict[str, object] = {"role": "assistant", "content": text, "refusal": None}
        if reasoning:
            message["reasoning_content"] = reasoning
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        return {
            "id": self._id,
            "object": "chat.completion",
            "created": self._created,
            "model": self._model,
            "choices": [choice],
            "usage": usage,
        }
