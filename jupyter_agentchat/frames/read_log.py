"""Logs from files."""

from __future__ import annotations

from pathlib import Path

from jupyter_agentchat.frames.files import FileSource
from jupyter_agentchat.frames.log import Log


def read_log(folder: str | Path) -> Log:
    """Return the log that `Log.save` wrote into a folder.

    Raises
    ------
    InvalidInputError
        The folder holds none of its tables.
    """
    return Log(FileSource(folder), None)
