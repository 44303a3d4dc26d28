"""SQLite's, SQLAlchemy's and the file system's errors, translated in one place."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from jupyter_agentchat.errors import (
    StoreError,
    StoreFormatError,
    StoreFullError,
    StoreLockedError,
    StoreReadOnlyError,
)

_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
_NO_RIGHT = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_READ_ONLY = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PROBE_BYTES = 64 * 1024


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise what goes wrong inside as a `StoreError` whose sentence names `path`."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise _of_cause(path, cause) from error
    except sqlite3.Error as error:
        raise _of_cause(path, error) from error
    except OSError as error:
        raise _of_errno(path, error) from error


def _of_cause(path: Path, cause: BaseException | None) -> StoreError:
    # The low byte is the primary code (sqlite.org/rescode.html).
    code = getattr(cause, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary == sqlite3.SQLITE_FULL or (primary == sqlite3.SQLITE_IOERR and _no_room(path)):
        return _full(path)
    if primary in _READ_ONLY:
        return _read_only(path)
    if primary in _BUSY:
        return StoreLockedError(f"{path} is locked by another program; close it and try again.")
    if primary == sqlite3.SQLITE_NOTADB:
        return StoreFormatError(f"{path} is not a database; choose another file.")
    if primary == sqlite3.SQLITE_CORRUPT:
        return StoreError(f"{path} is damaged ({cause}); restore a copy or choose another file.")
    return StoreError(f"{path} failed: {cause}.")


def _of_errno(path: Path, error: OSError) -> StoreError:
    if error.errno in _NO_ROOM:
        return _full(path)
    if error.errno in _NO_RIGHT:
        return _read_only(path)
    return StoreError(f"{path} cannot be opened: {error.strerror or error}.")


def _full(path: Path) -> StoreFullError:
    return StoreFullError(f"No space is left for {path}; free some, and it goes on by itself.")


def _read_only(path: Path) -> StoreReadOnlyError:
    return StoreReadOnlyError(f"{path} or its folder cannot be written; choose another file.")


def _no_room(path: Path) -> bool:
    """Return whether the disk, the quota or the file-size limit is what a failed write met.

    SQLite reports ENOSPC as full, but EDQUOT and EFBIG as any other I/O error.
    """
    names = (path, path.with_name(path.name + "-wal"))
    end = max((name.stat().st_size for name in names if name.exists()), default=0)
    try:
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            os.write(probe.fileno(), bytes(_PROBE_BYTES))
            probe.seek(end)
            os.write(probe.fileno(), bytes(_PROBE_BYTES))
    except OSError as error:
        return error.errno in _NO_ROOM
    return False
