"""Pages of other origins: preflights and headers, as the server's operator allows them.

WHATWG Fetch §3.3. ``ServerApp.allow_origin``, ``allow_origin_pat`` and ``allow_credentials`` rule.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from jupyter_server.base.handlers import JupyterHandler

from jupyter_agentchat.errors import ForbiddenError
from jupyter_agentchat.web.auth import is_origin_allowed
from jupyter_agentchat.web.handlers import Guarded

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
HEADERS = (
    "accept, authorization, cache-control, content-type, last-event-id, x-api-key, x-xsrftoken"
)
EXPOSED = "retry-after"
MAX_AGE_S = 600


def is_preflight(handler: JupyterHandler) -> bool:
    """Tell whether a browser asks what a page may do; it sends no credentials with that."""
    headers = handler.request.headers
    return (
        handler.request.method == "OPTIONS"
        and "Origin" in headers
        and "Access-Control-Request-Method" in headers
    )


class CrossOrigin(Guarded):
    """Answers preflights and lets pages of allowed origins read answers, refusals included.

    Attributes
    ----------
    taken, exposed : str
        Headers that a page may send beside, and read beside, those of every dialect.
    """

    taken = exposed = ""

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Answer a preflight, which needs no sign-in; guard everything else."""
        if not is_preflight(self):
            await super().prepare(_redirect_to_login=False)
            return
        if not is_origin_allowed(self, self.request.headers["Origin"]):
            raise ForbiddenError(
                "This origin is not allowed; ServerApp.allow_origin and allow_origin_pat say which "
                "are."
            )
        self.set_status(HTTPStatus.NO_CONTENT)
        self.set_cors_headers()
        self.set_header("Access-Control-Allow-Methods", METHODS)
        self.set_header("Access-Control-Allow-Headers", _joined(HEADERS, self.taken))
        self.set_header("Access-Control-Max-Age", str(MAX_AGE_S))
        self.finish()

    def set_cors_headers(self) -> None:
        """Name the page's origin if it may read the answer.

        Where nothing is configured, a request with a credential in a header or its address may
        come from anywhere, as in Jupyter: only who has the credential can send it.
        """
        self.add_header("Vary", "Origin")
        origin = self.request.headers.get("Origin")
        if origin is None:
            return
        if is_origin_allowed(self, origin):
            self._allow("*" if self.allow_origin == "*" else origin)
            if self.allow_credentials:
                self.set_header("Access-Control-Allow-Credentials", "true")
        elif self._is_by_credential() and not (self.allow_origin or self.allow_origin_pat):
            self._allow(origin)

    def _is_by_credential(self) -> bool:
        is_known = getattr(self, "_jupyter_current_user", None) is not None
        return is_known and self.token_authenticated

    def _allow(self, origin: str) -> None:
        self.set_header("Access-Control-Allow-Origin", origin)
        self.set_header("Access-Control-Expose-Headers", _joined(EXPOSED, self.exposed))

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 - Tornado's interface
        """Answer with the error, readable to the page if the answer would have been."""
        self.set_cors_headers()
        super().write_error(status_code, **kwargs)


def _joined(*headers: str) -> str:
    return ", ".join(filter(None, headers))
