"""Pushes that are signed, and what a changed one is told by; with keys made on the spot and the true model-signing."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.hub_server import Fault, HubServer
from tests.hub_server.repository import Change
from tests.publish.conftest import Run
from tests.publish.project import PYTORCH, Project
from tests.publish.test_edits import edit, file, thanks

REPO = "tester/names-int8"
SIGNATURE = "model.sig"
PASSWORD = "CARDGEN_SIGN_PASSWORD"

# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def make_keys(folder: Path, name: str = "sign", password: bytes | None = None, *, key: object = None) -> Path:
    """A private key, and its public one beside it."""
    private = key or ec.generate_private_key(ec.SECP256R1())
    assert isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    protection = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    path = folder / f"{name}.key"
    path.write_bytes(private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection))
    public = private.public_key()
    path.with_suffix(".pub").write_bytes(
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return make_keys(tmp_path)


@pytest.fixture
def public(key: Path) -> Path:
    return key.with_suffix(".pub")


def commits(hub: HubServer) -> int:
    return len(hub.model(REPO).history("main"))


def put(hub: HubServer, path: str, content: bytes) -> None:
    hub.model(REPO).put({path: content})


def test_a_signed_push_is_one_commit_and_sound(
    hub: HubServer, project: Project, run: Run, key: Path, public: Path
) -> None:
    hub.add(REPO)
    code, out, err = run("push", "--json", "--sign", "--sign-key", key, project.manifest)
    assert code == 0, err
    assert json.loads(out)[0]["faults"] == []
    assert commits(hub) == 2
    files = hub.model(REPO).resolve("main").files
    bundle = json.loads(files[SIGNATURE].data)
    predicate = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))["predicate"]
    signed = {one["name"]: one["digest"] for one in predicate["resources"]}
    assert signed == {
        path: there.sha256
        for path, there in files.items()
        if path not in (".gitattributes", ".cardgen.json", SIGNATURE)
    }
    for name in (project.manifest, REPO):
        hub.requests.clear()
        code, out, err = run("verify", "--public-key", public, name)
        assert (code, err) == (0, "")
        assert out.endswith(": as it was published (12 files; signed)\n")
        assert not any(request.path.endswith((".bin", ".onnx")) for request in hub.requests)
    code, out, _ = run("verify", REPO)
    assert code == 0
    assert "signed, not checked without --public-key" in out


def test_model_signing_itself_finds_it_sound(
    hub: HubServer, project: Project, run: Run, key: Path, public: Path, tmp_path: Path
) -> None:
    run("push", "--sign-key", key, project.manifest)
    folder = tmp_path / "downloaded"
    for path, there in hub.model(REPO).resolve("main").files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(there.data)
    command = [sys.executable, "-m", "model_signing", "verify", "key", str(folder)]
    command += ["--signature", str(folder / SIGNATURE), "--public_key", str(public)]
    command += ["--ignore-paths", str(folder / ".cache")]
    (folder / ".cache").mkdir()
    (folder / ".cache" / "kept").write_bytes(b"by the client")
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (folder / "vocab.txt").write_bytes(b"x")
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode != 0
    assert "vocab.txt" in ran.stderr


def test_unchanged_content_keeps_its_signature(hub: HubServer, project: Project, run: Run, key: Path) -> None:
    run("push", "--sign-key", key, project.manifest)
    before = commits(hub)
    hub.requests.clear()
    for arguments in (("--sign-key", key), ()):  # also where it is not asked for
        code, out, err = run("push", *arguments, project.manifest)
        assert (code, err) == (0, "")
        assert out.startswith("unchanged: ")
    assert hub.writes == []
    assert commits(hub) == before


def test_changed_content_is_signed_anew(hub: HubServer, project: Project, run: Run, key: Path, public: Path) -> None:
    run("push", "--sign-key", key, project.manifest)
    first = file(hub, SIGNATURE)
    project.build(accuracy=0.9, weights=b"\x80other weights")
    assert run("push", "--sign-key", key, project.manifest)[0] == 0
    assert file(hub, SIGNATURE) != first
    assert run("verify", "--public-key", public, REPO)[0] == 0


def test_changed_content_without_a_signature_takes_the_old_one_away(
    hub: HubServer, project: Project, run: Run, key: Path, public: Path
) -> None:
    run("push", "--sign-key", key, project.manifest)
    project.build(accuracy=0.9, weights=b"\x80other weights")
    code, _, err = run("push", project.manifest)
    assert code == 0
    assert f"{REPO}: model.sig is of other files than these, and goes" in err
    assert SIGNATURE not in hub.model(REPO).resolve("main").files
    code, _, err = run("verify", "--public-key", public, REPO)
    assert (code, err) == (1, f"{REPO}: it is not signed: there is no model.sig\n")


def test_a_merged_edit_is_signed_anew(hub: HubServer, project: Project, run: Run, key: Path, public: Path) -> None:
    run("build", "--render-only", project.manifest)
    run("push", "--sign-key", key, project.manifest)
    edit(hub, thanks)
    code, _, err = run("verify", "--public-key", public, REPO)
    assert code == 1
    assert "README.md is not the file that was signed" in err
    before = commits(hub)
    assert run("push", "--sign-key", key, project.manifest)[0] == 0
    assert commits(hub) == before + 1
    assert b"To all." in file(hub, "README.md")
    assert run("verify", "--public-key", public, REPO)[::2] == (0, "")
    assert run("push", "--sign-key", key, project.manifest)[1].startswith("unchanged: ")


def test_another_key_signs_anew(hub: HubServer, project: Project, run: Run, key: Path, tmp_path: Path) -> None:
    run("push", "--sign-key", key, project.manifest)
    other = make_keys(tmp_path, "other")
    code, _, err = run("verify", "--public-key", other.with_suffix(".pub"), REPO)
    assert (code, err) == (1, f"{REPO}: model.sig was made with another key\n")
    before = commits(hub)
    assert run("push", "--sign-key", other, project.manifest)[0] == 0
    assert commits(hub) == before + 1
    assert run("verify", "--public-key", other.with_suffix(".pub"), REPO)[0] == 0


def tampered(content: bytes) -> bytes:
    """A signature that lists another hash than was signed."""
    bundle = json.loads(content)
    statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    statement["predicate"]["resources"][0]["digest"] = "0" * 64
    bundle["dsseEnvelope"]["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
    return json.dumps(bundle).encode()


def without(*keys: str) -> Callable[[bytes], bytes]:
    def cut(content: bytes) -> bytes:
        bundle = json.loads(content)
        inner = bundle
        for name in keys[:-1]:
            inner = inner[name]
        inner[keys[-1]] = type(inner[keys[-1]])()
        return json.dumps(bundle).encode()

    return cut


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "model.sig is damaged"),
    "no JSON": (lambda _: b"\xff\x00", "model.sig is damaged"),
    "JSON of another kind": (lambda _: b"[1]", "model.sig is damaged"),
    "another list": (tampered, "model.sig does not fit what it lists"),
    "no signature in it": (without("dsseEnvelope", "signatures"), "model.sig is damaged"),
    "another signature": (
        lambda content: json.dumps(json.loads(content)).encode().replace(b'"sig": "', b'"sig": "AAAA'),
        "model.sig does not fit what it lists",
    ),
    "another type": (without("mediaType"), "model.sig is damaged"),
    "no key named": (without("verificationMaterial", "publicKey"), "model.sig is damaged"),
}


@pytest.mark.parametrize(("spoil", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_signature_is_told(
    hub: HubServer, project: Project, run: Run, key: Path, public: Path, spoil: Callable[[bytes], bytes], said: str
) -> None:
    run("push", "--sign-key", key, project.manifest)
    put(hub, SIGNATURE, spoil(file(hub, SIGNATURE)))
    code, out, err = run("verify", "--json", "--public-key", public, REPO)
    assert code == 1
    assert said in err
    assert "model.sig was edited or replaced since it was published" in err
    assert json.loads(out)[0]["signature"] == "broken"


CHANGED: dict[str, tuple[Callable[[HubServer], object], str]] = {
    "weights": (
        lambda hub: put(hub, "pytorch_model.bin", b"\x80x"),
        "pytorch_model.bin is not the file that was signed",
    ),
    "a small file": (lambda hub: put(hub, "onnx/vocab.txt", b"x"), "onnx/vocab.txt is not the file that was signed"),
    "a file less": (
        lambda hub: hub.model(REPO).commit("main", Change("edit", deletes=["vocab.txt"]), author="somebody"),
        "vocab.txt was signed, and is gone",
    ),
    "a file more": (lambda hub: put(hub, "model.safetensors", b"\x80x"), "model.safetensors is not signed"),
}


@pytest.mark.parametrize(("change", "said"), CHANGED.values(), ids=CHANGED)
def test_what_was_changed_since_is_told_whatever_the_marker_says(
    hub: HubServer,
    project: Project,
    run: Run,
    key: Path,
    public: Path,
    change: Callable[[HubServer], object],
    said: str,
) -> None:
    run("push", "--sign-key", key, project.manifest)
    change(hub)
    files = hub.model(REPO).resolve("main").files
    marker = json.loads(file(hub, ".cardgen.json"))
    marker["files"] = {path: {"sha256": there.sha256, "blob": there.blob_id} for path, there in files.items()}
    put(hub, ".cardgen.json", json.dumps(marker).encode())
    code, _, err = run("verify", "--public-key", public, REPO)
    assert code == 1
    assert f"{REPO}: {said}\n" in err


def test_gits_own_files_are_not_signed(hub: HubServer, project: Project, run: Run, key: Path, public: Path) -> None:
    run("push", "--sign-key", key, project.manifest)
    put(hub, ".gitattributes", b"*.zip filter=lfs\n")
    put(hub, ".github/workflows/x.yml", b"on: push\n")
    assert run("verify", "--public-key", public, REPO)[::2] == (0, "")


def test_files_of_others_are_named_as_not_signed(
    hub: HubServer, project: Project, run: Run, key: Path, public: Path
) -> None:
    hub.add(REPO, {"notes.txt": b"by a person"})
    code, _, err = run("push", "--sign-key", key, project.manifest)
    assert code == 0
    assert f"{REPO}: not signed, because cardgen did not put it there: notes.txt\n" in err
    code, _, err = run("verify", "--public-key", public, REPO)
    assert (code, err) == (1, f"{REPO}: notes.txt is not signed\n")


def test_a_signature_that_leaves_out_more_vouches_for_no_more(
    hub: HubServer, project: Project, run: Run, key: Path, public: Path, tmp_path: Path
) -> None:
    run("push", project.manifest)
    files = hub.model(REPO).resolve("main").files
    folder = tmp_path / "downloaded"
    for path in ("README.md", "config.json"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(files[path].data)
    command = [sys.executable, "-m", "model_signing", "sign", "key", str(folder), "--private_key", str(key)]
    command += ["--signature", str(tmp_path / SIGNATURE), "--ignore-paths", str(folder / "config.json")]
    subprocess.run(command, check=True, capture_output=True)
    put(hub, SIGNATURE, (tmp_path / SIGNATURE).read_bytes())
    code, _, err = run("verify", "--public-key", public, REPO)
    assert code == 1
    assert "config.json is not signed" in err
    assert "vocab.txt is not signed" in err
    assert "README.md" not in err


def test_somebody_elses_signature_is_not_replaced(hub: HubServer, project: Project, run: Run, key: Path) -> None:
    hub.add(REPO, {SIGNATURE: b"{}"})
    hub.requests.clear()
    code, _, err = run("push", "--sign-key", key, project.manifest)
    assert code == 6
    assert "holds what cardgen did not put there: model.sig" in err
    assert hub.writes == []
    assert run("push", project.manifest)[0] == 0
    assert file(hub, SIGNATURE) == b"{}"


def test_an_edited_signature_is_not_replaced(hub: HubServer, project: Project, run: Run, key: Path) -> None:
    run("push", "--sign-key", key, project.manifest)
    put(hub, SIGNATURE, tampered(file(hub, SIGNATURE)))
    code, _, err = run("push", "--sign-key", key, project.manifest)
    assert code == 6
    assert "holds what cardgen did not put there: model.sig" in err


def test_a_signed_push_whose_answer_is_lost_is_one_commit(
    hub: HubServer, project: Project, run: Run, key: Path, public: Path
) -> None:
    hub.add(REPO)
    hub.inject(Fault("lose-response", "/commit/main"))
    code, _, err = run("push", "--sign-key", key, project.manifest)
    assert code == 0, err
    assert commits(hub) == 2
    assert run("verify", "--public-key", public, REPO)[0] == 0


def test_a_dry_run_shows_the_signature_and_sends_nothing(hub: HubServer, project: Project, run: Run, key: Path) -> None:
    hub.add(REPO)
    code, out, _ = run("push", "--dry-run", "--sign-key", key, project.manifest)
    assert code == 0
    assert SIGNATURE in out
    assert hub.writes == []


def test_a_pull_request_is_signed(hub: HubServer, project: Project, run: Run, key: Path, public: Path) -> None:
    hub.add(REPO)
    assert run("push", "--create-pr", "--sign-key", key, project.manifest)[0] == 0
    assert run("verify", "--public-key", public, "--revision", "refs/pr/1", REPO)[::2] == (0, "")


def test_several_are_signed_side_by_side(hub: HubServer, tmp_path: Path, run: Run, key: Path, public: Path) -> None:
    names = [f"tester/{name}" for name in ("one", "two", "three")]
    projects = [
        Project(tmp_path / repo.partition("/")[2], repo_id=repo, name=repo.partition("/")[2], variants={"a": PYTORCH})
        for repo in names
    ]
    assert run("push", "--sign-key", key, *(project.manifest for project in projects))[0] == 0
    assert run("verify", "--public-key", public, *names)[::2] == (0, "")


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: str(curve.name))
def test_other_curves(hub: HubServer, project: Project, run: Run, tmp_path: Path, curve: ec.EllipticCurve) -> None:
    key = make_keys(tmp_path, key=ec.generate_private_key(curve))
    assert run("push", "--sign-key", key, project.manifest)[0] == 0
    assert run("verify", "--public-key", key.with_suffix(".pub"), REPO)[0] == 0


def test_a_key_with_a_password(
    hub: HubServer, project: Project, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_keys(tmp_path, password=b"planted-secret")
    said = []
    for given in (None, "", "another"):
        if given is not None:
            monkeypatch.setenv(PASSWORD, given)
        code, out, err = run("push", "--sign-key", key, project.manifest)
        assert code == 2
        said.append(out + err)
    assert f"Set {PASSWORD} to it" in said[0]
    assert "does not open with this password" in said[1]
    assert "does not open with this password" in said[2]
    assert hub.writes == []
    monkeypatch.setenv(PASSWORD, "planted-secret")
    code, out, err = run("push", "--json", "--sign-key", key, project.manifest)
    assert code == 0
    assert "planted-secret" not in "".join([*said, out, err])
    assert not any(b"planted-secret" in there.data for there in hub.model(REPO).resolve("main").files.values())
    assert run("verify", "--public-key", key.with_suffix(".pub"), REPO)[0] == 0


def test_what_is_no_key(hub: HubServer, project: Project, run: Run, key: Path, tmp_path: Path) -> None:
    rsa_key = make_keys(tmp_path, "rsa", key=rsa.generate_private_key(65537, 2048))
    other_curve = make_keys(tmp_path, "k1", key=ec.generate_private_key(ec.SECP256K1()))
    (tmp_path / "text.txt").write_text("my key")
    (tmp_path / "empty").touch()
    for path, said in {
        tmp_path / "absent.key": "cannot be read",
        tmp_path: "cannot be read",
        tmp_path / "empty": "is no private key in PEM form",
        tmp_path / "text.txt": "is no private key in PEM form",
        key.with_suffix(".pub"): "is no private key in PEM form",
        rsa_key: "P-256, P-384 and P-521",
        other_curve: "P-256, P-384 and P-521",
    }.items():
        code, _, err = run("push", "--sign-key", path, project.manifest)
        assert code == 2, err
        assert said in err
    for path, said in {
        tmp_path / "absent.pub": "cannot be read",
        tmp_path / "text.txt": "is no public key in PEM form",
        key: "is no public key in PEM form",
        rsa_key.with_suffix(".pub"): "P-256, P-384 and P-521",
    }.items():
        code, _, err = run("verify", "--public-key", path, REPO)
        assert code == 2, err
        assert said in err
    assert hub.requests == []


def test_without_a_key_somebody_must_be_known(
    hub: HubServer, project: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = run("push", "--sign", "--dry-run", project.manifest)
    assert code == 2
    assert "public log" in err
    monkeypatch.setenv("GITHUB_ACTIONS", "true")  # a job without `id-token: write`
    monkeypatch.delenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", raising=False)
    code, _, err = run("push", "--sign", project.manifest)
    assert code == 2
    assert "nothing here says who that is" in err
    assert "id-token: write" in err
    assert hub.requests == []


def test_without_the_extra(
    hub: HubServer, project: Project, run: Run, key: Path, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [name for name in sys.modules if name.partition(".")[0] == "model_signing"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "model_signing", None)
    for arguments in (
        ("push", "--sign-key", key, project.manifest),
        ("push", "--sign", project.manifest),
        ("verify", "--public-key", public, REPO),
    ):
        code, _, err = run(*arguments)
        assert code == 5, err
        assert "pip install 'cardgen[sign]'" in err
    assert hub.requests == []
    assert run("push", project.manifest)[0] == 0  # without a signature nothing of it is needed
