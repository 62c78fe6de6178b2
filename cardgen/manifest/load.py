"""Reading a manifest: from a file to checked types, or to every problem in the file at once."""

from __future__ import annotations

from pathlib import Path

from cardgen.catalog.suggest import nearest
from cardgen.errors import ManifestError
from cardgen.manifest.model import LoadedManifest, Manifest
from cardgen.manifest.places import Findings, Place, path_of_key
from cardgen.manifest.prose import check_prose
from cardgen.manifest.rules.metadata import check_metadata
from cardgen.manifest.rules.reported import check_reported
from cardgen.manifest.rules.whole import check_rules
from cardgen.manifest.shape import shape_manifest
from cardgen.manifest.yaml import read_yaml
from cardgen.reading import TEXT_BYTES, Read, is_text, open_file, read_bytes

SUFFIXES = (".yaml", ".yml")


def load_manifest(path: Path) -> LoadedManifest:
    """Read and check a manifest. Local inputs and names on the Hub are not looked up here.

    Args:
        path: the file, as the user gives it; messages repeat it.

    Raises:
        ManifestError: with every problem found, in file order.
    """
    findings = Findings(str(path))
    if not is_text(path.name):
        findings.add((), "has a name that is not UTF-8, which its card could not print", "rename it")
        raise ManifestError(tuple(findings))
    if path.stem in (".", ".."):
        message = f"has the name `{path.stem}`, which leads to another folder than its card's"
        findings.add((), message, "rename it")
        raise ManifestError(tuple(findings))
    text = _read_text(path, findings)
    if text is None:
        raise ManifestError(tuple(findings))
    return parse_manifest(text, path, findings)


def parse_manifest(text: str, path: Path, findings: Findings | None = None) -> LoadedManifest:
    """Check the text of a manifest that stands, or would stand, at ``path``.

    Raises:
        ManifestError: with every problem found, in file order.
    """
    manifest, _words = check_text(text, path.parent, Findings(str(path)) if findings is None else findings)
    return LoadedManifest(manifest=manifest, path=path, root=project_root(path))


def check_text(
    text: str, folder: Path, findings: Findings, read: Read | None = read_bytes
) -> tuple[Manifest, dict[str, str]]:
    """Check the text of a manifest, wherever it lies.

    Args:
        text: the manifest.
        folder: what its paths start from.
        findings: none yet, with the name of the file.
        read: what the files with its prose are read by; ``None`` where they are not there.

    Returns:
        The manifest, and the words of each section of its prose.

    Raises:
        ManifestError: with every problem found, in file order.
    """
    value = read_yaml(text, findings)
    if not isinstance(value, dict):
        if not findings:
            _not_a_mapping(value, findings)
        raise ManifestError(tuple(findings))
    unreadable = any(found.key == "" for found in findings)  # a syntax error: what follows it is unknown
    manifest = None if unreadable else shape_manifest(value, findings)
    words: dict[str, str] = {}
    if manifest is not None:
        check_rules(manifest, value, findings)
        check_reported(manifest, findings)
        check_metadata(manifest.metadata, findings)
        words = check_prose(manifest.prose, folder, findings, read)
    if findings or manifest is None:
        raise ManifestError(tuple(findings))
    return manifest, words


def place_of_key(loaded: LoadedManifest, key: str) -> Place | None:
    """Where the value of a dotted key stands, or what is around it; ``None`` where the file cannot be read again."""
    return later_findings(loaded).place(path_of_key(key), "value")


def later_findings(loaded: LoadedManifest) -> Findings:
    """None yet, for what shows to be wrong only after a manifest was loaded; they know where each key stands."""
    findings = Findings(str(loaded.path))
    text = _read_text(loaded.path, findings)
    if text is not None:
        read_yaml(text, findings)
    return Findings(findings.file, findings.entries)


def project_root(manifest: Path) -> Path:
    """The nearest folder above a manifest with cardgen.toml, [tool.cardgen] in pyproject.toml, or .git.

    Without any, the manifest's own folder.
    """
    folder = manifest.absolute().parent
    for candidate in (folder, *folder.parents):
        if (candidate / "cardgen.toml").is_file() or (candidate / ".git").exists() or _has_table(candidate):
            return candidate
    return folder


def repository_root(folder: Path) -> Path:
    """The nearest folder around ``folder`` that is a checkout of git; ``folder`` itself without any."""
    return next((around for around in (folder, *folder.parents) if (around / ".git").exists()), folder)


def declares_project(content: bytes) -> bool:
    """Whether a pyproject.toml has [tool.cardgen]."""
    if b"cardgen" not in content:
        return False
    import tomllib

    try:
        return "cardgen" in tomllib.loads(content.decode()).get("tool", {})
    except ValueError:  # it is broken: then it is for its own tools to say so
        return False


def _has_table(folder: Path) -> bool:
    try:
        return declares_project(read_bytes(folder / "pyproject.toml", TEXT_BYTES))
    except OSError:
        return False


def manifests_in(folder: Path) -> tuple[Path, ...]:
    """The files that lie in a folder and are called as manifests are; none where it is no folder, or cannot be read."""
    try:
        return tuple(sorted(file for file in folder.iterdir() if file.suffix in SUFFIXES and not file.is_dir()))
    except OSError:
        return ()


def _read_text(path: Path, findings: Findings) -> str | None:
    try:
        if path.is_dir():
            names = [file.name for file in manifests_in(path)]
            remedy = f"it holds {', '.join(names)}: name the file" if names else "name the manifest's file"
            findings.add((), "is a folder, not a manifest", remedy)
            return None
        if path.exists() and not path.is_file():
            findings.add((), "is not a regular file", "name the manifest's file")
            return None
        with open_file(path) as stream:
            content = stream.read(TEXT_BYTES + 1)  # no manifest is that long; a weight file given by mistake is
    except FileNotFoundError:
        findings.add((), "does not exist", _other_file(path))
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        findings.add((), f"cannot be read: {reason}")
        return None
    if len(content) > TEXT_BYTES:
        findings.add((), f"is larger than {TEXT_BYTES} bytes", "a manifest is a short YAML file; is it the right one?")
        return None
    return decode(content, findings)


def _other_file(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder {folder} either"
    meant = nearest(path.name, sorted(file.name for file in folder.iterdir() if file.suffix in SUFFIXES))
    return f"did you mean {folder / meant}?" if meant else ""


def decode(content: bytes, findings: Findings) -> str | None:
    """The text of a manifest; ``None`` where it is none, and ``findings`` say why."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.add_at(Place(1, 1), (), "is written in UTF-16", "save it as UTF-8")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", errors="replace").removeprefix("\ufeff")
        line_start = before.rfind("\n") + 1
        place = Place(before.count("\n") + 1, len(before) - line_start + 1)
        byte = content[error.start]
        findings.add_at(place, (), f"is not UTF-8: the byte 0x{byte:02X} is out of place", "save it as UTF-8")
        return None


def _not_a_mapping(value: object, findings: Findings) -> None:
    if value is None:
        findings.add_at(Place(1, 1), (), "is empty", "a manifest starts with `version: 1`")
    else:
        kind = "a list" if isinstance(value, list) else "a single value"
        findings.add((), f"holds {kind}, where a manifest is a mapping of keys to values", "start with `version: 1`")
