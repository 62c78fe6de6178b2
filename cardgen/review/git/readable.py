"""Evidence as lines that tell what it means, of which `git diff` compares two: what a textconv of git prints.

A section for each record, in the file's order, a line for each figure, module or version. What tells nothing to people
is left out: fingerprints, hashes of blocks, the seconds that a step took.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cardgen.errors import EvidenceError
from cardgen.records.evidence import FORMAT
from cardgen.records.evidence_file import Block, dump_evidence, parse_blocks, parse_evidence

_DIGITS = 12
"""Of a hash, which says only whether it is another one."""
_OF_THE_RUN = ("kind", "seconds", "load")
"""Of a result: other ones in every run."""


def readable(content: bytes) -> str:
    """The evidence in lines; what is no evidence as it is, under a line that says so."""
    try:
        parsed = parse_evidence(content, "evidence.json")
        blocks = parse_blocks(content, "evidence.json")
        if blocks["format"] != FORMAT:
            blocks = json.loads(dump_evidence(parsed.evidence))
    except EvidenceError as error:
        raw = content.decode(errors="replace")
        return f"# cardgen cannot read this: {error.problems[0].message}\n{raw}"
    edited = [f"! edited by hand: {key or 'the file'}" for key in parsed.edited]
    return "\n".join([*edited, *_lines(blocks)]) + "\n"


def _lines(blocks: Block) -> Iterator[str]:
    yield f"cardgen = {blocks['cardgen']}"
    for name in blocks["measured"]:
        yield f"measured = {name}"
    for section in ("resolutions", "environments"):
        for name, block in blocks[section].items():
            yield f"[{section.removesuffix('s')} {name}]"
            yield from _values({key: value for key, value in block.items() if key != "seal"})
    for name, block in blocks["records"].items():
        yield f"[{name}]"
        yield from _record(block, blocks["environments"])
    for record in blocks["reported"]:
        entry = record["entry"]
        what = " ".join(str(entry[key]) for key in ("variant", "metric") if entry.get(key))
        yield f"[reported {what}]" if what else "[reported]"
        yield from _values(entry)
    for name, block in blocks.get("inspected", {}).items():
        yield f"[{name}]"
        yield from _inspected(block)
    inherited = blocks["inherited"]
    if inherited is not None:
        yield "[the base model's card]"
        yield from _values({"source": inherited["source"]})
        yield from (f"| {line}" for line in inherited["text"].splitlines())


def _record(block: Mapping[str, Any], environments: Mapping[str, Any]) -> Iterator[str]:
    for key, value in block["request"].items():
        yield from _values({key: value}, "asked.", but=("kind",))
    known = environments.get(block["request"]["backend"], {})
    if block["environment"] != {key: known.get(key) for key in ("name", "packages")}:
        yield from _values(block["environment"], "environment.")
    if block["versions"] != block["environment"]["packages"]:
        yield from _values(block["versions"], "imported.")
    yield from _values({"hardware": block["hardware"]})
    yield from _values(block["result"], but=_OF_THE_RUN)
    for file in block["artifact"]:
        yield f"file {file['path']} = {file['bytes']} B, {file['sha256'][:_DIGITS]}"


def _inspected(block: Mapping[str, Any]) -> Iterator[str]:
    yield from _values(block, but=("seal", "uses", "files"))
    for use in block["uses"]:
        named = ", ".join(use["modules"])
        told = {key: value for key, value in use.items() if key != "modules"}
        yield f"uses = {json.dumps(told, ensure_ascii=False)}: {named}"
    for file in block["files"]:
        yield f"file {file['path']} = {file['size_bytes']} B, {(file['sha256'] or '')[:_DIGITS]}"


def _values(values: Mapping[str, Any], before: str = "", but: tuple[str, ...] = ()) -> Iterator[str]:
    """A line for each value that there is, by its dotted key; a line for each item of a list."""
    for key, value in values.items():
        if key in but or value is None:
            continue
        name = f"{before}{key}"
        if isinstance(value, Mapping):
            yield from _values(value, f"{name}.")
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, Mapping):
                    yield from _item(name, item)
                else:
                    yield from _told(name, item)
        else:
            yield from _told(name, value)


def _item(name: str, item: Mapping[str, Any]) -> Iterator[str]:
    """An item of a list of mappings: by what it is about, else on one line."""
    about = item.get("metric") or item.get("module") or item.get("type")
    if about is None:
        yield f"{name} = {json.dumps(item, ensure_ascii=False)}"
    else:
        rest = {key: value for key, value in item.items() if key not in ("metric", "module", "type", "seconds")}
        yield from _values(rest, f"{name}.{about}.")


def _told(name: str, value: Any) -> Iterator[str]:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) in (40, 64) and not text.strip("0123456789abcdef"):
        text = text[:_DIGITS]
    if "\n" in text:
        yield from (f"{name} | {line}" for line in text.splitlines())
    else:
        yield f"{name} = {text}"
