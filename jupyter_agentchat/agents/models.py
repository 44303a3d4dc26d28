"""From a name like ``ollama:llama3`` to an agent."""

from __future__ import annotations

import os
from collections.abc import Mapping

from msgspec import Struct

from jupyter_agentchat.agents.model import ModelAgent
from jupyter_agentchat.agents.parameters import ModelParameters
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock
from jupyter_agentchat.providers.local import MODEL, LocalProvider
from jupyter_agentchat.providers.presets import make_provider
from jupyter_agentchat.providers.secret import Secret
from jupyter_agentchat.providers.timeouts import Timeouts

LOCAL = "local"
"""The agent that runs a small model on this machine."""

_LOCAL_PARAMETERS = ModelParameters(max_history_chars=4_000, temperature=0.2, max_tokens=512)
"""They leave room for the question in the 2,048 tokens that each answer of the process has."""


class ModelConfig(Struct, frozen=True, kw_only=True):
    """How to reach and ask a model; its repr shows no key.

    Attributes
    ----------
    base_url : str or None
        Instead of the preset's.
    key : Secret or None
        Instead of the environment's.
    timeouts : Timeouts
        How long an answer may take.
    parameters : ModelParameters or None
        How to ask; None for the defaults, which are smaller for ``local``.
    """

    base_url: str | None = None
    key: Secret | None = None
    timeouts: Timeouts = Timeouts()
    parameters: ModelParameters | None = None


def model_agent(
    name: str,
    config: ModelConfig | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
    clock: Clock = SYSTEM_CLOCK,
) -> ModelAgent:
    """Return the agent for a model; nothing is started or asked yet.

    Parameters
    ----------
    name : str
        ``provider:model``, as ``ollama:llama3`` or ``vllm:org/model:tag``; or ``local``.
    config : ModelConfig, optional
        What is not the default.
    environ : mapping
        Where keys stand.

    Raises
    ------
    InvalidInputError
        If the name has another form, or there is no such provider.
    ModelNotFoundError
        If it is ``local`` and its packages are missing.
    """
    config = config or ModelConfig()
    if name == LOCAL:
        provider = LocalProvider(timeouts=config.timeouts, clock=clock)
        parameters = config.parameters or _LOCAL_PARAMETERS
        return ModelAgent(provider, MODEL, name=LOCAL, parameters=parameters)
    endpoint, colon, model = name.partition(":")
    if not (endpoint and colon and model):
        raise InvalidInputError(
            f"{name!r} names no model: write provider:model, as ollama:llama3, or {LOCAL}."
        )
    return ModelAgent(
        make_provider(
            endpoint,
            base_url=config.base_url,
            key=config.key,
            timeouts=config.timeouts,
            environ=environ,
            clock=clock,
        ),
        model,
        name=name,
        parameters=config.parameters,
    )
