"""The first run: data that every machine has, a model trained on them, its quantized variants, and their card."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import deque
from pathlib import Path

from cardgen.errors import StepError, UsageError
from cardgen.manifest.load import load_manifest
from cardgen.manifest.schema import schema_text
from cardgen.pipeline.build import Built, build
from cardgen.pipeline.prepare import Settings
from cardgen.records.atomic import write_atomically
from cardgen.run.environments import ensure_environment, worker_environ
from cardgen.run.progress import Reporter

ENVIRONMENT = "neural-compressor"
"""Runs both of the demo's backends, and the training."""

_HERE = Path(__file__).resolve().parent
_MANIFEST = _HERE / "unicode-names.yaml"
_EPOCH = re.compile(r"epoch (\d+) of (\d+)")
_PROJECT = "# Marks the root of a cardgen project.\n"


def run_demo(folder: Path, settings: Settings, reporter: Reporter) -> Built:
    """Make a small project in ``folder`` and build its card; what is there already is kept and used.

    Raises:
        EnvironmentMissingError: where the backend environment cannot be made.
        StepError: where the training or a step fails.
        UsageError: where the folder holds something else.
    """
    manifest = folder / "manifests" / _MANIFEST.name
    if folder.exists() and not manifest.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"{folder} is there already and is not the demo's", remedy="Name a folder that is new or empty."
        )
    try:
        if not (folder / "cardgen.toml").exists():
            write_atomically(folder / "cardgen.toml", _PROJECT)
        if not manifest.exists():
            write_atomically(manifest, _MANIFEST.read_text(encoding="utf-8"))
            write_atomically(manifest.with_name("manifest.schema.json"), schema_text())
        if not (folder / "demo").exists():
            _train(folder, settings, reporter)
    except OSError as error:
        raise StepError(f"the demo cannot be written to {folder}: {error.strerror}") from error
    return build(load_manifest(manifest), settings, reporter)


def _train(folder: Path, settings: Settings, reporter: Reporter) -> None:
    """Fill ``folder/demo``: first under another name, so that a half-trained model is never used."""
    python = ensure_environment(ENVIRONMENT, reporter, settings.pip_args)
    making = folder / ".demo-in-the-making"
    shutil.rmtree(making, ignore_errors=True)
    output: deque[str] = deque(maxlen=20)
    with reporter.step("train the demo's model") as report:
        process = subprocess.Popen(
            [str(python), "-P", str(_HERE / "train.py"), str(making.resolve())],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=worker_environ(offline=True, needs_token=False),
        )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                output.append(line)
                epoch = _EPOCH.match(line)
                if epoch:
                    report("training", int(epoch[1]), int(epoch[2]))
            status = process.wait()
        finally:
            process.kill()
            process.wait()
    if status != 0:
        raise StepError("training the demo's model failed:\n" + "".join(output))
    making.rename(folder / "demo")
