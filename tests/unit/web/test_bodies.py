from __future__ import annotations

import msgspec
import pytest

from jupyter_agentchat.errors import InvalidInputError, InvalidJSONError, TooLargeError
from jupyter_agentchat.web.bodies import MAX_DEPTH, MAX_KEYS, check_metadata, read_body


class Body(msgspec.Struct):
    text: str = ""
    metadata: dict[str, object] = {}


def test_an_empty_body_is_an_empty_object() -> None:
    assert read_body(b"", Body) == Body()


@pytest.mark.parametrize(
    ("body", "error", "sentence"),
    [
        (b"{", InvalidJSONError, "not valid JSON"),
        (b'{"metadata": {"a": NaN}}', InvalidJSONError, "not valid JSON"),
        (b'{"metadata": {"a": ' + b"[" * 60_000, InvalidJSONError, "not valid JSON"),
        (b'{"text": 1}', InvalidInputError, r"\$\.text"),
        (b"[]", InvalidInputError, "object"),
        (b" " * 65_537, TooLargeError, "65537 bytes"),
    ],
)
def test_the_sentence_says_what_is_wrong(
    body: bytes, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        read_body(body, Body)


def test_metadata_has_bounds() -> None:
    check_metadata({})
    check_metadata({str(n): n for n in range(MAX_KEYS)})
    deep: object = []
    for _ in range(MAX_DEPTH - 2):
        deep = [deep]
    check_metadata({"a": deep})
    with pytest.raises(InvalidInputError, match="levels"):
        check_metadata({"a": [[deep]]})
    with pytest.raises(InvalidInputError, match="keys"):
        check_metadata({"a": [{str(n): n for n in range(MAX_KEYS)}]})
