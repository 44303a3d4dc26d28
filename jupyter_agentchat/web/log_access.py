"""Who may read the server's own log: a right of its own, asked of Jupyter's authoriser."""

from __future__ import annotations

from typing import cast

from jupyter_core.utils import ensure_async
from jupyter_server.auth import User
from jupyter_server.base.handlers import JupyterHandler

RESOURCE = "agentchat-logs"
"""The authoriser is asked whether the user may ``read`` it."""


async def may_read_logs(handler: JupyterHandler) -> bool:
    """Tell whether whoever asks may watch the server's log."""
    user = cast("User", handler.current_user)
    allowed = handler.authorizer.is_authorized(handler, user, "read", RESOURCE)
    return bool(await ensure_async(allowed))
