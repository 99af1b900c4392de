# The commands of the project; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/python installing/uv.py
STAMP := $(VENV)/.up-to-date
# A module's tests share what is expensive; tests/conftest.py puts the longest modules first.
PARALLEL := --numprocesses auto --dist loadscope --no-loadscope-reorder
# Else each of the hundreds of processes that the tests start would compile all our modules.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -q $(PARALLEL)

.DEFAULT_GOAL := help
.PHONY: help setup demo unit test compiled check soak fuzz bench audit lock dist clean other-python

# Only where the user names a Python: the .venv of another one is as good.
ifneq ($(origin PYTHON),file)
IS_OTHER = import sys; print(sys.base_prefix, sys.version)
ifneq ($(shell $(PYTHON) -c '$(IS_OTHER)' 2>/dev/null),$(shell $(BIN)/python -c '$(IS_OTHER)' 2>/dev/null))
$(STAMP): other-python
endif
endif

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## build .venv from the lock file; does nothing when it is up to date

# uv comes out of the lock too, with its hash, so pip is trusted with one file only.
# The venv is made anew when the lock changes: no left-over of an older one can hide a missing dependency.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "ecnscrawl: error: $(PYTHON) is missing or older than 3.11; name a newer one: make setup PYTHON=python3.12" >&2; exit 1; }
	@echo "building $(VENV) with $$($(PYTHON) -V 2>&1) and the packages of requirements.lock, which takes about a minute"
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { echo "ecnscrawl: error: $(PYTHON) -m venv failed; on Debian: apt install python3-venv" >&2; exit 1; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@touch $@

demo: setup ## run the main job against the bundled replica of the site, no network needed
	@$(BIN)/python -m replica.demo

unit: setup ## run the tests that start no process, in a minute or two
	@$(PYTEST) -m 'not system'

test: setup ## run the checks and the whole test suite
	@$(MAKE) --no-print-directory --jobs 2 check compiled
	@$(PYTEST)

# The type checker uses one processor. Without this, each worker of a fresh clone would compile all tests for itself.
compiled: setup
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -q --collect-only > /dev/null || true  # the suite tells it

soak: setup ## thousands of articles in bad weather, many kills, many rendered pages; takes some minutes
	@SOAK_ARTICLES=$${SOAK_ARTICLES:-2000} KILL_ROUNDS=$${KILL_ROUNDS:-40} RENDERED_PAGES=$${RENDERED_PAGES:-200} \
	  $(BIN)/python -m pytest -q tests/system/test_soak.py tests/system/test_kill_recovery.py tests/system/test_rendering_memory.py

check: setup ## lint, format and type check, without running anything
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary

fuzz: setup ## read 100,000 broken pages, feeds and addresses; takes its time
	@nice -n 10 $(BIN)/python -m pytest -q -m fuzz --hypothesis-profile=fuzz tests/fuzz

bench: setup ## measure speed and memory against other crawlers; ten minutes, PARTS="start pages" is less
	@$(BIN)/python -m bench $(PARTS)

audit: setup ## look the lock up among the known vulnerabilities
	@.ci/audit

lock: setup ## write requirements.lock anew from pyproject.toml, newest releases
	@$(UV) pip compile --quiet --upgrade --universal --generate-hashes --all-extras --no-header --no-annotate \
	  --no-emit-index-url --output-file requirements.lock pyproject.toml

dist: setup ## build wheel and sdist into dist/, with their checksums
	@$(BIN)/python installing/dist.py

clean: ## remove what the commands above built; crawled data stays
	@rm -rf $(VENV) .peers demo-data .mypy_cache .ruff_cache .pytest_cache .hypothesis ecnscrawl.egg-info build dist
