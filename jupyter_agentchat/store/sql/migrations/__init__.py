"""How an older file becomes a newer one: one small step for each version, in order.

A step is plain SQL on the tables as they were then, so that what `schema` becomes later does not
change it; one that was released never changes. Steps run in one transaction, after a copy of the
file was made.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from jupyter_agentchat.store.sql.migrations import to_2, to_3

Migration = Callable[[Connection], None]

MIGRATIONS: tuple[Migration, ...] = (to_2.migrate, to_3.migrate)
"""Number n leads from version n + 1 to n + 2."""
VERSION = 1 + len(MIGRATIONS)
"""What this package writes."""
