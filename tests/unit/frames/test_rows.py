from __future__ import annotations

import pyarrow as pa
import pytest

from jupyter_agentchat.frames import rows

SCHEMA = pa.schema([("n", pa.int64()), ("few", pa.dictionary(pa.int32(), pa.string()))])


def test_rows_become_columns() -> None:
    found = rows.gather(SCHEMA, iter([(1, "b"), (2, None), (None, "a"), (4, "b")]))
    assert found.schema == SCHEMA
    assert found.to_pydict() == {"n": [1, 2, None, 4], "few": ["b", None, "a", "b"]}


def test_the_parts_of_a_long_table_share_their_categories(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_BATCH", 2)
    found = rows.gather(SCHEMA, ((n, "ab"[n % 2] + str(n // 3)) for n in range(7)))
    assert found.column("n").to_pylist() == list(range(7))
    assert found.column("few").to_pylist() == ["a0", "b0", "a0", "b1", "a1", "b1", "a2"]
    dictionaries = [chunk.dictionary for chunk in found.column("few").chunks]
    assert len(dictionaries) == 4
    assert all(each.equals(dictionaries[0]) for each in dictionaries)


def test_a_row_of_another_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        rows.gather(SCHEMA, [(1, "a", 3)])
