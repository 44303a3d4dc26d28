from __future__ import annotations

import pytest
from sqlalchemy.dialects import sqlite

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.sql.sealed import Sealed

DIALECT = sqlite.dialect()


def sealed(value: bytes | memoryview) -> bytes:
    stored = Sealed().process_bind_param(value, DIALECT)
    assert stored is not None
    return stored


@pytest.mark.parametrize("value", [b"", b"x", memoryview(b"chunks" * 100)])
def test_it_reads_back_as_a_view(value: bytes | memoryview) -> None:
    read = Sealed().process_result_value(sealed(value), DIALECT)
    assert isinstance(read, memoryview)
    assert read == value


def test_nothing_stays_nothing() -> None:
    assert Sealed().process_bind_param(None, DIALECT) is None
    assert Sealed().process_result_value(None, DIALECT) is None


def test_every_flipped_bit_is_reported() -> None:
    stored = sealed(b"What was said.")
    for bit in range(len(stored) * 8):
        harmed = bytearray(stored)
        harmed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(StoreError, match="damaged"):
            Sealed().process_result_value(bytes(harmed), DIALECT)
