# Each target works from nothing: it makes its own virtual environment, installs into it, and runs.
# Stamp files keep a second run from installing again. `make help` lists the targets.

PYTHON ?= python3
ENVIRONMENTS := .venv-make
RUN := $(ENVIRONMENTS)/run
TEST := $(ENVIRONMENTS)/test
PROCESSES ?= 2
PIP := -m pip --disable-pip-version-check install --quiet -c constraints.txt

export PYBAMM_DISABLE_TELEMETRY := true

.DEFAULT_GOAL := help
.PHONY: help reproduce test verify docs study study-check entry-points lint style types imports lines clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

reproduce: $(RUN)/installed  ## Half cells and full cell against the paper: a table and a picture in build/reproduce
	$(RUN)/bin/napore validate --report build/reproduce

test: $(TEST)/installed  ## The fast tests
	$(TEST)/bin/python -m pytest -n $(PROCESSES)

verify: $(TEST)/installed  ## The slow tests, the benchmarks, and Python 3.12 and 3.13 (over an hour)
	$(TEST)/bin/python -m pytest -n $(PROCESSES) -m slow
	@set -e; for script in $(wildcard benchmarks/*.py); do \
		echo "== $$script"; $(TEST)/bin/python "$$script"; \
	done
	PROCESSES=$(PROCESSES) .ci/versions 3.12 3.13

docs: $(TEST)/installed-docs  ## The documentation site, notebooks executed, into build/docs
	# each process reads neighbouring pages: with a few of them one would have all notebooks
	$(TEST)/bin/python -m sphinx -W --keep-going -q -j 16 -b html docs build/docs

study: $(TEST)/installed  ## Compute what is stale of the evidence and render its pages; FORCE=1 computes all again
	$(TEST)/bin/python -m studies.gu2025 study --processes $(PROCESSES) $(if $(FORCE),--force)

study-check: $(TEST)/installed  ## List stale pages; fail where words contradict numbers
	$(TEST)/bin/python -m studies.gu2025 check

entry-points: $(TEST)/installed  ## Write the entry points of pyproject.toml from the catalogue, and install them
	$(TEST)/bin/python scripts/entry_points.py
	$(TEST)/bin/python $(PIP) --no-deps -e .

lint: style types imports  ## Format, style, types and layers

style: $(TEST)/installed-dev  ## Ruff: format and lint
	$(TEST)/bin/ruff format --check .
	$(TEST)/bin/ruff check .

types: $(TEST)/installed-dev  ## Mypy, strict
	$(TEST)/bin/mypy

imports: $(TEST)/installed-dev  ## Import-linter: each layer imports only from those before it
	$(TEST)/bin/lint-imports

lines: $(TEST)/bin/python  ## Lines per room: code, docstrings, comments, blanks
	$(TEST)/bin/python scripts/count_lines.py

clean:  ## Remove environments, caches and built files
	rm -rf $(ENVIRONMENTS) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

$(RUN)/bin/python $(TEST)/bin/python:
	$(PYTHON) -m venv $(@D)/..

$(RUN)/installed: pyproject.toml constraints.txt | $(RUN)/bin/python
	$(RUN)/bin/python $(PIP) -e ".[page]"
	@touch $@

$(TEST)/installed: pyproject.toml constraints.txt | $(TEST)/bin/python
	$(TEST)/bin/python $(PIP) -e ".[test]"
	@touch $@

$(TEST)/installed-docs: $(TEST)/installed
	$(TEST)/bin/python $(PIP) -e ".[docs]"
	@touch $@

$(TEST)/installed-dev: $(TEST)/installed
	$(TEST)/bin/python $(PIP) -e ".[dev]"
	@touch $@
