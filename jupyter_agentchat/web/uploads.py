"""Files that clients bring: written once, under names of ours, served as nothing that runs."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from jupyter_agentchat.errors import InvalidInputError, NotFoundError, TooLargeError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock
from jupyter_agentchat.runtime.limits import MINUTE_NS, Rate

UPLOADS = 50
"""Of one user within 15 minutes."""
MAX_FILE_BYTES = 50 * 1024 * 1024
TYPES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/wav": ".wav",
    "audio/ogg": ".ogg",
    "audio/webm": ".weba",
    "audio/mp4": ".m4a",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "text/plain": ".txt",
    "text/csv": ".csv",
    "text/markdown": ".md",
}
"""What is taken, with the ending it gets. Nothing here runs in a browser: no SVG, no HTML."""

_MEDIA_TYPES = {ending: kind for kind, ending in reversed(TYPES.items())}
_FILE = re.compile(r"[0-9a-f]{32}\.[a-z0-9]{2,4}")


class Uploaded(Struct, frozen=True, kw_only=True):
    """A file that is kept; `name` is ours."""

    name: str
    media_type: str
    size: int


class Uploads:
    """The files of one server, in a folder of their own.

    Parameters
    ----------
    folder : Path
        Made when the first file comes.

    Attributes
    ----------
    rate : Rate
        How many files one user brings.
    """

    def __init__(self, folder: Path, clock: Clock = SYSTEM_CLOCK) -> None:
        self.rate = Rate(clock, UPLOADS, window_ns=15 * MINUTE_NS, what="uploads in 15 minutes")
        self._folder = folder

    def save(self, channel: str, given_name: str, media_type: str, data: bytes) -> Uploaded:
        """Write a file; blocks.

        Raises
        ------
        InvalidInputError
            If its name holds a path, or its type is not taken.
        TooLargeError
            If it has more than 50 MB.
        """
        if not given_name or ".." in given_name or re.search(r"[/\\\x00]", given_name):
            raise InvalidInputError("Invalid filename detected")
        ending = TYPES.get(media_type.partition(";")[0].strip().lower())
        if ending is None:
            allowed = ", ".join(TYPES)
            raise InvalidInputError(f"Invalid file type. Only {allowed} are allowed")
        if len(data) > MAX_FILE_BYTES:
            raise TooLargeError(f"A file has at most {MAX_FILE_BYTES} bytes, not {len(data)}.")
        name = f"{secrets.token_hex(16)}{ending}"
        path = self._place(channel) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return Uploaded(name=name, media_type=_MEDIA_TYPES[ending], size=len(data))

    def read(self, channel: str, name: str) -> tuple[bytes, str]:
        """Return a file and its type; blocks.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        path = self._place(channel) / name
        if not _FILE.fullmatch(name) or path.is_symlink() or not path.is_file():
            raise NotFoundError("File not found")
        return path.read_bytes(), _MEDIA_TYPES.get(path.suffix, "application/octet-stream")

    def _place(self, channel: str) -> Path:
        """Return a channel's folder; its name is a digest, so no id can lead elsewhere."""
        return self._folder / sha256(channel.encode()).hexdigest()[:32]
