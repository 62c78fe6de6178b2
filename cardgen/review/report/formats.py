"""A fleet's table as Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping

from cardgen.card.words.markdown import Markdown, code, escape, table
from cardgen.records.frozen import Frozen
from cardgen.review.preview.figures.interval import loss_alone, loss_text
from cardgen.review.preview.figures.variants import Loss
from cardgen.review.report.fleet import FleetLine, FleetReport, Outdated
from cardgen.review.report.newer import AnewReport

_HEADER = ("Card", "Variant", "Score", "Loss", "Size", "Speed-up", "Not quantized", "Measured", "Libraries", "Findings")
_NOTHING = Markdown("–")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes a text for a formula by."""


def fleet_as_markdown(report: FleetReport) -> str:
    """A table, a row for each line, and what its rows add up to."""
    rows = [_cells(line) for line in report.lines]
    cards = {line.manifest: line.state for line in report.lines}
    counts = {state: list(cards.values()).count(state) for state in dict.fromkeys(cards.values())}
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    summary = f"{len(cards)} {'card' if len(cards) == 1 else 'cards'}: {told}."
    return f"{table(map(Markdown, _HEADER), rows)}\n\n{summary}\n"


def fleet_as_csv(report: FleetReport) -> str:
    """A line for each, numbers in full; a text that a spreadsheet would run begins with an apostrophe."""
    return _csv([_flat(line) for line in report.lines], tuple(_flat(_EMPTY)))


def anew_as_markdown(report: AnewReport) -> str:
    """A table of the steps, and how long they took last time."""
    steps = report.steps
    cards = {step.manifest for step in steps}
    seconds = sum(step.seconds or 0 for step in steps)
    looked = f"{report.manifests} {'card' if report.manifests == 1 else 'cards'}"
    if not steps:
        return f"Nothing would be measured anew with {code(report.environment)}: {looked}.\n"
    rows = [
        [
            escape(step.manifest),
            code(step.step),
            escape("; ".join(step.why) or f"follows {', '.join(step.follows)}"),
            _NOTHING if step.seconds is None else Markdown(f"{step.seconds:.1f}"),
        ]
        for step in steps
    ]
    header = [Markdown(text) for text in ("Card", "Step", "Why", "Seconds last time")]
    count = f"{len(steps)} {'step' if len(steps) == 1 else 'steps'} of {len(cards)} of {looked}"
    end = f"{count} would be measured anew with {code(report.environment)}; they took {seconds:.1f} seconds last time."
    return f"{table(header, rows)}\n\n{end}\n"


def anew_as_csv(report: AnewReport) -> str:
    """A line for each step."""
    names = ("manifest", "step", "why", "follows", "seconds")
    rows = [
        {**step.model_dump(), "why": "; ".join(step.why), "follows": "; ".join(step.follows)} for step in report.steps
    ]
    return _csv(rows, names)


def report_schema_text(what: str) -> str:
    """The JSON Schema of a fleet's table (``report``) or of what is measured anew, as text that ends with a newline."""
    kind: type[Frozen] = FleetReport if what == "report" else AnewReport
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **kind.model_json_schema(mode="serialization"),
        "title": "A fleet of cards" if what == "report" else "What another environment would measure anew",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _cells(line: FleetLine) -> list[Markdown]:
    return [
        escape(line.manifest),
        escape(f"{line.variant} ({line.kind})" if line.kind else line.variant) if line.variant else _NOTHING,
        _score(line),
        _loss(line),
        _size(line),
        _speed_up(line),
        _NOTHING if line.fp32_modules is None else Markdown(f"{line.fp32_modules} of {line.modules}"),
        escape(" to ".join(dict.fromkeys(day for day in (line.measured_from, line.measured_to) if day))) or _NOTHING,
        _libraries(line),
        _findings(line),
    ]


def _score(line: FleetLine) -> Markdown:
    if not line.value:
        return _NOTHING
    against = f" against {line.baseline}" if line.baseline else ""
    origin = f", {line.origin}" if line.origin in ("reported", "imported") else ""
    return escape(f"{line.metric} {line.value}{against}{origin}")


def _loss(line: FleetLine) -> Markdown:
    if line.loss is None:
        return _NOTHING
    loss = Loss(line.loss.value, line.loss.low, line.loss.high)
    return escape(loss_alone(loss) if loss.low is None else loss_text(loss))


def _size(line: FleetLine) -> Markdown:
    if not line.size:
        return _NOTHING
    ratio = f" ({100 * line.size_ratio:.1f} %)" if line.size_ratio is not None else ""
    return escape(f"{line.size}{ratio}")


def _speed_up(line: FleetLine) -> Markdown:
    if line.speed_up is None:
        return _NOTHING
    ends = dict.fromkeys(f"{each:.2f}x" for each in (line.speed_up.least, line.speed_up.most))
    return Markdown(" to ".join(ends))


def _libraries(line: FleetLine) -> Markdown:
    if not line.libraries:
        return _NOTHING
    made = ", ".join(f"{name} {version}" for name, version in line.libraries.items())
    count = len(line.outdated)
    if count:
        made += f"; {count} {'package' if count == 1 else 'packages'} not as locked now"
    return escape(made)


def _findings(line: FleetLine) -> Markdown:
    if line.state in ("not built", "unreadable"):
        return Markdown(line.state)
    told = [
        f"{count} {name}{'' if count == 1 else 's'}"
        for count, name in ((line.errors, "error"), (line.warnings, "warning"))
        if count
    ]
    return Markdown(", ".join(told) or "none")


_EMPTY = FleetLine(manifest="", repo_id="", state="fine")


def _flat(line: FleetLine) -> dict[str, object]:
    """One value a column."""
    content = line.model_dump(exclude={"loss", "speed_up", "libraries", "outdated"})
    loss, faster = line.loss, line.speed_up
    return {
        **content,
        "loss": loss and loss.value,
        "loss_low": loss and loss.low,
        "loss_high": loss and loss.high,
        "within_noise": loss and loss.within_noise,
        "speed_up_least": faster and faster.least,
        "speed_up_most": faster and faster.most,
        "libraries": "; ".join(f"{name} {version}" for name, version in line.libraries.items()),
        "outdated": "; ".join(map(_outdated, line.outdated)),
    }


def _outdated(found: Outdated) -> str:
    return f"{found.package} {found.measured} (locked {found.locked})"


def _csv(rows: Iterable[Mapping[str, object]], names: Iterable[str]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, tuple(names), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return stream.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
