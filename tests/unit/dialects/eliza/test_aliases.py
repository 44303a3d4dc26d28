from __future__ import annotations

import pytest

from jupyter_agentchat.dialects.eliza import aliases
from jupyter_agentchat.dialects.eliza.aliases import Aliases
from jupyter_agentchat.dialects.eliza.ids import entity_id
from jupyter_agentchat.errors import ForbiddenError, InvalidInputError
from jupyter_agentchat.protocol.model import Author

ANNA = Author(id="anna", kind="user", name="Anna")
BERT = Author(id="bert", kind="user", name="Bert")


def test_an_alias_belongs_to_who_first_used_it() -> None:
    known = Aliases()
    assert known.claim("my-extension-id", ANNA) == "my-extension-id"
    assert known.claim("my-extension-id", ANNA) == "my-extension-id"
    with pytest.raises(ForbiddenError, match="another user"):
        known.claim("my-extension-id", BERT)
    assert known.user_of("my-extension-id") == "anna"
    assert known.user_of("nobody") is None


def test_without_an_alias_a_user_has_an_id_that_nobody_else_takes() -> None:
    known = Aliases()
    assert known.claim(None, ANNA) == entity_id(ANNA)
    with pytest.raises(ForbiddenError):
        known.claim(entity_id(ANNA), BERT)


def test_a_blank_alias_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="An entityId"):
        Aliases().claim(" ", ANNA)


def test_a_user_gives_up_the_alias_used_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aliases, "MAX_ALIASES", 3)
    known = Aliases()
    for alias in ("a", "b", "a", "c"):
        known.claim(alias, ANNA)
    assert known.user_of("b") is None
    assert known.claim("b", BERT) == "b"
    assert known.user_of("a") == "anna"
