from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest

from cardgen.errors import ResolveError
from cardgen.manifest.load import parse_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.records.inputs import ModelGeneration, Resolution
from cardgen.run.base_card import card_license
from cardgen.run.hub_files import files_of_model, look_up
from cardgen.run.progress import Lines, Reporter, Silent
from cardgen.run.resolve import materialise, resolve, resolve_generation
from tests.hub_server.faults import Fault
from tests.hub_server.fixtures import hub
from tests.hub_server.server import HubServer

__all__ = ["hub"]

MODEL = {
    "README.md": b"---\nlicense: mit\n---\n# Mine\n",
    "config.json": b'{"model_type": "bert"}',
    "tokenizer.json": b"{}",
    "vocab.txt": b"a\n",
    "model.safetensors": b"weights",
    "pytorch_model.bin": b"the same weights",
    "tf_model.h5": b"and again",
    "onnx/model.onnx": b"and again",
    "onnx/config.json": b"{}",
    "training_args.bin": b"pickle",
    ".gitattributes": b"",
}
DATA = {"README.md": b"---\nlicense: mit\n---\n", "test.csv": b"text,label\n"}


def _loaded(folder: Path, base: str, dataset: str = "{id: acme/data, split: test}") -> LoadedManifest:
    return parse_manifest(
        f"""\
version: 1
repo_id: acme/model-int8
title: INT8 model
task: text-classification
base_model: {base}
variants:
  pytorch:
    backend: neural-compressor
    approach: static
    calibration: {{dataset: {{path: train.csv}}}}
  onnx: {{backend: onnxruntime, approach: dynamic}}
evaluation:
  dataset: {dataset}
  columns: {{text: text, label: label}}
  metrics: [accuracy]
""",
        folder / "model.yaml",
    )


def _resolve(
    loaded: LoadedManifest,
    known: dict[str, Resolution] | None = None,
    *,
    refresh: bool = False,
    reporter: Reporter | None = None,
) -> tuple[dict[str, Resolution], dict[str, Path]]:
    variants = loaded.manifest.variants
    reporter = reporter or Silent()
    resolutions, inputs = resolve(loaded, variants, known=known, refresh=refresh, reporter=reporter)
    return resolutions, {name: each.path for name, each in inputs.items()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a model and two datasets."""
    folder = tmp_path / "project"
    for name, content in MODEL.items():
        path = folder / "models" / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "train.csv").write_text("text,label\ngood,1\n")
    (folder / "test.csv").write_text("text,label\nbad,0\n")
    return folder


LOCAL = "{path: models/mine}"
TEST = "{path: test.csv}"


def test_local_inputs_are_known_by_their_content(project: Path) -> None:
    resolutions, paths = _resolve(_loaded(project, LOCAL, TEST))
    assert set(resolutions) == {"base_model", "evaluation", "calibration.pytorch"}
    assert paths == {
        "base_model": project / "models" / "mine",
        "evaluation": project / "test.csv",
        "calibration.pytorch": project / "train.csv",
    }
    base = resolutions["base_model"]
    assert base.license == "mit"
    assert base.path == "models/mine"
    assert base.source.origin == "local"
    assert base.source.sha256 != resolutions["evaluation"].source.sha256
    assert str(project) not in base.model_dump_json()
    assert resolutions["evaluation"].size_bytes == len("text,label\nbad,0\n")


def test_the_content_decides_and_the_place_does_not(project: Path, tmp_path: Path) -> None:
    before = _resolve(_loaded(project, LOCAL, TEST))[0]
    (project / "models" / "mine" / "README.md").write_text("# Another word\n")
    (project / "models" / "mine" / ".cache").mkdir()
    (project / "models" / "mine" / ".cache" / "x").write_text("x")
    project = project.rename(tmp_path / "elsewhere")
    after = _resolve(_loaded(project, LOCAL, TEST))[0]
    assert after["base_model"].source == before["base_model"].source
    assert after["base_model"].size_bytes == before["base_model"].size_bytes
    (project / "models" / "mine" / "vocab.txt").write_bytes(b"b\n")
    (project / "test.csv").write_text("text,label\nbad,1\n")
    changed = _resolve(_loaded(project, LOCAL, TEST), before)[0]
    assert changed["base_model"].source != before["base_model"].source
    assert changed["evaluation"].source != before["evaluation"].source
    assert changed["calibration.pytorch"] == before["calibration.pytorch"]


@pytest.mark.parametrize(
    ("base", "dataset", "message"),
    [
        ("{path: models/mien}", TEST, "the folder `models/mien` does not exist\n    did you mean `models/mine`"),
        ("{path: modls/mine}", TEST, "the folder `modls/mine` does not exist"),
        ("{path: models}", TEST, "holds no config.json"),
        ("{path: test.csv}", TEST, "`test.csv` is not a folder"),
        (LOCAL, "{path: tset.csv}", "the file `tset.csv` does not exist\n    did you mean `test.csv`"),
        (LOCAL, "{path: folder.csv}", "`folder.csv` is not a file"),
    ],
)
def test_local_inputs_that_are_not_there(project: Path, base: str, dataset: str, message: str) -> None:
    (project / "folder.csv").mkdir()
    with pytest.raises(ResolveError) as caught:
        _resolve(_loaded(project, base, dataset))
    assert message in str(caught.value)
    assert caught.value.exit_code == 4


def test_nothing_of_the_hub_client_is_imported_for_local_inputs(project: Path) -> None:
    loaded = _loaded(project, LOCAL, TEST)
    code = (
        "import sys\n"
        "from cardgen.manifest.model import LoadedManifest\n"
        "from cardgen.run.progress import Lines, Reporter, Silent\n"
        "from cardgen.run.resolve import resolve\n"
        "loaded = LoadedManifest.model_validate_json(sys.stdin.read())\n"
        "resolve(loaded, loaded.manifest.variants, known=None, refresh=False, reporter=Silent())\n"
        "assert not {'huggingface_hub', 'torch', 'numpy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], input=loaded.model_dump_json(), text=True, check=True)


def test_names_on_the_hub_become_commits(project: Path, hub: HubServer) -> None:
    model, data = hub.add("acme/model", MODEL), hub.add("acme/data", DATA, repo_type="dataset")
    resolutions, paths = _resolve(_loaded(project, "{id: acme/model}"))
    assert resolutions["base_model"].source.commit == model.history()[0].oid
    assert resolutions["base_model"].license == "mit"
    assert resolutions["evaluation"].source.commit == data.history()[0].oid
    assert set(paths) == {"calibration.pytorch"}


def test_a_branch_is_looked_up_again_only_when_asked(project: Path, hub: HubServer) -> None:
    model = hub.add("acme/model", MODEL)
    hub.add("acme/data", DATA, repo_type="dataset")
    loaded = _loaded(project, "{id: acme/model, revision: main}")
    known, _ = _resolve(loaded)
    newer = model.put({"vocab.txt": b"b\n"})
    asked = len(hub.requests)
    assert _resolve(loaded, known)[0] == known
    assert len(hub.requests) == asked
    assert _resolve(loaded, known, refresh=True)[0]["base_model"].source.commit == newer
    other = _loaded(project, f"{{id: acme/model, revision: {newer}}}")
    assert _resolve(other, known)[0]["base_model"].source.commit == newer
    assert _resolve(_loaded(project, "{id: acme/model}"), known)[0]["base_model"].source.commit == newer


def test_only_the_files_that_are_needed_are_fetched_and_once(project: Path, hub: HubServer) -> None:
    model = hub.add("acme/model", MODEL)
    hub.add("acme/data", DATA, repo_type="dataset")
    resolution = _resolve(_loaded(project, "{id: acme/model}"))[0]["base_model"]
    folder = materialise(resolution, Silent())
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert names == {"README.md", "config.json", "tokenizer.json", "vocab.txt", "model.safetensors"}
    assert (folder / "model.safetensors").read_bytes() == b"weights"
    fetched = len([request for request in hub.requests if request.method == "GET" and "/resolve/" in request.path])
    assert materialise(resolution, Silent()) == folder
    again = len([request for request in hub.requests if request.method == "GET" and "/resolve/" in request.path])
    assert again == fetched
    assert model.history()[0].oid in str(folder)


def test_of_a_model_that_writes_text_the_small_files_are_read(
    project: Path, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {**MODEL, "config.json": b'{"model_type": "m2m_100"}', "tokenizer_config.json": b'{"src_lang": "fr"}'}
    hub.add("acme/model", files)
    hub.add("acme/data", DATA, repo_type="dataset")
    loaded = _loaded(project, "{id: acme/model}")
    plain = _resolve(loaded)[0]["base_model"]
    found = resolve_generation(loaded, plain, None)
    assert found.generation == ModelGeneration(model_type="m2m_100", tokenizer="M2M100Tokenizer", src_lang="fr")
    fetched = [request.path.rpartition("/")[2] for request in hub.requests if "/resolve/" in request.path]
    assert set(fetched) == {"config.json", "tokenizer_config.json"}
    materialise(plain, Silent())
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert resolve_generation(loaded, found, None) is found
    assert resolve_generation(loaded, plain, None) == found, "which the cache holds"


def test_a_cached_commit_needs_no_network(project: Path, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = hub.add("acme/model", MODEL).history()[0].oid
    data = hub.add("acme/data", DATA, repo_type="dataset").history()[0].oid
    loaded = _loaded(
        project, f"{{id: acme/model, revision: {commit}}}", f"{{id: acme/data, split: test, revision: {data}}}"
    )
    online, _ = _resolve(loaded)
    folder = materialise(online["base_model"], Silent())
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    offline, _ = _resolve(loaded)
    assert offline == online
    assert materialise(offline["base_model"], Silent()) == folder


def test_out_of_reach(project: Path, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://user:secret@127.0.0.1:9")
    with pytest.raises(ResolveError, match=r"127\.0\.0\.1 is out of reach") as caught:
        _resolve(_loaded(project, "{id: acme/model}"))
    assert "secret" not in str(caught.value)
    resolution = _resolve(_loaded(project, LOCAL, TEST))[0]["base_model"]
    source = resolution.source.model_copy(update={"origin": "hub", "id": "acme/model", "commit": "0" * 40})
    with pytest.raises(ResolveError, match="is out of reach"):
        materialise(resolution.model_copy(update={"source": source}), Silent())


def test_an_identity_that_gives_no_token(project: Path, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import errors

    monkeypatch.setenv("HF_OIDC_RESOURCE", "tester/model")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    hub.add("tester/base", {"config.json": b"{}"})
    if hasattr(errors, "OIDCError"):
        with pytest.raises(ResolveError, match="HF_OIDC_RESOURCE") as refused:
            look_up("model", "tester/base", "main", print)
        assert "HF_OIDC_ID_TOKEN" in refused.value.remedy
    else:
        assert look_up("model", "tester/base", "main", print)[0] == hub.model("tester/base").resolve("main").oid


def test_what_the_hub_does_not_have(project: Path, hub: HubServer) -> None:
    with pytest.raises(ResolveError, match=r"the model acme/model does not exist on 127\.0\.0\.1, or is private"):
        _resolve(_loaded(project, "{id: acme/model}"))
    hub.add("acme/model", MODEL)
    with pytest.raises(ResolveError, match="the model acme/model has no revision `v9`"):
        _resolve(_loaded(project, "{id: acme/model, revision: v9}"))
    with pytest.raises(ResolveError, match=f"the model acme/model has no revision `{'f' * 40}`"):
        _resolve(_loaded(project, f"{{id: acme/model, revision: {'f' * 40}}}"))
    with pytest.raises(ResolveError, match="the dataset acme/data does not exist"):
        _resolve(_loaded(project, "{id: acme/model}"))


def test_private_and_gated_models_ask_for_a_token(
    project: Path, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add("acme/data", DATA, repo_type="dataset")
    hub.add("someone/private", MODEL, private=True)
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(ResolveError, match=r"is private\n.*HF_TOKEN"):
        _resolve(_loaded(project, "{id: someone/private}"))
    hub.add("someone/gated", MODEL, gated=True)
    with pytest.raises(ResolveError, match=r"is gated on 127\.0\.0\.1\n.*accept its terms"):
        materialise(_resolve(_loaded(project, "{id: someone/gated}"))[0]["base_model"], Silent())


def test_a_hub_that_fails(project: Path, hub: HubServer) -> None:
    hub.add("acme/model", MODEL)
    hub.inject(Fault("status", "/api/models", method="GET", status=500, times=20))
    with pytest.raises(ResolveError, match=r"cannot serve the model acme/model now \(500\)\n.*try again later"):
        _resolve(_loaded(project, "{id: acme/model}"))


@pytest.mark.parametrize("kind", ["drop", "status"])
@pytest.mark.parametrize("lost", ["/api/models/", "/api/datasets/", "/resolve/.*/model.safetensors"])
def test_a_request_that_is_lost_is_made_again(
    project: Path, hub: HubServer, lost: str, kind: Literal["drop", "status"]
) -> None:
    hub.add("acme/model", MODEL)
    hub.add("acme/data", DATA, repo_type="dataset")
    hub.inject(Fault(kind, lost, method="HEAD" if "resolve" in lost else "GET"))
    said = io.StringIO()
    reporter = Lines(said)
    found = _resolve(_loaded(project, "{id: acme/model}"), reporter=reporter)[0]["base_model"]
    assert (materialise(found, reporter) / "model.safetensors").read_bytes() == b"weights"
    if "/api/" in lost:  # for a file the client itself may ask again, by its version
        assert said.getvalue().count("asking again") == 1


def test_which_files_make_a_model() -> None:
    shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"]
    *weights, index = shards
    found = files_of_model("a/b", ["config.json", *shards, "pytorch_model.bin", "model.fp16.safetensors"])
    assert found == ["config.json", index, *weights]
    pickles = ["config.json", "pytorch_model.bin", "pytorch_model.bin.index.json", "flax_model.msgpack"]
    assert files_of_model("a/b", pickles) == [pickles[0], pickles[2], pickles[1]]
    with pytest.raises(ResolveError, match=r"no config\.json"):
        files_of_model("a/b", ["model.safetensors"])
    with pytest.raises(ResolveError, match=r"no PyTorch weights: it holds \.h5, \.msgpack files"):
        files_of_model("a/b", ["config.json", "tf_model.h5", "flax_model.msgpack"])
    with pytest.raises(ResolveError, match="is an adapter"):
        files_of_model("a/b", ["config.json", "adapter_config.json", "adapter_model.safetensors"])


@pytest.mark.parametrize(
    ("card", "found"),
    [
        ("---\nlicense: mit\n---\n", "mit"),
        ("\ufeff---\r\nlicense: [mit]\r\n---\r\n", "mit"),
        ("---\nlicense: [mit, gpl]\n---\n", None),
        ("---\ntags: [x]\n---\nlicense: mit\n", None),
        ("# No front matter\n\n---\nlicense: mit\n---\n", None),
        ("---\nlicense: [\n---\n", None),
        ("---\nlicense: mit\n", None),
        ("", None),
    ],
)
def test_the_licence_of_a_card(tmp_path: Path, card: str, found: str | None) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(card.encode())
    assert card_license(path) == found
    assert card_license(tmp_path / "absent.md") is None
