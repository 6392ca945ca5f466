# Two commands on a fresh machine: `make book` builds everything, `make test` tests everything.

# The Python to install with: the system's own if it fits, else the newest on the path that does.
FITS := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
  $(shell $(p) -c '$(FITS)' >/dev/null 2>&1 && echo $(p))))
BIN := .venv/bin
CORES ?= 2
PORT ?= 8000

# One thread a process: the same numbers everywhere, and two cores are used by two processes.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export PYTHONHASHSEED := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What Python compiles is kept: the tests and the kernels are many processes over the same files.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help book check test serve lab pdf bench lock audit clean

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# The stamp is made last: an installation that was interrupted starts again from nothing.
.venv/installed: requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
	  echo "Python 3.11 to 3.14 with venv is needed, but there is none on the path. Three ways to get one:"; \
	  echo "  apt-get install python3-venv         (Debian 12 and newer, Ubuntu 24.04 and newer)"; \
	  echo "  uv python install 3.12               (then: make PYTHON=\"\$$(uv python find 3.12)\" $(MAKECMDGOALS))"; \
	  echo "  conda create -n book python=3.12     (then, inside it: make $(MAKECMDGOALS))"; exit 1; fi
	@$(PYTHON) -c '$(FITS)' 2>/dev/null || { echo "Python 3.11 to 3.14 with venv is needed, but $(PYTHON) is $$($(PYTHON) -V 2>&1)."; exit 1; }
	@rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Two builds wait for each other; a build that was interrupted or failed starts its pages anew.
book: .venv/installed ## Execute the chapters and build the book into _build/html
	@$(BIN)/python -m nonlocality.book.commands build

check: .venv/installed ## Lint, and test the library alone: for who changes a line
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/python -m pytest -n $(CORES) --dist worksteal --ignore tests/pages

test: book ## Lint, test the library, the executed chapters, the built book in a browser
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/python -m pytest -n $(CORES) --dist worksteal

serve: .venv/installed ## Serve the built book at http://localhost:8000 (or PORT=…)
	@$(BIN)/python -m nonlocality.book.commands serve --port $(PORT)

lab: .venv/installed ## Open JupyterLab; a double click opens a chapter as a notebook
	cp -r book/lab/. .venv/etc/jupyter/
	JUPYTER_CONFIG_DIR="$(CURDIR)/.venv/etc/jupyter" $(BIN)/jupyter lab notebooks

pdf: book ## Print the whole book into _build/nonlocality-recomputed.pdf (needs Chromium)
	$(BIN)/jupyter-book build . --builder singlehtml --path-output _build/pdf
	$(BIN)/python -m nonlocality.book.print_pdf _build/pdf/_build/singlehtml/index.html _build/nonlocality-recomputed.pdf

bench: .venv/installed ## Time what the book promises to be fast, and the book and its tests themselves
	@for each in causal_relaxations macroscopic_locality postquantum_steering macroscopic_nonlocality local_realism experiments peers growth; do \
	  echo; echo "$$each"; $(BIN)/python -m benchmarks.$$each || exit 1; done
	@echo; echo house; $(BIN)/python -m benchmarks.house --builds

lock: .venv/installed ## Write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --group book --group test --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
	  --quiet --output-file requirements.lock

audit: .venv/installed ## Compare requirements.lock with the databases of known vulnerabilities
	@$(BIN)/python -m nonlocality.book.commands audit

clean: ## Remove everything that was built, and the environment
	rm -rf _build .venv .pytest_cache .ruff_cache .hypothesis lib/nonlocality.egg-info
