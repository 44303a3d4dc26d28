"""Experiments: a design, its trials, and what they showed; and what our instants are worth."""

from __future__ import annotations

from jupyter_agentchat.experiment.checking import SelfCheck, selfcheck, selfcheck_async
from jupyter_agentchat.experiment.experiment import Experiment
from jupyter_agentchat.experiment.result import ExperimentResult

__all__ = ["Experiment", "ExperimentResult", "SelfCheck", "selfcheck", "selfcheck_async"]
