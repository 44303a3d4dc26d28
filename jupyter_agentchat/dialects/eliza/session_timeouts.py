"""How long a session lives: its configuration, in minutes, and the instants that follow from it."""

from __future__ import annotations

import math
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from jupyter_agentchat.dialects.eliza.session_errors import SessionValidationError

MIN_MINUTES = 5
MAX_MINUTES = 1440
MINUTE_NS = 60_000_000_000


class Timeouts(Struct, frozen=True, kw_only=True, rename="camel"):
    """When a session ends.

    Attributes
    ----------
    timeout_minutes : float
        Without activity.
    auto_renew : bool
        Whether activity prolongs it.
    max_duration_minutes : float
        At the latest, whatever happens.
    warning_threshold_minutes : float
        So long before its end it says so.
    """

    timeout_minutes: float = 30
    auto_renew: bool = True
    max_duration_minutes: float = 720
    warning_threshold_minutes: float = 5

    def ends_ns(self, created_ns: int, active_ns: int) -> int:
        """Return the instant at which a session ends (monotonic ns)."""
        latest = created_ns + round(self.max_duration_minutes * MINUTE_NS)
        return min(active_ns + round(self.timeout_minutes * MINUTE_NS), latest)


def merged(base: Timeouts, given: object, *, strict: bool) -> Timeouts:
    """Return `base` with what a client asks for.

    With `strict` a time-out out of bounds is refused, else it is brought within them.

    Raises
    ------
    SessionValidationError
        If `given` is no configuration.
    """
    if given is None:
        return base
    if not isinstance(given, dict):
        raise _invalid("Invalid timeout configuration format", given)
    timeout = _minutes(given, "timeoutMinutes", base.timeout_minutes)
    if not MIN_MINUTES <= timeout <= MAX_MINUTES:
        if strict:
            bounds = f"{MIN_MINUTES} and {MAX_MINUTES}"
            raise _invalid(f"Timeout must be between {bounds} minutes", given)
        timeout = max(MIN_MINUTES, min(MAX_MINUTES, timeout))
    longest = _minutes(given, "maxDurationMinutes", base.max_duration_minutes)
    warning = _minutes(given, "warningThresholdMinutes", base.warning_threshold_minutes)
    renew = given.get("autoRenew", base.auto_renew)
    if not isinstance(renew, bool):
        raise _invalid("autoRenew is true or false", given)
    return replace(
        base,
        timeout_minutes=timeout,
        auto_renew=renew,
        max_duration_minutes=max(timeout, min(2 * MAX_MINUTES, longest)),
        warning_threshold_minutes=max(1, warning),
    )


def _minutes(given: dict[str, Any], name: str, default: float) -> float:
    value = given.get(name, default)
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise _invalid(f"{name} is a number of minutes", given) from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _invalid(f"{name} is a number of minutes", given)
    return value


def _invalid(reason: str, given: object) -> SessionValidationError:
    return SessionValidationError(
        f"Invalid timeout configuration: {reason}", {"reason": reason, "providedConfig": given}
    )
