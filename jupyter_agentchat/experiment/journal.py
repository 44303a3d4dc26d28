"""What has been done, kept as it happens, so that an interrupted experiment goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, structs

from jupyter_agentchat.errors import InvalidInputError, StoreError
from jupyter_agentchat.experiment.observation import Observation
from jupyter_agentchat.experiment.spec import Spec, read_spec

SPEC_FILE = "experiment.json"
TRIALS_FILE = "trials.jsonl"


class Run(Struct, frozen=True, kw_only=True):
    """One run of an experiment: where and with what it was made."""

    run: str
    started_us: int
    provenance: dict[str, Any]


class _File(Struct, frozen=True):
    """What `SPEC_FILE` holds."""

    hash: str
    spec: dict[str, Any]
    runs: list[Run]


class Journal:
    """The trials done so far and the runs that made them, in memory or in a folder as well.

    Parameters
    ----------
    folder : path or None
        Made when a run begins. One that holds another experiment is refused.

    Raises
    ------
    InvalidInputError
        If the folder holds another experiment, or what it holds cannot be read.
    """

    def __init__(self, spec: Spec, folder: Path | None = None) -> None:
        self.spec = spec
        self.folder = folder
        self.runs: list[Run] = []
        self.done: dict[str, Observation] = {}
        if folder is not None:
            self._open(folder)

    @classmethod
    def load(cls, folder: Path) -> Journal:
        """Read an experiment's folder."""
        return cls(read_spec(_read_file(folder).spec, is_done=True), folder)

    def begin(self, run: Run) -> None:
        """Note that a run begins.

        Raises
        ------
        StoreError
            If the folder cannot be written.
        """
        self.runs.append(run)
        if self.folder is not None:
            kept = _File(self.spec.hash, self.spec.order(), self.runs)
            text = msgspec.json.format(msgspec.json.encode(kept), indent=2)
            with _writing(self.folder):
                self.folder.mkdir(parents=True, exist_ok=True)
                partial = self.folder / f"{SPEC_FILE}.partial"
                partial.write_bytes(text + b"\n")
                partial.replace(self.folder / SPEC_FILE)

    def add(self, observation: Observation) -> None:
        """Keep what a trial showed; it is in the file when this returns."""
        self.done[observation.trial] = observation
        if self.folder is not None:
            with _writing(self.folder), (self.folder / TRIALS_FILE).open("ab") as file:
                file.write(msgspec.json.encode(observation) + b"\n")

    def _open(self, folder: Path) -> None:
        if not (folder / SPEC_FILE).exists():
            return
        kept = _read_file(folder)
        if kept.hash != self.spec.hash:
            self._refuse_trace(read_spec(kept.spec, is_done=True), folder)
            message = (
                f"The folder {folder} holds another experiment ({kept.hash}, this one is "
                f"{self.spec.hash}); take another folder, or the spec that began it."
            )
            raise InvalidInputError(message)
        self.runs = kept.runs
        self._recover(folder / TRIALS_FILE)

    def _refuse_trace(self, before: Spec, folder: Path) -> None:
        """Say so where nothing but the contents of the trace are another."""
        now = self.spec.trace_sha256
        if now is None or before.trace_sha256 is None:
            return
        if structs.replace(before, trace_sha256=now) == self.spec:
            message = (
                f"The trace has changed since the experiment in {folder} began: its SHA-256 is "
                f"{now[:12]}… and was {before.trace_sha256[:12]}…; bring that one back, or take "
                "another folder."
            )
            raise InvalidInputError(message)

    def _recover(self, path: Path) -> None:
        """Read the trials; a last line that a crash cut off is taken away."""
        if not path.exists():
            return
        data = path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                observation = msgspec.json.decode(line, type=Observation)
            except msgspec.DecodeError as error:
                message = f"Line {number} of {path} is no trial of ours: {error}."
                raise InvalidInputError(message) from None
            self.done[observation.trial] = observation
        if len(whole) < len(data):
            with _writing(path.parent):
                path.write_bytes(whole)


class _writing:  # noqa: N801 - reads as a statement
    """Translates the disk's refusals."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            message = f"The folder {self._folder} cannot be written: {error.strerror or error}."
            raise StoreError(message) from None


def _read_file(folder: Path) -> _File:
    path = folder / SPEC_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=_File)
    except OSError as error:
        message = f"There is no experiment in {folder}: {error.strerror or error}."
        raise InvalidInputError(message) from None
    except msgspec.DecodeError as error:
        raise InvalidInputError(f"{path} is no experiment of ours: {error}.") from None
