"""Stop sequences: a text is let through up to the one that is first complete."""

from __future__ import annotations

from collections.abc import Sequence


class StopSequences:
    """Cuts a text right before the stop sequence that is first complete; sans-I/O.

    Only what could be the beginning of one is held back. Any split of the same text gives the
    same result.

    Parameters
    ----------
    stops : sequence of str
        None of them empty.

    Attributes
    ----------
    is_found : bool
        Whether one was there; nothing follows it.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self.is_found = False
        self._stops = tuple(stops)
        self._held = ""

    def feed(self, text: str) -> str:
        """Return what may be shown now."""
        if self.is_found:
            return ""
        text = self._held + text
        ends = [(text.find(stop) + len(stop), stop) for stop in self._stops if stop in text]
        if ends:
            self.is_found, self._held = True, ""
            end, stop = min(ends, key=lambda each: (each[0], -len(each[1])))
            return text[: end - len(stop)]
        held = max((_overlap(text, stop) for stop in self._stops), default=0)
        shown = len(text) - held
        self._held = text[shown:]
        return text[:shown]

    def finish(self) -> str:
        """Return what was held back: the text ended before it became a stop sequence."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, stop: str) -> int:
    """Return the length of the longest end of `text` that begins `stop`."""
    longest = min(len(text), len(stop) - 1)
    return next((n for n in range(longest, 0, -1) if stop.startswith(text[-n:])), 0)
