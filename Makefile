# xlfz: `make test` and `make demo` work on a fresh machine with make and Python 3.11 to 3.14.
#   make test         checks and tests, against the built and installed wheel
#   make demo         builds a working folder with sample returns in 演示/
#   make bench N=200  measures, with N returned forms
#   make bundle       packs dist/xlfz-windows.zip, the offline bundle for Windows (needs the net;
#                     PYTHON_EMBED=python-3.11.9-embed-amd64.zip packs a Python with it)
#   make workbooks    rebuilds workbooks/ from the presets
#   make clean        removes what the others made

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := test
.DELETE_ON_ERROR:
.PHONY: test demo bench bundle workbooks clean system

N ?= 200
WORKERS ?= 2
BUNDLE_PYTHONS ?= 3.11 3.12 3.13 3.14
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
    "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && { command -v "$$p"; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
TOOLS := $(VENV)/.tools
WHEEL := $(VENV)/.wheel
SOURCES := $(shell find xlfz macros -type f -not -path '*/__pycache__/*' -not -name '*.pyc')
# What the tests marked libreoffice need; the demo needs none of it.
PACKAGES := libreoffice-calc libreoffice-writer python3-uno fonts-noto-cjk xvfb xdotool poppler-utils

# The Open XML SDK's own verdict, where node is; Python's port of it judges everywhere.
SDK := @ooxml-tools/validate@0.4.6

# PYTHONSAFEPATH keeps the working folder off sys.path, in subprocesses too: tests import the
# installed wheel, never the source tree.
PYTEST := PYTHONSAFEPATH=1 $(BIN)/python -m pytest

test: $(WHEEL) | system
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	PYTHONSAFEPATH=1 $(BIN)/python -c 'import os, xlfz; p = os.path.realpath(xlfz.__file__); \
	  assert p.startswith(os.path.realpath("$(VENV)")), f"tests would not test the wheel but {p}"'
	if command -v soffice >/dev/null; then $(PYTEST) -n $(WORKERS); else \
	  $(PYTEST) -n $(WORKERS) -m 'not bench and not libreoffice'; \
	  left=$$($(PYTEST) -m libreoffice --collect-only -q 2>/dev/null | grep -c '::' || true); \
	  printf '\n!!! %s\n!!! %s\n' "LibreOffice is not here and could not be installed." \
	    "$$left LibreOffice tests were NOT run: no formula was recalculated, no click was tried." >&2; fi

demo: $(WHEEL)
	rm -rf 演示
	$(BIN)/xlfz demo 演示

bench: $(WHEEL)
	XLFZ_BENCH_N=$(N) $(PYTEST) -m bench -s

workbooks: $(WHEEL)
	PYTHONSAFEPATH=1 $(BIN)/python -m xlfz.office.shelf workbooks

# The names after the wheel are needed on Windows only: pip leaves them out where the markers do not
# hold. What is still missing then, the last command tells.
bundle: $(WHEEL)
	rm -rf build/wheels
	for v in $(BUNDLE_PYTHONS); do \
	  $(BIN)/python -m pip download --quiet --disable-pip-version-check --dest build/wheels \
	    --platform win_amd64 --only-binary=:all: --implementation cp --python-version $$v \
	    --constraint constraints.txt dist/xlfz-*.whl pywin32 colorama tzdata pip; \
	done
	PYTHONSAFEPATH=1 $(BIN)/python -m xlfz.deploy.bundle dist/xlfz-windows.zip --wheels build/wheels \
	  --workbooks workbooks --python $(BUNDLE_PYTHONS) $(if $(PYTHON_EMBED),--embed "$(PYTHON_EMBED)")

clean:
	rm -rf $(VENV) dist build 演示 .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Debian's packages where we may install them; elsewhere the test recipe says what was not run.
system:
	@if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then exit 0; fi; \
	missing=$$(for p in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' "$$p" 2>/dev/null | grep -q 'ok installed' || echo "$$p"; done); \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ]; then \
	  echo "not root, so not installed:" $$missing >&2; exit 0; fi; \
	echo "installing" $$missing; \
	export DEBIAN_FRONTEND=noninteractive; \
	{ apt-get -qq update && apt-get -qq install -y --no-install-recommends $$missing >/dev/null; } \
	  || echo "apt-get could not install:" $$missing >&2

# The exact versions the project is tested with. Debian keeps what makes a venv in a package of its own.
$(TOOLS): constraints.txt
	@test -n "$(PYTHON)" || { echo "xlfz needs Python 3.11 to 3.14; none was found" >&2; exit 2; }
	$(PYTHON) -c "import ensurepip" 2>/dev/null || $(MAKE) --no-print-directory system PACKAGES=python3-venv
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement constraints.txt
	if command -v npm >/dev/null; then npm install --silent --no-audit --no-fund --prefix $(VENV)/.npm $(SDK) >/dev/null \
	  || echo "npm could not install $(SDK): its tests will be skipped" >&2; fi
	touch $@

# --no-deps and then pip check: what pyproject.toml asks for must be in constraints.txt.
$(WHEEL): $(TOOLS) pyproject.toml $(wildcard README.md) LICENSE $(SOURCES)
	rm -rf dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist . >/dev/null
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall dist/xlfz-*.whl
	$(BIN)/python -m pip check
	touch $@
