"""What the steps of a manifest are planned from: the evidence, but for what the manifest names otherwise now.

Nothing is looked up: what a new name means, only the next build finds out. A stand-in takes its place here, so that the
steps that depend on it come out as other ones, and all others as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cardgen.manifest.model import BaseModelRef, LoadedManifest
from cardgen.patterns import regex
from cardgen.plan.resolved import Ref, answers, key_of, resolved_refs, unanswered
from cardgen.plan.steps import run_backends, run_variants
from cardgen.records.content import content_sha256
from cardgen.records.environment import Environment
from cardgen.records.evidence import Evidence
from cardgen.records.inputs import Resolution, Source

_COMMIT = regex(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Asked:
    """What a manifest asks for, as far as that can be told without looking anything up."""

    variants: tuple[str, ...]
    """Those that are run."""
    resolutions: Mapping[str, Resolution]
    environments: Mapping[str, Environment]
    changed: tuple[str, ...]
    """Local inputs whose content is another one than was measured."""
    unknown: tuple[str, ...]
    """What the manifest names and the evidence does not know, each with what it was before."""
    unverified: tuple[str, ...]
    """Local inputs that are not on this machine, so that nobody can say whether they changed."""


def asked_now(loaded: LoadedManifest, evidence: Evidence) -> Asked:
    """Compare what a manifest names with what the evidence knows.

    Args:
        loaded: the manifest as it is now.
        evidence: what was gathered for it.
    """
    manifest = loaded.manifest
    variants = run_variants(manifest, evidence.measured, evidence.inspected)
    resolutions: dict[str, Resolution] = {}
    changed, unknown, unverified = list[str](), list[str](), list[str]()
    hashes: dict[str, str] = {}
    for name, ref in resolved_refs(manifest, variants).items():
        known = evidence.resolutions.get(name)
        found = known if known is not None and answers(known, ref) else _of_another_name(evidence, ref)
        if found is None or known is None:
            unknown.append(f"{key_of(name)}: {unanswered(known, ref)}")
            found = found or _stand_in(ref, known)
        if ref.path is not None:
            place = loaded.folder / ref.path
            if not place.exists():
                unverified.append(ref.path)
            else:
                content = hashes.get(ref.path) or hashes.setdefault(ref.path, content_sha256(place))
                if content != found.source.sha256:
                    if known is not None and known.source.origin == "local":
                        changed.append(ref.path)
                    found = found.model_copy(update={"source": found.source.model_copy(update={"sha256": content})})
        resolutions[name] = found
    environments = dict(evidence.environments)
    for backend in run_backends(manifest, variants):
        if backend not in environments:
            unknown.append(f"the backend {backend} was not used")
            environments[backend] = Environment(name="", packages={})
    return Asked(variants, resolutions, environments, tuple(changed), tuple(unknown), tuple(unverified))


def _of_another_name(evidence: Evidence, ref: Ref) -> Resolution | None:
    """A build does not look up on the Hub what is known by another name."""
    if ref.path is not None:
        return None
    return next((known for known in evidence.resolutions.values() if answers(known, ref)), None)


def _stand_in(ref: Ref, known: Resolution | None) -> Resolution:
    """What a reference may mean, with all that is not told otherwise as it was: nothing else is to look changed."""
    if ref.path is not None:
        source = Source(origin="local", id=None, sha256=None)
    else:
        commit = ref.revision if ref.revision is not None and _COMMIT.fullmatch(ref.revision) else None
        source = Source(origin="hub", id=ref.id, commit=commit)
    named = {"path": ref.path, "requested_revision": ref.revision, "source": source}
    if known is None:
        known = Resolution(what="model" if isinstance(ref, BaseModelRef) else "dataset", source=source)
    return known.model_copy(update=named)
