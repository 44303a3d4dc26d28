"""Fluidity index: the share of tokens that met their deadline."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Self

from jupyter_agentchat.metrics.content import NS_PER_S, token_instants
from jupyter_agentchat.metrics.dialects import OWN, Dialect, resolve, unpublished
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.parameters import one_of, positive, real
from jupyter_agentchat.metrics.timeline import Timeline

VARIANTS = frozenset({"docs", "code"})


class Fluidity(float):
    """A fluidity index with both of its definitions.

    As a float it is the one that was asked for.

    Attributes
    ----------
    docs : float
        Tokens on time / tokens: a stall is one miss, however long.
    code : float
        1 - missed / total: a stall of k deadlines is k misses.
    on_time, tokens : int
        Of `docs`.
    missed, total : int
        Of `code`.
    """

    __slots__ = ("missed", "on_time", "tokens", "total", "variant")

    on_time: int
    tokens: int
    missed: int
    total: int
    variant: str

    def __new__(cls, docs: tuple[int, int], code: tuple[int, int], variant: str) -> Self:
        """Make one of (tokens on time, tokens) and (deadlines missed, deadlines)."""
        value = docs[0] / docs[1] if variant == "docs" else (code[1] - code[0]) / code[1]
        self = super().__new__(cls, value)
        (self.on_time, self.tokens), (self.missed, self.total) = docs, code
        self.variant = variant
        return self

    def __reduce__(self) -> tuple[type[Fluidity], tuple[tuple[int, int], tuple[int, int], str]]:
        pairs = (self.on_time, self.tokens), (self.missed, self.total)
        return Fluidity, (*pairs, self.variant)

    @property
    def docs(self) -> float:
        """Tokens on time / tokens."""
        return self.on_time / self.tokens

    @property
    def code(self) -> float:
        """1 - deadlines missed / deadlines."""
        return (self.total - self.missed) / self.total


def fluidity(
    timeline: Timeline,
    *,
    dialect: str = "agentchat",
    ttft_deadline: float | None = 1.0,
    tbt_deadline: float = 0.1,
    variant: str | None = None,
) -> Fluidity | NA:
    """Return the share of tokens that met their deadline, slack carried over.

    Formula: the first token is due `ttft_deadline` after the request, each further one
    `tbt_deadline` after the one before plus the slack saved so far; a token on time adds what it
    left over to the slack, a late one sets the slack to 0. ``docs = on time / tokens``;
    ``code = 1 - missed / total``, where a late token misses ``floor(late time / tbt_deadline)``
    deadlines (the first token one more). No unit, 0 to 1. Needs one content chunk.

    Parameters
    ----------
    timeline : Timeline
        The stream. A chunk of k tokens counts k times where that is known; else the stream's tokens
        are spread evenly, or each chunk is one.
    dialect : str
        agentchat (``docs``) or etalon (``code``, of text alone).
    ttft_deadline : float, optional
        Seconds; None leaves the first token out.
    tbt_deadline : float
        Seconds between tokens.
    variant : {"docs", "code"}, optional
        Which of the two the number is, whatever the dialect.

    Raises
    ------
    InvalidInputError
        A parameter outside its range.

    Notes
    -----
    Docs and code of the source differ for long stalls, hence two names. ``docs`` is computed in
    exact integers; ``code`` in floating-point seconds as its source is, which for a stall of 70
    deadlines of 0.1 s counts 69. Source: Etalon ``docs/tutorials/metrics_used.rst`` and
    ``etalon/metrics/metric_utils.py``.
    """
    speaker = resolve(dialect)
    if dialect not in OWN | {"etalon"}:
        return unpublished("fluidity index", speaker)
    if variant is None:
        variant = "docs" if dialect in OWN else "code"
    one_of(variant, VARIANTS, "variant")
    between = positive(tbt_deadline, "tbt_deadline")
    first = None if ttft_deadline is None else real(ttft_deadline, "ttft_deadline", least=0)
    gaps = token_gaps(timeline, speaker)
    if isinstance(gaps, NA):
        return gaps
    due = None if first is None else round(first * NS_PER_S)
    docs = outcomes(gaps, due, max(1, round(between * NS_PER_S)))
    code = outcomes([gap / NS_PER_S for gap in gaps], first, between)
    if docs is None or code is None:
        return undefined("only the first token came")
    return Fluidity((docs[0], docs[0] + docs[1]), (code[2], code[0] + code[2]), variant)


def token_gaps(timeline: Timeline, dialect: Dialect) -> Sequence[int] | NA:
    """Return the time before each token (ns), that before the first being TTFT."""
    instants = token_instants(timeline, dialect)
    if isinstance(instants, NA):
        return instants
    return [instants[0] - timeline.t_request, *(two - one for one, two in pairwise(instants))]


def outcomes(
    gaps: Sequence[float], first: float | None, between: float
) -> tuple[int, int, int] | None:
    """Return (tokens on time, tokens late, deadlines missed), or None if no token is due.

    Gaps and deadlines are in one unit, whichever.
    """
    on_time = late = missed = 0
    slack: float = 0
    for i, gap in enumerate(gaps):
        if i == 0 and first is None:
            continue
        due = first if i == 0 and first is not None else between
        if gap <= due + slack:
            slack += due - gap
            on_time += 1
            continue
        late += 1
        over = gap - slack
        missed += 1 + int((over - due) // between) if i == 0 else int(over // between)
        slack = 0
    return (on_time, late, missed) if on_time + late else None
