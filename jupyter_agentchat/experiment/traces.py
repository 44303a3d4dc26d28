"""Readers for public traces of requests: when each came, and how long it was.

Formats, each recognised by its columns:

``azure``
    Azure's LLM inference traces of 2023 and 2024: CSV ``TIMESTAMP,ContextTokens,GeneratedTokens``
    with wall-clock times. Source: Azure/AzurePublicDataset.
``mooncake``
    JSONL ``{"timestamp", "input_length", "output_length", "hash_ids"}``, milliseconds.
    Source: kvcache-ai/Mooncake, FAST '25.
``burstgpt``
    CSV ``Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type``, seconds; newer
    files add a session. Source: HPMLL/BurstGPT, arXiv:2401.17644.
``agentchat``
    Ours, in Parquet: what `Log.save_trace` wrote; see ``docs/reference/traces.md``.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

from msgspec import Struct, structs

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames import traces as frames_traces

Row = Mapping[str, Any]

MAX_REQUESTS: Final = 5_000_000
"""Requests of one trace that are read."""


class Request(Struct, frozen=True):
    """One request of a trace.

    Attributes
    ----------
    t_ns : int
        Nanoseconds from the trace's first request.
    input_tokens, output_tokens : int or None
        Lengths as the trace counts them; None where it does not say.
    """

    t_ns: int
    input_tokens: int | None = None
    output_tokens: int | None = None


def read_requests(path: str | Path) -> list[Request]:
    """Read a trace in any known format, by time; the first request is at 0.

    Raises
    ------
    InvalidInputError
        If there is no such file, its format is unknown or a line is wrong; the sentence names
        the line.
    """
    path = Path(path)
    if path.suffix == ".parquet":
        found = [
            Request(each.t_request, None, each.n_tokens) for each in frames_traces.read_trace(path)
        ]
    else:
        found = _read_text(path)
    if not found:
        raise InvalidInputError(f"The trace {path} holds no requests.")
    found.sort(key=lambda request: request.t_ns)
    first = found[0].t_ns
    return [structs.replace(request, t_ns=request.t_ns - first) for request in found]


def digest(path: Path) -> str:
    """Return the SHA-256 of a trace's bytes, in hexadecimal.

    Raises
    ------
    InvalidInputError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        message = f"The trace {path} cannot be read: {error.strerror or error}."
        raise InvalidInputError(message) from None


def _read_text(path: Path) -> list[Request]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = _json_lines(file, path) if _is_json(file) else _csv_lines(file)
            return [_request(line, row, path) for line, row in rows]
    except OSError as error:
        message = f"The trace {path} cannot be read: {error.strerror or error}."
        raise InvalidInputError(message) from None
    except UnicodeDecodeError:
        message = f"The trace {path} is not text in UTF-8; is it compressed?"
        raise InvalidInputError(message) from None


def _is_json(file: TextIO) -> bool:
    start = file.read(1)
    file.seek(0)
    return start == "{"


def _json_lines(file: TextIO, path: Path) -> Iterator[tuple[int, Row]]:
    for line, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise InvalidInputError(f"Line {line} of the trace {path} is no JSON object.")
        yield line, row


def _csv_lines(file: TextIO) -> Iterator[tuple[int, Row]]:
    reader = csv.DictReader(file)
    for row in reader:
        yield reader.line_num, row


def _request(line: int, row: Row, path: Path) -> Request:
    form = next((form for form in _FORMATS if form.time in row), None)
    if form is None:
        columns = ", ".join(map(str, row))
        message = (
            f"The trace {path} has the columns {columns[:200]}; known are those of Azure "
            "(TIMESTAMP), Mooncake (timestamp) and BurstGPT (Timestamp), and our own in .parquet."
        )
        raise InvalidInputError(message)
    if line > MAX_REQUESTS:
        raise InvalidInputError(f"The trace {path} has more than {MAX_REQUESTS:,} requests.")
    try:
        t_ns = form.read(row[form.time])
        return Request(t_ns, _count(row.get(form.inputs)), _count(row.get(form.outputs)))
    except (ValueError, TypeError, OverflowError):
        message = f"Line {line} of the trace {path} is wrong: {dict(row)!r:.200}."
        raise InvalidInputError(message) from None


def _wall_ns(text: str) -> int:
    """Read a wall-clock time with any number of decimals, exactly."""
    match = _WALL.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    whole, decimals, zone = match.groups()
    instant = dt.datetime.fromisoformat(whole + (zone or "+00:00"))
    seconds = int((instant - _EPOCH).total_seconds())
    return seconds * 1_000_000_000 + int((decimals or "0").ljust(9, "0")[:9])


def _scaled(factor: int) -> Callable[[float | str], int]:
    def read(value: float | str) -> int:
        return value * factor if isinstance(value, int) else round(float(value) * factor)

    return read


def _count(value: float | str | None) -> int | None:
    if value is None or value == "":
        return None
    count = int(value)
    if count < 0:
        raise ValueError(value)
    return count


_WALL: Final = re.compile(
    r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?",
)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class _Format(NamedTuple):
    """Which columns a format has, and how its times are read."""

    time: str
    read: Callable[[Any], int]
    inputs: str
    outputs: str


_FORMATS: Final = (
    _Format("TIMESTAMP", _wall_ns, "ContextTokens", "GeneratedTokens"),
    _Format("timestamp", _scaled(1_000_000), "input_length", "output_length"),
    _Format("Timestamp", _scaled(1_000_000_000), "Request tokens", "Response tokens"),
)
