# Two commands do everything: `make ingest` and `make test`. Everything made at run time lives in .venv/ and var/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
INBOX ?=
SHARED ?= ../shared
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help ingest test lint ui golden bench bench-gpu evaluate lock clean

help: ## say what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The lock lists every package, so nothing is resolved here (--no-deps) and nothing unlisted comes in.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; \
	  else echo "Python's venv is missing: sudo apt-get install python3-venv"; exit 1; fi
	@echo "Making .venv and installing the pinned dependencies (about a minute, once)"
	@$(PYTHON) -m venv .venv
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -c 'import site; open(site.getsitepackages()[0] + "/drawing_etl.pth", "w").write("$(CURDIR)\n$(CURDIR)/plugins\n")'
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

ingest: .venv/ready ## read the drawings of the inbox into the database: make ingest [INBOX=folder]
	@$(BIN)/python -m drawing_etl.ingest $(if $(INBOX),--inbox "$(INBOX)")

test: .venv/ready-dev lint ## every check and every test that needs no Docker, GPU or PostgreSQL
	@$(BIN)/python -m pytest -n auto --dist loadfile

lint: .venv/ready-dev ## ruff, mypy and the import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

ui: .venv/ready ## start Airflow with these DAGs; prints the address and the login
	@$(BIN)/python -m drawing_etl.ui

golden: .venv/ready ## read the golden set with this reader, compare it with what was accepted (docs/quality.md)
	@$(BIN)/python -m drawing_etl golden

evaluate: .venv/ready ## read a folder of drawings with truth: make evaluate SHARED=folder
	@$(BIN)/python -m ocr_tasks evaluate "$(SHARED)/drawings" --out var/evaluation

bench: .venv/ready ## seconds a page by stage and peak memory, beside the plain peer in the same run
	@$(BIN)/python -m ocr_tasks bench "$(SHARED)"

bench-gpu: .venv/ready ## the GPU engines on a machine with an NVIDIA GPU, the CPU beside them in the same run
	@$(BIN)/python -m ocr_tasks bench-gpu

lock: ## resolve the lock files anew
	@images/lock.sh

clean: ## remove .venv and everything made at run time, the database included
	rm -rf .venv var build ./*.egg-info
