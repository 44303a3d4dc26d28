"""What a figure is drawn from: a log, or timelines with names."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.schemas import STREAMS
from jupyter_agentchat.frames.timelines import Measured
from jupyter_agentchat.metrics import Timeline

_SHOWN = 12
"""Letters of an id that stand at an axis."""


@runtime_checkable
class MeasuredLog(Protocol):
    """What most figures ask of a `Log`."""

    def measured(self, *, at: str = "agent") -> list[Measured]:
        """Return each stream at a hop."""
        ...


Source = MeasuredLog | Mapping[str, Timeline] | Iterable[Timeline]
"""A log, timelines by name, or timelines without."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream to draw.

    Attributes
    ----------
    id : str
        Of the stream, or its name.
    group : str
        Whom it belongs to: an agent, or what ``by=`` names.
    measured : Measured
    """

    id: str
    group: str
    measured: Measured

    @property
    def timeline(self) -> Timeline:
        """Its instants."""
        return self.measured.timeline

    @property
    def label(self) -> str:
        """How an axis calls it."""
        if self.id == self.group:
            return self.id
        return f"{self.group} · {self.id[:_SHOWN]}"


def streams_of(source: Source, *, at: str = "agent", by: str = "agent") -> list[Stream]:
    """Return the streams to draw, in the order of the source; one at least.

    Parameters
    ----------
    source : Log, mapping or iterable
        A log, timelines by name, or timelines.
    at : str
        The hop whose instants are drawn, of a log.
    by : str
        The column of ``streams()`` that groups a log's streams.

    Raises
    ------
    InvalidInputError
        It is none of these or empty, or `by` is no column.
    """
    if isinstance(source, MeasuredLog):
        if by not in STREAMS.names:
            message = f"There is no column of streams() called {by!r}; there are {STREAMS.names}."
            raise InvalidInputError(message)
        streams: Any = source.measured(at=at)
        if inspect.iscoroutine(streams):
            streams.close()  # nobody will await it
            raise InvalidInputError("a figure needs a Log, not an AsyncLog: take chat.log()")
        found = [_of_log(each, by) for each in streams]
    elif isinstance(source, Mapping):
        found = [_named(str(name), each) for name, each in source.items()]
    elif isinstance(source, Iterable):
        found = [_named(f"stream {i}", each) for i, each in enumerate(source)]
    else:
        raise _no_source(source)
    if not found:
        raise InvalidInputError("there is no stream to draw: the log is empty")
    return found


def first_request(streams: Sequence[Stream]) -> int:
    """Return the instant from which streams are drawn on one axis of time (ns).

    Raises
    ------
    InvalidInputError
        The streams are of several clocks: their instants cannot stand on one axis.
    """
    clocks = {each.timeline.clock_id for each in streams}
    if len(clocks) > 1:
        message = f"the streams are of {len(clocks)} clocks: choose one run with since= and until="
        raise InvalidInputError(message)
    return min(each.timeline.t_request for each in streams)


def grouped(streams: Iterable[Stream]) -> dict[str, list[Measured]]:
    """Return the streams by their group, in order of appearance."""
    found: dict[str, list[Measured]] = {}
    for each in streams:
        found.setdefault(each.group, []).append(each.measured)
    return found


def samples(source: Source | Mapping[str, Any], *, at: str, by: str) -> dict[str, list[Measured]]:
    """Return streams by group; of a mapping of logs or of lists, each entry is a group."""
    if isinstance(source, Mapping) and source and not _are_timelines(source.values()):
        parts: Mapping[Any, Any] = source
        return {
            str(name): [each.measured for each in streams_of(part, at=at)]
            for name, part in parts.items()
        }
    found = streams_of(source, at=at, by=by)
    if isinstance(source, MeasuredLog):
        return grouped(found)
    return {"streams": [each.measured for each in found]}


def _are_timelines(values: Iterable[object]) -> bool:
    return all(isinstance(value, Timeline) for value in values)


def _of_log(each: Measured, by: str) -> Stream:
    value = each.row[by]
    return Stream(each.label, f"no {by}" if value is None else str(value), each)


def _named(name: str, timeline: object) -> Stream:
    if not isinstance(timeline, Timeline):
        raise _no_source(timeline)
    return Stream(name, name, Measured({"stream_id": name}, timeline))


def _no_source(source: object) -> InvalidInputError:
    kind = type(source).__name__
    return InvalidInputError(f"a figure is drawn of a Log or of Timelines by name, not of {kind}")
