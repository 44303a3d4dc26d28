"""Comparing two samples: never a p value without an effect size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy import stats

from jupyter_agentchat.metrics import NA
from jupyter_agentchat.metrics.na import undefined
from jupyter_agentchat.metrics.parameters import one_of
from jupyter_agentchat.stats.mann_whitney import mann_whitney
from jupyter_agentchat.stats.sample import Floats, floats, pairs
from jupyter_agentchat.stats.shift import Shift, hodges_lehmann, paired_shift

UNPAIRED = frozenset({"mann-whitney", "permutation"})
PAIRED = frozenset({"wilcoxon", "sign", "permutation"})
_RESAMPLES = 9999


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two samples differ.

    Attributes
    ----------
    n_a, n_b : int
        Values that were numbers; of a paired design, pairs.
    n_missing_a, n_missing_b : int
        Values that were NA.
    paired : bool
    test : str
        With how its p was got: ``mann-whitney (exact)``, say.
    p : float or NA
        Two-sided.
    shift, shift_low, shift_high : float or NA
        Hodges and Lehmann's, in the unit of the values; positive if a is the larger.
    confidence : float
        Of the interval.
    cliffs_delta : float or NA
        From -1 (each a is below each b) to 1; of a paired design, of the signs of the differences.
    a12 : float or NA
        The chance that a is the larger, ties counting half.
    median_a, median_b : float or NA
    """

    n_a: int
    n_b: int
    n_missing_a: int
    n_missing_b: int
    paired: bool
    test: str
    p: float | NA
    shift: float | NA
    shift_low: float | NA
    shift_high: float | NA
    confidence: float
    cliffs_delta: float | NA
    a12: float | NA
    median_a: float | NA
    median_b: float | NA

    def row(self) -> dict[str, object]:
        """Return it flat, for a frame."""
        return asdict(self)


def compare_samples(
    a: Sequence[float | NA],
    b: Sequence[float | NA],
    *,
    paired: bool = False,
    test: str | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> Comparison:
    """Compare two samples, one value for each stream.

    Parameters
    ----------
    a, b : sequence of float or NA
        In one unit. Paired ones are equally long, value i of both belonging to one prompt; a pair
        with an NA is left out.
    paired : bool
        Whether they are pairs.
    test : str, optional
        ``mann-whitney`` (the default) or ``permutation`` of the difference of means; of pairs
        ``wilcoxon`` (the default), ``sign`` or ``permutation`` of the signs.
    confidence : float
        Of the shift's interval.
    seed : int
        Of a permutation test that cannot try all arrangements.

    Returns
    -------
    Comparison
        With NA for what has no number.

    Raises
    ------
    InvalidInputError
        A parameter outside its range, unequal lengths of pairs, a value that is no finite number.
    """
    chosen = test or ("wilcoxon" if paired else "mann-whitney")
    one_of(chosen, PAIRED if paired else UNPAIRED, "test")
    missing = [sum(isinstance(value, NA) for value in values) for values in (a, b)]
    if paired:
        first, second = pairs(a, b)
        shift = paired_shift(first.tolist(), second.tolist(), confidence=confidence)
        p, name = _paired(first - second, chosen, seed)
        delta: float | NA = undefined("there is no pair")
        if len(first):
            delta = float(np.mean(np.sign(first - second)))
    else:
        first, second = floats(a, "a"), floats(b, "b")
        shift = hodges_lehmann(first.tolist(), second.tolist(), confidence=confidence)
        p, name = _unpaired(first, second, chosen, seed)
        delta = _delta(first, second)
    place = shift if isinstance(shift, Shift) else Shift(shift, shift, shift, confidence)  # type: ignore[arg-type]
    return Comparison(
        n_a=len(first),
        n_b=len(second),
        n_missing_a=missing[0],
        n_missing_b=missing[1],
        paired=paired,
        test=name,
        p=p,
        shift=place.shift,
        shift_low=place.low,
        shift_high=place.high,
        confidence=confidence,
        cliffs_delta=delta,
        a12=delta if isinstance(delta, NA) else (delta + 1) / 2,
        median_a=_median(first),
        median_b=_median(second),
    )


def _unpaired(a: Floats, b: Floats, test: str, seed: int) -> tuple[float | NA, str]:
    if test == "mann-whitney":
        found = mann_whitney(a.tolist(), b.tolist())
        if isinstance(found, NA):
            return found, test
        return found.p, f"{test} ({found.method})"
    if not len(a) or not len(b):
        return undefined("a sample is empty"), test
    done = stats.permutation_test(
        (a, b), _difference, vectorized=True, n_resamples=_RESAMPLES, rng=_generator(seed)
    )
    return float(done.pvalue), f"{test} of means (seed {seed})"


def _paired(differences: Floats, test: str, seed: int) -> tuple[float | NA, str]:
    moved = differences[differences != 0]
    if not len(moved):
        return undefined("no pair differs"), test
    if test == "wilcoxon":
        return float(stats.wilcoxon(moved).pvalue), test
    if test == "sign":
        done = stats.binomtest(int((moved > 0).sum()), len(moved))
        return float(done.pvalue), f"{test} (exact)"
    signs = stats.permutation_test(
        (differences,),
        lambda values, axis: np.mean(values, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=_RESAMPLES,
        rng=_generator(seed),
    )
    return float(signs.pvalue), f"{test} of signs (seed {seed})"


def _delta(a: Floats, b: Floats) -> float | NA:
    """Return Cliff's delta, also where no test has a number."""
    if not len(a) or not len(b):
        return undefined("a sample is empty")
    ordered = np.sort(b)
    below, upto = (np.searchsorted(ordered, a, side=side).sum() for side in ("left", "right"))
    return float(below - (len(a) * len(b) - upto)) / (len(a) * len(b))


def _difference(a: Floats, b: Floats, axis: int) -> Floats:
    found: Floats = np.mean(a, axis=axis) - np.mean(b, axis=axis)
    return found


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _median(values: Floats) -> float | NA:
    return float(np.median(values)) if len(values) else undefined("there is no value")
