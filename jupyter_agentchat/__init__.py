"""A research workbench for live agents inside Jupyter.

The public names are flat and lazy: ``import jupyter_agentchat as ac`` loads next to nothing, and
``ac.connect`` loads what it needs when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from jupyter_agentchat._version import __version__

if TYPE_CHECKING:
    from typing import TypedDict

    from jupyter_agentchat import plot, stats
    from jupyter_agentchat.client import connect, connect_async, logs
    from jupyter_agentchat.experiment import Experiment, selfcheck
    from jupyter_agentchat.frames.compare import compare, compare_groups
    from jupyter_agentchat.frames.read_log import read_log
    from jupyter_agentchat.frames.traces import read_trace
    from jupyter_agentchat.panel import ChatPanel

    class _LabExtension(TypedDict):
        src: str
        dest: str


_PUBLIC = {
    "ChatPanel": "jupyter_agentchat.panel:ChatPanel",
    "Experiment": "jupyter_agentchat.experiment:Experiment",
    "compare": "jupyter_agentchat.frames.compare:compare",
    "compare_groups": "jupyter_agentchat.frames.compare:compare_groups",
    "connect": "jupyter_agentchat.client:connect",
    "connect_async": "jupyter_agentchat.client:connect_async",
    "logs": "jupyter_agentchat.client:logs",
    "plot": "jupyter_agentchat.plot",
    "read_log": "jupyter_agentchat.frames.read_log:read_log",
    "read_trace": "jupyter_agentchat.frames.traces:read_trace",
    "selfcheck": "jupyter_agentchat.experiment:selfcheck",
    "stats": "jupyter_agentchat.stats",
}
"""Where each public name lives: name → ``module:attribute``, or a module.

Type checkers cannot read it: ``__all__`` and the imports above repeat the names (a test compares).
"""

__all__ = [
    "ChatPanel",
    "Experiment",
    "__version__",
    "compare",
    "compare_groups",
    "connect",
    "connect_async",
    "logs",
    "plot",
    "read_log",
    "read_trace",
    "selfcheck",
    "stats",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use and keep it."""
    try:
        module, _, attribute = _PUBLIC[name].partition(":")
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    loaded = importlib.import_module(module)
    value: object = getattr(loaded, attribute) if attribute else loaded
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Name what is public, loaded or not."""
    return sorted(__all__)


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """Tell jupyter_server which application to load."""
    extension = importlib.import_module("jupyter_agentchat.server.extension")
    return [{"module": "jupyter_agentchat", "app": extension.AgentChatApp}]


def _jupyter_labextension_paths() -> list[_LabExtension]:
    """Tell JupyterLab where the built plug-in is and what it is called."""
    return [{"src": "labextension", "dest": "jupyter-agentchat"}]
