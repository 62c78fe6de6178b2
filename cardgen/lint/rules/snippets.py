"""Does the code that a card prints run, and does it load the card's own model?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.catalog import symbols
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import code_blocks, listed, title_of
from cardgen.lint.reading.python_code import Loading, Python, read_python
from cardgen.lint.rules import snippet_imports
from cardgen.patterns import regex

_FROM_HUB = regex(r"(?P<module>(?:transformers|optimum)(?:\.\w{1,60}){0,8})\.(?P<name>\w{1,120})")
_MODEL_CLASS = regex(r"(?:(?:INC|Inc|ORT|OV|IPEX)\w*(?:Model|Pipeline)\w*|\w*Model|\w+For[A-Z]\w+)")
_AUTO_CLASS = regex(r"(?:TF|Flax)?Auto(?:Model\w*|Tokenizer|Config|Processor|FeatureExtractor|ImageProcessor)")
_NO_MODEL = regex(r"(?:Tokenizer(?:Fast)?|Processor|FeatureExtractor|Config|Scheduler|Extractor)\Z")
_INC_CLASS = regex(r"(?:INC|IncQuantized)\w*")
_ORT_CLASS = regex(r"ORT\w+")
_ONNX = regex(r"\bonnx\b", re.IGNORECASE)
_PYTORCH = regex(r"\bpytorch\b|\btorch\b", re.IGNORECASE)
_QUOTED_ID = regex(r"[\"'`]([A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})[\"'`]")
_WHOLE_ID = regex(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_LOADS_ELSE = regex(r"load_dataset|\.from_pretrained\Z|evaluate\.load|save_|push_to_hub|get_calibration_dataset|open\Z")
"""Functions whose ids are those of data, of what is saved, or of what another rule looks at."""
_FIRST_OWNERS = frozenset(
    {"distilbert", "google-bert", "openai-community", "facebookai", "google-t5", "albert", "xlnet"}
)
_OF = regex(r"\b(?:export|conversion|version|port)\b.{0,20}?\bof\s+([\w./-]{3,100})", re.IGNORECASE)


def _syntax(subject: Subject) -> Iterator[Found]:
    if subject.document.form == "collapsed":
        return  # its line breaks are lost, and with them the code's form
    for python in read_python(subject.document):
        if not python.nodes:
            message = f"the code is no Python that can run: {python.error}"
            remedy = "mend it, and run it once before printing it"
            yield Found(python.place(python.error_line), message, remedy, fault=python.block.code)


def _constructors(subject: Subject) -> Iterator[Found]:
    for python in read_python(subject.document):
        for call in python.calls:
            callee = python.dotted(call.func)
            match = _FROM_HUB.fullmatch(callee) if callee else None
            if match is None or not call.args:
                continue
            name, first = match["name"], python.string(call.args[0])
            if _AUTO_CLASS.fullmatch(name) or (first is not None and _loads_models(match["module"], name)):
                message = f"`{name}` is called with a model's id, but only its from_pretrained loads one"
                yield Found(python.place_of_name(call.func, name), message, f"write `{name}.from_pretrained(...)`")


def _loads_models(module: str, name: str) -> bool:
    """Whether a name is that of a class of models; one that the libraries do not have is judged by its look alone."""
    known = symbols.symbol(module, name)
    if known is not None and known.kind == "class" and "from_pretrained" not in known.methods:
        return False
    return _MODEL_CLASS.fullmatch(name) is not None and (known is None or known.kind != "function")


def _bases(subject: Subject) -> set[str]:
    """Ids of base models, with or without owners."""
    bases = {value for value, _path in listed(subject.document, "base_model") if isinstance(value, str)}
    bases |= {name for name, _span in subject.facts.base_models}
    title = title_of(subject.document)
    of = _OF.search(title.title) if title else None
    own = {subject.facts.repo_id} if subject.facts.repo_id else set()
    return {base.casefold() for base in bases - own} | ({of[1].rstrip(".").casefold()} if of else set())


def _is_one_of(bases: set[str], model: str) -> bool:
    """Whether an id is a base model's; the oldest models are known without their owner, and with one."""
    owner, _slash, name = model.casefold().rpartition("/")
    for base in bases:
        base_owner, _base_slash, base_name = base.rpartition("/")
        owners = {owner, base_owner}
        if name == base_name and (len(owners) == 1 or (owners - {""} <= _FIRST_OWNERS and "" in owners)):
            return True
    return False


def _is_model(loading: Loading) -> bool:
    return _NO_MODEL.search(loading.callee) is None


def _loaded_otherwise(subject: Subject, pythons: list[Python], bases: set[str]) -> bool:
    """Whether code that is no Python names a model that is no base model."""
    blocks = {id(python.block) for python in pythons}
    return any(
        not _is_one_of(bases, quoted)
        for block, _section in code_blocks(subject.document)
        if id(block) not in blocks
        for quoted in _QUOTED_ID.findall(block.code)
    )


def _calls_other(python: Python, bases: set[str]) -> bool:
    """Whether anything but data is loaded by another id than a base model's, by whatever class or function."""
    for call in python.calls:
        callee = python.dotted(call.func) or ""
        if _LOADS_ELSE.search(callee):
            continue
        for value in (*call.args[:2], *(keyword.value for keyword in call.keywords)):
            name = python.string(value)
            if name and _WHOLE_ID.fullmatch(name) and not _is_one_of(bases, name):
                return True
    return False


def _other_model(subject: Subject) -> Iterator[Found]:
    bases = _bases(subject)
    if not bases:
        return
    pythons = read_python(subject.document)
    models = [(python, loading) for python in pythons for loading in python.loadings() if _is_model(loading)]
    if any(loading.id is None or not _is_one_of(bases, loading.id) for _python, loading in models):
        return  # what one of them loads may be this card's model
    if _loaded_otherwise(subject, pythons, bases) or any(_calls_other(python, bases) for python in pythons):
        return
    for _python, loading in models:
        message = f"the code loads the base model {loading.id}, and no code of the card loads the card's own model"
        yield Found(loading.span, message, "load this card's model by its own id", fault=loading.id)


def _runtime(subject: Subject) -> Iterator[Found]:
    for python in read_python(subject.document):
        titles = " / ".join((*python.section.parents[1:], python.section.title))
        onnx, pytorch = _ONNX.search(titles) is not None, _PYTORCH.search(titles) is not None
        if onnx == pytorch:
            continue
        wrong, section, uses = (_INC_CLASS, "ONNX", "PyTorch") if onnx else (_ORT_CLASS, "PyTorch", "ONNX Runtime")
        for one in python.imported:
            if one.module.startswith("optimum.") and wrong.fullmatch(one.name):
                message = f"`{one.name}` loads with {uses}, but stands in a section on {section}"
                remedy = "use the class of that runtime, such as ORTModelForSequenceClassification for ONNX"
                yield Found(python.place(one.line, one.name, one.column), message, remedy)


def _undefined(subject: Subject) -> Iterator[Found]:
    for python in read_python(subject.document):
        for use in python.undefined():
            message = f"the code uses `{use.id}`, which no code up to here defines or imports"
            place = python.place(use.lineno, use.id, use.col_offset)
            yield Found(place, message, "print the import or the assignment too", fault=use.id)


RULES: tuple[Rule, ...] = (
    Rule("snippet-syntax", "error", "Python that cannot be parsed.", _syntax),
    *snippet_imports.RULES,
    Rule("snippet-constructor", "error", "A model class that is called where from_pretrained is meant.", _constructors),
    Rule("snippet-model", "error", "Code that loads only the base model.", _other_model),
    Rule("snippet-runtime", "error", "A class of one runtime in a section on the other.", _runtime),
    Rule("snippet-undefined", "warning", "Code that uses what it neither imports nor defines.", _undefined),
)
