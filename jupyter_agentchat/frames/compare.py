"""Comparing logs: one metric of two logs, or of all groups of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, Protocol

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.measures import Metric, metric_of, values
from jupyter_agentchat.frames.schemas import STREAMS
from jupyter_agentchat.frames.timelines import Measured
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.stats import Comparison, compare_samples, holm

if TYPE_CHECKING:
    import pandas as pd


class MeasuredLog(Protocol):
    """What a comparison asks of a `Log`."""

    def measured(self, *, at: str = "agent") -> list[Measured]:
        """Return each stream at a hop."""
        ...

    def messages(self) -> pd.DataFrame:
        """Return the messages."""
        ...


@dataclass(frozen=True, slots=True)
class LogComparison(Comparison):
    """A `Comparison` that knows what it compares.

    Attributes
    ----------
    metric, unit, at : str
        What was measured, in which unit, at which hop.
    """

    metric: str = ""
    unit: str = ""
    at: str = ""

    @property
    def n(self) -> tuple[int, int]:
        """How many streams, or prompts of a paired design, each side has."""
        return self.n_a, self.n_b

    @property
    def effect_size(self) -> float | NA:
        """Cliff's delta."""
        return self.cliffs_delta

    @property
    def interval(self) -> tuple[float | NA, float | NA]:
        """The interval of the shift, in the unit of the metric."""
        return self.shift_low, self.shift_high

    def __str__(self) -> str:
        """Return it as a sentence for a report."""
        ends = f"[{_number(self.shift_low)}, {_number(self.shift_high)}]"
        return (
            f"{self.metric} at {self.at}: a - b = {_number(self.shift)} {self.unit} "
            f"({self.confidence * 100:g} % interval {ends}), "
            f"Cliff's delta {_number(self.cliffs_delta)}, {self.test} p = {_number(self.p)}, "
            f"n = {self.n_a} and {self.n_b}, without a number {self.n_missing_a} "
            f"and {self.n_missing_b}"
        )


def compare(
    log_a: MeasuredLog,
    log_b: MeasuredLog,
    metric: str | Metric = "ttft",
    *,
    at: str = "agent",
    pair: str | None = None,
    test: str | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> LogComparison:
    """Compare one metric of two logs, one value for each stream.

    Parameters
    ----------
    log_a, log_b : Log
        The differences are a - b.
    metric : str or callable
        One of `METRICS`, or a function of a Timeline.
    at : str
        The hop whose instants are measured.
    pair : {"prompt"}, optional
        Pair the streams that answer the same text; of several answers in one log the median counts.
    test : str, optional
        ``mann-whitney`` or ``permutation``; of pairs ``wilcoxon``, ``sign`` or ``permutation``.
    confidence : float
        Of the shift's interval.
    seed : int
        Of a permutation test.

    Returns
    -------
    LogComparison
        Shift with interval, Cliff's delta, test with p, and n; NA for what has no number.

    Raises
    ------
    InvalidInputError
        A name is unknown, or no prompt was answered on both sides.
    """
    name, _, unit = metric_of(metric)
    _check(pair)
    a, b = (log.measured(at=at) for log in (log_a, log_b))
    samples = _samples(metric, (a, b), None if pair is None else (_asked(log_a), _asked(log_b)))
    found = compare_samples(
        *samples, paired=pair is not None, test=test, confidence=confidence, seed=seed
    )
    return _named(found, name, unit, at)


def compare_groups(
    log: MeasuredLog,
    metric: str | Metric = "ttft",
    *,
    by: str = "agent",
    at: str = "agent",
    pair: str | None = None,
    test: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare one metric between all groups of a log, by pairs.

    Parameters
    ----------
    log : Log
        The log.
    metric : str or callable
        One of `METRICS`, or a function of a Timeline.
    by : str
        A column of ``streams()``.
    at, pair, test, confidence
        As in `compare`.

    Returns
    -------
    DataFrame
        One row for each pair of groups, with ``p_holm``: p corrected for how many pairs there are.

    Raises
    ------
    InvalidInputError
        A name is unknown, there is one group alone, or no prompt was answered on both sides.
    """
    import pandas as pd  # noqa: PLC0415 - slow

    name, _, unit = metric_of(metric)
    if by not in STREAMS.names:
        message = f"There is no column of streams() called {by!r}; there are {STREAMS.names}."
        raise InvalidInputError(message)
    groups: dict[object, list[Measured]] = {}
    for each in log.measured(at=at):
        groups.setdefault(each.row[by], []).append(each)
    _check(pair)
    if len(groups) < 2:  # noqa: PLR2004
        raise InvalidInputError(f"there are {len(groups)} groups by {by!r}; a comparison needs two")
    asked = None if pair is None else (_asked(log),) * 2
    rows = []
    for one, two in combinations(groups, 2):
        samples = _samples(metric, (groups[one], groups[two]), asked)
        found = compare_samples(*samples, paired=pair is not None, test=test, confidence=confidence)
        rows.append({"a": one, "b": two, "metric": name, "unit": unit, "at": at, **found.row()})
    tested = [row for row in rows if not isinstance(row["p"], NA)]
    for row, p in zip(tested, holm([_float(row["p"]) for row in tested]), strict=True):
        row["p_holm"] = p
    clean = [{key: None if isinstance(v, NA) else v for key, v in row.items()} for row in rows]
    return pd.DataFrame(clean)


def _named(found: Comparison, metric: str, unit: str, at: str) -> LogComparison:
    known = {field.name: getattr(found, field.name) for field in fields(Comparison)}
    return LogComparison(**known, metric=metric, unit=unit, at=at)


def _check(pair: str | None) -> None:
    if pair not in {None, "prompt"}:
        raise InvalidInputError(f"pair={pair!r} is not known; give 'prompt', or leave it out")


def _asked(log: MeasuredLog) -> dict[str, str]:
    """Return, by the id of each answer's message, the text that it answers."""
    messages = log.messages()
    text = dict(zip(messages["message_id"], messages["text"], strict=True))
    replies = zip(messages["message_id"], messages["reply_to"], strict=True)
    return {message: text[to] for message, to in replies if to in text}


def _samples(
    metric: str | Metric,
    sides: tuple[Sequence[Measured], Sequence[Measured]],
    asked: tuple[dict[str, str], dict[str, str]] | None,
) -> tuple[list[float | NA], list[float | NA]]:
    """Return the values of both sides, paired by prompt if it is known what was asked."""
    a, b = sides
    if asked is None:
        return values(a, metric), values(b, metric)
    of_a, of_b = (
        _by_prompt(side, metric, prompts) for side, prompts in zip(sides, asked, strict=True)
    )
    shared = [prompt for prompt in of_a if prompt in of_b]
    if not shared:
        raise InvalidInputError("no prompt was answered on both sides: they cannot be paired")
    return [of_a[prompt] for prompt in shared], [of_b[prompt] for prompt in shared]


def _by_prompt(
    streams: Sequence[Measured], metric: str | Metric, asked: dict[str, str]
) -> dict[str, float | NA]:
    """Return the metric of each prompt's text; of several answers the median."""
    found: dict[str, list[float | NA]] = {}
    for each, value in zip(streams, values(streams, metric), strict=True):
        prompt = asked.get(each.row["message_id"])
        if prompt is not None:
            found.setdefault(prompt, []).append(value)
    return {prompt: _middle(several) for prompt, several in found.items()}


def _middle(several: list[float | NA]) -> float | NA:
    numbers = [value for value in several if not isinstance(value, NA)]
    return median(numbers) if numbers else several[0]


def _number(value: float | NA) -> str:
    return "NA" if isinstance(value, NA) else f"{value:.3g}"


def _float(value: object) -> float:
    return float(value)  # type: ignore[arg-type]
