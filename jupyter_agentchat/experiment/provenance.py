"""Where and with what an experiment was made, so that another can be made alike."""

from __future__ import annotations

import os
import platform
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from jupyter_agentchat._version import __version__
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK

PACKAGES: Final = ("jupyter-server", "tornado", "msgspec", "pandas", "numpy", "pyarrow", "scipy")


def provenance(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """Return versions, host and clock of this process; no user name, no path, no address.

    Parameters
    ----------
    **more
        What the caller knows besides, such as the server's version.
    """
    resolution = time.get_clock_info("monotonic")
    return {
        "jupyter_agentchat": __version__,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "clock": {
            "id": SYSTEM_CLOCK.clock_id,
            "implementation": resolution.implementation,
            "resolution_ns": round(resolution.resolution * 1e9),
        },
        **more,
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    """Return the processor's name; Linux tells it in a file alone."""
    if sys.platform == "linux":
        try:
            with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
                for line in file:
                    if line.startswith("model name"):
                        return line.partition(":")[2].strip()
        except OSError:
            pass
    return platform.processor()
