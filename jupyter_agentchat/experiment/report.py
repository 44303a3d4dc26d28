"""The report: one HTML file that needs nothing else."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_agentchat.errors import InvalidInputError

if TYPE_CHECKING:
    from jupyter_agentchat.experiment.findings import Findings
    from jupyter_agentchat.plot import Figure

METRICS = ("ttft", "tpot", "icl", "e2e", "stalls", "qoe")
COMPARED = ("ttft", "tpot", "e2e")
_SECONDS = {"s": (1e3, "ms")}
_SHOWN_STREAMS = 40


class Report:
    """A report as HTML; it shows itself in a notebook, in a frame of its own."""

    def __init__(self, text: str) -> None:
        self.html = text

    def save(self, file: str | Path) -> Path:
        """Write it.

        Raises
        ------
        InvalidInputError
            If the file does not end in ``.html`` or cannot be written.
        """
        path = Path(file)
        if path.suffix != ".html":
            raise InvalidInputError(f"A report is an .html file, not {path.name!r}.")
        try:
            path.write_text(self.html, encoding="utf-8")
        except OSError as error:
            message = f"The report {path} cannot be written: {error.strerror or error}."
            raise InvalidInputError(message) from None
        return path

    def _repr_html_(self) -> str:
        page = html.escape(self.html, quote=True)
        return f'<iframe title="Report" width="100%" height="640" srcdoc="{page}"></iframe>'


def build(result: Findings) -> Report:
    """Return the report of a result."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only for reports

    source = files("jupyter_agentchat.experiment").joinpath("report.html.j2")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    spec = result.spec
    metrics = (*METRICS, "scheduled_latency") if spec.is_open else METRICS
    pairs = [each for name in COMPARED for each in _comparisons(result, name)]
    text = environment.from_string(source.read_text(encoding="utf-8")).render(
        result=result,
        spec=spec,
        design=list(_design(result)),
        summary=_summary(result, metrics),
        comparisons=pairs,
        figures=list(_figures(result)),
        threats=result.threats(),
        runs=[
            {"run": run.run, "facts": msgspec.json.format(msgspec.json.encode(run.provenance))}
            for run in result.runs
        ],
        order=_order(result),
    )
    return Report(text)


def _design(result: Findings) -> Iterator[tuple[str, str]]:
    spec = result.spec
    yield "Arms", ", ".join(result.arms)
    yield "Prompts", f"{len(spec.prompts):,}"
    yield "Blocks", f"{spec.repeats:,}, each with every combination once, in random order"
    yield "Arrivals", spec.arrivals
    if spec.trace_sha256 is not None:
        yield "SHA-256 of the trace", spec.trace_sha256
    yield "Warm-up", f"{spec.warm_up:,} trials, left out"
    yield "Time-out", f"{spec.timeout_s:g} s"
    yield "Seed", str(spec.seed)
    yield "Configuration", spec.hash
    trials = result.trials()
    proper = trials[~trials["is_warm_up"]]
    for arm, group in proper.groupby("arm", sort=True):
        failed = int((group["status"] != "completed").sum())
        yield f"Sample of {arm}", f"{len(group):,} trials, {failed:,} failed"


def _summary(result: Findings, metrics: Sequence[str]) -> list[dict[str, str]]:
    rows = [_summary_row(row) for row in result.summary(metrics).to_dict("records")]
    return sorted(rows, key=lambda row: metrics.index(row["metric"]))


def _summary_row(row: Mapping[Any, Any]) -> dict[str, str]:
    factor, unit = _SECONDS.get(row["unit"], (1, row["unit"].replace("1", "")))
    interval = (row["p50_low"], row["p50_high"])
    shown = {name: _number(row[name], factor) for name in ("mean", "p50", "p90", "p95", "p99")}
    return {
        "arm": row["arm"],
        "metric": row["metric"],
        "unit": unit,
        "n": f"{row['n']:,}",
        "failed": f"{row['n_failed']:,}",
        **shown,
        "interval": f"{_number(interval[0], factor)} to {_number(interval[1], factor)}",
    }


def _comparisons(result: Findings, metric: str) -> Iterator[dict[str, str]]:
    for row in result.compare(metric).to_dict("records"):
        factor, unit = _SECONDS.get(row["unit"], (1, row["unit"]))
        low, high = row["shift_low"], row["shift_high"]
        yield {
            "pair": f"{row['a']} − {row['b']}",  # noqa: RUF001 - a minus sign
            "metric": metric,
            "unit": unit,
            "n": f"{row['n_a']:,}",
            "shift": _number(row["shift"], factor),
            "interval": f"{_number(low, factor)} to {_number(high, factor)}",
            "delta": _number(row["cliffs_delta"], 1),
            "p": _number(row.get("p_holm"), 1),
            "test": row["test"],
        }


def _figures(result: Findings) -> Iterator[tuple[str, Figure]]:
    """Yield what can be drawn; a figure without anything to draw is left out."""
    from jupyter_agentchat import plot  # noqa: PLC0415 - matplotlib is slow

    groups = result.timelines()
    every = [
        (f"{arm} · {place}", timeline)
        for arm, members in groups.items()
        for place, timeline in enumerate(members, 1)
    ]
    step = -(-len(every) // _SHOWN_STREAMS) if every else 1
    some = dict(every[::step])
    wanted: list[tuple[str, Callable[[], Figure]]] = [
        ("Time to first token", lambda: plot.ecdf(groups, "ttft", at="client")),
        ("End to end", lambda: plot.ecdf(groups, "e2e", at="client")),
        ("Tail of the time to first token", lambda: plot.quantiles(groups, "ttft", at="client")),
        ("Streams", lambda: plot.waterfall(some)),
        ("Gaps between chunks", lambda: plot.heatmap(some)),
        ("Hops", lambda: plot.hops(result.log_by_arm)),
    ]
    if len(groups) == 2:  # noqa: PLR2004 - a shift is between two
        one, two = groups.values()
        wanted.insert(
            3, ("Shift of the deciles", lambda: plot.shift(one, two, "ttft", at="client"))
        )
    for title, draw in wanted:
        try:
            yield title, draw()
        except InvalidInputError:
            continue


def _order(result: Findings) -> str:
    """Return the spec as YAML, from which the experiment can be made again."""
    import yaml  # noqa: PLC0415 - only for reports

    if result.blinded:
        return "It is shown when the experiment is unblinded."
    order = {name: _plain(value) for name, value in result.spec.order().items()}
    return str(yaml.safe_dump(order, sort_keys=False, allow_unicode=True))


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever the spec holds
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _number(value: float | None, factor: float) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return "NA"
    return f"{value * factor:.3g}"
