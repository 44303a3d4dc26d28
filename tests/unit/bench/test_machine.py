from __future__ import annotations

import os
import subprocess
import sys

from tests.bench import machine

SPIN = "import time\nwhile time.process_time() < 0.3: pass"


def test_cpu_time_is_that_of_the_process() -> None:
    before = machine.cpu_seconds([os.getpid()])
    sum(range(3_000_000))
    assert machine.cpu_seconds([os.getpid()]) > before
    assert machine.resident_bytes(os.getpid()) > 1_000_000


def test_what_children_do_is_not_the_neighbours_work() -> None:
    busy, neighbours = machine.busy_seconds(), machine.Neighbours()
    start = os.times()
    subprocess.run([sys.executable, "-c", SPIN], check=True)
    wall = os.times().elapsed - start.elapsed
    everything = (machine.busy_seconds() - busy) / wall
    assert neighbours.cores() < everything - 0.2 / wall


def test_a_child_is_put_in_its_place() -> None:
    code = "import os; print(os.sched_getaffinity(0))"
    first = min(os.sched_getaffinity(0))
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: machine.settle(first, realtime=False),
    )
    assert done.stdout.strip() == f"{{{first}}}"


def test_the_machine_is_described() -> None:
    about = machine.describe()
    assert about["cores"] == os.cpu_count()
    assert about["cpu"]
