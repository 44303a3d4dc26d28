from __future__ import annotations

import msgspec
import pytest

from jupyter_agentchat.extract.openai_items import Delta, Done, Failure, Finish, ToolCall, Usage

ITEMS = [Delta("a"), Usage(1, 2, 3), Finish("stop"), Failure("BROKEN", "m"), Done(), ToolCall()]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: type(item).__name__)
def test_items_are_frozen_and_comparable(item: msgspec.Struct) -> None:
    assert item == type(item)(**msgspec.structs.asdict(item))
    assert hash(item) == hash(type(item)(**msgspec.structs.asdict(item)))
    for name in item.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(item, name, None)
