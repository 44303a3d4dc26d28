from __future__ import annotations

from tests.bench.compare import Spread, ratios, values
from tests.bench.results import Measurement, Status


def measured(
    case: str, at_s: float, value: float, *, round_: int = 0, status: Status = "ok"
) -> Measurement:
    return Measurement(
        scenario="s", case=case, round=round_, at_s=at_s, figures={"x": value}, status=status
    )


def test_a_spread_is_the_median_with_its_quartiles() -> None:
    assert Spread.of([5, 1, 3, 2, 4]) == Spread(3, 2, 4, 5)
    assert Spread.of([1, 3]) == Spread(2, 1, 3, 2)
    assert Spread.of([]) is None


def test_a_spread_shows_its_median_first() -> None:
    assert Spread(1234.5, 1000, 2000, 5).show(0) == "1,234 [1,000–2,000]"
    assert Spread(1.25, 1.25, 1.25, 1).show(1) == "1.2"


def test_values_are_those_of_valid_measurements() -> None:
    found = [measured("a", 0, 1), measured("a", 1, 9, status="invalid"), measured("b", 2, 2)]
    assert values(found, "a", "x") == [1]
    assert values(found, "a", "y") == []


def test_a_ratio_is_to_the_neighbours_of_its_round() -> None:
    found = [
        measured("base", 0, 1),
        measured("base", 1, 2),
        measured("a", 2, 8),
        measured("base", 3, 8),
        measured("base", 4, 100),
        measured("base", 1.9, 1000, round_=1),
    ]
    assert ratios(found, "a", "base", "x") == [8 / 5]


def test_a_ratio_needs_a_valid_neighbour() -> None:
    lossy = [measured("base", 0, 1, status="invalid"), measured("a", 1, 8)]
    assert ratios(lossy, "a", "base", "x") == []
    one_side = [measured("base", 0, 2), measured("a", 1, 8)]
    assert ratios(one_side, "a", "base", "x") == [4]


def test_the_base_is_one() -> None:
    assert ratios([measured("base", 0, 2)], "base", "base", "x") == [1]
