"""What reading a large log takes, in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_agentchat.frames.chunks import PART_ROWS

N_STREAMS, EACH = 1000, 1000
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


def run(url: str, *how: object) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.frames.million", url, *map(str, how)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    found: dict[str, int] = json.loads(done.stdout or "{}")
    return found


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('large') / 'log.db'}"
    run(url, "write", N_STREAMS, EACH)
    return url


def check_frame(url: str, how: str) -> None:
    found = run(url, how, PART_ROWS)
    assert found["bytes"] > 100 * N_STREAMS * EACH
    assert found["peak"] <= 1.5 * found["bytes"]


def check_stream(url: str, part_rows: int) -> None:
    whole = run(url, "stream", PART_ROWS)
    parts = run(url, "stream", part_rows)
    assert parts["bytes"] == pytest.approx(whole["bytes"], rel=0.01)
    assert whole["peak"] <= 1.7 * whole["bytes"]
    assert parts["peak"] <= 0.6 * whole["peak"]


def test_a_frame_takes_half_as_much_again_while_it_is_made(url: str) -> None:
    check_frame(url, "frame")


def test_a_stream_takes_what_its_parts_take(url: str) -> None:
    """The server's memory is that of PART_ROWS chunks, however large the log is."""
    check_stream(url, N_STREAMS * EACH // 10)


# ---------------------------------------------------------------- planted faults


def test_a_frame_that_is_a_copy_is_found(url: str) -> None:
    with pytest.raises(AssertionError, match=r"assert \d+ <= \(1.5 \* "):
        check_frame(url, "copy")


def test_a_stream_that_is_made_in_one_go_is_found(url: str) -> None:
    with pytest.raises(AssertionError, match=r"assert \d+ <= \(0.6 \* "):
        check_stream(url, PART_ROWS)
