"""Plain text: everything passes."""

from __future__ import annotations

from jupyter_agentchat.extract.base import BaseExtractor


class PassthroughExtractor(BaseExtractor):
    """Returns each chunk as it came; never done.

    It takes `margin` and `strict` like its siblings and has no use for them: nothing is held back
    but the first half of a surrogate pair.
    """

    def _restart(self) -> None:
        """There is no state."""

    def _extract(self, text: str) -> str:
        return text
