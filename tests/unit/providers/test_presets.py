from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from jupyter_agentchat.errors import InvalidInputError, ProviderAuthError, ProviderError
from jupyter_agentchat.providers.base import Request
from jupyter_agentchat.providers.openai import OpenAIProvider
from jupyter_agentchat.providers.presets import GROUP, PRESETS, make_provider
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.endpoint import ScriptedEndpoint
from jupyter_agentchat.testing.providers import ScriptedProvider

MODULE = "providers_of_a_test"


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    module = ModuleType(MODULE)
    vars(module).update(make=lambda: ScriptedProvider(name="mine"), broken=lambda: 1 / 0)
    monkeypatch.setitem(sys.modules, MODULE, module)
    return [EntryPoint(name, f"{MODULE}:{name}", GROUP) for name in ("make", "broken", "absent")]


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_gives_its_endpoint(name: str) -> None:
    provider = make_provider(name, environ={})
    assert isinstance(provider, OpenAIProvider)
    assert provider.name == name
    assert repr(provider) == f"<OpenAIProvider {name} ({PRESETS[name].base_url})>"


async def test_the_key_of_the_environment_is_sent_with_the_presets_words() -> None:
    async with ScriptedEndpoint() as endpoint:
        provider = make_provider(
            "openai", base_url=endpoint.url, environ={"OPENAI_API_KEY": " k\n"}
        )
        _, error = await collect(provider.stream(Request(model="m", turns=[], max_tokens=3)))
        await provider.close()
    assert error is None
    (request,) = endpoint.requests
    assert request.headers["authorization"] == "Bearer k"
    assert request.body["max_completion_tokens"] == 3


async def test_openai_without_a_key_asks_for_its_variable() -> None:
    _, error = await collect(
        make_provider("openai", environ={}).stream(Request(model="m", turns=[]))
    )
    assert isinstance(error, ProviderAuthError)
    assert error.message.endswith("needs a key; set OPENAI_API_KEY.")


@pytest.mark.parametrize(
    ("name", "guess"), [("olama", '; did you mean "ollama"?'), ("xyz", "."), ("mak", '"make"?')]
)
def test_an_unknown_name_is_answered_with_the_known_ones(
    name: str, guess: str, plugins: list[EntryPoint]
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        make_provider(name, find_plugins=lambda: plugins)
    assert guess in caught.value.message
    assert caught.value.message.endswith(
        "Known: openai, ollama, vllm, lmstudio, llamacpp, make, broken, absent."
    )


def test_another_package_can_bring_a_provider(plugins: list[EntryPoint]) -> None:
    assert make_provider("make", find_plugins=lambda: plugins).name == "mine"


@pytest.mark.parametrize("name", ["broken", "absent"])
def test_a_broken_plugin_is_named(name: str, plugins: list[EntryPoint]) -> None:
    with pytest.raises(ProviderError, match=f"plug-in '{name}' .{MODULE}:{name}. cannot be used: "):
        make_provider(name, find_plugins=lambda: plugins)


def test_the_real_entry_points_can_be_read() -> None:
    with pytest.raises(InvalidInputError):
        make_provider("no such provider")
