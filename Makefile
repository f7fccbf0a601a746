# Every target says what it is for: `make help`. Nothing is written outside this folder.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export VIGIE_PORT ?= 4566
export PIP_CACHE_DIR ?= $(CURDIR)/.local/pip
export __SAM_CLI_APP_DIR := $(CURDIR)/.local/sam/app

# Python 3.13, as on AWS: on PATH, else where pyenv and uv keep theirs. Looked for only when an environment is made.
PYTHONS = python3.13 python3 $(wildcard $(HOME)/.pyenv/versions/3.13*/bin/python3.13) \
  $(wildcard $(HOME)/.local/share/uv/python/cpython-3.13*/bin/python3.13) $(wildcard /opt/python*/bin/python3.13 /usr/local/bin/python3.13)
CHECK = import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != (3, 13))
PYTHON = $(firstword $(foreach p,$(PYTHONS),$(shell $(p) -c '$(CHECK)' >/dev/null 2>&1 && echo $(p))))
NO_PYTHON = Python 3.13 with its venv module was not found. Install it (Debian: python3.13-venv; or pyenv, or uv) and run make again, or say where it is: make PYTHON=/path/to/python3.13
PIP = -m pip install --quiet --disable-pip-version-check
BIN := .venv/bin
REGION ?= eu-west-3
SAM = SAM_CLI_TELEMETRY=0 PATH="$(CURDIR)/.local/sam/bin:$$PATH" sam
READY := .venv/.ready .local/ms/.ready .local/sam/.ready

.PHONY: help install run up down test lint types bench evaluate train validate build deploy clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "make %-10s %s\n", $$1, $$2}'

install: ## prepare .venv (with vigie), the embedded AWS and the SAM CLI
	@$(MAKE) --silent --jobs 3 $(READY)

run: install ## the whole thing on this machine, with a living demonstration and its inbox; Ctrl-C stops it
	@$(BIN)/python -m ops.local.run

up: install ## start the embedded AWS and deploy to it, in the background (VIGIE_PORT, 4566 by default)
	@$(BIN)/python -m ops.local.up

down: ## stop what `make up` started
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m ops.local.down; fi

test: install .local/sites/.ready ## everything: unit, contract, full stack on the embedded AWS (ARGS="-k feed" picks some)
	@$(BIN)/python -m pytest $(ARGS)

lint: install ## style and format
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: install ## mypy, strict
	@$(BIN)/mypy layers/common/vigie ops functions/scan/app.py functions/notify/app.py

bench: install ## the benchmarks, with peers side by side
	@$(BIN)/python -m benchmarks $(ARGS)

evaluate: install ## how right match and triage are on people nothing was learned from (PROFILES=, ITEMS= for yours)
	@$(BIN)/python -m ops.report $(if $(PROFILES),--profiles $(PROFILES) --items $(ITEMS))

train: .local/train/.ready ## learn the weights of match and triage from tests/eval (ARGS=--check: how each set fares left out)
	@OPENBLAS_NUM_THREADS=1 PYTHONPATH=layers/common:. .local/train/bin/python -m ops.train $(ARGS)

validate: install ## check template.yaml as AWS and cfn-lint do
	@$(SAM) validate --lint --region $(REGION)

build: install ## build the functions and the layer for AWS (arm64)
	@$(SAM) build

deploy: build ## deploy to AWS with your profile; asks for the parameters (REGION=eu-west-3)
	@$(SAM) deploy --guided --stack-name vigie --region $(REGION) --capabilities CAPABILITY_IAM $(ARGS)

clean: down ## remove everything the other targets made here
	rm -rf .venv .local .aws-sam

.venv/.ready: requirements-dev.txt layers/common/requirements.txt constraints.txt pyproject.toml
	$(call environment,.venv,Vigie and its tools,-c constraints.txt -r requirements-dev.txt)
	@.venv/bin/python $(PIP) --no-deps --editable .
	@touch $@

.local/ms/.ready: requirements-local.txt
	$(call environment,.local/ms,the embedded AWS,--no-deps -r requirements-local.txt)
	@touch $@

.local/sites/.ready: requirements-sites.txt
	$(call environment,.local/sites,sites to read,--no-deps -r requirements-sites.txt)
	@touch $@

.local/train/.ready: requirements-train.txt
	$(call environment,.local/train,what learns,--no-deps -r requirements-train.txt)
	@touch $@

.local/sam/.ready: requirements-sam.txt
	$(call environment,.local/sam,the SAM CLI,--no-deps -r requirements-sam.txt)
	@touch $@

# $(call environment,folder,what for,pip arguments)
define environment
@python="$(PYTHON)"; [ -n "$$python" ] || { echo "$(NO_PYTHON)" >&2; exit 1; }; \
  echo "Installing $(2) in $(1) ..."; mkdir -p $(dir $(1)); "$$python" -m venv $(1); $(1)/bin/python $(PIP) $(3)
endef
