"""The base model, the data, labels, and how a model is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cardgen.manifest.base import DEFAULT_SEED
from cardgen.manifest.model import Manifest
from cardgen.plan.generation import generation_request
from cardgen.records.evidence import Evidence
from cardgen.records.request import PredictRequest
from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.changes.moved import in_both, replaced
from cardgen.review.diff.facts.asked import NEWEST, Data
from cardgen.review.diff.facts.picture import Picture
from cardgen.review.diff.rules import change


class Base(NamedTuple):
    """The base model, as far as a state tells it."""

    name: str | None
    path: str | None
    """Where it lies here, for one that is read from there."""
    state: str | None
    """Commit or hash."""
    revision: str | None
    """As the manifest names it; ``None`` where there is no manifest."""
    remote_code: bool | None


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What is read, and was."""
    yield from _base(old, new)
    yield from _data(old, new)
    yield from _labels(old, new)
    yield from _evaluation(old, new)
    yield from _generation(old, new)


def _base(old: Picture, new: Picture) -> Iterator[Change]:
    was, now = _base_of(old), _base_of(new)
    same = was.state is not None and was.state == now.state
    moved = same and was.name == was.path and now.name == now.path
    if was.name != now.name:
        if not moved:
            yield from replaced("base-changed", "base_model.id", was.name, now.name)
    elif was.path != now.path and not (was.state and now.state):
        yield change("base-changed", "base_model.path", old=was.path or was.name, new=now.path or now.name)
    yield from replaced("base-revision-changed", "base_model.revision", *_states(was, now))
    if was.remote_code is not None and now.remote_code is not None and was.remote_code != now.remote_code:
        rule, runs = ("remote-code-on", now) if now.remote_code else ("remote-code-off", was)
        told: dict[str, Argument] = {"model": runs.name, "revision": runs.state or runs.revision}
        yield change(rule, "base_model.trust_remote_code", told)


def _states(was: Base | Data, now: Base | Data) -> tuple[Argument, Argument]:
    """What was read, where both sides know it; else what their manifests say of it."""
    return (was.state, now.state) if was.state and now.state else (was.revision, now.revision)


def _base_of(picture: Picture) -> Base:
    manifest, evidence = picture.state.manifest, picture.evidence
    resolved = evidence.resolutions.get("base_model") if evidence else None
    state = (resolved.source.commit or resolved.source.sha256) if resolved else None
    if manifest is not None:
        asked = manifest.base_model
        return Base(asked.id or asked.path, asked.path, state, asked.revision or NEWEST, asked.trust_remote_code)
    named = (resolved.source.id or resolved.path) if resolved else None
    codes = [request.trust_remote_code for request in _answered(evidence)]
    return Base(named, resolved.path if resolved else None, state, None, any(codes) if codes else None)


def _answered(evidence: Evidence | None) -> Iterator[PredictRequest]:
    for record in evidence.records if evidence else ():
        if isinstance(record.request, PredictRequest):
            yield record.request


def _data(old: Picture, new: Picture) -> Iterator[Change]:
    """Of one dataset, what else differs; that it is another one is told elsewhere."""
    was, now = old.evaluated, new.evaluated
    if was is not None and now is not None:
        yield from _state("evaluation", "evaluation", was, now)
        for part in ("split", "config"):
            values: list[Argument] = [getattr(each, part) for each in (was, now)]
            if values[0] != values[1] and was.is_that_of(now):
                told = {"part": part, "old": values[0], "new": values[1]}
                yield change("data-split-changed", f"evaluation.{part}", told)
    for one, other in in_both(old, new):
        asked = [each.asked.calibrated if each.asked else None for each in (one, other)]
        before, after = (each.data if each else None for each in asked)
        if before is not None and after is not None:
            yield from _state(f"{one.place}.calibration", f"calibration of {one.name}", before, after)


def _state(place: str, use: str, was: Data, now: Data) -> Iterator[Change]:
    if was.name == now.name:
        told = {"dataset": now.name, "use": use}
        yield from replaced("data-revision-changed", f"{place}.revision", *_states(was, now), **told)


def _labels(old: Picture, new: Picture) -> Iterator[Change]:
    pairs = list(in_both(old, new))
    for one, other in pairs:
        exports = [each.chain.export if each.chain else None for each in (one, other)]
        if exports[0] and exports[1]:
            told = {"which": "labels of the model"}
            yield from replaced("labels-changed", "labels", exports[0].labels, exports[1].labels, **told)
            break
    for one, other in pairs:
        scores = [each.chain.score if each.chain else None for each in (one, other)]
        if scores[0] and scores[1]:
            mapped = [_mapped(each.answers.labels) for each in scores if each]
            told = {"which": "labels of the data"}
            yield from replaced("labels-changed", "evaluation.labels", *mapped, **told)
            break


def _mapped(labels: Mapping[str, str]) -> tuple[Argument, ...]:
    return tuple(f"{data} → {model}" for data, model in sorted(labels.items()))


def _evaluation(old: Picture, new: Picture) -> Iterator[Change]:
    """How samples are read: as both manifests say or, where one is not there, as the records repeat it."""
    one, other = old.state.manifest, new.state.manifest
    if one is not None and other is not None:
        yield from _read(_asked(one), _asked(other))
        return
    for subject, same in in_both(old, new):
        scores = [each.chain.score if each.chain else None for each in (subject, same)]
        if scores[0] is not None and scores[1] is not None:
            yield from _read(_recorded(scores[0].request), _recorded(scores[1].request))
            return


def _read(was: Asked, now: Asked) -> Iterator[Change]:
    for role in sorted({*was.columns, *now.columns}):
        values = [each.columns.get(role) for each in (was, now)]
        if values[0] != values[1]:
            told: dict[str, Argument] = {"part": f"column {role}", "old": values[0], "new": values[1]}
            yield change("data-split-changed", f"evaluation.columns.{role}", told)
    for part in was.sampling.keys() | now.sampling.keys():
        before, after = was.sampling.get(part), now.sampling.get(part)
        if before != after:
            told = {"part": part, "old": before, "new": after}
            yield change("sampling-changed", f"evaluation.{part}", told)


class Asked(NamedTuple):
    """How samples are read."""

    columns: Mapping[str, str]
    sampling: Mapping[str, int | None]


def _recorded(request: PredictRequest) -> Asked:
    sampling = {"batch_size": request.batch_size, "limit": request.limit, "seed": request.seed}
    return Asked(request.columns, sampling)


def _asked(manifest: Manifest) -> Asked:
    evaluation = manifest.evaluation
    if evaluation is None:
        return Asked({}, {})
    limit = evaluation.limit
    sampling = {
        "batch_size": evaluation.batch_size,
        "limit": limit.samples if limit else None,
        "seed": limit.seed if limit else DEFAULT_SEED,
    }
    return Asked(evaluation.columns, sampling)


def _generation(old: Picture, new: Picture) -> Iterator[Change]:
    was, now = _settings(old), _settings(new)
    for name in sorted({*was, *now}):
        if was.get(name) != now.get(name):
            told = {"setting": name, "old": was.get(name), "new": now.get(name)}
            yield change("generation-changed", f"generation.{name}", told)


def _settings(picture: Picture) -> dict[str, Argument]:
    """How a model that writes text is asked to, by the manifest or by what was exported."""
    manifest, evidence = picture.state.manifest, picture.evidence
    resolved = evidence.resolutions.get("base_model") if evidence else None
    if manifest is not None:
        request = generation_request(manifest, resolved)
    else:
        found = (each.chain.export_request for each in picture.subjects.values() if each.chain)
        request = next((each.generation for each in found if each is not None), None)
    if request is None:
        return {}
    told: dict[str, Argument] = {"src_lang": request.src_lang, "tgt_lang": request.tgt_lang, **request.settings}
    return {**told, "prefix": request.prefix or None}
