"""How to load each variant, and whether that code was run."""

from __future__ import annotations

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.model import Usage
from cardgen.card.words.markdown import Markdown, code, escape, introduced
from cardgen.card.words.wording import sentence_list, told, variant_kind
from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.environments import locked_packages
from cardgen.catalog.loading import RUN_LIBRARY, LoadingCode, loading_code, missing_beside
from cardgen.catalog.snippets import has_snippet, lacks_class
from cardgen.plan.adopted import ADOPTING
from cardgen.plan.layout import printed_snippet, published_model

_REMOTE_CODE = Markdown("This model runs code from its repository (`trust_remote_code=True`): read that code first.")


def usages(facts: Facts) -> tuple[Usage, ...]:
    """A part for each variant that there is loading code for; of what others made, one for each library."""
    return tuple(
        usage
        for fact in facts.variants
        for usage in (
            [_usage(facts, fact)]
            if _is_loaded(facts, fact)
            else [_usage_of_files(fact, loading) for loading in _code_of_files(facts, fact)]
        )
    )


def _is_loaded(facts: Facts, fact: VariantFacts) -> bool:
    return has_snippet(facts.manifest.task, fact.backend.name)


def usage_notes(facts: Facts) -> tuple[Markdown, ...]:
    """What holds for the code of every variant that was not run, what is to be said of several, and which have none."""
    notes = [_unloaded(facts, fact) for fact in facts.variants if lacks_class(facts.manifest.task, fact.backend.name)]
    notes += _notes_of_files(facts)
    loaded = [fact for fact in facts.variants if _is_loaded(facts, fact)]
    if not loaded:
        return tuple(notes)
    if unseen := [fact for fact in loaded if fact.run is None]:
        names = sentence_list([code(fact.name) for fact in unseen])
        who = told([entry for fact in unseen for entry in fact.reported], "describe")
        notes.append(
            Markdown(
                f"The code for {names} was not run: cardgen has not seen the weights, which {who}. "
                "The versions are those that cardgen itself would use."
            )
        )
    pickled = _pickled(facts)
    if len(pickled) > 1:
        names = sentence_list([code(fact.name) for fact in pickled])
        notes.append(
            Markdown(
                f"The weights of {names} are pickles (`pytorch_model.bin`), which can run code when they are opened: "
                "load them only from a place that you trust."
            )
        )
    if facts.manifest.base_model.trust_remote_code and len(facts.variants) > 1:
        notes.append(_REMOTE_CODE)
    return tuple(notes)


def _code_of_files(facts: Facts, fact: VariantFacts) -> tuple[LoadingCode, ...]:
    """By what its files show."""
    if fact.inspected is None:
        return ()
    return loading_code(facts.manifest.task, published_model(facts.manifest, fact.name, fact.inspected))


def _usage_of_files(fact: VariantFacts, loading: LoadingCode) -> Usage:
    return Usage(
        title=f"{fact.name}: {loading.library}",
        install=loading.install,
        snippet=loading.code,
        notes=(_run_note(fact),) if _was_run(fact, loading) else (),
        language=loading.language,
    )


def _was_run(fact: VariantFacts, loading: LoadingCode) -> bool:
    return fact.run is not None and fact.run.snippet is not None and loading.library == RUN_LIBRARY


def _run_note(fact: VariantFacts) -> Markdown:
    assert fact.run is not None
    packages = fact.run.record.environment.packages
    names = sorted({name.partition("[")[0] for name in BACKENDS[ADOPTING].install})
    used = sentence_list([f"{name} {packages[name]}" for name in names])
    return escape(f"This code was run against the files of this variant, with {used}.")


def _not_run(facts: Facts, fact: VariantFacts) -> str:
    """The variant, and where some of its code was run, which was not; empty where all was."""
    known = _code_of_files(facts, fact)
    others = [loading.library for loading in known if not _was_run(fact, loading)]
    if not others or len(others) == len(known):
        return str(code(fact.name)) if others else ""
    return f"{code(fact.name)} with {sentence_list(others)}"


def _notes_of_files(facts: Facts) -> list[Markdown]:
    """What holds for all code that loads files of others."""
    adopted = [(fact, fact.inspected) for fact in facts.variants if fact.inspected is not None]
    loaded = [name for fact, _record in adopted if (name := _not_run(facts, fact))]
    unloaded = [str(code(fact.name)) for fact, _record in adopted if not _code_of_files(facts, fact)]
    missing: dict[tuple[str, ...], list[str]] = {}
    for fact, record in adopted:
        names = missing_beside(facts.manifest.task, published_model(facts.manifest, fact.name, record))
        if names and _code_of_files(facts, fact):
            missing.setdefault(names, []).append(str(code(fact.name)))
    notes = []
    if loaded:
        notes.append(
            Markdown(
                f"The code for {sentence_list(loaded)} was not run. It is what each library documents for files of "
                "this format, in its current release."
            )
        )
    for names, of in missing.items():
        belongs = "that of the base model belongs" if len(names) == 1 else "those of the base model belong"
        notes.append(
            Markdown(
                f"Among the files of {sentence_list(of)} there is {sentence_list([*names])}, without which this code "
                f"fails: {belongs} beside the weights."
            )
        )
    if unloaded:
        what = f"files of this format for {facts.manifest.task}"
        notes.append(
            Markdown(
                f"There is no code here that loads {sentence_list(unloaded)}: cardgen knows of no library for {what}."
            )
        )
    return notes


def _unloaded(facts: Facts, fact: VariantFacts) -> Markdown:
    """Why no code is printed for a variant."""
    library = next(name for name in fact.backend.install if name.startswith("optimum-"))
    version = locked_packages(fact.backend.environments[0], (library,))[library]
    return Markdown(
        f"No class of {library} {version} loads a model for {facts.manifest.task} that {fact.backend.title} made, "
        f"so that there is no code here that loads {code(fact.name)}: ask those who made it."
    )


def _pickled(facts: Facts) -> list[VariantFacts]:
    return [fact for fact in facts.variants if fact.backend.pickled]


def answers(facts: Facts) -> Markdown:
    """What the model's output can be."""
    labels = facts.runs[0][1].export.labels if facts.runs else ()
    if not labels:
        return Markdown("")
    several = facts.manifest.task == "multi-label-classification"
    lead = f"The model answers with {'any' if several else 'one'} of {len(labels)} labels:"
    return introduced(lead, labels, 40, summary=f"{len(labels)} labels")


def _usage(facts: Facts, fact: VariantFacts) -> Usage:
    names = [name.partition("[")[0] for name in fact.backend.install]
    if fact.run:
        versions = {name: fact.run.record.environment.packages[name] for name in names}
    else:
        versions = locked_packages(fact.backend.environments[0], names)
    pins = " ".join(f'"{name}=={versions[name.partition("[")[0]]}"' for name in fact.backend.install)
    what = "FP32" if fact.asked.approach == "none" else variant_kind(fact)
    return Usage(
        title=f"{fact.name}: {fact.backend.runtime_title}, {what}",
        install=f"pip install {pins}",
        snippet=printed_snippet(
            facts.manifest,
            fact.name,
            facts.evidence.resolutions.get("base_model"),
            own_layout=fact.run is not None,
        ),
        notes=tuple(_notes(facts, fact, versions)),
    )


def _notes(facts: Facts, fact: VariantFacts, versions: dict[str, str]) -> list[Markdown]:
    notes = []
    if fact.run:
        used = sentence_list([f"{name} {version}" for name, version in sorted(versions.items())])
        notes.append(escape(f"This code was run against the files of this variant, with {used}."))
    if fact.backend.pickled and len(_pickled(facts)) == 1:
        notes.append(
            Markdown(
                "The weights are a pickle (`pytorch_model.bin`), which can run code when it is opened: "
                "load it only from a place that you trust."
            )
        )
    if facts.manifest.base_model.trust_remote_code and len(facts.variants) == 1:
        notes.append(_REMOTE_CODE)
    return notes
