from __future__ import annotations

import random

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.stats import MannWhitney, mann_whitney

# n, m, seed; U, exact p and asymptotic p by scipy 1.17.1
KNOWN = [
    (3, 4, 1, 6.0, 1.0, 1.0),
    (5, 9, 2, 25.0, 0.7972027972027972, 0.7897258209280502),
    (8, 20, 3, 34.0, 0.01832627919584441, 0.020673663183035176),
]


@pytest.mark.parametrize("known", KNOWN)
def test_scipy_agrees(known: tuple[int, int, int, float, float, float]) -> None:
    n, m, seed, u, exact, asymptotic = known
    rng = random.Random(seed)
    a = [round(rng.random(), 3) for _ in range(n)]
    b = [round(rng.random() + 0.2, 3) for _ in range(m)]
    for method, p in (("exact", exact), ("asymptotic", asymptotic)):
        found = mann_whitney(a, b, method=method)
        assert isinstance(found, MannWhitney)
        assert found.u == u
        assert found.p == pytest.approx(p, rel=1e-12)


def test_ties_are_corrected_for() -> None:
    found = mann_whitney([1.0, 2.0, 2.0, 3.0], [2.0, 3.0, 3.0, 4.0, 5.0])
    assert isinstance(found, MannWhitney)
    assert (found.u, found.method) == (3.0, "asymptotic")
    assert found.p == pytest.approx(0.09934224785346528)
    assert found.a12 == 0.15
    assert found.cliffs_delta == pytest.approx(-0.7)


def test_complete_separation_is_as_rare_as_can_be() -> None:
    found = mann_whitney([1, 2, 3], [4, 5, 6, 7])
    assert found == MannWhitney(0.0, pytest.approx(2 / 35), "exact", 0.0, -1.0)  # type: ignore[arg-type]
    mirrored = mann_whitney([4, 5, 6, 7], [1, 2, 3])
    assert isinstance(mirrored, MannWhitney)
    assert mirrored.p == pytest.approx(2 / 35)
    assert mirrored.cliffs_delta == 1.0


def test_exact_counts_every_arrangement() -> None:
    # U of 2 values among 3 is 0..6 with 1, 1, 2, 2, 2, 1, 1 of 10 arrangements
    found = mann_whitney([1, 4], [2, 3, 5])
    assert isinstance(found, MannWhitney)
    assert found.u == 2.0
    assert found.p == pytest.approx(0.8)


def test_large_samples_are_asymptotic() -> None:
    rng = random.Random(3)
    a = [rng.gauss(0, 1) for _ in range(200)]
    b = [rng.gauss(1, 1) for _ in range(150)]
    found = mann_whitney(a, b)
    assert isinstance(found, MannWhitney)
    assert found.method == "asymptotic"
    assert found.p < 1e-10
    exact = mann_whitney(a[:8], b, method="exact")
    near = mann_whitney(a[:8], b, method="asymptotic")
    assert isinstance(exact, MannWhitney)
    assert isinstance(near, MannWhitney)
    assert exact.p == pytest.approx(near.p, abs=0.01)


@pytest.mark.parametrize(
    ("a", "b", "method"),
    [([], [1], "auto"), ([1], [], "auto"), ([1, 1], [1], "auto"), ([1, 2], [2, 3], "exact")],
)
def test_nothing_to_compare(a: list[float], b: list[float], method: str) -> None:
    assert isinstance(mann_whitney(a, b, method=method), NA)


def test_the_method_is_checked() -> None:
    with pytest.raises(InvalidInputError, match="method is 'bayes'"):
        mann_whitney([1], [2], method="bayes")
