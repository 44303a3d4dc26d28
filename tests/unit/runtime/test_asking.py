from __future__ import annotations

import pytest

from jupyter_agentchat.errors import ForbiddenError, InvalidInputError, UnansweredError
from jupyter_agentchat.runtime.asking import Askers, Inquiry
from jupyter_agentchat.testing.turns import make_turn


class Face:
    """A face that answers what it knows."""

    def __init__(self, answer: object, known: str = "confirmation") -> None:
        self.answer, self.known = answer, known
        self.asked: list[tuple[Inquiry, float]] = []

    def __call__(self, inquiry: Inquiry, timeout_s: float) -> object:
        if inquiry.kind != self.known:
            return None
        self.asked.append((inquiry, timeout_s))
        return self._say()

    async def _say(self) -> object:
        return self.answer


QUESTION = make_turn("hi").message


async def test_the_first_face_that_knows_the_question_asks() -> None:
    askers = Askers(7.0)
    one, two = Face("x", "input"), Face(True)
    for face in (one, two):
        askers.add(face)  # type: ignore[arg-type]
    ask = askers.of(QUESTION, "s", "ann")
    assert await ask("confirmation", {"title": "t"}) is True
    assert one.asked == []
    [(inquiry, timeout_s)] = two.asked
    assert (inquiry.question, inquiry.stream, inquiry.user) == (QUESTION, "s", "ann")
    assert timeout_s == 7.0
    assert await ask("input", {}) == "x"


async def test_where_nobody_can_be_asked_the_agent_is_told() -> None:
    askers = Askers(7.0)
    remove = askers.add(Face(True))  # type: ignore[arg-type]
    remove()
    remove()
    with pytest.raises(UnansweredError):
        await askers.of(QUESTION, "s", "ann")("confirmation", {})


@pytest.mark.parametrize("kind", ["execute", "execute:python", "execute:tool"])
async def test_code_is_refused_on_purpose(kind: str) -> None:
    askers = Askers(7.0)
    askers.add(Face(True, kind))  # type: ignore[arg-type]
    with pytest.raises(ForbiddenError, match="on purpose"):
        await askers.of(QUESTION, "s", "ann")(kind, {"code": "1"})


async def test_what_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="confirmation or input"):
        await Askers(7.0).of(QUESTION, "s", "ann")("dance", {})


async def test_a_make_turn_nobody_can_ask_nobody() -> None:
    with pytest.raises(UnansweredError):
        await make_turn("hi").confirm("Sure?")
