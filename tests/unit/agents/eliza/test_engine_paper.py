"""The mechanism as the paper publishes it, traced by hand on a script of our own.

In the paper a keyword's substitution changes the person on the way in, so the rules see the
sentence from the listener's side: here `replace` does it, and nothing is swapped on the way out.
"""

from __future__ import annotations

from jupyter_agentchat.agents.eliza import Eliza, parse_script

SCRIPT = """
class ship: boat ferry canoe

replace:
  my = your
  i = you
  you = i
  am = are
  dont = don't

key: ferryman
  - =captain

key 5: captain
  [0 captain 0 (*sails steers) 0]
  - Where to does the captain {4} {5}?
  - newkey
  [0]
  - A captain, you say.

key 2: your
  [0 your 0 (/ship) 0]
  - Tell of your {4}.
  - =captain
  [0 your 0]
  - Your {3}?

key 3: don't
  [0 don't 1 0]
  - pre you never {3} {4} =you

key: you
  [0 you are 0]
  - Since when are you {4}?
  - Are you glad to be {4}?
  [0 you never 0]
  - Never {4}?
  [0 you 1 i 0]
  - Why do you {3} me?
  [0]
  - You again.

key 10: storm
  - Was there thunder?

memory your:
  [0 your 0]
  - Before, it was your {3}.

none:
  - The wind is still.
  - Row on.
"""

# What is said; what must come; why.
TRACE = [
    # "your" alone is a keyword: rank 2, second rule. Memory: "anchor is lost". Count 2.
    ("My anchor is lost.", "Your anchor is lost?"),
    # "storm" (10) goes on top of "your" (2): no memory of the old one. Count 3.
    ("My mast broke in the storm", "Was there thunder?"),
    # No keyword and the count is 4: the memory, once.
    ("Blue, or green.", "Before, it was your anchor is lost."),
    # Count 1, no keyword, nothing remembered any more: the first of NONE.
    ("Blue, or green.", "The wind is still."),
    # "you" (0) and "your" (2): the latter on top, class rule, first choice. Memory. Count 2.
    ("I painted my old canoe red", "Tell of your canoe."),
    # The same rule's second choice links to "captain", whose last rule takes anything. Count 3.
    ("I painted my old ferry red", "A captain, you say."),
    # The count is 4, yet a keyword is found: no memory. "captain" (5), first rule, first choice.
    ("The captain steers north", "Where to does the captain steers north?"),
    # Count 1. The same rule's second choice is NEWKEY: "your" was below "captain".
    ("My captain sails", "Your captain sails?"),
    # Count 2. Another keyword that has nothing but a link.
    ("A ferryman", "A captain, you say."),
    # Count 3. Only the clause before the comma: "am" became "are", "I" became "you".
    ("Today I am wet, my captain", "Since when are you wet?"),
    # The count is 4 and there is no keyword: the oldest memory, of the canoe.
    ("Blue but green", "Before, it was your old canoe red."),
    # Count 1. PRE rebuilds the clause to "you never row home" and links to "you".
    ("I dont row home", "Never row home?"),
    # Count 2. "I ... you" became "you ... i".
    ("I hear you well", "Why do you hear me?"),
    # Count 3. The first rule again: its second choice.
    ("I am dry", "Are you glad to be dry?"),
    # The count is 4: the ferry is the oldest memory left.
    ("Blue", "Before, it was your old ferry red."),
]


def test_the_trace() -> None:
    conversation = Eliza(parse_script(SCRIPT)).session()
    assert [conversation.reply(said) for said, _ in TRACE] == [answer for _, answer in TRACE]
