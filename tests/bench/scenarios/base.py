"""What a scenario is, and what one measurement of it leaves."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from msgspec import Struct

Figures = dict[str, float]
Columns = Sequence[tuple[str, str, int]]
"""(figure, heading, digits): what a table shows; ``figure×`` is the ratio to the base."""


class Reading(Struct, frozen=True):
    """What one measurement found.

    Attributes
    ----------
    foreign : float or None
        Cores that other work on the machine kept busy in the time that counts; None: the whole
        time of the measurement counts.
    fault : str
        Why the figures must not be used; empty if they may be.
    """

    figures: Figures
    foreign: float | None = None
    fault: str = ""


class Scenario(Protocol):
    """A piece of work that several cases do.

    Attributes
    ----------
    base : str
        The case that ratios are to; it is measured again after every few others.
    about : str
        One sentence for the page.
    columns : Columns
        Of its table.
    """

    name: str
    about: str
    base: str
    columns: Columns

    def cases(self) -> Sequence[str]:
        """Return the names of the cases."""
        ...

    def label(self, case: str) -> str:
        """Return what a case is called in the table."""
        ...

    def check(self, case: str) -> None:
        """Make ready what a case needs.

        Raises
        ------
        UnavailableError
            If it cannot be had here.
        """
        ...

    def measure(self, case: str) -> Reading:
        """Do the work once, in fresh processes."""
        ...


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Give a folder that is gone after the block."""
    folder = Path(tempfile.mkdtemp(prefix="agentchat-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
