"""The protocol's types, read off the code: one description for the page and for TypeScript."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import get_args

import msgspec.inspect as mi
from msgspec import Struct

from jupyter_agentchat.protocol import commands, events, frames, model
from jupyter_agentchat.protocol.codec import EventBatch


class Field(Struct, frozen=True):
    """One field of a type on the wire."""

    name: str
    type: mi.Type
    required: bool


class Described(Struct, frozen=True):
    """One type on the wire."""

    name: str
    doc: str
    tag_field: str | None
    tag: str | None
    fields: tuple[Field, ...]


def describe(cls: type[Struct]) -> Described:
    """Return what `cls` looks like on the wire."""
    info = mi.type_info(cls)
    if not isinstance(info, mi.StructType):
        raise TypeError(cls)
    return Described(
        cls.__name__,
        _doc(cls),
        info.tag_field,
        None if info.tag is None else str(info.tag),
        tuple(Field(each.encode_name, each.type, each.required) for each in info.fields),
    )


def records() -> list[Described]:
    """Return the records that events and frames hold."""
    found = [
        each
        for each in vars(model).values()
        if inspect.isclass(each) and issubclass(each, model.Record) and each is not model.Record
    ]
    return [describe(each) for each in found]


def event_types() -> list[Described]:
    """Return all events."""
    return [describe(each) for each in get_args(events.AnyEvent)]


def command_types() -> list[Described]:
    """Return all commands."""
    return [describe(each) for each in get_args(commands.AnyCommand)]


def frame_types() -> list[Described]:
    """Return all frames of the server."""
    return [*(describe(each) for each in get_args(frames.AnyFrame)), describe(EventBatch)]


def _doc(cls: type) -> str:
    doc = inspect.cleandoc(cls.__doc__ or "")
    return re.sub(r"\n\nAttributes\n-+\n.*", "", doc, flags=re.DOTALL)


def walk(kind: mi.Type) -> Iterator[mi.Type]:
    """Return the members of a union, or the type itself."""
    if isinstance(kind, mi.UnionType):
        yield from kind.types
    else:
        yield kind
