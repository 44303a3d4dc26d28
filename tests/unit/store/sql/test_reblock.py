from __future__ import annotations

import pytest

from jupyter_agentchat.store.segments import BLOCK_BYTES
from jupyter_agentchat.store.sql.reblock import Run, plan
from jupyter_agentchat.store.sql.shelves import Block


def blocks(*chunks: int, size: int = 10) -> list[Block]:
    return [
        Block(first=place, last=place, rows=each, bytes=size) for place, each in enumerate(chunks)
    ]


@pytest.mark.parametrize(
    ("sizes", "quiet", "expected"),
    [
        ([], True, Run(0, 0, worth=False)),
        ([10], True, Run(0, 1, worth=False)),
        ([10, 10], False, Run(0, 2, worth=False)),
        ([10, 10], True, Run(0, 2, worth=True)),
        ([300, 300], False, Run(0, 2, worth=True)),
        ([400, 400, 400], False, Run(0, 2, worth=True)),
        ([499, 499, 2, 1], False, Run(0, 3, worth=True)),
        ([700, 10, 10], False, Run(1, 3, worth=False)),
        ([700, 10, 10, 700], False, Run(1, 3, worth=True)),
        ([700, 10, 700, 10], True, Run(3, 4, worth=False)),
        ([10, 700, 10, 10], True, Run(2, 4, worth=True)),
        ([1000, 1000], True, Run(2, 2, worth=False)),
    ],
)
def test_the_first_run_worth_merging_is_chosen(
    sizes: list[int],
    quiet: bool,  # noqa: FBT001
    expected: Run,
) -> None:
    assert plan(blocks(*sizes), 1000, quiet=quiet) == expected


def test_a_block_has_a_bound_in_bytes_too() -> None:
    third = BLOCK_BYTES // 3 + 1
    assert plan(blocks(1, 1, 1, size=third), 1000, quiet=True) == Run(0, 2, worth=True)
    assert plan(blocks(1, 1, size=BLOCK_BYTES), 1000, quiet=True) == Run(1, 2, worth=False)
