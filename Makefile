# `make serve` shows the page, `make test` runs every test.
# Both need make and Python 3.11 or newer with venv; everything else is installed into .venv.

PYTHON ?= python3
UV ?= uv
ARGS ?=

BIN := .venv/bin
READY := .venv/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: serve test bench lint format lock

serve: $(READY)
	$(BIN)/python -m panel serve dashboard $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest $(ARGS)

bench: $(READY)
	@set -e; for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script; done

lint: $(READY)
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/python -m ruff check --fix
	$(BIN)/python -m ruff format

# Keeps the present versions where it can; `make lock ARGS=--upgrade` takes the newest. One set of versions for
# Linux, macOS and Windows and every Python; setuptools is in it because the project itself is built with it.
lock:
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
	| $(UV) pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet --extra test $(ARGS) --output-file requirements.lock pyproject.toml -

# The project is installed without its dependencies and without a build environment of its own, for both would be
# fetched unlocked.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	"This needs Python 3.11 or newer, and $(PYTHON) is older or missing. Name another one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo \
	"$(PYTHON) lacks venv. Install it (on Debian and Ubuntu: apt install python3-venv) and run make again."; exit 1; }
	@echo "Installing into .venv; this happens once and takes about a minute."
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
