"""What an experiment found: its trials, its part of the log, their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_agentchat.experiment.design import blind_labels
from jupyter_agentchat.experiment.journal import Journal, Run
from jupyter_agentchat.experiment.tables import Tables, blind, label
from jupyter_agentchat.experiment.threats import threats
from jupyter_agentchat.frames.log import METRICS, Log
from jupyter_agentchat.frames.measures import metric_of
from jupyter_agentchat.metrics import NA, Timeline, summarize
from jupyter_agentchat.stats import compare_samples, holm

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from jupyter_agentchat.experiment.design import Trial
    from jupyter_agentchat.experiment.observation import Observation

_SHOWN = ("ttft", "tpot", "e2e", "dispatch_delay", "scheduled_latency")


class Findings:
    """The trials of an experiment, its part of the log, and what they say.

    Attributes
    ----------
    spec : Spec
        What was ordered.
    complete : bool
        Whether every trial of the design was made; run it again to go on.
    blinded : bool
        Whether arms are shown as letters; see `unblind`.
    """

    def __init__(self, journal: Journal, tables: Mapping[str, pa.Table]) -> None:
        self._journal = journal
        self._tables = tables
        self.spec = journal.spec
        self._design = {trial.trial: trial for trial in self.spec.trials()}
        self._letters = blind_labels(self.spec.factors.arms(), self.spec.seed)
        self.complete = len(journal.done) == len(self._design)
        self.blinded = self.spec.blind

    def __repr__(self) -> str:
        """Say how far it came."""
        state = "" if self.complete else ", not complete: run it again to go on"
        return f"<{type(self).__name__} {self.spec.name!r}: {self.sentence}{state}>"

    @property
    def sentence(self) -> str:
        """How many trials there are, and how many failed."""
        failed = sum(seen.status != "completed" for seen in self._journal.done.values())
        return f"{len(self._journal.done):,} of {len(self._design):,} trials, {failed:,} failed"

    @property
    def runs(self) -> list[Run]:
        """The runs that made it, with their provenance."""
        return list(self._journal.runs)

    @property
    def folder(self) -> Path | None:
        """Where it is kept."""
        return self._journal.folder

    @property
    def log(self) -> Log:
        """The experiment's part of the log; while blinded, agents are letters."""
        tables = blind(self._tables, self._stream_labels) if self.blinded else self._tables
        return Log(Tables(tables), None)

    @property
    def log_by_arm(self) -> Log:
        """The log of the trials proper, with the arm in the column ``agent``, for plots."""
        if self.blinded:
            return self.log
        return Log(Tables(label(self._tables, self._stream_labels)), None)

    @property
    def arms(self) -> list[str]:
        """The labels of the arms: letters while it is blinded."""
        arms = [self._shown(arm) for arm in self.spec.factors.arms()]
        return sorted(arms, key=lambda arm: (len(arm), arm)) if self.blinded else arms

    def unblind(self) -> dict[str, str]:
        """Show what the letters stand for, here and in everything asked from now on."""
        self.blinded = False
        return {letter: arm for arm, letter in sorted(self._letters.items(), key=lambda x: x[1])}

    def trials(self) -> pd.DataFrame:
        """Return one row for each trial made, in the order of the design; times as the client saw.

        Instants are monotonic ns of ``clock_id``; durations are milliseconds. While it is blinded,
        nothing tells an arm: no agent, setting, transport, and no error's words.
        """
        import pandas as pd  # noqa: PLC0415 - slow

        rows = [
            {"position": place, **self._row(trial, self._journal.done[name])}
            for place, (name, trial) in enumerate(self._design.items())
            if name in self._journal.done
        ]
        frame = pd.DataFrame(rows)
        whole = ["t_intended", "t_end", "n_tokens"]
        texts = ["stream_id", "error"]
        frame = frame.astype({**dict.fromkeys(whole, "Int64"), **dict.fromkeys(texts, "string")})
        hidden = ["agent", "setting", "transport", "error"] if self.blinded else []
        return frame.drop(columns=hidden)

    def summary(self, metrics: Sequence[str] = METRICS) -> pd.DataFrame:
        """Return metrics by arm, at the client: n, n_failed, quantiles and their intervals.

        The warm-up is left out.
        """
        import pandas as pd  # noqa: PLC0415 - slow

        rows = []
        for arm in self.arms:
            for name in metrics:
                _, _, unit = metric_of(name)
                numbers = summarize(list(self._values(arm, name).values())).row()
                clean = {key: None if isinstance(v, NA) else v for key, v in numbers.items()}
                rows.append({"arm": arm, "metric": name, "unit": unit, **clean})
        return pd.DataFrame(rows)

    def compare(self, metric: str = "ttft", *, confidence: float = 0.95) -> pd.DataFrame:
        """Return how each pair of arms differs, paired by block and prompt.

        Wilcoxon's test, the Hodges-Lehmann shift with its interval, Cliff's delta; ``p_holm`` is
        corrected for how many pairs there are. Differences are a - b.
        """
        import pandas as pd  # noqa: PLC0415 - slow

        _, _, unit = metric_of(metric)
        rows: list[dict[str, Any]] = []
        for one, two in combinations(self.arms, 2):
            a, b = self._values(one, metric), self._values(two, metric)
            both = [key for key in a if key in b]
            found = compare_samples(
                [a[key] for key in both],
                [b[key] for key in both],
                paired=True,
                confidence=confidence,
            )
            rows.append({"a": one, "b": two, "metric": metric, "unit": unit, **found.row()})
        tested = [row for row in rows if not isinstance(row["p"], NA)]
        for row, p in zip(tested, holm([row["p"] for row in tested]), strict=True):
            row["p_holm"] = p
        clean = [{key: None if isinstance(v, NA) else v for key, v in row.items()} for row in rows]
        return pd.DataFrame(clean)

    def timelines(self) -> dict[str, list[Timeline]]:
        """Return the timelines of each arm's trials proper, as the client saw them."""
        found: dict[str, list[Timeline]] = {arm: [] for arm in self.arms}
        for trial, seen in self._proper():
            found[self._shown(trial.arm)].append(seen.timeline())
        return found

    def threats(self) -> list[str]:
        """Return what the facts of this experiment say against its conclusions."""
        seen = [each for _, each in self._proper()]
        planned = sum(not trial.is_warm_up for trial in self._design.values())
        return threats(self.spec, seen, self.runs, planned=planned)

    def _proper(self) -> Iterator[tuple[Trial, Observation]]:
        """Yield the trials made, without the warm-up."""
        for name, trial in self._design.items():
            if not trial.is_warm_up and (seen := self._journal.done.get(name)):
                yield trial, seen

    @property
    def _stream_labels(self) -> dict[str, str]:
        """Stream → label, the warm-up left out."""
        return {
            seen.stream: self._shown(trial.arm) for trial, seen in self._proper() if seen.stream
        }

    def _shown(self, arm: str) -> str:
        return self._letters[arm] if self.blinded else arm

    def _values(self, arm: str, metric: str) -> dict[tuple[int, str], float | NA]:
        """Return the metric of an arm's trials proper by block and prompt."""
        _, function, _ = metric_of(metric)
        return {
            (trial.block, trial.prompt): function(seen.timeline())
            for trial, seen in self._proper()
            if self._shown(trial.arm) == arm
        }

    def _row(self, trial: Trial, seen: Observation) -> dict[str, Any]:
        timeline = seen.timeline()
        row: dict[str, Any] = {
            "trial": trial.trial,
            "block": trial.block,
            "is_warm_up": trial.is_warm_up,
            "prompt": trial.prompt,
            "arm": self._shown(trial.arm),
            "agent": trial.agent,
            "setting": trial.setting,
            "transport": trial.transport,
            "stream_id": seen.stream,
            "status": seen.status,
            "error": seen.error,
            "t_intended": seen.t_intended,
            "t_request": seen.t_request,
            "t_end": seen.t_end,
            "n_chunks": len(seen.t_chunks),
            "n_tokens": seen.n_tokens,
        }
        for name in _SHOWN:
            value = metric_of(name)[1](timeline)
            row[f"{name}_ms"] = float("nan") if isinstance(value, NA) else value * 1e3
        return {**row, "clock_id": seen.clock_id, "run": seen.run}
