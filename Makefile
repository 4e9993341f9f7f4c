# Two commands do everything on a fresh machine: `make grade` and `make test`. The rest is for people who work on it.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
REPORTS := build/reports
WORKFLOWS := .github/workflows/*.yml .github/dependabot.yml action.yml grader/kit/check.yml $(filter-out %/gitlab-ci.yml,$(wildcard docs/ci/*.yml))
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate
COURSE_PACKAGES = $(BIN)/python -c 'from pathlib import Path; from grader.spec import load_course; print(*load_course(Path()).file.packages, sep="\n")'
SAMPLES := right partial wrong mistakes follow_through broken
BRIEFLY := --limit cell_wall_s=2 --limit submission_wall_s=5

.DEFAULT_GOAL := help

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: grade
grade: setup ## set up, show one student's report, grade the sample students; reports go to build/reports
	$(BIN)/grader grade submissions/partial/hana.py --exercise 2
	@for kind in $(SAMPLES); do \
	  printf '\n== submissions/%s\n' $$kind; \
	  case $$kind in broken) limits="$(BRIEFLY)" ;; *) limits= ;; esac; \
	  $(BIN)/grader batch submissions/$$kind --out $(REPORTS)/$$kind $$limits || exit $$?; \
	done
	@printf '\nReports: %s/<kind>/<student>/report.txt and report.json\n' $(REPORTS)

.PHONY: hostile
hostile: setup ## grade 138 attacks, as the tests do
	$(BIN)/grader batch submissions/hostile --out $(REPORTS)/hostile $(BRIEFLY)

.PHONY: test
test: setup ## set up and run the tests
	$(BIN)/pytest -n auto --dist loadgroup --timeout 900

.PHONY: coverage
coverage: setup ## run the tests and say which lines and branches none of them runs
	$(BIN)/pytest -n auto --dist loadgroup --timeout 900 --cov --cov-branch --cov-report=term:skip-covered

.PHONY: check
check: setup lint types imports dependencies workflows docs validate test ## everything that decides whether a change lands

.PHONY: validate
validate: setup ## validate both courses: reference, mistakes, tolerances, mutants
	@mkdir -p build
	$(BIN)/grader validate --json build/validate.json
	$(BIN)/grader validate --course examples/numerics --json build/validate-numerics.json

.PHONY: bench
bench: setup ## measure against other graders and the floor, side by side; writes build/bench.json
	$(BIN)/python -m bench --out build

.PHONY: lint
lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: setup
	$(BIN)/mypy
	$(BIN)/mypy --explicit-package-bases $$(find tests -name conftest.py)
	cd examples/numerics && ../../$(BIN)/mypy --config-file ../../pyproject.toml --cache-dir ../../.mypy_cache/numerics --package reference

.PHONY: imports
imports: setup
	$(BIN)/lint-imports

.PHONY: dependencies
dependencies: setup
	$(BIN)/deptry --no-ansi .

.PHONY: workflows
workflows: setup
	$(BIN)/zizmor --quiet --offline --config .github/zizmor.yml $(WORKFLOWS)

.PHONY: docs
docs: setup ## build the documentation site in build/site
	$(BIN)/sphinx-build --quiet --fresh-env --fail-on-warning --keep-going --builder html docs build/site

.PHONY: screenshots
screenshots: setup ## make the pictures in docs/screenshots anew, from a class that is graded for it; needs chromium
	$(BIN)/python -m docs.screenshots

.PHONY: setup
setup: .venv/installed bubblewrap ## make .venv and install what requirements-dev.txt locks, each file by its hash

.venv/installed: pyproject.toml requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(PIP) --no-deps --only-binary :all: --require-hashes --requirement requirements-dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	$(BIN)/pip check
	touch $@

.PHONY: bubblewrap
bubblewrap:
	@command -v bwrap >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as=sudo; else \
	  echo "grader needs bubblewrap to wall students' code in, and installing it needs root:"; \
	  echo "  sudo apt-get install bubblewrap        (Fedora: dnf install bubblewrap)"; \
	  exit 1; \
	fi; \
	$$as apt-get update -qq && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq bubblewrap >/dev/null

.PHONY: lock
lock: setup ## renew the three locks: for development, for grading, for this course; UPGRADE=--upgrade takes newer versions
	$(LOCK) pyproject.toml --extra dev $(UPGRADE) --output-file requirements-dev.txt
	$(LOCK) pyproject.toml --constraint requirements-dev.txt --upgrade --output-file grader/ci/requirements.txt
	$(COURSE_PACKAGES) | $(LOCK) - --constraint requirements-dev.txt --upgrade --output-file requirements.txt

.PHONY: clean
clean: ## remove everything that was made
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
