"""The outline of a script: headings with a colon, indented lines under them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from jupyter_agentchat.agents.eliza.script import ScriptError

_HEADING = re.compile(r"(?P<kind>[a-z]+)(?:\s+(?P<argument>[^:]*?))?\s*:\s*(?P<rest>.*)")

KINDS = ("key", "class", "memory", "when", "none", "replace", "swap", "names")


@dataclass(slots=True)
class Section:
    """One heading and what belongs to it.

    Attributes
    ----------
    kind : str
        The heading's first word, one of `KINDS`.
    argument : str
        What stands between it and the colon.
    line : int
        Where, from 1.
    content : list of tuple of int and str
        What follows: line numbers and texts without indentation.
    """

    kind: str
    argument: str
    line: int
    content: list[tuple[int, str]] = field(default_factory=list)


@contextmanager
def located(source: str, line: int) -> Iterator[None]:
    """Add the place to a `ScriptError` that has none yet."""
    try:
        yield
    except ScriptError as error:
        if str(error).startswith(f"{source}, line "):
            raise
        raise ScriptError(f"{source}, line {line}: {error}.") from None


def outline(text: str, source: str) -> list[Section]:
    """Split a script into its sections.

    Raises
    ------
    ScriptError
        If a line is neither a known heading nor indented under one.
    """
    sections: list[Section] = []
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        with located(source, number):
            if not line[0].isspace():
                sections.append(_heading(stripped, number))
            elif sections:
                sections[-1].content.append((number, stripped))
            else:
                raise ScriptError("an indented line needs a heading above it, such as 'key 3: no'")
    return sections


def _heading(line: str, number: int) -> Section:
    found = _HEADING.fullmatch(line)
    if found is None or found["kind"] not in KINDS:
        known = ", ".join(f"{kind}:" for kind in KINDS)
        raise ScriptError(f"{line[:40]!r} is no heading; a heading is one of {known}")
    rest = found["rest"].strip()
    return Section(
        kind=found["kind"],
        argument=(found["argument"] or "").strip().lower(),
        line=number,
        content=[(number, rest)] if rest else [],
    )
