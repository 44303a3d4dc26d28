"""One process owns a file: a lock of the operating system, beside it.

The lock belongs to an open file, so that a dead owner's is free at once, however it died. The
lock file says who holds it, for the one who is refused.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from jupyter_agentchat.errors import StoreError, StoreLockedError

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """The locked byte lies beyond the text: Windows forbids others to read a locked one."""

    def _try_lock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class OwnerLock:
    """Holds the right to a file from construction to `release`.

    Parameters
    ----------
    path : Path
        The file that is owned; the lock stands beside it, with ``.lock`` appended.
    owner : str
        Whom the lock names beside its process, such as a server's URL.

    Raises
    ------
    StoreLockedError
        If another process, or another lock of this one, owns the file; it names that process.
    OSError
        If the lock file cannot be made.
    """

    def __init__(self, path: Path, owner: str = "") -> None:
        self._path = path.with_name(path.name + ".lock")
        self._descriptor = self._acquire(path)
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{os.getpid()} {owner}".strip().encode())

    def release(self) -> None:
        """Let others own the file; a second call does nothing."""
        if self._descriptor < 0:
            return
        # Unlinked before it is unlocked: who locks the old file then sees that it is gone.
        with suppress(OSError):
            self._path.unlink()
        os.close(self._descriptor)
        self._descriptor = -1

    def _acquire(self, path: Path) -> int:
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                _try_lock(descriptor)
            except (BlockingIOError, PermissionError):
                message = f"{path} is in use by process {_holder(descriptor)}; use another file."
                os.close(descriptor)
                raise StoreLockedError(message) from None
            except OSError as error:
                os.close(descriptor)
                message = f"{path} cannot be locked ({error.strerror}); use a local disk."
                raise StoreError(message) from error
            if self._is_current(descriptor):
                return descriptor
            os.close(descriptor)

    def _is_current(self, descriptor: int) -> bool:
        """Return whether the locked file is still the one that the path names."""
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self._path))  # noqa: PTH116
        except FileNotFoundError:
            return False


def _holder(descriptor: int) -> str:
    pid, _, owner = os.read(descriptor, 4096).decode(errors="replace").partition(" ")
    return f"{pid or '(unknown)'} ({owner})" if owner else pid or "(unknown)"
