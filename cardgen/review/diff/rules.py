"""The table of all kinds of change: what each is called, how bad it is, and what it is the other way round."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from cardgen.review.diff.change import Argument, Change, Severity

Area = Literal[
    "card",
    "scores",
    "origins",
    "size",
    "speed",
    "modules",
    "quantization",
    "calibration",
    "inputs",
    "environment",
    "metadata",
    "code",
    "findings",
    "prose",
    "files",
    "settings",
]

AREAS: Final[Mapping[Area, str]] = {
    "files": "Files that were edited",
    "settings": "Settings of the review",
    "card": "Cards, variants, data and metrics",
    "origins": "Where figures come from",
    "scores": "Scores",
    "modules": "Modules",
    "size": "Size",
    "speed": "Speed",
    "quantization": "How it is quantized",
    "calibration": "Calibration",
    "inputs": "Base model and data",
    "environment": "Libraries and machines",
    "metadata": "Metadata",
    "code": "Loading code",
    "findings": "Disclosures and lint findings",
    "prose": "Words",
}
"""Area to its heading, in the order in which people are told."""

Unit = Literal["", "score", "bytes", "milliseconds", "count", "share", "revision", "code"]
"""What the arguments ``old`` and ``new`` are, where a rule has them: how they are shown."""


@dataclass(frozen=True)
class Rule:
    """One kind of change."""

    id: str
    """Kebab case, such as ``score-worse``."""
    area: Area
    severity: Severity
    """Where the project names none."""
    mirror: str
    """Id of the rule of the same change the other way: its own, where either way is as good as the other."""
    title: str
    """What happened, in a line, for the documentation."""
    sentence: str
    """A template of what a change says, by the names of its arguments; see ``cardgen.review.diff.words``."""
    unit: Unit = ""


def _pair(
    area: Area,
    worse: tuple[str, Severity, str, str],
    better: tuple[str, Severity, str, str],
    unit: Unit = "",
) -> Iterator[Rule]:
    """Two rules that are each other's mirror: id, severity, title and sentence of each."""
    for (own, severity, title, sentence), (mirror, *_rest) in ((worse, better), (better, worse)):
        yield Rule(own, area, severity, mirror, title, sentence, unit)


def _same(area: Area, own: str, severity: Severity, title: str, sentence: str, unit: Unit = "") -> Iterator[Rule]:
    """A rule that is its own mirror."""
    yield Rule(own, area, severity, own, title, sentence, unit)


_TABLE: tuple[Iterator[Rule], ...] = (
    _pair(
        "files",
        ("evidence-edited", "breaking", "the evidence was edited by hand", "the evidence was edited by hand"),
        (
            "evidence-restored",
            "notable",
            "the evidence is as cardgen wrote it again",
            "the evidence is as written again",
        ),
    ),
    _pair(
        "files",
        ("card-edited", "breaking", "the card was edited by hand", "README.md was edited by hand"),
        ("card-restored", "notable", "the card is as cardgen wrote it again", "README.md is as written again"),
    ),
    _same(
        "files",
        "evidence-edited-again",
        "breaking",
        "evidence that was edited by hand is another",
        "the evidence, which was edited by hand before, is another",
    ),
    _same(
        "files",
        "card-edited-again",
        "breaking",
        "a card that was edited by hand is another",
        "README.md, which was edited by hand before, is another",
    ),
    _pair(
        "settings",
        (
            "settings-milder",
            "breaking",
            "the settings of the review let more pass",
            "{setting} of the review is {new}, and was {old}: it lets more pass",
        ),
        (
            "settings-stricter",
            "note",
            "the settings of the review let less pass",
            "{setting} of the review is {new}, and was {old}: it lets less pass",
        ),
    ),
    _pair(
        "card",
        ("card-gone", "breaking", "a card is gone", "the card is gone"),
        ("card-new", "note", "a card is new", "the card is new"),
    ),
    _pair(
        "card",
        (
            "card-unbuilt",
            "breaking",
            "a card that was built is there no more, and its manifest is",
            "the card is not built any more: its evidence or its text is not there",
        ),
        ("card-built", "note", "a card is built", "the card is built"),
    ),
    _pair(
        "card",
        ("variant-gone", "breaking", "a variant is gone", "variant {variant} is gone ({what})"),
        ("variant-new", "notable", "a variant is new", "variant {variant} is new ({what})"),
    ),
    _pair(
        "card",
        ("run-gone", "notable", "a run of a sweep is gone", "run {variant} is gone"),
        ("run-new", "note", "a run of a sweep is new", "run {variant} is new"),
    ),
    _pair(
        "card",
        ("metric-gone", "breaking", "a metric of a variant is gone", "{metric} of {variant} is gone ({score})"),
        ("metric-new", "notable", "a variant has a further metric", "{metric} of {variant} is new ({score})"),
    ),
    _pair(
        "card",
        ("dataset-gone", "breaking", "a dataset is no longer scored on", "scores are no longer of {dataset}"),
        ("dataset-new", "notable", "another dataset is scored on", "scores are of {dataset} now"),
    ),
    _same(
        "card", "repository-changed", "breaking", "the repository is another", "it is published as {new}, not as {old}"
    ),
    _same("card", "task-changed", "breaking", "the task is another", "the task is {new}, not {old}"),
    _same("card", "family-changed", "note", "the card's family or template is another", "the card is {new}, not {old}"),
    _same("card", "primary-changed", "notable", "another metric leads", "the metric that leads is {new}, not {old}"),
    _same(
        "card", "scale-changed", "note", "a metric is shown on another scale", "{metric} is shown as {new}, not {old}"
    ),
    _same(
        "card",
        "manifest-changed",
        "note",
        "another key of the manifest is another",
        "{key}: {new}, and was {old}",
    ),
    _pair(
        "origins",
        (
            "record-lost",
            "breaking",
            "a variant has no record any more that fits its manifest",
            "no record stands behind {variant} any more",
        ),
        ("record-found", "note", "a variant has a record again", "a record stands behind {variant} now"),
    ),
    _pair(
        "origins",
        (
            "measured-to-reported",
            "breaking",
            "a figure that was measured is now reported by others",
            "{figure} of {variant} is reported by {source}, and was measured before",
        ),
        (
            "reported-to-measured",
            "notable",
            "a figure that others reported is now measured",
            "{figure} of {variant} is measured, and was reported by {source} before",
        ),
    ),
    _same(
        "origins",
        "source-changed",
        "notable",
        "a figure is reported by somebody else",
        "{figure} of {variant} is reported by {new}, not by {old}",
    ),
    _same(
        "origins",
        "reported-changed",
        "notable",
        "a figure that others report is another",
        "{figure} of {variant}, as {new_source} reports it, is {new}, not {old}",
    ),
    _pair(
        "origins",
        (
            "reported-gone",
            "notable",
            "a figure that others report is gone",
            "{figure} of {variant} by {source} is gone",
        ),
        (
            "reported-new",
            "notable",
            "others report a further figure",
            "{source} reports {figure} of {variant}: {value}",
        ),
    ),
    _pair(
        "origins",
        (
            "imported-gone",
            "notable",
            "a figure of an evaluation tool is gone",
            "{measure} of {variant} by {tool} is gone",
        ),
        (
            "imported-new",
            "notable",
            "an evaluation tool measured a further figure",
            "{tool} measured {measure} of {variant}: {value}",
        ),
        "score",
    ),
    _same(
        "origins",
        "imported-tool-changed",
        "notable",
        "a figure was measured by another evaluation tool, or another version of it",
        "{measure} of {variant} was measured by {new}, not by {old}",
    ),
    _same(
        "origins",
        "imported-task-changed",
        "notable",
        "a figure of an evaluation tool is of another version of its task",
        "{measure} of {variant} is of version {new} of the task, not of {old}",
    ),
    _same(
        "origins",
        "imported-conditions-changed",
        "notable",
        "a figure of an evaluation tool was measured under other conditions",
        "{measure} of {variant} was measured with {new}, not with {old}",
    ),
    _same(
        "origins",
        "results-file-changed",
        "note",
        "a results file is another one, and its figures are the same",
        "{path} of {variant} is another file ({new}, not {old}) with the same figures",
        "revision",
    ),
    _pair(
        "scores",
        (
            "imported-worse",
            "breaking",
            "a figure of an evaluation tool got worse beyond noise",
            "{measure} of {variant}, measured by {new_tool}, {moved} from {old} to {new} ({change}), beyond noise",
        ),
        (
            "imported-better",
            "notable",
            "a figure of an evaluation tool got better beyond noise",
            "{measure} of {variant}, measured by {new_tool}, {moved} from {old} to {new} ({change}), beyond noise",
        ),
        "score",
    ),
    _same(
        "scores",
        "imported-within-noise",
        "note",
        "a figure of an evaluation tool moved within noise",
        "{measure} of {variant}, measured by {new_tool}, {moved} from {old} to {new} ({change}), within noise",
        "score",
    ),
    _same(
        "scores",
        "imported-changed",
        "notable",
        "a figure of an evaluation tool is another, and nothing tells whether that is noise",
        "{measure} of {variant}, measured by {new_tool}, {moved} from {old} to {new} ({change})",
        "score",
    ),
    _pair(
        "scores",
        (
            "score-worse",
            "breaking",
            "a score got worse beyond noise",
            "{metric} of {variant} {moved} from {old} to {new} ({change}), beyond noise{paired}",
        ),
        (
            "score-better",
            "notable",
            "a score got better beyond noise",
            "{metric} of {variant} {moved} from {old} to {new} ({change}), beyond noise{paired}",
        ),
        "score",
    ),
    _pair(
        "scores",
        (
            "score-worse-within-noise",
            "note",
            "a score got worse within noise",
            "{metric} of {variant} {moved} from {old} to {new} ({change}), within noise{paired}",
        ),
        (
            "score-better-within-noise",
            "note",
            "a score got better within noise",
            "{metric} of {variant} {moved} from {old} to {new} ({change}), within noise{paired}",
        ),
        "score",
    ),
    _same(
        "scores",
        "score-elsewhere",
        "notable",
        "a score is of other data",
        "{metric} of {variant} went from {old} to {new}, on other data",
        "score",
    ),
    _pair(
        "scores",
        (
            "baseline-worse",
            "notable",
            "the FP32 score got worse beyond noise",
            "{metric} of FP32 beside {variant} {moved} from {old} to {new} ({change}), beyond noise{paired}",
        ),
        (
            "baseline-better",
            "notable",
            "the FP32 score got better beyond noise",
            "{metric} of FP32 beside {variant} {moved} from {old} to {new} ({change}), beyond noise{paired}",
        ),
        "score",
    ),
    _same(
        "scores",
        "baseline-within-noise",
        "note",
        "the FP32 score moved within noise",
        "{metric} of FP32 beside {variant} {moved} from {old} to {new} ({change}), within noise{paired}",
        "score",
    ),
    _pair(
        "scores",
        (
            "tolerance-broken",
            "breaking",
            "a variant loses more than its manifest allows",
            "{metric} of {variant} loses {new} against FP32, more than the {allowed} allowed",
        ),
        (
            "tolerance-met",
            "notable",
            "a variant keeps to the loss that its manifest allows again",
            "{metric} of {variant} loses {new} against FP32, within the {allowed} allowed again",
        ),
        "share",
    ),
    _pair(
        "scores",
        (
            "loss-beyond-noise",
            "notable",
            "the loss against FP32 is now beyond noise",
            "the loss of {variant} in {metric} against FP32 is beyond noise now: {new}, and was {old}",
        ),
        (
            "loss-within-noise",
            "note",
            "the loss against FP32 is now within noise",
            "the loss of {variant} in {metric} against FP32 is within noise now: {new}, and was {old}",
        ),
        "score",
    ),
    _pair(
        "scores",
        (
            "chance-level",
            "breaking",
            "a score cannot be told from chance any more",
            "{metric} of {variant}, {new}, cannot be told from chance any more",
        ),
        (
            "above-chance",
            "notable",
            "a score is above chance again",
            "{metric} of {variant}, {new}, is above chance now",
        ),
        "score",
    ),
    _pair(
        "scores",
        (
            "agreement-lower",
            "notable",
            "a variant answers as FP32 does less often, beyond noise",
            "{variant} answers {new} of all {unit} as FP32 does, and {old} before{flips}",
        ),
        (
            "agreement-higher",
            "note",
            "a variant answers as FP32 does more often, beyond noise",
            "{variant} answers {new} of all {unit} as FP32 does, and {old} before{flips}",
        ),
        "score",
    ),
    _same(
        "scores",
        "agreement-within-noise",
        "note",
        "how often a variant answers as FP32 does moved within noise",
        "{variant} answers {new} of all {unit} as FP32 does, and {old} before, within noise{flips}",
        "score",
    ),
    _pair(
        "scores",
        (
            "divergence-rose",
            "notable",
            "probabilities are further from FP32's, beyond noise",
            "KL divergence of {variant} from FP32 rose from {old} to {new} nats, beyond noise",
        ),
        (
            "divergence-fell",
            "note",
            "probabilities are nearer to FP32's, beyond noise",
            "KL divergence of {variant} from FP32 fell from {old} to {new} nats, beyond noise",
        ),
        "score",
    ),
    _same(
        "scores",
        "divergence-within-noise",
        "note",
        "how far probabilities are from FP32's moved within noise",
        "KL divergence of {variant} from FP32 went from {old} to {new} nats, within noise",
        "score",
    ),
    _pair(
        "scores",
        ("samples-fewer", "notable", "fewer samples are scored", "{variant} is scored on {new} samples, not {old}"),
        ("samples-more", "note", "more samples are scored", "{variant} is scored on {new} samples, not {old}"),
        "count",
    ),
    _pair(
        "scores",
        (
            "export-further",
            "note",
            "an export is further from the base model",
            "the largest difference of {variant} to the base model rose from {old} to {new}",
        ),
        (
            "export-nearer",
            "note",
            "an export is nearer to the base model",
            "the largest difference of {variant} to the base model fell from {old} to {new}",
        ),
    ),
    _pair(
        "modules",
        ("modules-to-int8", "notable", "modules are INT8 that were FP32", "{count} of {variant} newly INT8: {modules}"),
        ("modules-to-fp32", "notable", "modules are FP32 that were INT8", "{count} of {variant} newly FP32: {modules}"),
    ),
    _pair(
        "modules",
        ("modules-gone", "note", "modules are gone", "{count} of {variant} gone: {modules}"),
        ("modules-new", "note", "modules are new", "{count} of {variant} new: {modules}"),
    ),
    _same(
        "modules",
        "operators-changed",
        "note",
        "other ONNX operators are quantized",
        "quantized operators of {variant}: {new}, and were {old}",
    ),
    _pair(
        "modules",
        (
            "saturation-likelier",
            "notable",
            "sums can now exceed 16 bits on some processors",
            "sums of {variant} can exceed 16 bits on processors without VNNI: {new}, and was {old}",
        ),
        (
            "saturation-less-likely",
            "note",
            "sums can less often exceed 16 bits",
            "sums of {variant} can exceed 16 bits on processors without VNNI: {new}, and was {old}",
        ),
    ),
    _pair(
        "size",
        ("size-grew", "notable", "a variant grew by 1 % or more", "{variant} grew from {old} to {new} ({relative})"),
        ("size-shrank", "note", "a variant shrank by 1 % or more", "{variant} shrank from {old} to {new} ({relative})"),
        "bytes",
    ),
    _pair(
        "size",
        ("size-grew-slightly", "note", "a variant grew by less", "{variant} grew by {bytes} to {new}"),
        ("size-shrank-slightly", "note", "a variant shrank by less", "{variant} shrank by {bytes} to {new}"),
        "bytes",
    ),
    _same(
        "size",
        "baseline-size-changed",
        "note",
        "the FP32 model has another size",
        "FP32 beside {variant} takes {new}, not {old}",
        "bytes",
    ),
    _same(
        "size",
        "parameters-changed",
        "notable",
        "the model has another number of parameters",
        "the model has {new} parameters, not {old}",
        "count",
    ),
    _pair(
        "speed",
        (
            "latency-rose",
            "notable",
            "a latency rose beyond noise",
            "latency of {variant} rose from {old} to {new} ({relative}), beyond noise",
        ),
        (
            "latency-fell",
            "note",
            "a latency fell beyond noise",
            "latency of {variant} fell from {old} to {new} ({relative}), beyond noise",
        ),
        "milliseconds",
    ),
    _same(
        "speed",
        "latency-within-noise",
        "note",
        "a latency moved within noise",
        "latency of {variant} went from {old} to {new} ({relative}), within noise",
        "milliseconds",
    ),
    _same(
        "speed",
        "latency-elsewhere",
        "note",
        "a latency was measured on another machine",
        "latency of {variant} went from {old} to {new} ({relative}), on another machine",
        "milliseconds",
    ),
    _same(
        "quantization", "backend-changed", "notable", "the backend is another", "{variant} is made by {new}, not {old}"
    ),
    _same(
        "quantization",
        "approach-changed",
        "notable",
        "the approach is another",
        "the approach of {variant} is {new}, not {old}",
    ),
    _same(
        "quantization",
        "option-changed",
        "notable",
        "an option of the backend is another",
        "{option} of {variant}: {new}, and was {old}",
    ),
    _same(
        "quantization",
        "fallback-changed",
        "notable",
        "what is to stay FP32 is asked for otherwise",
        "what of {variant} is to stay FP32: {new}, and was {old}",
    ),
    _pair(
        "quantization",
        (
            "tolerance-wider",
            "notable",
            "more may be lost against FP32",
            "{variant} may lose {new} against FP32, and {old} before",
        ),
        (
            "tolerance-narrower",
            "note",
            "less may be lost against FP32",
            "{variant} may lose {new} against FP32, and {old} before",
        ),
        "share",
    ),
    _pair(
        "calibration",
        (
            "calibrated-on-evaluation",
            "breaking",
            "a variant is calibrated on what it is scored on",
            "{variant} is calibrated on the samples that it is scored on",
        ),
        (
            "calibrated-apart",
            "notable",
            "a variant is no longer calibrated on what it is scored on",
            "{variant} is no longer calibrated on the samples that it is scored on",
        ),
    ),
    _same(
        "calibration",
        "calibration-data-changed",
        "notable",
        "other data calibrate",
        "{variant} is calibrated on {new}, not {old}",
    ),
    _same(
        "calibration",
        "calibration-split-changed",
        "notable",
        "another split or configuration calibrates",
        "{part} that calibrates {variant}: {new}, and was {old}",
    ),
    _pair(
        "calibration",
        (
            "calibration-fewer",
            "notable",
            "fewer samples calibrate",
            "calibration samples of {variant}: {new} {counted}, and {old} before",
        ),
        (
            "calibration-more",
            "note",
            "more samples calibrate",
            "calibration samples of {variant}: {new} {counted}, and {old} before",
        ),
        "count",
    ),
    _same(
        "calibration",
        "calibration-seed-changed",
        "note",
        "calibration samples are drawn with another seed",
        "calibration samples of {variant} are drawn with seed {new}, not {old}",
    ),
    _same(
        "calibration",
        "calibration-batch-changed",
        "note",
        "calibration samples pass in other batches",
        "calibration samples of {variant} pass in batches of {new}, not {old}",
        "count",
    ),
    _same("inputs", "base-changed", "breaking", "the base model is another", "the base model is {new}, not {old}"),
    _same(
        "inputs",
        "base-revision-changed",
        "notable",
        "the base model is in another state",
        "the base model is at {new}, not {old}",
        "revision",
    ),
    _pair(
        "inputs",
        (
            "remote-code-on",
            "breaking",
            "code from the base model's repository is run",
            "code from the base model's repository is run",
        ),
        (
            "remote-code-off",
            "notable",
            "code from the base model's repository is no longer run",
            "code from the base model's repository is no longer run",
        ),
    ),
    _same(
        "inputs",
        "data-revision-changed",
        "notable",
        "data are in another state",
        "{dataset} ({use}) is at {new}, not {old}",
        "revision",
    ),
    _same(
        "inputs",
        "data-split-changed",
        "breaking",
        "another split, configuration or column is scored on",
        "{part} of the evaluation: {new}, and was {old}",
    ),
    _same("inputs", "labels-changed", "breaking", "labels are others", "{which}: {new}, and were {old}"),
    _same(
        "inputs",
        "sampling-changed",
        "note",
        "samples are drawn or batched otherwise",
        "{part} of the evaluation: {new}, and was {old}",
    ),
    _same(
        "inputs",
        "generation-changed",
        "notable",
        "a model that writes text is asked to otherwise",
        "{setting} is {new}, not {old}",
    ),
    _pair(
        "environment",
        ("version-lowered", "notable", "a library is older", "{package} {new}, and {old} before"),
        ("version-raised", "note", "a library is newer", "{package} {new}, and {old} before"),
    ),
    _pair(
        "environment",
        ("package-gone", "note", "a library no longer takes part", "{package} {version} no longer takes part"),
        ("package-new", "note", "a further library takes part", "{package} {version} takes part"),
    ),
    _same(
        "environment",
        "hardware-changed",
        "note",
        "the machine is another",
        "measured on {new}, not on {old}",
    ),
    _same("metadata", "license-changed", "breaking", "the licence is another", "the licence is {new}, not {old}"),
    _pair(
        "metadata",
        ("license-gone", "breaking", "no licence is named any more", "no licence is named any more ({value})"),
        ("license-new", "notable", "a licence is named", "the licence is {value}, and none was named"),
    ),
    _pair(
        "metadata",
        ("tags-gone", "note", "tags are gone", "tags gone: {tags}"),
        ("tags-new", "note", "tags are new", "tags new: {tags}"),
    ),
    _same("metadata", "metadata-changed", "note", "a key of the metadata is another", "{key} is {new}, not {old}"),
    _pair(
        "metadata",
        ("metadata-gone", "note", "a key of the metadata is gone", "{key} is gone ({value})"),
        ("metadata-new", "note", "a key of the metadata is new", "{key} is new: {value}"),
    ),
    _same(
        "code",
        "code-changed",
        "notable",
        "the loading code is another",
        "the code that loads {variant} is another",
        "code",
    ),
    _pair(
        "findings",
        ("disclosure-new", "notable", "the card discloses something", "the card discloses: {message} [{finding}]"),
        (
            "disclosure-gone",
            "note",
            "the card no longer discloses something",
            "no longer disclosed: {message} [{finding}]",
        ),
    ),
    _pair(
        "findings",
        ("lint-error-new", "breaking", "lint finds a further error", "lint error: {message} [{finding}]"),
        ("lint-error-gone", "notable", "an error of lint is gone", "lint error gone: {message} [{finding}]"),
    ),
    _pair(
        "findings",
        ("lint-warning-new", "notable", "lint has a further warning", "lint warning: {message} [{finding}]"),
        ("lint-warning-gone", "note", "a warning of lint is gone", "lint warning gone: {message} [{finding}]"),
    ),
    _pair(
        "findings",
        ("lint-note-new", "note", "lint has a further note", "lint note: {message} [{finding}]"),
        ("lint-note-gone", "note", "a note of lint is gone", "lint note gone: {message} [{finding}]"),
    ),
    _same("prose", "title-changed", "notable", "the title is another", "the title is {new}, not {old}"),
    _same("prose", "prose-changed", "note", "a section has other words", "{section} has other words: {words}"),
    _pair(
        "prose",
        ("prose-gone", "notable", "a section of words is gone", "{section} is gone: {text}"),
        ("prose-new", "note", "a section of words is new", "{section} is new: {text}"),
    ),
)

RULES: Final[Mapping[str, Rule]] = MappingProxyType({rule.id: rule for rules in _TABLE for rule in rules})
"""Every kind of change by its id, in the order of the areas."""


_NOTHING: Final[Mapping[str, Argument]] = MappingProxyType({})


def change(rule: str, place: str, told: Mapping[str, Argument] = _NOTHING, /, **more: Argument) -> Change:
    """A change of a rule, as bad as the table says.

    Args:
        rule: its id.
        place: what changed.
        told: arguments.
        more: further arguments.
    """
    arguments = {name: _sayable(value) for name, value in {**told, **more}.items()}
    return Change(rule, place, RULES[rule].severity, arguments)


def _sayable(value: Argument) -> Argument:
    """JSON, over which the fingerprint is taken, knows no infinity: a share of next to nothing may be one."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
