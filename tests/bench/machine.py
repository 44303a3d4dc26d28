"""What the machine does: CPU seconds, memory, and a quiet place for a process to run in."""

from __future__ import annotations

import os
import platform
import resource
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SERVER_CPU, CLIENT_CPU = 0, 1
_TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the CPU seconds of these processes so far, over all their threads.

    ``schedstat`` counts nanoseconds (Documentation/scheduler/sched-stats.rst of Linux). A thread
    that ended takes its time with it, so what is measured must not end threads.
    """
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def busy_seconds() -> float:
    """Return the CPU seconds that the whole machine has spent so far, all but idle and iowait."""
    line = Path("/proc/stat").read_text().partition("\n")[0]
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, line.split()[1:9])
    return (user + nice + system + irq + softirq + steal) / _TICK


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


def settle(cpu: int | None, *, realtime: bool) -> None:
    """Take a CPU of one's own and go first there; for a child process, before it starts.

    Real time needs root; without it other work on the machine preempts the measured processes,
    which the column `foreign` shows.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if cpu is not None and cpu in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {cpu})
    if realtime:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))


def may_be_realtime() -> bool:
    """Tell whether this process may give real-time priority."""
    return os.geteuid() == 0


def describe() -> dict[str, Any]:
    """Return what a reader of the numbers has to know about the machine."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "cpu": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
    }


class Neighbours:
    """What everything but this process and its children does from now on.

    Children count once they have ended: begin before they start, read when they are gone.
    """

    def __init__(self) -> None:
        self._start = self._now()

    def cores(self) -> float:
        """Return how many cores the others have kept busy."""
        own, busy, wall = (now - then for now, then in zip(self._now(), self._start, strict=True))
        return max(0.0, busy - own) / wall

    def _now(self) -> tuple[float, float, float]:
        times = os.times()
        return sum(times[:4]), busy_seconds(), time.monotonic()


class Meter:
    """CPU seconds of some processes, and of everything else, from now on.

    Parameters
    ----------
    servers : list of int
        The processes that are measured.
    client : int
        The load client.
    """

    def __init__(self, servers: list[int], client: int) -> None:
        self._servers, self._all = servers, [*servers, client]
        self._start = self._now()

    def read(self) -> tuple[float, float]:
        """Return the servers' CPU seconds, and the cores that everything else kept busy."""
        servers, own, busy, wall = (
            now - then for now, then in zip(self._now(), self._start, strict=True)
        )
        return servers, max(0.0, busy - own) / wall

    def _now(self) -> tuple[float, float, float, float]:
        busy, wall = busy_seconds(), time.monotonic()
        return cpu_seconds(self._servers), cpu_seconds(self._all), busy, wall
