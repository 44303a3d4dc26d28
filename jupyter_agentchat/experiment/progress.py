"""A bar that shows how far an experiment is, in a terminal or a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jupyter_agentchat.experiment.runner import Progress


@contextmanager
def bar(name: str, *, shown: bool) -> Iterator[Progress]:
    """Give a function that takes (done, of) and moves the bar."""
    if not shown:
        yield lambda _done, _of: None
        return
    from tqdm.auto import tqdm  # noqa: PLC0415 - only where it is shown

    with tqdm(desc=name, unit=" trials", dynamic_ncols=True) as shows:

        def tell(done: int, of: int) -> None:
            if shows.total is None:
                shows.reset(of)
            shows.update(done - shows.n)

        yield tell
