"""What ``metadata.synthetic`` may order, checked key by key."""

from __future__ import annotations

import difflib
import math
import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from jupyter_agentchat.errors import InvalidInputError

MAX_CHUNKS: Final = 1_000_000
MAX_CHARS: Final = 65_536
MAX_MS: Final = 3_600_000
MAX_SIGMA: Final = 5
MAX_STALLS: Final = 1_000
TOLD_CHARS: Final = 60
"""What the instants take at the beginning of a chunk that tells them."""

Distribution = Literal["constant", "uniform", "lognormal", "pareto"]
Millis = Annotated[float, Meta(ge=0, le=MAX_MS)]


class SyntheticSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stream to order.

    Attributes
    ----------
    chunks, chars : int
        How many chunks, and characters in each; all of them ASCII.
    ttft_ms, icl_ms : float
        Milliseconds to the first chunk, and the mean between two chunks.
    distribution : str
        Of the gaps, each with mean `icl_ms`: ``constant``; ``uniform`` from 0 to twice the mean;
        ``lognormal``; ``pareto`` (type I).
    sigma : float
        For ``lognormal`` the standard deviation of a gap's logarithm, for ``pareto`` that of the
        gap relative to its mean; the others do not use it.
    seed : int
        Text and timing are functions of it.
    stalls : sequence of (int, float)
        ``[after_chunk, ms]``: an extra pause between the chunk of that index and what follows.
    fail_at : int or None
        Fail in the place of the chunk of this index, so that exactly so many come; `chunks` means
        after the last one.
    pace : bool
        False: as fast as it goes, yielding to the loop once per chunk.
    instants : bool
        Begin each chunk with what the agent's own clock said: see `told_instants`.
    """

    chunks: Annotated[int, Meta(ge=1, le=MAX_CHUNKS)] = 50
    chars: Annotated[int, Meta(ge=1, le=MAX_CHARS)] = 4
    ttft_ms: Millis = 200.0
    icl_ms: Millis = 20.0
    distribution: Distribution = "constant"
    sigma: Annotated[float, Meta(ge=0, le=MAX_SIGMA)] = 0.5
    seed: Annotated[int, Meta(ge=0, le=2**53)] = 0
    stalls: Annotated[
        tuple[tuple[Annotated[int, Meta(ge=0)], Millis], ...], Meta(max_length=MAX_STALLS)
    ] = ()
    fail_at: Annotated[int, Meta(ge=0)] | None = None
    pace: bool = True
    instants: bool = False


_MILLIS: Final = f"a number of milliseconds from 0 to {MAX_MS:,}"
_FORMS: Final = {
    "chunks": f"a whole number from 1 to {MAX_CHUNKS:,}",
    "chars": f"a whole number from 1 to {MAX_CHARS:,}",
    "ttft_ms": _MILLIS,
    "icl_ms": _MILLIS,
    "distribution": '"constant", "uniform", "lognormal" or "pareto"',
    "sigma": f"a number from 0 to {MAX_SIGMA}",
    "seed": "a whole number from 0 to 2^53",
    "stalls": f"at most {MAX_STALLS:,} pairs [after_chunk, ms] with 0 ≤ after_chunk < chunks "
    f"and ms {_MILLIS}",
    "fail_at": "null or a whole number from 0 to chunks",
    "pace": "true or false",
    "instants": f"true or false, true with chars of at least {TOLD_CHARS}",
}
_KEY: Final = re.compile(r"`\$\.(\w+)")
_MAX_SHOWN: Final = 60


def read_spec(order: object) -> SyntheticSpec:
    """Return the spec that ``metadata.synthetic`` orders; what it leaves out has its default.

    Raises
    ------
    InvalidInputError
        If a key is unknown or its value wrong; the sentence names the key and the right form.
    """
    if not isinstance(order, dict):
        message = f"metadata.synthetic is an object, not {_show(order)}; it takes {_keys()}."
        raise InvalidInputError(message)
    for key, value in order.items():
        if key not in _FORMS:
            raise InvalidInputError(_unknown(key))
        if isinstance(value, float) and not math.isfinite(value):
            raise _wrong(key, value)
    try:
        spec = msgspec.convert(order, SyntheticSpec)
    except msgspec.ValidationError as error:
        found = _KEY.search(str(error))
        key = found[1] if found else "chunks"
        raise _wrong(key, order.get(key)) from None
    if spec.fail_at is not None and spec.fail_at > spec.chunks:
        raise _wrong("fail_at", spec.fail_at)
    if spec.instants and spec.chars < TOLD_CHARS:
        raise _wrong("instants", order["instants"])
    for after_chunk, ms in spec.stalls:
        if after_chunk >= spec.chunks or not math.isfinite(ms):
            raise _wrong("stalls", [after_chunk, ms])
    return spec


def _wrong(key: str, value: object) -> InvalidInputError:
    return InvalidInputError(f"metadata.synthetic.{key} is {_show(value)}; it is {_FORMS[key]}.")


def _unknown(key: object) -> str:
    nearest = difflib.get_close_matches(str(key), _FORMS, n=1)
    guess = f'; did you mean "{nearest[0]}"?' if nearest else "."
    return f"metadata.synthetic has no key {_show(key)}{guess} It takes {_keys()}."


def _keys() -> str:
    return ", ".join(_FORMS)


def _show(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _MAX_SHOWN else shown[: _MAX_SHOWN - 1] + "…"
