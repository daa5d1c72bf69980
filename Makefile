# Everything runs in .venv from locked, hashed packages, Node included; nothing outside this folder is touched.
# `make` alone lists the targets.

PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
# `pip` only installs what a lock names, and the project itself without looking for anything more.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
EDITABLE := install --no-deps --no-build-isolation --editable
PLUGINS := $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))
# Node of .venv, in the folder of the page.
NODE := $(BIN)/python tools/node.py
HELD_OUT := .proofboard-cache/held-out/langid

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check page format bench lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.run ## Build the example board and serve it on this machine
	$(BIN)/proofboard held-out fetch examples/langid/held-out --into $(HELD_OUT)
	$(BIN)/proofboard build examples/langid --held-out $(HELD_OUT) --out build/demo
	$(BIN)/proofboard serve build/demo

# What `check` has just run is not run again: the size caps, and that the packaged page is the build of its sources.
CHECKED := --ignore tests/test_shape.py \
  --deselect tests/browser/test_page.py::test_the_packaged_page_is_the_build_of_its_sources

test: check ## Check, then run all tests
	$(BIN)/python -m pytest -n auto $(CHECKED)

check: $(VENV)/.dev web/node_modules/.stamp ## Formatting, lint, types, layers, size caps, and the page
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy --num-workers auto
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet tests/test_shape.py
	$(BIN)/python tools/page_types.py
	$(NODE) npm run check
	$(NODE) npm test
	$(BIN)/python tools/page_built.py

page: $(VENV)/.dev web/node_modules/.stamp ## Build the page of web/ into the package
	$(NODE) npm run build

format: $(VENV)/.dev web/node_modules/.stamp ## Rewrite the sources in the house format
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format
	$(NODE) npm run format

bench: $(VENV)/.dev tools/lighthouse/node_modules/.stamp ## Measure speed and memory
	$(BIN)/python tools/bench.py

lock: ## Lock the requirements again; newer versions: tools/lock.sh --upgrade
	PYTHON=$(PYTHON) tools/lock.sh

# .proofboard-cache stays: what it keeps may have been paid for.
clean: ## Remove all that make has made, .venv included
	rm -rf $(VENV) web/node_modules tools/lighthouse/node_modules build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests tools plugins -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# The stamps: each says that one step is done, and is older than its causes when the step must be done again.

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Proofboard needs Python 3.11 or later. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: its ensurepip module is missing." >&2; \
	  echo "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# A development environment already holds every package of the run-time lock, in the same versions.
$(VENV)/.run: requirements/run.lock pyproject.toml $(VENV)/.created
	$(PIP) install --require-hashes --requirement requirements/run.lock
	$(PIP) $(EDITABLE) .
	@touch $@

$(VENV)/.dev: requirements/dev.lock pyproject.toml $(PLUGINS:=/pyproject.toml) $(VENV)/.created
	$(PIP) install --require-hashes --requirement requirements/dev.lock
	$(PIP) $(EDITABLE) .
	@for plugin in $(PLUGINS); do $(PIP) $(EDITABLE) $$plugin || exit 1; done
	@touch $@

# `npm ci` installs what a lock names, checks every digest, and runs no script of a package.
%/node_modules/.stamp: %/package-lock.json %/.npmrc | $(VENV)/.dev
	$(NODE) --in $* npm ci --ignore-scripts --silent
	@touch $@
