"""Experiments: a design, its trials, and what they showed."""

from __future__ import annotations

from jupyter_agentchat.experiment.experiment import Experiment
from jupyter_agentchat.experiment.result import ExperimentResult

__all__ = ["Experiment", "ExperimentResult"]
