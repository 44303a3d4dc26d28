"""AIPerf: asks the OpenAI endpoint and writes down what it saw, request by request."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from msgspec import Struct

PROMPTS = (
    "What is a notebook?",
    "Explain in a few words how streams are measured.",
    "My computer bores me.",
    "Name three colours of the sky.",
)
TIMEOUT_S = 900

# AIPerf loads a tokenizer even where the server counts. This one knows no word, needs no network,
# and is used for nothing that is compared.
_TOKENIZER: dict[str, Any] = {
    "version": "1.0",
    "truncation": None,
    "padding": None,
    "added_tokens": [],
    "normalizer": None,
    "pre_tokenizer": {"type": "Whitespace"},
    "post_processor": None,
    "decoder": None,
    "model": {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"},
}
_TOKENIZER_CLASS = {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]"}


class Target(Struct, frozen=True, kw_only=True):
    """What to ask, and how often."""

    model: str
    requests: int
    concurrency: int
    extra: dict[str, Any]


class Seen(Struct, frozen=True, kw_only=True):
    """One request as AIPerf saw it; milliseconds."""

    request_id: str
    ttft_ms: float
    e2e_ms: float
    itl_ms: float
    gaps_ms: tuple[float, ...]
    tokens: int
    connect_ms: float
    """Setting up a new connection; 0 on one that was there."""


def find(program: str) -> Path | None:
    """Return the program's path, None if there is no such program."""
    found = shutil.which(program)
    return Path(found) if found else None


def measure(program: Path, url: str, key: str, target: Target, folder: Path) -> list[Seen]:
    """Let AIPerf ask, and return what it saw of the requests that succeeded."""
    artifacts = folder / f"aiperf-{target.model}"
    artifacts.mkdir(parents=True, exist_ok=True)
    prompts = artifacts / "prompts.jsonl"
    prompts.write_text("".join(json.dumps({"text": text}) + "\n" for text in PROMPTS))
    command = [
        *(str(program), "profile", "--model", target.model, "--endpoint-type", "chat"),
        *("--url", f"{url}agentchat/openai", "--api-key", key, "--streaming"),
        *("--tokenizer", str(_tokenizer(artifacts)), "--use-server-token-count"),
        *("--input-file", str(prompts), "--custom-dataset-type", "single_turn"),
        *("--request-count", str(target.requests), "--concurrency", str(target.concurrency)),
        *("--extra-inputs", json.dumps(target.extra), "--output-artifact-dir", str(artifacts)),
        *("--ui", "none", "--random-seed", "1"),
    ]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    log = artifacts / "aiperf.log"
    with log.open("wb") as out:
        done = subprocess.run(
            command, stdout=out, stderr=out, env=environment, timeout=TIMEOUT_S, check=False
        )
    if done.returncode != 0:
        raise SystemExit(f"AIPerf failed; its output is in {log}:\n{log.read_text()[-2000:]}")
    return read((artifacts / "profile_export.jsonl").read_text())


def read(records: str) -> list[Seen]:
    """Return the requests of a ``profile_export.jsonl``; failed ones have no metrics."""
    return [_seen(json.loads(line)) for line in records.splitlines() if '"metrics":{' in line]


def _seen(record: dict[str, Any]) -> Seen:
    values = {name: metric["value"] for name, metric in record["metrics"].items()}
    return Seen(
        request_id=record["metadata"]["x_request_id"],
        ttft_ms=values["time_to_first_token"],
        e2e_ms=values["request_latency"],
        itl_ms=values["inter_token_latency"],
        gaps_ms=tuple(values["inter_chunk_latency"]),
        tokens=values["output_sequence_length"],
        connect_ms=values.get("http_req_connection_overhead", 0.0),
    )


def _tokenizer(folder: Path) -> Path:
    path = folder / "tokenizer"
    path.mkdir(exist_ok=True)
    (path / "tokenizer.json").write_text(json.dumps(_TOKENIZER))
    (path / "tokenizer_config.json").write_text(json.dumps(_TOKENIZER_CLASS))
    return path
