# Each target makes what it needs: a virtual environment in .venv and, on first use, the backend environments.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo demo-review test check bench regen clean

demo: $(READY)  ## train a tiny real model, quantize it, and build its card under build/demo
	$(BIN)/cardgen demo build/demo

test: $(READY)  ## the whole suite, with real models in the backend environments
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

check: $(READY)  ## style, types, import contracts, and the committed cards
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cardgen check

demo-review: $(READY)  ## review a branch of a small repository as the action does, and print the comment
	$(BIN)/python -m tests.demo_review

bench: $(READY)  ## print how long things take; of some rows only: make bench ROWS=demo,check
	$(BIN)/python -m tests.bench $(ROWS)

regen: $(READY)  ## write the golden cards and errors anew; read the diff
	$(BIN)/python -m tests.regen

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --group dev --editable ".[sign]"
	touch $@

clean:
	rm -rf build $(VENV)
