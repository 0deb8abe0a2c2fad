# `make serve` shows the page, `make test` runs every test.
# Both need make and Python 3.11 or newer with venv; everything else is installed into .venv: first what the page needs,
# and what the tests or the documentation add only when something asks for it.

PYTHON ?= python3
UV ?= uv
ARGS ?=
MINUTES ?= 5
PROCESSES ?= 2

BIN := .venv/bin
READY := .venv/.ready
READY_TEST := .venv/.ready-test
READY_DOCS := .venv/.ready-docs
READY_PEERS := .venv-peers/.ready
INSTALL := python -m pip install --quiet --disable-pip-version-check
PIP := $(BIN)/$(INSTALL)

.PHONY: serve test docs fuzz bench bench-peers lint format lock

serve: $(READY)
	$(BIN)/python -m dashboard $(ARGS)

# The files of tests are shared out, each to one process with a server and browsers of its own; the tests of the browsers
# come last (tests/conftest.py).
test: $(READY_TEST)
	$(BIN)/python -m pytest --numprocesses=$(PROCESSES) --dist=loadfile --no-loadscope-reorder $(ARGS)

# The site in build/docs, made without a network; a warning is an error, and so is a page that loads from elsewhere.
docs: $(READY_DOCS)
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet docs build/docs $(ARGS)
	$(BIN)/python docs/building/check.py build/docs

# New examples for every test of hypothesis, round after round, until one fails or the time is over; the round under way
# is finished. The time of day is the seed.
fuzz: $(READY_TEST)
	@set -e; end=$$(($$(date +%s) + 60 * $(MINUTES))); \
	while seed=$$(date +%s); [ $$seed -lt $$end ]; do \
		again="-m hypothesis --hypothesis-profile=fuzz --hypothesis-seed=$$seed"; \
		echo "== seed $$seed"; \
		$(BIN)/python -m pytest $$again --exitfirst --quiet $(ARGS) || { echo \
		"To repeat this: $(BIN)/python -m pytest $$again, then the name of the test."; exit 1; }; \
	done

bench: $(READY_TEST)
	@set -e; for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script; done

bench-peers: $(READY_PEERS)
	.venv-peers/bin/python benchmarks/peers.py $(ARGS)

lint: $(READY_TEST)
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/lint-imports
	$(BIN)/python -m mypy

format: $(READY_TEST)
	$(BIN)/python -m ruff check --fix
	$(BIN)/python -m ruff format

# Keeps the present versions where it can; `make lock ARGS=--upgrade` takes the newest. One set of versions for
# Linux, macOS and Windows and every Python, and for all locks but that of the peers, which need older packages than we
# do; setuptools is in the first because the project itself is built with it.
NAMED = $(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))$(1), sep="\n")'
COMPILE := $(UV) pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet
ADDED = $(call NAMED,["project"]["optional-dependencies"]["$(1)"]) \
	| $(COMPILE) $(ARGS) --constraint requirements.lock $(2) --output-file requirements-$(1).lock -
lock:
	$(call NAMED,["build-system"]["requires"]) \
	| $(COMPILE) $(ARGS) --output-file requirements.lock pyproject.toml -
	$(call ADDED,test)
	$(call ADDED,docs,--constraint requirements-test.lock)
	$(call NAMED,["build-system"]["requires"]) \
	| $(COMPILE) $(ARGS) --extra peers --output-file requirements-peers.lock pyproject.toml -

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

$(READY_TEST): $(READY) requirements-test.lock
	@echo "Adding what the tests need."
	$(PIP) --require-hashes --requirement requirements-test.lock
	@touch $@

$(READY_DOCS): $(READY) requirements-docs.lock
	@echo "Adding what the documentation needs."
	$(PIP) --require-hashes --requirement requirements-docs.lock
	@touch $@

$(READY_PEERS): requirements-peers.lock pyproject.toml
	@echo "Installing the peers into .venv-peers; this happens once and takes some minutes."
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/$(INSTALL) --require-hashes --requirement requirements-peers.lock
	.venv-peers/bin/$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@
