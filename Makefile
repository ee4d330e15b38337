# `make` alone lists what one can do.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench torture schemathesis fuzz format lock schema coverage
BIN := .venv/bin

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1|/' | column -t -s '|' 2>/dev/null \
	  || grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST)

setup: .venv/ready ## make .venv with everything that the other targets need

demo: .venv/ready ## start the demo server, fresh each time, on http://127.0.0.1:8080
	@$(BIN)/orderloom serve --demo

test: .venv/ready ## run the whole test suite on up to four cores; it starts its own PostgreSQL
	$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist worksteal

check: .venv/ready ## lint, strict types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py

bench: .venv/ready ## measure Orderloom beside its floor, write docs/benchmarks; never fails
	$(BIN)/python -m bench --docs docs/benchmarks

torture: .venv/ready ## break everything around the server and count what is lost; prints tables, fails if anything is
	$(BIN)/python -m torture

schemathesis: .venv/ready ## ask every face whatever its document allows, and much that it does not; takes a quarter of an hour
	$(BIN)/python -m tests.probing

fuzz: .venv/ready ## fire damaged requests at every face by the hundred thousand; fails if one is answered wrongly
	$(BIN)/python -m torture.fuzz

format: .venv/ready ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: .venv/ready ## write schema.sql anew from the migrations
	$(BIN)/python -m tests.migrations.write_schema

coverage: .venv/ready ## write docs/coverage.md anew from the tests' table of fields, the operations and the ledgers
	$(BIN)/python -m tests.conformance.write_coverage

lock: .venv/ready ## choose dependency versions anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements/develop.txt

.venv/ready: requirements/develop.txt pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh
	@touch $@
