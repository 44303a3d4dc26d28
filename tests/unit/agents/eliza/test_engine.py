"""Each mechanism of the paper, on small scripts, with results worked out by hand."""

from __future__ import annotations

from zlib import crc32

import pytest

from jupyter_agentchat.agents.eliza import Eliza, Session, parse_script

END = "none:\n  - Go on.\n"


def session(text: str, end: str = END) -> Session:
    return Eliza(parse_script(text + end)).session()


def replies(text: str, *said: str, end: str = END) -> list[str]:
    conversation = session(text, end)
    return [conversation.reply(line) for line in said]


RANKS = """
key 3: low
  - L.
key 7: high
  - H.
  - newkey
key 5: middle
  - M.
  - newkey
"""


def test_the_highest_rank_answers() -> None:
    assert replies(RANKS, "low high middle", "middle low", "low") == ["H.", "M.", "L."]


def test_a_new_key_takes_the_next_on_the_stack() -> None:
    # low (3); high (7) goes on top; middle (5) is not above 7 and goes below low
    conversation = session(RANKS)
    assert conversation.reply("low high middle") == "H."
    assert conversation.reply("low high middle") == "L."


def test_the_stack_orders_as_the_paper_does() -> None:
    # middle (5), then high (7) on top: after high gives up, middle answers before low
    conversation = session(RANKS)
    assert conversation.reply("middle high low") == "H."
    assert conversation.reply("middle high low") == "M."


def test_a_stack_that_gives_up_falls_back() -> None:
    assert replies("key: a\n  - newkey\n", "a") == ["Go on."]


def test_the_first_of_equal_ranks_answers() -> None:
    script = "key 2: a\n  - A.\nkey 2: b\n  - B.\n"
    assert replies(script, "b a", "a b") == ["B.", "A."]


def test_the_first_clause_with_a_keyword_is_used() -> None:
    script = "key: cake\n  [0 cake 0]\n  - Cake {3}?\n  - Cake.\nkey 9: tea\n  - Tea.\n"
    assert replies(script, "well, cake now. tea", "so what but cake, tea") == ["Cake now?", "Cake."]


def test_courtesies_give_way_to_a_later_clause() -> None:
    script = "key -1: hello\n  - Hi.\nkey 0: tea\n  - Tea.\n"
    assert replies(script, "hello, tea", "hello, there", "hello tea") == ["Tea.", "Hi.", "Tea."]


def test_an_urgent_keyword_is_heard_in_any_clause_if_it_has_something_to_say() -> None:
    script = "key 90: fire\n  [0 on fire]\n  - Out!\n  [0]\n  - newkey\nkey: tea\n  - Tea.\n"
    assert replies(script, "tea, we are on fire", "tea by the fire, yes") == ["Out!", "Tea."]
    assert replies(script.replace("90", "89"), "tea, we are on fire") == ["Tea."]


def test_choices_are_used_in_turn_for_each_rule_apart() -> None:
    script = "key: a\n  [a b]\n  - 1.\n  - 2.\n  [0]\n  - 3.\n  - 4.\n"
    assert replies(script, "a b", "a", "a b", "a", "a b") == ["1.", "3.", "2.", "4.", "1."]


def test_a_choice_without_its_words_is_passed_over() -> None:
    script = "key: a\n  [0 a 0]\n  - Before {1}.\n  - After {3}.\n  [0]\n  - Alone.\n"
    assert replies(script, "x a", "a y", "a", "x a y") == [
        "Before x.",
        "After y.",
        "Alone.",
        "Before x.",
    ]


def test_a_link_goes_on_with_the_same_clause() -> None:
    script = "key 2: mum mom\n  - =family\nkey: family\n  [my 1 0]\n  - Your {2} {3}.\n"
    assert replies(script, "my mom sings") == ["Your mom sings."]


def test_a_link_without_a_match_leaves_it_to_the_next_keyword() -> None:
    script = "key 2: a\n  - =c\nkey 1: b\n  - B.\nkey: c\n  [c]\n  - C.\n"
    assert replies(script, "a b", "c") == ["B.", "C."]


def test_pre_rebuilds_the_clause_and_links() -> None:
    script = (
        "key 2: ain't\n  [0 i ain't 0]\n  - pre i am not {4} =i\nkey: i\n  [i am 0]\n  - {3}?\n"
    )
    assert replies(script, "so i ain't Happy") == ["Not Happy?"]


MEMORY = """
swap:
  my = your
key: my
  [my 0]
  - Your {2}.
memory my:
  [0 my 0]
  - First {3}.
  [0 my 0]
  - Second {3}.
  [0 my 0]
  - Third {3}.
"""


def test_a_memory_comes_back_when_the_count_is_four_and_no_keyword_is_found() -> None:
    # the count goes 2, 3, 4, 1, 2, 3, 4
    said = ["my dog", "x y", "x y", "x y", "x y", "x y", "x y"]
    told = replies(MEMORY, *said)
    assert told[0] == "Your dog."
    assert told[2].endswith(" dog.")
    assert [told[n] for n in (1, 3, 4, 5, 6)] == ["Go on."] * 5


def test_memories_come_back_oldest_first() -> None:
    told = replies(MEMORY, "my dog", "my cat", *["x y"] * 9)
    recalled = [reply for reply in told[2:] if reply != "Go on."]
    assert [reply.split()[1] for reply in recalled] == ["dog.", "cat."]
    assert [place for place, reply in enumerate(told) if reply in recalled] == [2, 6]


def test_the_count_goes_on_while_keywords_answer() -> None:
    told = replies(MEMORY, "my dog", "my cat", "my bird", "x y", "x y", "x y", "x y")
    assert told[3:6] == ["Go on."] * 3
    assert told[6].endswith(" dog.")


@pytest.mark.parametrize(
    ("animal", "rule"),
    [("dog", "Second"), ("horse", "Third"), ("pony", "First")],  # CRC-32 modulo 3: 1, 2, 0
)
def test_the_last_word_picks_the_memory_rule(animal: str, rule: str) -> None:
    assert crc32(animal.encode()) % 3 == ["First", "Second", "Third"].index(rule)
    assert replies(MEMORY, f"my {animal}", "x y", "x y")[2] == f"{rule} {animal}."


def test_only_the_top_keyword_lays_by_a_memory() -> None:
    script = MEMORY + "key 5: cake\n  - Cake.\n"
    assert replies(script, "my cake", "x y", "x y") == ["Cake.", "Go on.", "Go on."]


def test_forgotten_are_the_oldest_memories_first() -> None:
    conversation = session(MEMORY)
    for number in range(100):
        conversation.hear(f"my thing{number}")
    told = [conversation.reply("x y") for _ in range(3 * 4)]
    assert next(reply for reply in told if reply != "Go on.").endswith(" thing36.")


def test_none_may_have_rules_of_its_own() -> None:
    end = "none:\n  [1]\n  - Just {1}?\n  [0]\n  - Go on.\n  - And?\n"
    assert replies("", "cheese", "x y", "x y", "x y", end=end) == [
        "Just cheese?",
        "Go on.",
        "And?",
        "Go on.",
    ]


OCCASIONS = """
names: Cheese
when empty:
  - Empty.
when wordless:
  - Wordless.
when code:
  - Code.
when long:
  - Long.
when number:
  - Number.
when foreign:
  - Foreign.
when question:
  - Question.
key: cake
  - Cake.
"""


def test_shapes_are_answered_apart() -> None:
    said = ["", "?!", "x = 1", "cake " * 1000, "42", "привет", "is it so?", "42 cake", "so"]
    assert replies(OCCASIONS, *said) == [
        "Empty.",
        "Wordless.",
        "Code.",
        "Long.",
        "Number.",
        "Foreign.",
        "Question.",
        "Cake.",
        "Go on.",
    ]


def test_shapes_that_a_script_leaves_out_are_heard_like_any_text() -> None:
    script = "key: cake\n  - Cake.\n"
    assert replies(script, "", "?", "cake = 1", "cake " * 1000, "42") == [
        "Go on.",
        "Go on.",
        "Cake.",
        "Cake.",
        "Go on.",
    ]


def test_replaying_says_what_going_on_says() -> None:
    said = ["my dog", "x y", "my cat", "x y", "x y"]
    eliza = Eliza(parse_script(MEMORY + END))
    conversation = eliza.session()
    for place, text in enumerate(said):
        assert conversation.reply(text) == eliza.reply(said[:place], text)


def test_sessions_do_not_touch_each_other() -> None:
    eliza = Eliza(parse_script("key: a\n  - 1.\n  - 2.\n" + END))
    first, second = eliza.session(), eliza.session()
    assert [first.reply("a"), second.reply("a"), first.reply("a")] == ["1.", "1.", "2."]
