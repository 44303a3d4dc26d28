"""The history of a room over REST, as far back as something may have been missed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from jupyter_agentchat.client.eliza.stored import created_ms

PAGE = 100
MAX_PAGES = 20
TIMEOUT_S = 30.0

Row = dict[str, Any]


class _Data(msgspec.Struct):
    messages: list[Row]


class _Page(msgspec.Struct):
    data: _Data


async def missed(url: str, token: str, room: str, since_ms: int) -> tuple[list[Row], bool]:
    """Return a room's messages since an instant, newest first.

    Returns
    -------
    list of dict, bool
        And whether those are all; at most `MAX_PAGES` pages are read, and none of a server that
        does not answer.
    """
    headers = {"Authorization": f"token {token}", "X-API-KEY": token} if token else {}
    path = f"{url}api/messaging/channels/{quote(room, safe='')}/messages"
    rows: dict[object, Row] = {}
    params: dict[str, int] = {"limit": PAGE}
    async with httpx.AsyncClient(headers=headers, timeout=TIMEOUT_S) as http:
        for _ in range(MAX_PAGES):
            try:
                response = await http.get(path, params=params)
                page = msgspec.json.decode(response.raise_for_status().content, type=_Page)
            except (httpx.HTTPError, msgspec.DecodeError):
                return list(rows.values()), False
            new = {row.get("id"): row for row in page.data.messages if row.get("id") not in rows}
            rows |= new
            if not new or min(map(created_ms, new.values())) < since_ms:
                return list(rows.values()), True
            # several messages may share the millisecond at which a page ends
            params["before"] = min(map(created_ms, new.values())) + 1
    return list(rows.values()), False
