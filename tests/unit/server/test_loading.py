from __future__ import annotations

import gc
import sys

import pytest

from jupyter_agentchat.server.loading import SWITCH_S, considerate

MICROSECONDS = 2e-6


def test_threads_give_way_and_nothing_is_collected_for_as_long_as_it_takes() -> None:
    before = sys.getswitchinterval()
    with considerate():
        assert sys.getswitchinterval() == pytest.approx(SWITCH_S, abs=MICROSECONDS)
        assert not gc.isenabled()
    assert sys.getswitchinterval() == before
    assert gc.isenabled()


def test_a_failure_changes_nothing_for_good() -> None:
    before = sys.getswitchinterval()
    with pytest.raises(ZeroDivisionError), considerate():
        _ = 1 / 0
    assert sys.getswitchinterval() == before
    assert gc.isenabled()


def test_what_was_off_stays_off() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0001)
    gc.disable()
    try:
        with considerate():
            assert sys.getswitchinterval() == pytest.approx(0.0001, abs=MICROSECONDS)
        assert not gc.isenabled()
    finally:
        gc.enable()
        sys.setswitchinterval(before)
