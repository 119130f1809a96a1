# Thin targets; each calls a script or a command that can be run by hand.
SHELL := /bin/bash
.ONESHELL:
.DEFAULT_GOAL := help

# Public data in a sibling folder are used; otherwise `make demo` downloads or falls back.
ifneq ($(wildcard ../shared/data/MANIFEST.csv),)
export FDD_DATA_DIR ?= $(abspath ../shared/data)
endif
PY := .venv/bin/python
SEED ?=

.PHONY: help setup demo test check ui docs bench soak screens lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## environment, packages, pages; quick when nothing changed
	@scripts/setup.sh

demo: setup ## four institutions train one model; EXIT=1 leaves after the table
	@.venv/bin/fdd demo $(if $(EXIT),--exit) $(DEMO_OPTIONS)

test: setup ## everything CI does
	@scripts/test.sh

check: setup ## lint, types, contracts, unit tests: the inner loop
	@scripts/test.sh check

soak: setup ## the full counts of chaos, fuzz and simulation
	@FDD_SOAK=1 scripts/test.sh

ui: ## build the pages
	@web/build.sh

docs: setup ## build the manuals (ko, en)
	@scripts/docs.sh

bench: setup ## list the benchmarks
	@$(PY) -m benchmarks

screens: setup ## screenshots of every page
	@$(PY) -m tests.screens

lock: ## compile the locks anew from requirements/*.in
	@scripts/lock.sh

clean: ## remove what can be made again
	@rm -rf .venv .venv-node .demo .stamps web/node_modules
