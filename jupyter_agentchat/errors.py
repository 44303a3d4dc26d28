"""One tree of errors; each says whose fault it is, whether to retry, and its wire code.

::

    AgentChatError                      internal              500   ours
    ├── InvalidInputError               invalid               400   the caller's
    │   ├── EmptyMessageError           empty_message         400
    │   ├── InvalidJSONError            invalid_json          400
    │   ├── UnknownOperationError       unknown_op            400
    │   └── TooLargeError               message_too_large     413
    ├── ForbiddenError                  forbidden             403
    ├── NotFoundError                   not_found             404
    │   ├── ChannelNotFoundError        channel_not_found
    │   ├── AgentNotFoundError          agent_not_found
    │   ├── MessageNotFoundError        message_not_found
    │   └── StreamNotFoundError         stream_not_found
    ├── ConflictError                   conflict              409
    │   └── IdempotencyError            client_message_id_reused
    ├── RateLimitedError                rate_limited          429   (retry)
    ├── AgentError                      agent_failed          500   the agent's
    │   └── AgentTimeoutError           agent_timeout         504
    ├── ProviderError                   provider_failed       502   the model endpoint's
    │   ├── ProviderAuthError           provider_auth
    │   ├── ProviderRateLimitError      provider_rate_limited       (retry)
    │   ├── ProviderUnavailableError    provider_unavailable        (retry)
    │   ├── ProviderTimeoutError        provider_timeout            (retry)
    │   ├── ProviderStreamError         provider_stream_broken      (retry)
    │   └── ModelNotFoundError          model_not_found
    ├── StoreError                      store_failed          500   the disk's
    │   ├── StoreReadOnlyError          store_read_only
    │   ├── StoreLockedError            store_locked                (retry)
    │   ├── StoreFormatError            store_not_a_database
    │   └── StoreFullError              storage_full          507   (retry)
    ├── UnavailableError                unavailable           503   (retry) not running
    │   └── DisabledError               disabled
    ├── UnansweredError                 unanswered            408   (retry) nobody said a word
    ├── ServerNotFoundError             server_not_found            no server to talk to
    ├── DisconnectedError               disconnected                (retry) the connection was lost
    │   └── OutboxFullError             outbox_full                 (retry) too much waits for it
    └── LifecycleError                  lifecycle                   a bug of ours

A subclass overrides only class attributes; a message is one sentence for the person who reads it.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Fault = Literal["caller", "server", "agent", "provider", "store"]


class AgentChatError(Exception):
    """Root of every error this package raises on purpose.

    Attributes
    ----------
    code : str
        Stable identifier on the wire.
    status : int
        HTTP status that carries it.
    retry : bool
        Whether the same request may succeed later.
    fault : str
        Whose fault it is.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    retry: ClassVar[bool] = False
    fault: ClassVar[Fault] = "server"

    @property
    def message(self) -> str:
        """The sentence shown to people."""
        return str(self) or self.code


class InvalidInputError(AgentChatError, ValueError):
    """The caller sent something that can never be right."""

    code = "invalid"
    status = 400
    fault = "caller"


class EmptyMessageError(InvalidInputError):
    """A message with no visible text."""

    code = "empty_message"


class InvalidJSONError(InvalidInputError):
    """A body or frame that is not JSON."""

    code = "invalid_json"


class UnknownOperationError(InvalidInputError):
    """A frame whose ``op`` does not exist."""

    code = "unknown_op"


class TooLargeError(InvalidInputError):
    """A message or frame over its limit."""

    code = "message_too_large"
    status = 413


class ForbiddenError(AgentChatError):
    """The user may not do this."""

    code = "forbidden"
    status = 403
    fault = "caller"


class NotFoundError(AgentChatError, LookupError):
    """Something named does not exist."""

    code = "not_found"
    status = 404
    fault = "caller"


class ChannelNotFoundError(NotFoundError):
    """No such channel."""

    code = "channel_not_found"


class AgentNotFoundError(NotFoundError):
    """No such agent, or it is offline."""

    code = "agent_not_found"


class MessageNotFoundError(NotFoundError):
    """No such message in the channel."""

    code = "message_not_found"


class StreamNotFoundError(NotFoundError):
    """No such stream."""

    code = "stream_not_found"


class ConflictError(AgentChatError):
    """The request contradicts what is already there."""

    code = "conflict"
    status = 409
    fault = "caller"


class IdempotencyError(ConflictError):
    """A ``client_message_id`` used again with another body."""

    code = "client_message_id_reused"


class RateLimitedError(AgentChatError):
    """Too many sends or live streams for one user."""

    code = "rate_limited"
    status = 429
    retry = True
    fault = "caller"


class AgentError(AgentChatError):
    """An agent raised."""

    code = "agent_failed"
    fault = "agent"


class AgentTimeoutError(AgentError):
    """An agent did not end within its deadline."""

    code = "agent_timeout"
    status = 504


class ProviderError(AgentChatError):
    """A model endpoint failed."""

    code = "provider_failed"
    status = 502
    fault = "provider"


class ProviderAuthError(ProviderError):
    """The endpoint refused the credentials."""

    code = "provider_auth"


class ProviderRateLimitError(ProviderError):
    """The endpoint asked to slow down."""

    code = "provider_rate_limited"
    retry = True


class ProviderUnavailableError(ProviderError):
    """The endpoint could not be reached, or answered 5xx."""

    code = "provider_unavailable"
    retry = True


class ProviderTimeoutError(ProviderError):
    """The endpoint took too long."""

    code = "provider_timeout"
    status = 504
    retry = True


class ProviderStreamError(ProviderError):
    """The endpoint's stream broke off or could not be read."""

    code = "provider_stream_broken"
    retry = True


class ModelNotFoundError(ProviderError):
    """The model is not installed, or the endpoint does not know it."""

    code = "model_not_found"
    status = 404


class StoreError(AgentChatError):
    """The durable log could not be read or written."""

    code = "store_failed"
    fault = "store"


class StoreReadOnlyError(StoreError):
    """The database file or its folder cannot be written."""

    code = "store_read_only"


class StoreLockedError(StoreError):
    """Another process holds the database."""

    code = "store_locked"
    retry = True


class StoreFormatError(StoreError):
    """The file is not a database of ours, or of a newer version."""

    code = "store_not_a_database"


class StoreFullError(StoreError):
    """No space is left for the log."""

    code = "storage_full"
    status = 507
    retry = True


class UnavailableError(AgentChatError):
    """The service is not running, or is shutting down."""

    code = "unavailable"
    status = 503
    retry = True


class DisabledError(UnavailableError):
    """The service could not start; somebody has to mend it first."""

    code = "disabled"
    retry = False


class UnansweredError(AgentChatError):
    """A user was asked, and nobody answered: no window was there, it went, or time ran out."""

    code = "unanswered"
    status = 408
    retry = True
    fault = "caller"


class ServerNotFoundError(AgentChatError):
    """No server could be found or reached."""

    code = "server_not_found"
    fault = "caller"


class DisconnectedError(AgentChatError):
    """The connection to the server was lost."""

    code = "disconnected"
    retry = True


class OutboxFullError(DisconnectedError):
    """Too many commands wait for a connection or for their answers."""

    code = "outbox_full"


class LifecycleError(AgentChatError):
    """An illegal move of a life cycle: a stream's, or a connection's."""

    code = "lifecycle"
