"""The protocol as TypeScript, so that the panel and the server cannot disagree."""

from __future__ import annotations

import json

import msgspec.inspect as mi

from docs.generate.describe import (
    Described,
    command_types,
    event_types,
    frame_types,
    records,
    walk,
)

HEAD = """// Generated from jupyter_agentchat/protocol by `python -m docs.generate`; do not edit.
/* eslint-disable */

export const PROTOCOL_VERSION = {version};
"""


def typescript(version: int) -> str:
    """Return the module's text."""
    parts = [HEAD.format(version=version)]
    parts += [_interface(each) for each in records()]
    for union, members in (
        ("AnyEvent", event_types()),
        ("AnyCommand", command_types()),
        ("AnyFrame", frame_types()),
    ):
        suffix = "" if union == "AnyEvent" else union.removeprefix("Any")
        parts += [_interface(each, suffix) for each in members]
        names = " | ".join(_name(each, suffix) for each in members)
        parts.append(f"export type {union} = {names};\n")
    return "\n".join(parts)


def _name(each: Described, suffix: str) -> str:
    return each.name if not suffix or each.name.endswith(suffix) else each.name + suffix


def _interface(each: Described, suffix: str = "") -> str:
    first = each.doc.partition("\n")[0].replace("``", "`")
    lines = [f"/** {first} */", f"export interface {_name(each, suffix)} {{"]
    if each.tag_field is not None:
        lines.append(f"  {each.tag_field}: {json.dumps(each.tag)};")
    for field in each.fields:
        mark = "" if field.required else "?"
        lines.append(f"  {field.name}{mark}: {_type(field.type)};")
    return "\n".join([*lines, "}", ""])


def _type(kind: mi.Type) -> str:  # noqa: C901, PLR0911 - one case per kind of type
    members = list(walk(kind))
    if len(members) > 1:
        if all(isinstance(each, mi.StructType) for each in members):
            return "AnyEvent"
        return " | ".join(_type(each) for each in members)
    match members[0]:
        case mi.StrType():
            return "string"
        case mi.IntType() | mi.FloatType():
            return "number"
        case mi.BoolType():
            return "boolean"
        case mi.NoneType():
            return "null"
        case mi.LiteralType(values=values):
            return " | ".join(json.dumps(value) for value in values)
        case mi.TupleType(item_types=items):
            return f"[{', '.join(_type(item) for item in items)}]"
        case mi.VarTupleType(item_type=item) | mi.ListType(item_type=item):
            inner = _type(item)
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        case mi.DictType(key_type=key, value_type=value):
            return f"Record<{_type(key)}, {_type(value)}>"
        case mi.StructType(cls=cls):
            return str(cls.__name__)
        case mi.AnyType():
            return "unknown"
    raise TypeError(kind)
