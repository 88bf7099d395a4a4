# `make run` and `make test` need nothing but make and Python >= 3.11.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
TOOLS := build/tools
RELEASE := build/release
LONG := benchmarks/million.py benchmarks/search.py benchmarks/words.py
PEERS := benchmarks/peers.py benchmarks/watch.py

.PHONY: run test check bench bench-million bench-peers faults screenshots audit audit-data sbom release clean

run: $(VENV)/.installed
	@$(BIN)/incident-tui $(ARGS)

test: check
	$(BIN)/python -m pytest -n 2

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev
	@set -e; for script in $(filter-out $(LONG) $(PEERS),$(wildcard benchmarks/[!_]*.py)); do $(BIN)/python "$$script"; done

# A million events take minutes to write; they are kept in build/million.
bench-million: $(VENV)/.installed-dev
	@set -e; for script in $(LONG); do $(BIN)/python "$$script"; done
	@$(BIN)/python benchmarks/replay.py --million

# Needs the network, once: other programs come into environments of their own in build/peers. What cannot be had is skipped.
bench-peers: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks._peers
	@set -e; for script in $(PEERS); do $(BIN)/python "$$script"; done

# What cannot be injected is skipped by pytest; here it must not pass for what was tested.
faults: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.faults.injectors
	$(BIN)/python -m pytest -m faults

screenshots: $(VENV)/.installed-dev
	$(BIN)/python screenshots/make.py

# Needs the network: the data of known weaknesses. Whatever could not be looked up fails it, because silence proves nothing.
audit: $(VENV)/.installed-dev $(TOOLS)/.ready
	@$(BIN)/python -m pip freeze --disable-pip-version-check --exclude-editable > build/installed.txt
	$(TOOLS)/bin/pip-audit --strict --no-deps --disable-pip --progress-spinner off -r build/installed.txt

# Whether the data of `audit` is there at all, of one package at least; if not, the last line says why. .ci/run asks it first.
audit-data: $(VENV)/.installed-dev $(TOOLS)/.ready
	@$(BIN)/python -m pip freeze --disable-pip-version-check --exclude-editable > build/installed.txt
	@rm -f build/audit.json
	@$(TOOLS)/bin/pip-audit --no-deps --disable-pip --progress-spinner off --timeout 5 -r build/installed.txt \
		--format json --output build/audit.json > build/audit.log 2>&1 || true
	@test -e build/audit.json || { tail -n 1 build/audit.log | cut -c 1-200; exit 1; }
	@grep -q '"vulns":' build/audit.json || { echo "no package is known where the data was asked for"; exit 1; }

# What a release consists of, as CycloneDX: of an environment that holds nothing else.
sbom: $(TOOLS)/.ready
	@rm -rf $(RELEASE) && mkdir -p dist
	@$(PYTHON) -m venv --without-pip $(RELEASE)
	@$(TOOLS)/bin/python -m pip --python $(RELEASE)/bin/python install --quiet --disable-pip-version-check .
	@$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file dist/sbom.cdx.json $(RELEASE)
	@echo "written: dist/sbom.cdx.json"

# All that is given away: the wheel, and what it consists of.
release: sbom
	@$(TOOLS)/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@ls dist

$(TOOLS)/.ready: Makefile
	@$(PYTHON) -m venv --clear $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.9,<3' 'cyclonedx-bom>=7,<8'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps make a second run start at once; a change of the dependencies renews them.
$(VENV)/.installed: pyproject.toml
	$(call install,.)
	@touch $@

$(VENV)/.installed-dev: pyproject.toml
	$(call install,.[dev])
	@touch $(VENV)/.installed $@

# Byte code is written here because PYTHONDONTWRITEBYTECODE would make every start compile anew.
# A file that another package ships and that does not compile is no reason to stop.
define install
@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) not found; name a Python >= 3.11 with PYTHON=..." >&2; exit 1; }
@$(PYTHON) -c 'import sys; sys.exit("error: Python >= 3.11 is needed, $(PYTHON) is %d.%d; name another with PYTHON=..." % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
@$(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
@echo "Installing into $(VENV) ..."
@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '$(1)'
@$(BIN)/python -m compileall -qq "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" incident_tui || true
endef
