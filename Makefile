# What a developer and CI run. Needs python3 (3.11 or later), git and make; everything else goes into $(VENV).

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Passed to pytest: make test ARGS="-k healthcheck"
ARGS ?=
# Processes of make test; each takes whole files. The tests of a cluster mostly wait for it.
WORKERS ?= 2
# How many projects make fuzz-loader draws, and ignore files make fuzz-ignore
N ?= 2000

# Stamps named by content, not by age: a clone is always younger than an environment that outlives it.
DEPENDENCIES := $(VENV)/.dependencies-$(firstword $(shell cksum < requirements/dev.txt))
PACKAGE := $(VENV)/.package-$(firstword $(shell { pwd; cat pyproject.toml; } | cksum))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# The registry of the test cluster.
RIG := 10.99.0.1:5000

.DEFAULT_GOAL := help
.PHONY: parity parity-record parity-mutations docker-up docker-down docker-status help install demo demo-cluster test check cluster-up cluster-down cluster-status cluster-kubeconfig golden reference fuzz-loader fuzz-ignore bench lock clean

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "python3 cannot make virtual environments (Debian: apt-get install python3-venv)" >&2; rm -rf $(VENV); exit 1; }

$(DEPENDENCIES): | $(BIN)/python
	$(PIP) install -r requirements/dev.txt
	@rm -f $(VENV)/.dependencies-* && touch $@

$(PACKAGE): $(DEPENDENCIES)
	$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.package-* && touch $@

install: $(PACKAGE) ## Make the virtual environment with the package and all tools.
	@# An environment with PYTHONDONTWRITEBYTECODE=1 would compile every module at every start.
	@$(BIN)/python -m compileall -q hybridcompose

demo: install ## Render a project with an image build, and check it against the schemas of Kubernetes.
	@rm -rf build/demo
	$(BIN)/python -m hybridcompose -f fixtures/seed-app-mongo/docker-compose.yml render --registry registry.example:5000 --output build/demo
	$(BIN)/kubernetes-validate --strict --quiet build/demo/*.yaml
	@echo
	@ls build/demo
	@echo
	@echo "Every file is valid and says in its first line what it exists for. Next:"
	@echo "  $(BIN)/hybridcompose -f YOUR/compose.yaml render --registry YOUR-REGISTRY | kubectl apply -f -"
	@echo "  $(BIN)/hybridcompose -f YOUR/compose.yaml config"

demo-cluster: install ## Build, run and test a project: in the current cluster with REGISTRY=HOST:PORT, else in the test cluster.
	@if [ -n "$(REGISTRY)" ]; then \
	    PYTHON=$(BIN)/python REGISTRY="$(REGISTRY)" demo/run; \
	else \
	    started=$$($(BIN)/python -m tests.cluster.rig up) || exit 1; \
	    eval "$$(printf '%s\n' "$$started" | grep '^export ')"; \
	    PYTHON=$(BIN)/python REGISTRY=$(RIG) BASE_IMAGE=$(RIG)/rig/busybox:1 KANIKO_IMAGE=$(RIG)/rig/kaniko:1 demo/run; \
	fi

test: install ## Run all tests, in WORKERS processes.
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: install ## Lint, check the format, the types and the layers.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The test cluster stays until cluster-down; tests that find it use it. docs/how-to/test-cluster.md
cluster-up: install ## Start the test cluster (as root on Debian; the first time it is built, for a quarter of an hour).
	@$(BIN)/python -m tests.cluster.rig up

cluster-down: install ## Stop the test cluster and remove everything of it.
	@$(BIN)/python -m tests.cluster.rig down

cluster-status: install ## Say what of the test cluster runs.
	@$(BIN)/python -m tests.cluster.rig status

cluster-kubeconfig: install ## Print the kubeconfig of the test cluster.
	@$(BIN)/python -m tests.cluster.rig kubeconfig

# The engine is to the tests of parity what the cluster is to others. docs/how-to/test-parity.md
docker-up: install ## Start the Docker engine of the parity tests (as root on Debian; the first time it is built).
	@$(BIN)/python -m tests.parity.engine up

docker-down: install ## Stop the Docker engine of the parity tests and remove everything of it.
	@$(BIN)/python -m tests.parity.engine down

docker-status: install ## Say what of the Docker engine runs.
	@$(BIN)/python -m tests.parity.engine status

# pytest writes what a failed comparison saw; ARGS="-k user/names" chooses scenarios.
parity: install ## Compare every scenario under Docker and in the test cluster.
	HYBRIDCOMPOSE_PARITY=live $(BIN)/python -m pytest -q tests/parity $(ARGS)

parity-record: install ## Compare them, and write anew what Docker shows.
	HYBRIDCOMPOSE_PARITY=record $(BIN)/python -m pytest -q tests/parity $(ARGS)

parity-mutations: install ## Break rules of the translation, and see that their scenarios notice.
	$(BIN)/python -m pytest -q tests/parity/test_mutations.py $(ARGS)

golden: install ## Write the reviewed manifests of fixtures/ anew.
	HYBRIDCOMPOSE_UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q tests/golden

reference: install ## Write the generated pages of docs/reference/ and the schemas of schemas/ anew.
	$(BIN)/python -m tools.reference
	$(BIN)/python -m tools.schemas

fuzz-loader: install ## Load N drawn projects with the reference too (needs Go): make fuzz-loader N=20000
	HYBRIDCOMPOSE_FUZZ=$(N) $(BIN)/python -m pytest -q -s --timeout=0 -o addopts=--import-mode=importlib tests/oracle/test_loading_equals_the_reference.py

fuzz-ignore: install ## Hold N drawn .dockerignore files against BuildKit's own walk (needs Go): make fuzz-ignore N=20000
	HYBRIDCOMPOSE_FUZZ=$(N) $(BIN)/python -m pytest -q -s --timeout=0 -o addopts=--import-mode=importlib tests/oracle/test_contexts_equal_the_reference.py

bench: install ## Measure start, time and memory, also beside Kompose and the reference loader (needs Go).
	$(BIN)/python -m benchmarks

lock: $(DEPENDENCIES) ## Choose new versions for requirements/.
	$(BIN)/python -m tools.lock

clean: ## Remove what make has made.
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
