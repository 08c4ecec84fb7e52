# `make` alone lists the verbs.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check format lint types imports docs bench lock wheel clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO_DATA ?= $(CURDIR)/caseledger-data/demo
DEMO_BROKER ?= $(CURDIR)/caseledger-data/demo-broker
export PYTHONSAFEPATH := 1
PACKAGES := domain projections consumers schemas infra caseledger

help: ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: $(READY) ## make .venv inside the checkout, with every locked dependency

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "caseledger needs Python 3.11 or newer; name one with PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $(READY)

demo: setup ## simulated months: reports, rulings, appeals, rebuilds; KAFKA=1: on a real broker, started for it
ifdef KAFKA
	@CASELEDGER_DATA="$(DEMO_BROKER)" $(BIN)/caseledger kafka down >/dev/null
	@rm -rf "$(DEMO_BROKER)" # topics of a demo before: this one begins anew
	@CASELEDGER_DATA="$(DEMO_BROKER)" $(BIN)/caseledger kafka up
	@brokers=$$(CASELEDGER_DATA="$(DEMO_BROKER)" $(BIN)/caseledger kafka up --json | $(BIN)/python -c 'import json, sys; print(json.load(sys.stdin)["bootstrap"])'); \
	  CASELEDGER_DATA="$(DEMO_DATA)-kafka" CASELEDGER_KAFKA="$$brokers" CASELEDGER_JOURNAL_DURABILITY=single \
	  CASELEDGER_JOURNAL_CREATE=true $(BIN)/caseledger demo --fresh
	@echo 'The broker still runs; it is stopped by: CASELEDGER_DATA="$(DEMO_BROKER)" $(BIN)/caseledger kafka down'
else
	@CASELEDGER_DATA="$(DEMO_DATA)" $(BIN)/caseledger demo --fresh
endif

test: setup ## every check and every test
	$(MAKE) --no-print-directory lint types imports
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered --cov-fail-under=90

check: setup format lint types imports docs ## format, lint, types, imports, docs, fast tests
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/unit tests/architecture

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --quiet .

lint: setup
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

docs: setup ## write the generated pages anew
	$(BIN)/python -m caseledger.docs

bench: setup ## measure, beside the library's own recorders and the bare Kafka client; prints tables
	PYTHONPATH="$(CURDIR)" $(BIN)/python -m benchmarks

lock: setup ## renew requirements.lock, with hashes and without an index
	$(BIN)/uv pip compile --quiet --universal --upgrade --no-strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --python-version 3.11 --extra postgres --extra kafka-local --group dev --output-file requirements.lock pyproject.toml

wheel: setup ## build the wheel into dist/
	$(BIN)/python -m hatchling build --target wheel

clean: ## remove what setup and the demo made
	rm -rf $(VENV) dist caseledger-data
