"""The deltas inside the chunks of one answer."""

from __future__ import annotations

from jupyter_agentchat.extract.openai_items import Delta, Finish, Item, Kind, ToolCall
from jupyter_agentchat.extract.openai_wire import (
    WireChoice,
    WireDelta,
    WireFunction,
    WirePart,
    WireToolCall,
)
from jupyter_agentchat.extract.utf16 import SurrogateJoiner, well_formed


class ChoiceReader:
    """Numbers the deltas of one answer and keeps its tool calls apart.

    Guarantees: `Delta.index` runs from 0 without gaps; no delta holds half a surrogate pair (half a
    character at the very end of the answer is dropped); `Finish` comes at most once.

    Attributes
    ----------
    count : int
        Deltas so far.
    finished : bool
        Whether a finish reason came.
    """

    def __init__(self) -> None:
        self.count = 0
        self.finished = False
        self._joiners: dict[tuple[Kind, int], SurrogateJoiner] = {}
        self._calls: dict[str, int] = {}

    def read(self, choice: WireChoice) -> list[Item]:
        """Return the deltas of `choice`, reasoning first, and its finish reason."""
        delta = choice.delta or choice.message or WireDelta()
        items: list[Item] = []
        items += self._delta("reasoning", delta.reasoning_content or delta.reasoning or "")
        if isinstance(delta.content, list):
            for part in delta.content:
                items += self._read_part(part)
        else:
            items += self._delta("text", delta.content or choice.text or "")
        items += self._delta("text", delta.refusal or "")
        for call in delta.tool_calls or ():
            items += self._read_call(call)
        if delta.function_call is not None:
            items += self._read_call(WireToolCall(function=delta.function_call))
        if choice.finish_reason and not self.finished:
            self.finished = True
            items.append(Finish(well_formed(choice.finish_reason)))
        return items

    def _read_part(self, part: WirePart) -> list[Item]:
        if isinstance(part.thinking, list):
            return self._delta("reasoning", "".join(inner.text or "" for inner in part.thinking))
        return self._delta("reasoning", part.thinking or "") + self._delta("text", part.text or "")

    def _read_call(self, call: WireToolCall) -> list[Item]:
        function = call.function or WireFunction()
        index = call.index
        if index is None:  # some endpoints tell their calls apart by id alone
            last = max(self._calls.values(), default=-1)
            index = self._calls.get(call.id, last + 1) if call.id else max(last, 0)
        if call.id:
            self._calls[call.id] = index
        tool = ToolCall(
            index, well_formed(call.id or "") or None, well_formed(function.name or "") or None
        )
        return self._delta("tool_call", function.arguments_text(), tool)

    def _delta(self, kind: Kind, text: str, tool: ToolCall | None = None) -> list[Item]:
        """Return the delta for `text`, if there is something to say."""
        joiner = self._joiners.setdefault((kind, tool.index if tool else 0), SurrogateJoiner())
        text = joiner.feed(text)
        if not text and (tool is None or not (tool.id or tool.name)):
            return []
        item = Delta(text, kind, self.count, tool)
        self.count += 1
        return [item]
