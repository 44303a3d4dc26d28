"""Who asks: Jupyter's users, and one stable `owner` behind the token and the kernel secret."""

from __future__ import annotations

import hmac
import re
from inspect import isawaitable
from urllib.parse import urlsplit

from jupyter_server.auth import IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler

from jupyter_agentchat.protocol.announcement import SECRET_HEADER
from jupyter_agentchat.protocol.model import Author

OWNER = "owner"
"""The user of requests that carry only the server's token, or the kernel secret."""
_LOCAL = frozenset({"same-origin", "none"})


_USER = User(username=OWNER, name=OWNER, display_name=OWNER, initials="O")


class OwnerIdentity(IdentityProvider):
    """Jupyter invents a new user for each bare token; this one is always the same.

    It replaces the server's own provider for one request and sets no cookie: a client that keeps
    cookies would turn into the invented user at its second request.
    """

    def __init__(self, *, by_credential: bool) -> None:
        super().__init__()
        self._by_credential = by_credential

    def get_user(self, handler: object) -> User:  # noqa: ARG002 - the provider's interface
        """Return the owner."""
        return _USER

    def is_token_authenticated(self, handler: object) -> bool:  # noqa: ARG002 - same
        """Tell whether a credential came that no foreign page can send."""
        return self._by_credential

    def should_check_origin(self, handler: object) -> bool:  # noqa: ARG002 - same
        """Tell whether a foreign page could have sent this."""
        return not self._by_credential


_BY_CREDENTIAL = OwnerIdentity(by_credential=True)
_BY_DEFAULT = OwnerIdentity(by_credential=False)


async def owner_identity(
    handler: JupyterHandler, provider: IdentityProvider, secret: str
) -> IdentityProvider | None:
    """Return the owner's identity if the request carries nothing that names somebody else."""
    if same(handler.request.headers.get(SECRET_HEADER, ""), secret):
        return _BY_CREDENTIAL
    if not _invents_users(provider):
        return None
    user = provider.get_user_cookie(handler)
    if (await user if isawaitable(user) else user) is not None:
        return None
    token = str(provider.token or "")
    if token and same(provider.get_token(handler) or "", token):
        return _BY_CREDENTIAL
    return None if provider.auth_enabled else _BY_DEFAULT


def same(given: str, expected: str) -> bool:
    """Compare two credentials in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def author_of(user: User) -> Author:
    """Return the author of what this user sends."""
    return Author(
        id=user.username, kind="user", name=user.display_name or user.name or user.username
    )


def is_foreign(handler: JupyterHandler, origin: str | None) -> bool:
    """Tell whether a page of another origin sent this request with the user's cookie.

    A missing Origin is judged by ``Sec-Fetch-Site``, which browsers send and scripts need not.
    """
    if origin is None:
        site = handler.request.headers.get("Sec-Fetch-Site")
        return site is not None and site not in _LOCAL
    parts = urlsplit(origin)
    host = handler.request.headers.get("Host", "").lower()
    own = parts.scheme in {"http", "https"} and bool(host) and parts.netloc.lower() == host
    return not own and not is_origin_allowed(handler, origin.lower())


def is_origin_allowed(handler: JupyterHandler, origin: str) -> bool:
    """Tell whether the operator allowed an origin (``ServerApp.allow_origin`` and ``_pat``).

    The pattern has to match all of it: a prefix would let ``trusted.example.evil.com`` in
    (CVE-2026-40110).
    """
    if handler.allow_origin == "*":
        return True
    if origin == "null":
        return False
    if handler.allow_origin:
        return bool(handler.allow_origin.lower() == origin.lower())
    pattern = handler.allow_origin_pat or ""
    return bool(pattern) and re.fullmatch(pattern, origin) is not None


def _invents_users(provider: IdentityProvider) -> bool:
    """Tell whether users behind a token are random: Jupyter's own providers, not a hub's."""
    kind = type(provider)
    return (
        kind.get_user is IdentityProvider.get_user
        and kind.get_user_token is IdentityProvider.get_user_token
        and kind.generate_anonymous_user is IdentityProvider.generate_anonymous_user
    )
