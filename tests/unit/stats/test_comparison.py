from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.stats import compare_samples
from tests.unit.stats.test_shift import AFTER, AT_TERM, BEFORE, EARLY


def test_a_published_unpaired_example() -> None:
    found = compare_samples(AT_TERM, EARLY)
    assert found.p == pytest.approx(0.2544, abs=5e-5)  # R: wilcox.test, W = 35
    assert (found.test, found.n_a, found.n_b) == ("mann-whitney (exact)", 10, 5)
    assert found.cliffs_delta == pytest.approx(0.4)
    assert found.a12 == pytest.approx(0.7)
    assert found.shift == pytest.approx(0.305)


def test_a_published_paired_example() -> None:
    found = compare_samples(BEFORE, AFTER, paired=True)
    assert found.p == pytest.approx(0.0390625)  # R: wilcox.test, V = 40
    assert (found.paired, found.test, found.n_a, found.n_b) == (True, "wilcoxon", 9, 9)
    assert found.cliffs_delta == pytest.approx((7 - 2) / 9)
    sign = compare_samples(BEFORE, AFTER, paired=True, test="sign")
    assert sign.p == pytest.approx(stats.binomtest(7, 9).pvalue)


def test_permutations_agree_with_all_arrangements() -> None:
    a, b = [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]
    assert compare_samples(a, b, test="permutation").p == pytest.approx(2 / 20)
    assert compare_samples(a, b, paired=True, test="permutation").p == pytest.approx(2 / 8)


def test_one_seed_gives_one_p() -> None:
    rng = np.random.default_rng(7)
    a, b = rng.normal(size=30).tolist(), rng.normal(0.3, size=30).tolist()
    same = {compare_samples(a, b, test="permutation", seed=1).p for _ in range(2)}
    assert len(same) == 1
    assert compare_samples(a, b, test="permutation", seed=2).p not in same


def test_ties_count_half() -> None:
    found = compare_samples([1.0, 2.0], [2.0, 3.0])
    assert found.a12 == pytest.approx((0 + 0 + 0.5 + 0) / 4)
    assert found.cliffs_delta == pytest.approx(-0.75)


def test_equal_samples_have_an_effect_of_nothing_and_no_test() -> None:
    found = compare_samples([1.0, 1.0], [1.0, 1.0])
    assert isinstance(found.p, NA)
    assert (found.cliffs_delta, found.shift) == (0.0, 0.0)
    paired = compare_samples([1.0, 2.0], [1.0, 2.0], paired=True)
    assert isinstance(paired.p, NA)


def test_the_missing_are_counted() -> None:
    found = compare_samples([1.0, NA("it failed")], [2.0, 3.0])
    assert (found.n_a, found.n_missing_a, found.n_b, found.n_missing_b) == (1, 1, 2, 0)
    empty = compare_samples([NA("it failed")], [1.0])
    for value in (empty.p, empty.shift, empty.cliffs_delta, empty.a12, empty.median_a):
        assert isinstance(value, NA)
    assert isinstance(compare_samples([], [], paired=True).shift, NA)
    assert isinstance(compare_samples([], [1.0], test="permutation").p, NA)


@pytest.mark.parametrize(("paired", "test"), [(False, "wilcoxon"), (True, "mann-whitney")])
def test_a_test_of_the_other_design_is_refused(paired: bool, test: str) -> None:  # noqa: FBT001
    with pytest.raises(InvalidInputError, match=f"test is '{test}'; it has to be one of"):
        compare_samples([1.0], [2.0], paired=paired, test=test)


def test_the_row_is_flat() -> None:
    row = compare_samples(AT_TERM, EARLY).row()
    assert list(row)[:7] == ["n_a", "n_b", "n_missing_a", "n_missing_b", "paired", "test", "p"]
