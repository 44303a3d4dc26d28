"""What an experiment showed: its findings, and their report."""

from __future__ import annotations

from pathlib import Path

from jupyter_agentchat.experiment.findings import Findings
from jupyter_agentchat.experiment.report import Report, build


class ExperimentResult(Findings):
    """What `Experiment.run` returns."""

    def report(self, file: str | Path | None = None) -> Report:
        """Return the report as one HTML page that needs nothing else, written to `file` as well.

        Design, sample, tables, figures, threats to validity, provenance.

        Raises
        ------
        InvalidInputError
            If `file` does not end in ``.html`` or cannot be written.
        """
        made = build(self)
        if file is not None:
            made.save(file)
        return made
