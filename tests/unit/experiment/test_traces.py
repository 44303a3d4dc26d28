"""Readers of public traces, on excerpts made up here in each format."""

from __future__ import annotations

from pathlib import Path

import pytest

import jupyter_agentchat as ac
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.experiment.traces import Request, read_requests

AZURE_2023 = """TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 18:15:46.6805900,374,44
2023-11-16 18:15:50.9951690,396,109
"""
AZURE_2024 = """TIMESTAMP,ContextTokens,GeneratedTokens
2024-05-10 00:00:00.009930+00:00,2162,5
2024-05-10 01:00:00.009931+01:00,2399,6
"""
MOONCAKE = """{"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}
{"timestamp": 3000, "input_length": 7322, "output_length": 490, "hash_ids": [0, 3]}
"""
BURSTGPT = """Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
5,ChatGPT,472,18,490,Conversation log
45.5,GPT-4,1087,230,1317,API log
"""


def write(path: Path, text: str) -> Path:
    """Write a trace and return where."""
    file = path / "trace"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (AZURE_2023, [Request(0, 374, 44), Request(4_314_579_000, 396, 109)]),
        (AZURE_2024, [Request(0, 2162, 5), Request(1_000, 2399, 6)]),
        (MOONCAKE, [Request(0, 6758, 500), Request(3_000_000_000, 7322, 490)]),
        (BURSTGPT, [Request(0, 472, 18), Request(40_500_000_000, 1087, 230)]),
    ],
    ids=["azure-2023", "azure-2024", "mooncake", "burstgpt"],
)
def test_each_format_is_read_to_the_nanosecond(
    tmp_path: Path, text: str, expected: list[Request]
) -> None:
    """Lengths and exact distances; the first request is at 0, whatever the order of lines."""
    assert read_requests(write(tmp_path, text)) == expected


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    """What spreadsheets add to a file."""
    assert len(read_requests(write(tmp_path, "\ufeff" + BURSTGPT))) == 2
    assert len(read_requests(write(tmp_path, MOONCAKE + "\n\n"))) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no requests"),
        ("a,b\n1,2\n", "columns a, b"),
        (BURSTGPT + "soon,ChatGPT,1,2,3,API log\n", "Line 4"),
        (BURSTGPT + "50,ChatGPT,-1,2,3,API log\n", "Line 4"),
        (AZURE_2023 + "yesterday,1,2\n", "Line 4"),
        (MOONCAKE + "[1]\n", "Line 3"),
        (MOONCAKE + '{"timestamp": NaN}\n', "Line 3"),
        (MOONCAKE + '{"timestamp": 1e999}\n', "Line 3"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    """One sentence names the line or the columns."""
    with pytest.raises(InvalidInputError, match=says):
        read_requests(write(tmp_path, text))


def test_no_file_and_no_text_are_said(tmp_path: Path) -> None:
    """A missing file and a compressed one."""
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_requests(tmp_path / "missing.csv")
    packed = tmp_path / "trace.gz"
    packed.write_bytes(b"\x1f\x8b\x08\x00\xff\xfe")
    with pytest.raises(InvalidInputError, match="UTF-8"):
        read_requests(packed)


async def test_our_own_traces_are_read_back(tmp_path: Path) -> None:
    """What a log exports without its text drives the next load."""
    async with await ac.connect_async(embedded=True) as chat:
        for _ in range(2):
            await chat.ask(
                "hi", agent="synthetic", metadata={"synthetic": {"chunks": 3, "pace": False}}
            )
        streams = await chat.log().streams()
        file = await chat.log().save_trace(tmp_path / "trace.parquet")
    first, second = read_requests(file)
    assert (first.t_ns, first.output_tokens, second.output_tokens) == (0, 3, 3)
    assert second.t_ns == streams["t_request"].diff().iloc[1]
    (tmp_path / "other.parquet").write_bytes(b"PAR1")
    with pytest.raises(InvalidInputError, match="no trace"):
        read_requests(tmp_path / "other.parquet")
