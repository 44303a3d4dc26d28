from __future__ import annotations

import pytest

from jupyter_agentchat.errors import (
    InvalidInputError,
    InvalidJSONError,
    TooLargeError,
    UnknownOperationError,
)
from jupyter_agentchat.protocol.commands import (
    MAX_COMMAND_BYTES,
    Ping,
    Send,
    Subscribe,
    command_ref,
    decode_command,
)


def test_a_send_reads_with_its_optional_fields() -> None:
    frame = '{"op":"send","channel":"lab","text":"hi","agents":["echo"],"ref":7,"new":1}'
    assert decode_command(frame) == Send(channel="lab", text="hi", agents=("echo",), ref=7)


def test_a_null_position_asks_for_a_snapshot() -> None:
    assert decode_command(b'{"op":"subscribe","channel":"lab","after":null}') == Subscribe(
        channel="lab"
    )


@pytest.mark.parametrize("frame", [b"", b"{", b"nope", b"\xff\xfe", b"{}x"])
def test_what_is_no_json_is_said_to_be_none(frame: bytes) -> None:
    with pytest.raises(InvalidJSONError, match="not valid JSON"):
        decode_command(frame)


@pytest.mark.parametrize("frame", [b"[1]", b'"x"', b"3", b"null", b"[" * 100_000])
def test_what_is_no_object_is_refused(frame: bytes) -> None:
    with pytest.raises(InvalidInputError, match="JSON object"):
        decode_command(frame)


@pytest.mark.parametrize("frame", [b"{}", b'{"op":"fly"}', b'{"op":null}'])
def test_an_unknown_op_lists_the_known_ones(frame: bytes) -> None:
    with pytest.raises(UnknownOperationError, match="subscribe"):
        decode_command(frame)


def test_a_wrong_type_names_its_field() -> None:
    with pytest.raises(InvalidInputError, match=r"'send' command is wrong.*channel"):
        decode_command(b'{"op":"send","channel":3,"text":"x"}')
    with pytest.raises(InvalidInputError, match="text"):
        decode_command(b'{"op":"send","channel":"lab"}')


def test_only_a_frame_with_text_may_be_large() -> None:
    padding = "x" * MAX_COMMAND_BYTES
    assert isinstance(decode_command(f'{{"op":"send","channel":"a","text":"{padding}"}}'), Send)
    with pytest.raises(TooLargeError):
        decode_command(f'{{"op":"ping","t":1,"x":"{padding}"}}')


def test_a_wrong_frame_still_tells_its_ref() -> None:
    assert command_ref(b'{"op":"fly","ref":"a"}') == "a"
    assert command_ref(b"{") is None


def test_an_integer_stays_exact() -> None:
    assert decode_command(b'{"op":"ping","t":9007199254740993}') == Ping(t=9007199254740993)
