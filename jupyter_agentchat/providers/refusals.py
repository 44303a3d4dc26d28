"""What an endpoint's refusal means: an HTTP status and a body become one of our errors."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from jupyter_agentchat.errors import (
    ModelNotFoundError,
    ProviderAuthError,
    ProviderError,
    ProviderRateLimitError,
    ProviderStreamError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from jupyter_agentchat.providers.secret import Secret

_MAX_SHOWN: Final = 300
_REDIRECTS: Final = range(300, 400)
_SERVER_FAILED: Final = 500
_MEANINGS: Final[dict[int, tuple[type[ProviderError], str]]] = {
    401: (ProviderAuthError, "refused the key"),
    403: (ProviderAuthError, "refused the key"),
    404: (ModelNotFoundError, "does not have this model"),
    408: (ProviderTimeoutError, "ran out of time"),
    429: (ProviderRateLimitError, "asks to slow down"),
    504: (ProviderTimeoutError, "ran out of time"),
}


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint as errors speak of it.

    Attributes
    ----------
    who : str
        Its name and address.
    key : Secret
        What must not be shown, even when the endpoint quotes it.
    key_hint : str
        Where the key comes from, as ``OPENAI_API_KEY``.
    """

    who: str
    key: Secret
    key_hint: str

    def refused(
        self, status: int, body: bytes, *, model: str, retry_after: str = ""
    ) -> ProviderError:
        """Return the error for an answer that is no stream."""
        return self.failed(status, _message(body), model=model, retry_after=retry_after)

    def failed(
        self, status: int | None, message: str, *, model: str, retry_after: str = ""
    ) -> ProviderError:
        """Return the error for `status` and the endpoint's own `message`."""
        if status is None:
            kind: type[ProviderError] = ProviderStreamError
            what = "failed in the middle of its answer"
        else:
            kind, what = _meaning(status)
        if kind is ProviderAuthError:  # endpoints quote the key here, some of them abbreviated
            return kind(f"{self.who} {what}; set {self.key_hint}.")
        if kind is ModelNotFoundError:
            what += f", {model!r}"
        if kind is ProviderRateLimitError:
            what += _wait(self.key.scrub(retry_after))
        return kind(f"{self.who} {what}{self._quoted(message)}.")

    def no_stream(self, media_type: str, body: bytes) -> ProviderError:
        """Return the error for a success that is something else."""
        said = self._quoted(_message(body))
        return ProviderStreamError(
            f"{self.who} answered with {media_type}, not with an event stream{said}; "
            "is the base URL right?"
        )

    def _quoted(self, message: str) -> str:
        shown = " ".join(self.key.scrub(message).split()).rstrip(".")
        if len(shown) > _MAX_SHOWN:
            shown = shown[:_MAX_SHOWN] + "…"
        return f": {shown}" if shown else ""


class _Said(msgspec.Struct):
    message: str | None = None


class _Refusal(msgspec.Struct):
    """The forms in use: OpenAI's, llama.cpp's, vLLM's older one, FastAPI's."""

    error: _Said | str | None = None
    message: str | None = None
    detail: str | None = None


def _meaning(status: int) -> tuple[type[ProviderError], str]:
    if status in _MEANINGS:
        kind, what = _MEANINGS[status]
    elif status >= _SERVER_FAILED:
        kind, what = ProviderUnavailableError, "failed"
    elif status in _REDIRECTS:
        kind, what = ProviderError, "points elsewhere, so its base URL is another one"
    else:
        kind, what = ProviderError, "refused the request"
    return kind, f"{what} (HTTP {status})"


def _message(body: bytes) -> str:
    try:
        said = msgspec.json.decode(body, type=_Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = body.decode("utf-8", "replace").strip()
        return "" if text.startswith(("<", "{", "[")) else text
    wrapped = said.error.message if isinstance(said.error, _Said) else said.error
    return wrapped or said.message or said.detail or ""


def _wait(retry_after: str) -> str:
    """Return Retry-After (RFC 9110 §10.2.3: seconds or a date) as words."""
    if re.fullmatch(r"\d{1,9}(\.\d+)?", retry_after):
        return f", for {retry_after} s"
    return f", until {retry_after[:40]}" if retry_after else ""
