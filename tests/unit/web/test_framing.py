from __future__ import annotations

import struct

import pytest

from jupyter_agentchat.web.framing import http_chunk, text_frame


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65535, b"\x81\x7e\xff\xff"),
        (65536, b"\x81\x7f" + struct.pack("!Q", 65536)),
    ],
)
def test_a_text_frame_has_the_head_of_rfc_6455(size: int, head: bytes) -> None:
    assert text_frame(b"x" * size) == head + b"x" * size


def test_a_chunk_has_its_size_in_hexadecimal() -> None:
    assert http_chunk(b"x" * 31) == b"1f\r\n" + b"x" * 31 + b"\r\n"
