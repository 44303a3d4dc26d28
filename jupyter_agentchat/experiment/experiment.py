"""The experiment: what `ac.Experiment` is."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import structs

from jupyter_agentchat.client.loop import LoopThread
from jupyter_agentchat.experiment.fresh import fresh
from jupyter_agentchat.experiment.journal import Journal, Run
from jupyter_agentchat.experiment.place import Place, open_place
from jupyter_agentchat.experiment.progress import bar
from jupyter_agentchat.experiment.provenance import provenance
from jupyter_agentchat.experiment.result import ExperimentResult
from jupyter_agentchat.experiment.runner import Runner
from jupyter_agentchat.experiment.spec import Spec, read_file, read_spec
from jupyter_agentchat.experiment.tables import collect, join
from jupyter_agentchat.frames.files import FileSource, write
from jupyter_agentchat.frames.schemas import SCHEMAS
from jupyter_agentchat.protocol.ids import token as random_token

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from jupyter_agentchat.client.credential import Token

LOG_FOLDER = "log"
"""Of an experiment's folder: the tables of its part of the log."""


class Experiment:
    """Every combination of prompt, agent, setting and transport, in random order, and kept.

    Parameters
    ----------
    prompts : sequence of str, or mapping of str to str
        What is asked; a mapping gives each a label.
    agents : sequence of str
        Who is asked.
    settings : mapping of str to dict
        Label → the message's metadata, such as ``{"fast": {"synthetic": {"icl_ms": 5}}}``. The
        key ``network`` makes the setting's trials under a worse network; see `Network`.
    transports : sequence of {"ws", "sse", "openai"}
        How they are asked.
    repeats : int
        Blocks; each holds every combination once, in an order of its own.
    arrivals : str
        ``closed:4`` keeps four requests under way. ``constant:2/s``, ``poisson:2/s``,
        ``gamma:2/s,cv=2`` and ``trace:FILE`` send on schedule, whatever is still unanswered.
    seed : int
        Of the order, the arrivals and the blinding.
    warm_up : int
        Trials before the first block, kept and left out of every summary.
    blind : bool
        Show arms as letters until `ExperimentResult.unblind`.
    timeout_s : float
        After which an answer is stopped and its trial has failed.
    name : str
        Of the experiment; its channels begin with it.
    trace_sha256 : str
        Of the trace's bytes; another trace is then refused. Where it is left out it is taken from
        the file, and kept with the spec.

    Raises
    ------
    InvalidInputError
        If anything is wrong; the sentence names the parameter and what would be right.
    """

    def __init__(self, **spec: Any) -> None:  # noqa: ANN401 - read_spec checks each
        self._spec = read_spec(spec)
        self._journal = Journal(self._spec)
        self._tables: dict[str, pa.Table] = {}

    @classmethod
    def from_file(cls, path: str | Path) -> Experiment:
        """Read an experiment from a YAML file with the same keys."""
        return cls(**read_file(path).order())

    @classmethod
    def load(cls, folder: str | Path) -> ExperimentResult:
        """Read what an experiment that was run with ``folder=`` has shown so far."""
        place = Path(folder)
        return ExperimentResult(Journal.load(place), _kept(place))

    @property
    def spec(self) -> Spec:
        """What it orders, in full."""
        return self._spec

    def plan(self) -> pd.DataFrame:
        """Return the trials in their order, one row each; nothing is run."""
        import pandas as pd  # noqa: PLC0415 - slow

        return pd.DataFrame([structs.asdict(trial) for trial in self._spec.trials()])

    def run(
        self,
        url: str | None = None,
        token: Token | None = None,
        *,
        embedded: bool | None = None,
        folder: str | Path | None = None,
        progress: bool = True,
    ) -> ExperimentResult:
        """Make the trials and return what they showed.

        Each trial is kept as it ends. Interrupt it, and it returns what is done; run it again, or
        with the same `folder` in another process, and it goes on where it stopped.

        Parameters
        ----------
        url, token, embedded
            Where; as in `connect`.
        folder : path
            Where trials, provenance and the log are kept; in memory if it is left out.
        progress : bool
            Show a bar.

        Raises
        ------
        InvalidInputError
            If an agent is unknown there, or the folder holds another experiment.
        DisconnectedError
            If the server is gone; what is done is kept.
        """
        kept: list[ExperimentResult] = []
        loop = LoopThread()
        try:
            return loop.run(
                self._run((url, token), kept, embedded=embedded, folder=folder, progress=progress)
            )
        except KeyboardInterrupt:
            if not kept:
                raise
            return kept[0]
        finally:
            loop.close()

    async def run_async(
        self,
        url: str | None = None,
        token: Token | None = None,
        *,
        embedded: bool | None = None,
        folder: str | Path | None = None,
        progress: bool = True,
    ) -> ExperimentResult:
        """Do the same, awaited; cancelled, it keeps what is done."""
        return await self._run(
            (url, token), [], embedded=embedded, folder=folder, progress=progress
        )

    async def _run(
        self,
        where: tuple[str | None, Token | None],
        kept: list[ExperimentResult],
        *,
        embedded: bool | None,
        folder: str | Path | None,
        progress: bool,
    ) -> ExperimentResult:
        if folder is not None:
            self._journal = Journal(self._spec, Path(folder))
            self._tables = _kept(Path(folder))
        async with open_place(self._spec, *where, embedded=embedded) as place:
            run = Run(
                run=random_token(10),
                started_us=time.time_ns() // 1000,
                provenance=provenance(embedded=place.chat.embedded, server=place.server),
            )
            self._journal.begin(run)
            with bar(self._spec.name, shown=progress) as tell:
                runner = Runner(self._journal, place.driver, run=run.run, tell=tell)
                try:
                    await runner.run()
                except asyncio.CancelledError:
                    kept.append(await self._result(place, run))
                    raise
            return await self._result(place, run)

    async def _result(self, place: Place, run: Run) -> ExperimentResult:
        """Fetch what the log has of trials made since, by runs that broke off too, and keep it."""
        known = set(self._tables["streams"]["stream_id"].to_pylist()) if self._tables else set()
        seen = [
            each for each in self._journal.done.values() if each.stream and each.stream not in known
        ]
        runs = {each.run for each in seen} | {run.run}
        later = await collect(
            place.chat,
            prefix=self._spec.channel,
            streams=[each.stream for each in seen if each.stream],
            since=min(each.started_us for each in self._journal.runs if each.run in runs),
        )
        self._tables = join(self._tables, fresh(self._tables, later)) if self._tables else later
        if self._journal.folder is not None:
            tables = [(name, self._tables[name]) for name in SCHEMAS]
            await asyncio.to_thread(write, tables, self._journal.folder / LOG_FOLDER, "parquet")
        return ExperimentResult(self._journal, self._tables)


def _kept(folder: Path) -> dict[str, pa.Table]:
    """Return the tables that a folder holds, empty ones if there are none yet."""
    place = folder / LOG_FOLDER
    if not place.exists():
        return {name: schema.empty_table() for name, schema in SCHEMAS.items()}
    source = FileSource(place)
    return {name: source.table(name, None, None, None) for name in SCHEMAS}
