"""How much later a Jupyter server is up with the extension in it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tests.bench import machine
from tests.bench.ours import OurServer
from tests.bench.scenarios.base import Columns, Reading, fresh_folder

WITHOUT, WITH = "without the extension", "with the extension"


class StartUp:
    """Start ``jupyter server`` and wait for its first answer."""

    name = "startup"
    about = "`jupyter server` from its start to the first answer of its API"
    base = WITHOUT
    columns: Columns = (
        ("cpu_s", "CPU s", 3),
        ("cpu_s×", "×", 3),
        ("wall_s", "s", 3),
        ("wall_s×", "×", 3),
    )

    def __init__(self, *, realtime: bool = False) -> None:
        self._realtime = realtime

    def cases(self) -> Sequence[str]:
        """Return both."""
        return WITHOUT, WITH

    def label(self, case: str) -> str:
        """Return the case itself."""
        return case

    def check(self, case: str) -> None:
        """Need nothing."""

    def measure(self, case: str) -> Reading:
        """Start once."""
        with fresh_folder() as folder:
            start = time.monotonic()
            is_enabled = case == WITH
            with OurServer(folder, realtime=self._realtime, is_enabled=is_enabled) as server:
                wall_s = server.up_at_s - start
                cpu_s = machine.cpu_seconds(server.pids)
                has_it = server.http.get("health").is_success
        fault = "" if has_it is is_enabled else "the extension is not as it was ordered"
        return Reading({"cpu_s": cpu_s, "wall_s": wall_s}, fault=fault)
