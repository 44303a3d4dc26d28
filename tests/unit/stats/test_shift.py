"""Published examples: Hollander and Wolfe, which R's ``wilcox.test(conf.int=TRUE)`` prints too."""

from __future__ import annotations

import pytest
from scipy import stats

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.stats import Shift, hodges_lehmann, paired_shift
from jupyter_agentchat.stats.shift import _rank_sum, _signed_rank

BEFORE = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
AT_TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLY = [1.15, 0.88, 0.90, 0.74, 1.21]


def shift(found: Shift | NA) -> Shift:
    assert isinstance(found, Shift)
    return found


def test_depression_scores_of_table_3_1() -> None:
    found = shift(paired_shift(BEFORE, AFTER))
    assert found == pytest.approx((0.46, 0.010, 0.786, 0.95))
    assert shift(paired_shift(AFTER, BEFORE)).low == pytest.approx(-0.786)


def test_permeability_of_table_4_1() -> None:
    assert shift(hodges_lehmann(AT_TERM, EARLY)) == pytest.approx((0.305, -0.15, 0.76, 0.95))


@pytest.mark.parametrize(("n", "m"), [(4, 4), (5, 9), (10, 5), (8, 50)])
def test_ranks_are_those_of_the_exact_test(n: int, m: int) -> None:
    k = _rank_sum(n, m, 0.025)

    def p_upto(u: int) -> float:
        """Return P(U <= u), from scipy, by samples that have that U."""
        a = [min(m, max(0, u - i * m)) + 0.5 for i in range(n)]
        a = [value + i * 1e-6 for i, value in enumerate(sorted(a))]
        done = stats.mannwhitneyu(a, range(1, m + 1), alternative="less", method="exact")
        assert done.statistic == u
        return float(done.pvalue)

    assert p_upto(k - 1) <= 0.025 < p_upto(k)


@pytest.mark.parametrize("n", [6, 10, 25])
def test_signed_ranks_are_those_of_the_exact_test(n: int) -> None:
    k = _signed_rank(n, 0.025)

    def p_upto(w: int) -> float:
        signs = [-1.0] * n
        for rank in range(n, 0, -1):
            if rank <= w:
                signs[rank - 1], w = 1.0, w - rank
        values = [sign * (i + 1) for i, sign in enumerate(signs)]
        done = stats.wilcoxon(values, alternative="less", method="exact")
        return float(done.pvalue)

    assert p_upto(k - 1) <= 0.025 < p_upto(k)


def test_exact_and_normal_ranks_meet() -> None:
    assert abs(_rank_sum(50, 50, 0.025) - _rank_sum(51, 50, 0.025)) < 40
    assert abs(_signed_rank(50, 0.025) - _signed_rank(51, 0.025)) < 25


def test_small_samples_have_a_shift_and_no_interval() -> None:
    found = shift(hodges_lehmann([3.0, 4.0], [1.0, 2.0]))
    assert found.shift == 2.0
    assert isinstance(found.low, NA)
    assert isinstance(shift(paired_shift([3.0], [1.0])).high, NA)


def test_nothing_has_no_shift() -> None:
    assert isinstance(hodges_lehmann([], [1.0]), NA)
    assert isinstance(paired_shift([NA("-")], [1.0]), NA)


def test_the_confidence_is_checked() -> None:
    with pytest.raises(InvalidInputError, match="confidence is 95"):
        hodges_lehmann([1.0], [2.0], confidence=95)
