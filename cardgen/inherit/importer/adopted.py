"""Which variants of a card the files of models are, and what becomes of what the card says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from cardgen.inherit.facts.held import main_approach
from cardgen.inherit.facts.schemes import Scheme, one_scheme, schemes_in
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.files import HeldFiles
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.variants import Made, VariantDraft, slug
from cardgen.patterns import regex

_PART = regex(r"-\d{5}-of-\d{5}$")


@dataclass(frozen=True)
class Adopted:
    """The variants of a card, those whose files are at hand as these show them."""

    variants: tuple[VariantDraft, ...]
    files: Mapping[str, HeldFiles]
    """By the name of the variant whose they are."""


def adopt(
    card: SourceCard,
    variants: tuple[VariantDraft, ...],
    models: Sequence[HeldFiles],
    given: Made | None,
    ledger: Ledger,
) -> Adopted:
    """Give each model to the variant that it is; of several models in one place, each that the card names is one.

    Args:
        card: the card.
        variants: as it states them.
        models: the files of one model, or of each of several in one folder or repository.
        given: the approach that the user names.
        ledger: hears where files and card say different things.
    """
    if len(models) > 1:
        return _adopt_set(card, variants, models, given, ledger)
    (files,) = models
    fitting = variants if len(variants) == 1 else _fitting(files, variants)
    if len(fitting) != 1:
        ledger.add("left out", f"what {files.name} show: which of the variants they are is not clear")
        return Adopted(variants, {})
    (own,) = fitting
    held = _held(own, files, given, ledger)
    if len(variants) == 1 and held.label is None:
        held = replace(held, name=slug(held.scheme or "quantized") if held.elsewhere else held.runtime)
    return Adopted(tuple(held if variant is own else variant for variant in variants), {held.name: files})


def _adopt_set(
    card: SourceCard,
    variants: tuple[VariantDraft, ...],
    models: Sequence[HeldFiles],
    given: Made | None,
    ledger: Ledger,
) -> Adopted:
    named = _named_in(card, variants, models, ledger)
    if all(model.shows_floats for model in named):
        ledger.add("left out", f"what {models[0].name} show: nothing in them is quantized")
        return Adopted(variants, {})
    owners: dict[int, VariantDraft] = {}
    for variant in variants:
        fitting = [
            at
            for at, model in enumerate(named)
            if at not in owners and not model.shows_floats and _fitting(model, (variant,))
        ]
        by_name = [at for at in fitting if _names_file(card, named[at])]
        if len(found := fitting if len(fitting) == 1 else by_name) == 1:
            owners[found[0]] = variant
    taken = list(owners.values())
    drafts = {variant.name: variant for variant in variants if variant not in taken}
    if len(variants) == 1 and not owners:  # it stands for all of them
        drafts = {}
        if card.facts.figures:
            ledger.add("left out", "figures, as entries of `reported`: the card does not say which file they are of")
    files: dict[str, HeldFiles] = {}
    for at, own in owners.items():
        files[own.name] = named[at]
        drafts[own.name] = replace(_held(own, named[at], given, ledger), made=named[at].made)
    for at, model in enumerate(named):
        if at not in owners:
            held = _held(VariantDraft("", "pytorch", "not-stated", _stem(model), True), model, None, Ledger())
            name = _free(drafts, slug(model.scheme or _stem(model)), slug(_stem(model)))
            drafts[name], files[name] = replace(held, name=name, made=model.made), model
    order = [variant.name for variant in variants if variant.name in drafts]
    return Adopted(tuple(drafts[name] for name in dict.fromkeys([*order, *drafts])), files)


def _free(taken: Mapping[str, object], *names: str) -> str:
    """The first name that no variant has; the last with a number where all are taken."""
    return next((name for name in names if name not in taken), f"{names[-1]}-{len(taken) + 1}")


def _named_in(
    card: SourceCard, variants: Sequence[VariantDraft], models: Sequence[HeldFiles], ledger: Ledger
) -> list[HeldFiles]:
    """The models that a card names, by their files or by their schemes; all of them where it names none."""
    schemes = {scheme.name for scheme in _schemes(card)} | {variant.scheme for variant in variants}
    named = [model for model in models if _names_file(card, model) or model.scheme in schemes]
    if not named:
        ledger.add("assumed", f"each of {models[0].name} is a variant, as the card names none of them")
        return list(models)
    for model in models:
        if model not in named:
            ledger.add("left out", f"the file {model.file}, which the card does not name")
    return named


def _schemes(card: SourceCard) -> Iterator[Scheme]:
    for _section, block in card.blocks():
        for scheme, _start, _end in schemes_in(card.text(block.span)):
            yield scheme


def _names_file(card: SourceCard, model: HeldFiles) -> bool:
    """Whether the card's text has a file's name, with its ending or without; not for a name that is a mere word."""
    stem, text = _stem(model), card.document.source
    ending = re.escape(PurePosixPath(model.file or "").suffix)
    name = rf"(?<![\w.-]){re.escape(stem)}(?:-\d{{5}}-of-\d{{5}})?(?:{ending}){'' if stem.isalpha() else '?'}"
    return stem in text and re.search(rf"{name}(?![\w-]|\.\w)", text) is not None


def _stem(model: HeldFiles) -> str:
    """A file's name without its ending, and without which part of a split model it is."""
    return _PART.sub("", PurePosixPath(model.file or "").stem)


def _fitting(files: HeldFiles, variants: Sequence[VariantDraft]) -> tuple[VariantDraft, ...]:
    """The variants whose files they can be, by their scheme or by what runs them."""
    own = one_scheme(scheme for scheme, _start, _end in schemes_in(files.scheme or ""))
    runtime = {"onnx": "onnx", "pickle": "pytorch"}.get(files.inspection.format)
    found = []
    for variant in variants:
        told = one_scheme(scheme for scheme, _start, _end in schemes_in(variant.scheme or ""))
        if (
            (told is not None and own is not None and told.fits(own))
            if variant.elsewhere
            else variant.runtime == runtime
        ):
            found.append(variant)
    return tuple(found)


def _held(own: VariantDraft, files: HeldFiles, given: Made | None, ledger: Ledger) -> VariantDraft:
    """A variant as its files show it."""
    held = _as_shown(own, files, given)
    for what, before, now in (
        ("scheme", own.scheme if own.elsewhere else "INT8", held.scheme if held.elsewhere else "INT8"),
        ("format", own.format, held.format),
        ("approach", own.approach, held.approach),
    ):
        if before is not None and before != now and "none" not in (own.approach, held.approach):
            ledger.add("mended", f"the {what} is {now or 'not stated'}, as {files.name} show, and not {before}")
    if held.made is not None and given not in (None, "none", main_approach(files.inspection)):
        ledger.add("left out", f"--approach {given}: of a variant whose files are named, these say it")
    return held


def _as_shown(own: VariantDraft, files: HeldFiles, given: Made | None) -> VariantDraft:
    inspection = files.inspection
    if files.shows_floats:
        if inspection.format == "onnx":
            return replace(own, runtime="onnx", approach="none", elsewhere=False, scheme=None, format=None)
        asked = given if given not in (None, "none") else "not-stated"
        return replace(own, elsewhere=True, approach=asked, scheme=None, format=files.format)
    held = replace(own, elsewhere=True, made=files.made)
    if not inspection.modules:  # pickles: what lies beside them tells their method, and no more
        return replace(held, approach="not-stated" if own.approach == "none" else own.approach)
    approach = "qat" if "qat" in (given, own.approach) else main_approach(inspection) or "not-stated"
    return replace(held, approach=approach, scheme=files.scheme, format=files.format)
