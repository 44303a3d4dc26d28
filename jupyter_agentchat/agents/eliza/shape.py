"""Shapes of input that are recognised without reading: empty, code, a number, another script."""

from __future__ import annotations

import re
from typing import Literal, get_args

Occasion = Literal["empty", "wordless", "code", "long", "number", "foreign", "question"]
"""Shapes that a script may answer apart."""

OCCASIONS: tuple[str, ...] = get_args(Occasion)

ATTENTION = 4_000
"""Characters that are read; a longer text is answered by its length or by its beginning."""

_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_CODE_LINE = re.compile(
    r"""
    \s+ (?: return | yield | raise | pass | break | print )\b
    | \s* (?:
    (?: def | class | async\ def ) \s \w+ \s? [(:]
    | import \s [\w.]+ ( \s as \s \w+ )? $
    | from \s [\w.]+ \s import\b
    | (?: for | while | if | elif | else | try | except | with )\b [^?!]* : $
    | [\w.\[\]"']+ (?: ,\s? \w+ )* \s? [-+*/]? = [^=]
    | [\w.]+ \( .* \) ;? $
    | .* [{}] $ | .* \) ; $
    | \#include\b | Traceback\ \( | >>> | \$\ | [%!]\w+ | </?\w.* > $
    | SELECT\b .* \b FROM\b
    )
    """,
    re.VERBOSE,
)
_LINE = 200
"""Characters of a line that are looked at; keeps the look's cost in proportion."""

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]")
_SUM = re.compile(r"[\s\d.,:+\-*/=%^()$€£?!]+")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]")


def without_code(text: str) -> str:
    """Leave out what stands between Markdown fences."""
    return _FENCED.sub("\n", text) if "```" in text else text


def at_first_sight(text: str) -> Occasion | None:
    """Judge what nobody has read yet: ``empty``, ``code``, ``long`` or ``wordless``.

    Parameters
    ----------
    text : str
        The whole input; the cost does not grow with its length.
    """
    head = text[:ATTENTION]
    prose = without_code(head)
    if not head or head.isspace():
        return "empty"
    if (prose is not head and not _WORD.search(prose)) or _is_code(prose):
        return "code"
    if len(text) > ATTENTION:
        return "long"
    return None if _WORD.search(head) else "wordless"


def on_reflection(text: str) -> Occasion | None:
    """Judge a text that holds no keyword: a ``number``, or ``foreign`` letters."""
    if _SUM.fullmatch(text) and _DIGIT.search(text):
        return "number"
    letters = 0 if text.isascii() else len(_LETTER.findall(text))
    return "foreign" if letters and 2 * len(_LATIN.findall(text)) < letters else None


def _is_code(text: str) -> bool:
    lines = [line for line in map(str.rstrip, text.splitlines()) if line]
    return 2 * sum(1 for line in lines if _CODE_LINE.match(line[:_LINE])) > len(lines)
