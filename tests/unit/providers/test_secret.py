from __future__ import annotations

import copy
import pickle

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.providers.secret import Secret

CANARY = "canary-1f3a"


def test_it_shows_itself_to_nobody() -> None:
    secret = Secret(CANARY)
    for shown in (repr(secret), str(secret), f"{secret}", f"{[secret]}", f"{secret!a}"):
        assert CANARY not in shown
    assert repr(secret) == "Secret(•••)"
    assert repr(Secret()) == "Secret()"
    assert secret.reveal() == CANARY


def test_it_is_true_when_there_is_a_key() -> None:
    assert Secret("k")
    assert not Secret()
    assert not Secret(" \n")


def test_a_pasted_line_end_is_dropped() -> None:
    assert Secret(f" {CANARY}\r\n").reveal() == CANARY


@pytest.mark.parametrize("value", ["a\nb", "a\x00b", "schlüssel", "a\tb"])
def test_a_key_that_no_header_can_hold_is_refused_unseen(value: str) -> None:
    with pytest.raises(InvalidInputError, match="printable ASCII in one line") as caught:
        Secret(value)
    assert value not in caught.value.message


def test_it_is_not_written_to_files() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(CANARY))
    with pytest.raises(TypeError):
        copy.deepcopy(Secret(CANARY))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"wrong key {CANARY}!", "wrong key •••!"),
        ("Incorrect API key provided: sk-ab**********wxyz.", "Incorrect API key provided: •••"),
        ("got Authorization: Bearer abc.def", "got Authorization: •••"),
        ("hf_abcdefgh and gsk_12345", "••• and •••"),
        ("skills and hfs stay", "skills and hfs stay"),
        ("the task-list and sk-1", "the task-list and sk-1"),
    ],
)
def test_what_endpoints_quote_is_scrubbed(said: str, shown: str) -> None:
    assert Secret(CANARY).scrub(said) == shown


def test_without_a_key_nothing_else_is_lost() -> None:
    assert Secret().scrub("plain words") == "plain words"
