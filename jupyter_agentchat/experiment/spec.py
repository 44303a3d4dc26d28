"""What an experiment orders, checked before anything runs."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, structs

from jupyter_agentchat.agents import generation, synthetic_spec
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.experiment import values
from jupyter_agentchat.experiment.arrivals import Arrivals, Trace, read_arrivals
from jupyter_agentchat.experiment.design import Factors, Trial
from jupyter_agentchat.experiment.network import KEY, Network, read_network
from jupyter_agentchat.protocol.ids import check_channel_id

SYNTHETIC: Final = "synthetic"
"""An agent, and the key of the metadata that it reads."""
MAX_TRIALS: Final = 1_000_000


class Spec(Struct, frozen=True, kw_only=True):
    """An experiment, in full.

    Attributes
    ----------
    prompts : mapping of str to str
        Label → text.
    agents, transports : sequence of str
        Levels of these factors.
    settings : mapping of str to dict
        Label → the message's metadata, such as ``{"synthetic": {"icl_ms": 5}}``.
    repeats : int
        Blocks; each holds every combination once.
    arrivals : str
        See `read_arrivals`.
    seed : int
        Of the order, the arrivals and the blinding.
    warm_up : int
        Trials before the first block, left out of every summary.
    blind : bool
        Show arms as A, B, … until `ExperimentResult.unblind`.
    timeout_s : float
        After which an answer is stopped and counted as failed.
    trace_sha256 : str or None
        Of the contents of the trace that `arrivals` names; None without one.
    """

    prompts: dict[str, str]
    agents: tuple[str, ...]
    settings: dict[str, dict[str, Any]]
    transports: tuple[str, ...]
    repeats: int
    arrivals: str
    seed: int
    warm_up: int
    blind: bool
    timeout_s: float
    name: str
    trace_sha256: str | None = None

    @property
    def hash(self) -> str:
        """Sixteen hexadecimal digits that name this configuration."""
        text = json.dumps(self.order(), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def factors(self) -> Factors:
        """The levels of each factor."""
        return Factors(
            prompts=tuple(self.prompts),
            agents=self.agents,
            settings=tuple(self.settings),
            transports=self.transports,
        )

    @property
    def channel(self) -> str:
        """With what the names of its channels begin."""
        return f"{self.name}-{self.hash[:8]}"

    def network(self, setting: str) -> Network | None:
        """Return the network under which a setting's trials are made; None is the plain one."""
        order = self.settings[setting].get(KEY)
        return None if order is None else read_network(setting, order)

    def metadata(self, setting: str) -> dict[str, Any]:
        """Return the metadata of a setting's messages."""
        return {name: value for name, value in self.settings[setting].items() if name != KEY}

    def trials(self) -> list[Trial]:
        """Return all trials in their order."""
        return self.factors.trials(repeats=self.repeats, warm_up=self.warm_up, seed=self.seed)

    @property
    def is_open(self) -> bool:
        """Whether requests are sent on a schedule; no trace is read for it."""
        return not self.arrivals.startswith("closed")

    def order(self) -> dict[str, Any]:
        """Return what `read_spec` makes this spec of."""
        return {key: value for key, value in structs.asdict(self).items() if value is not None}

    def schedule(self) -> Arrivals:
        """Return when requests are sent; a trace is read from its file.

        Raises
        ------
        InvalidInputError
            If the trace is not the one that the spec was made with.
        """
        found = read_arrivals(self.arrivals)
        if self.trace_sha256 is not None and isinstance(found, Trace):
            found.check(self.trace_sha256)
        return found


_DEFAULTS: Final[Mapping[str, Any]] = {
    "settings": {"default": {}},
    "transports": ("ws",),
    "repeats": 1,
    "arrivals": "closed",
    "seed": 0,
    "warm_up": 0,
    "blind": False,
    "timeout_s": 120.0,
    "name": "experiment",
    "trace_sha256": None,
}
_KEYS: Final = ("prompts", "agents", *_DEFAULTS)


def read_spec(order: Mapping[str, Any], *, is_done: bool = False) -> Spec:
    """Return the spec that `order` describes; what it leaves out has its default.

    Parameters
    ----------
    is_done : bool
        It was checked and run before: a trace that it names may be gone since.

    Raises
    ------
    InvalidInputError
        If a key is unknown or missing, a value wrong, or there is nothing to do; the sentence
        names the key and what would be right.
    """
    for key in order:
        if key not in _KEYS:
            near = difflib.get_close_matches(str(key), _KEYS, n=1)
            guess = f'; did you mean "{near[0]}"?' if near else "."
            raise InvalidInputError(
                f"An experiment has no {key!r}{guess} It takes {', '.join(_KEYS)}."
            )
    for key in ("prompts", "agents"):
        if key not in order:
            raise InvalidInputError(f"An experiment needs {key}.")
    given = {**_DEFAULTS, **order}
    spec = Spec(
        prompts=values.prompts_of(given["prompts"]),
        agents=values.names_of("agents", given["agents"]),
        settings=values.settings_of(given["settings"]),
        transports=values.transports_of(given["transports"]),
        repeats=values.whole("repeats", given["repeats"], least=1),
        arrivals=given["arrivals"],
        seed=values.whole("seed", given["seed"], least=0),
        warm_up=values.whole("warm_up", given["warm_up"], least=0),
        blind=values.truth("blind", given["blind"]),
        timeout_s=values.seconds(given["timeout_s"]),
        name=values.name_of(given["name"]),
        trace_sha256=values.digest_of(given["trace_sha256"]),
    )
    return spec if is_done else _checked(spec)


def read_file(path: str | Path) -> Spec:
    """Read a spec from a YAML (or JSON) file.

    Raises
    ------
    InvalidInputError
        If there is no such file, it is no YAML, or the spec is wrong; the sentence names the
        file.
    """
    import yaml  # noqa: PLC0415 - only for files

    path = Path(path)
    try:
        order = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"The spec {path} cannot be read: {error.strerror or error}."
        raise InvalidInputError(message) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = " ".join(str(error).split())
        raise InvalidInputError(f"The spec {path} is no YAML: {where:.300}.") from None
    if not isinstance(order, dict):
        raise InvalidInputError(f"The spec {path} is a mapping such as {{prompts: …, agents: …}}.")
    try:
        return read_spec(order)
    except InvalidInputError as error:
        raise InvalidInputError(f"{path}: {error.message}") from None


def _checked(spec: Spec) -> Spec:
    """Return a spec that can be run, with the digest of its trace."""
    factors = spec.factors
    cells = len(factors.prompts) * len(factors.arms())
    trials = cells * spec.repeats + spec.warm_up
    if trials > MAX_TRIALS:
        raise InvalidInputError(f"That is {trials:,} trials; at most {MAX_TRIALS:,} are made.")
    check_channel_id(f"{spec.channel}-0")
    for setting in spec.settings:
        spec.network(setting)
        _check_metadata(setting, spec)
    schedule = spec.schedule()
    if not isinstance(schedule, Trace):
        if spec.trace_sha256 is not None:
            raise InvalidInputError("trace_sha256 is of a trace, and arrivals names none.")
        return spec
    if len(schedule.requests) < trials:
        raise InvalidInputError(
            f"The trace {schedule.path} has {len(schedule.requests):,} requests, fewer than the "
            f"{trials:,} trials of this experiment; lower repeats or take a longer trace."
        )
    return structs.replace(spec, trace_sha256=schedule.sha256)


def _check_metadata(setting: str, spec: Spec) -> None:
    """Read what we know the meaning of; other keys are for agents that nobody here knows."""
    metadata = spec.settings[setting]
    known = [KEY, generation.KEY]
    if SYNTHETIC in spec.agents:
        known.append(SYNTHETIC)
    for key in metadata:
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.8)
        if near and key not in known:
            raise InvalidInputError(
                f'The setting {setting!r} has {key!r}; did you mean "{near[0]}"?'
            )
    try:
        generation.read_generation(metadata)
        if SYNTHETIC in known:
            synthetic_spec.read_spec(metadata.get(SYNTHETIC, {}))
    except InvalidInputError as error:
        raise InvalidInputError(f"The setting {setting!r}: {error.message}") from None
