"""How wrong instants are that lie between two others which are known: a pure function."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from jupyter_agentchat.errors import InvalidInputError

Instants = npt.NDArray[np.int64]

_NS_PER_MS = 1e6


class StampError(Struct, frozen=True, kw_only=True):
    """The error of one hop's stamps, in ms.

    Attributes
    ----------
    n : int
        Stamps.
    bias_ms, uncertainty_ms : float
        A constant error of the stamps lies within bias ± uncertainty: outside of it some chunk
        would have passed the hop before it was made, or after it was seen. NaN where nothing
        bounds them from above.
    spread_ms : float
        Standard deviation (ddof 1) of the time from the earlier instant to the stamp. It is what
        the way to this hop adds to each gap between chunks, and holds real delays as well.
    p95_ms : float
        95 % of those times are no further from their median.
    """

    n: int
    bias_ms: float
    uncertainty_ms: float
    spread_ms: float
    p95_ms: float


def stamp_error(stamps: Instants, earliest: Instants, latest: Instants | None) -> StampError:
    """Return the error of stamps.

    Were all of them late by β, so would each one's distance from the earlier instant be longer by
    β, and that to the later one shorter. Neither can be negative: so β is no more than the
    shortest of the former, and -β no more than the shortest of the latter. The shortest journey
    decides, as the shortest round trip does for an offset.

    Parameters
    ----------
    stamps, earliest, latest : array of int64, one for each chunk
        ns of one clock. `latest` is None where there is no later instant.

    Raises
    ------
    InvalidInputError
        If there are fewer than two chunks.
    """
    if len(stamps) < 2:  # noqa: PLR2004 - a spread needs two
        raise InvalidInputError(f"The error of {len(stamps)} stamps has no spread; play more.")
    after = stamps - earliest
    bias = uncertainty = float("nan")
    if latest is not None:
        most, least = int(after.min()), -int((latest - stamps).min())
        bias, uncertainty = (most + least) / 2, abs(most - least) / 2
    return StampError(
        n=len(stamps),
        bias_ms=bias / _NS_PER_MS,
        uncertainty_ms=uncertainty / _NS_PER_MS,
        spread_ms=float(np.std(after, ddof=1)) / _NS_PER_MS,
        p95_ms=float(np.quantile(np.abs(after - np.median(after)), 0.95)) / _NS_PER_MS,
    )
