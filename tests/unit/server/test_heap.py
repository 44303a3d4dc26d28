from __future__ import annotations

import gc

from jupyter_agentchat.server.heap import leave_out


def test_what_is_alive_is_left_out_of_collections() -> None:
    before = gc.get_freeze_count()
    try:
        leave_out()
        assert gc.get_freeze_count() > before + 10_000
        later: list[object] = []
        later.append(later)
        del later
        assert gc.collect() > 0
    finally:
        gc.unfreeze()
