"""How a server tells the kernels that it starts where it is: environment variables, a header."""

from __future__ import annotations

URL_VARIABLE = "JUPYTER_AGENTCHAT_URL"
SECRET_VARIABLE = "JUPYTER_AGENTCHAT_SECRET"
SECRET_HEADER = "X-Agentchat-Secret"
"""Carries the secret in requests."""
