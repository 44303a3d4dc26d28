"""What is loaded beside a running event loop shall be in nobody's way."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_S = 0.0005
"""How long the event loop waits for its turn while a thread loads modules. With Python's own 5 ms
a request would wait so long at each of its steps."""


@contextmanager
def considerate() -> Iterator[None]:
    """Let threads give way sooner, and no garbage be collected.

    Modules make next to none, but so many objects that a full collection is due several times,
    which walks all that Jupyter holds: a third of the time that loading takes.
    """
    interval, is_collecting = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(min(interval, SWITCH_S))
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if is_collecting:
            gc.enable()
