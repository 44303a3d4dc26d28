"""Which part of a channel's log left in which flush, so that readers keep an instant for each."""

from __future__ import annotations

from array import array


class Ledger:
    """Keeps up to which seq each of a room's flushes with chunks brought the log.

    What a flush brought lies between its seq and that of the one before. So nothing is noted of
    the chunks themselves: where they stand, the log tells. Where chunks were left out, neighbours
    count as one flush that brought nothing.
    """

    def __init__(self) -> None:
        self._seqs = array("q")
        self._is_gap = False

    def __len__(self) -> int:
        """Return how many flushes there were."""
        return len(self._seqs)

    def note(self, seq: int) -> None:
        """Note that the next flush brings what is up to `seq`."""
        self._seqs.append(seq)
        self._is_gap = False

    def skip(self, seq: int) -> bool:
        """Note that nothing up to `seq` is brought; True if that counts as one more flush."""
        if self._is_gap:
            self._seqs[-1] = seq
            return False
        self._seqs.append(seq)
        self._is_gap = True
        return True

    def enter(self) -> int:
        """Return the number of the next flush, from which on a reader takes part."""
        self._is_gap = False
        return len(self._seqs)

    def told(self, start: int, count: int) -> array[int]:
        """Return the seqs of `count` flushes from number `start` on."""
        return self._seqs[start : start + count]

    def restart(self) -> None:
        """Begin anew: the next flush has the number 0."""
        del self._seqs[:]
        self._is_gap = False
