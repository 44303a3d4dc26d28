"""What garbage collection costs beside live streams.

A full collection walks every object of the process and holds up the event loop meanwhile: a tenth
of a second and more in a Jupyter server, most of whose objects are its modules. These are never
garbage, so they are left out from the moment on when the service runs.
"""

from __future__ import annotations

import gc


def leave_out() -> None:
    """Let full collections pass over all that is alive now (`gc.freeze`); it takes no time.

    What of it becomes garbage in a cycle later stays: that is bounded, since it happens once.
    """
    gc.freeze()
